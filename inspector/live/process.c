/* process.c - see process.h. */
#include "live/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/alloc.h"

enum { MAX_GENERATIONS = 64 };

static FILE *file_with_content(const char *path) {
  FILE *file = fopen(path, "re");
  int first = file ? fgetc(file) : EOF;
  if (first != EOF && ungetc(first, file) == first)
    return file;
  if (file)
    fclose(file);
  return NULL;
}

/* When its first thread has ended, a process has no memory any more as far as its own entry goes; the other threads still have. */
FILE *process_maps_file(uint32_t pid) {
  char *path = xasprintf("/proc/%" PRIu32 "/maps", pid), *folder = xasprintf("/proc/%" PRIu32 "/task", pid);
  FILE *maps = file_with_content(path);
  DIR *dir = maps ? NULL : opendir(folder);
  free(path);
  for (struct dirent *entry; dir && !maps && (entry = readdir(dir));) {
    path = xasprintf("%s/%s/maps", folder, entry->d_name);
    maps = *entry->d_name == '.' ? NULL : file_with_content(path);
    free(path);
  }
  if (dir)
    closedir(dir);
  free(folder);
  return maps;
}

/* Calls `found` with the path of each mapping until it says true. */
static bool any_mapping(uint32_t pid, bool (*found)(const char *path, void *context), void *context) {
  FILE *maps = process_maps_file(pid);
  char *line = NULL;
  size_t capacity = 0;
  bool is_found = false;
  while (maps && !is_found && getline(&line, &capacity, maps) > 0) {
    line[strcspn(line, "\n")] = '\0';
    const char *path = strchr(line, '/');
    is_found = path && found(path, context);
  }
  free(line);
  if (maps)
    fclose(maps);
  return is_found;
}

static bool has_base(const char *path, void *context) {
  const char *slash = strrchr(path, '/'), *base = context;
  return slash && !strcmp(slash, base);
}

bool process_maps(uint32_t pid, const char *path) {
  const char *base = strrchr(path, '/');
  return base && any_mapping(pid, has_base, (void *)(uintptr_t)base);
}

bool process_header(int file, struct trace_header *ret_header) {
  return pread(file, ret_header, sizeof *ret_header, 0) == (ssize_t)sizeof *ret_header &&
         !memcmp(ret_header->magic, TRACE_MAGIC, sizeof ret_header->magic) && ret_header->version == TRACE_VERSION;
}

static bool header_of(const char *path, struct trace_header *ret_header) {
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  bool is_good = file >= 0 && process_header(file, ret_header);
  if (file >= 0)
    close(file);
  return is_good;
}

static bool is_trace(const char *path) {
  size_t n = strlen(path), suffix = sizeof TRACE_SUFFIX - 1;
  return n > suffix && !strcmp(path + n - suffix, TRACE_SUFFIX);
}

struct wanted {
  uint32_t pid;
  char *path;
};

static bool is_own_recording(const char *path, void *context) {
  struct wanted *wanted = context;
  struct trace_header header;
  if (!is_trace(path) || !header_of(path, &header) || header.pid != wanted->pid || header.state != TRACE_STATE_RUNNING)
    return false;
  wanted->path = xstrdup(path);
  return true;
}

char *process_recording(uint32_t pid) {
  struct wanted wanted = {pid, NULL};
  any_mapping(pid, is_own_recording, &wanted);
  return wanted.path;
}

/* The recording in the folder whose process it was; NULL: it is not there. */
static char *find_recording(const char *folder, uint32_t pid, uint64_t start) {
  DIR *dir = opendir(folder);
  char *found = NULL;
  for (struct dirent *entry; dir && !found && (entry = readdir(dir));) {
    char *path = is_trace(entry->d_name) ? xasprintf("%s/%s", folder, entry->d_name) : NULL;
    struct trace_header header;
    if (path && header_of(path, &header) && header.pid == pid && header.start_ticks == start)
      found = path;
    else
      free(path);
  }
  if (dir)
    closedir(dir);
  return found;
}

char **process_lineage(const char *path, unsigned *ret_n) {
  char **paths = xcalloc(MAX_GENERATIONS + 1, sizeof *paths), *folder = xstrdup(path), *slash = strrchr(folder, '/');
  unsigned n = 0;
  struct trace_header header;
  if (slash)
    *slash = '\0';
  for (char *at = xstrdup(path); at && n < MAX_GENERATIONS;) {
    memmove(paths + 1, paths, n++ * sizeof *paths);
    paths[0] = at;
    bool has_parent = header_of(at, &header) && header.parent_pid;
    at = has_parent ? find_recording(slash ? folder : ".", header.parent_pid, header.parent_start) : NULL;
  }
  free(folder);
  *ret_n = n;
  return paths;
}
