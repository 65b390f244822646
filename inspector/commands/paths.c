/* paths.c - one recording is one file a process: a folder stands for all of them. */
#include "commands/paths.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/command.h"
#include "commands/usage.h"
#include "trace/source.h"
#include "track/trace.h"
#include "util/alloc.h"

static bool has_suffix(const char *name, const char *suffix) {
  size_t n = strlen(name), m = strlen(suffix);
  return n > m && !strcmp(name + n - m, suffix);
}

static int compare_paths(const void *a, const void *b) {
  return strverscmp(*(char *const *)a, *(char *const *)b);
}

char **paths_of_folder(const char *folder, unsigned *ret_n) {
  char **paths = xcalloc(1, sizeof *paths);
  unsigned n = 0;
  DIR *dir = opendir(folder);
  for (struct dirent *entry; dir && (entry = readdir(dir));)
    if (has_suffix(entry->d_name, TRACE_SUFFIX)) {
      paths = xreallocarray(paths, n + 2, sizeof *paths);
      paths[n++] = xasprintf("%s/%s", folder, entry->d_name);
      paths[n] = NULL;
    }
  if (dir)
    closedir(dir);
  qsort(paths, n, sizeof *paths, compare_paths);
  *ret_n = n;
  return paths;
}

int paths_expand(const char *trace, char ***ret_paths, unsigned *ret_n) {
  struct stat status;
  unsigned n = 0;
  if (stat(trace, &status)) {
    complain("%s: %s", trace, strerror(errno));
    return EXIT_TROUBLE;
  }
  char **paths = S_ISDIR(status.st_mode) ? paths_of_folder(trace, &n) : xcalloc(2, sizeof *paths);
  if (!S_ISDIR(status.st_mode))
    paths[n++] = xstrdup(trace);
  if (!n) {
    complain("%s: holds no recording", trace);
    paths_free(paths);
    return EXIT_TROUBLE;
  }
  *ret_paths = paths;
  *ret_n = n;
  return 0;
}

void paths_free(char **paths) {
  for (char **path = paths; path && *path; path++)
    free(*path);
  free(paths);
}

int source_complain(const struct source *source) {
  const struct source_info *info = source_info(source);
  const char *error = source_error(source), *first = info->n_damage ? info->damage[0] : error;
  if (!first)
    return 0;
  unsigned n_more = info->n_damage + (error ? 1 : 0) - 1;
  if (n_more)
    complain("%s (and %u more; 'inspector check' lists them)", first, n_more);
  else
    complain("%s", first);
  return EXIT_TROUBLE;
}

/* The descriptor that the path names, if it is a pipe; -1: it is not. */
static int pipe_behind(const char *path) {
  enum { LIMIT = 1024 };
  struct stat named, open_one;
  if (stat(path, &named) || !S_ISFIFO(named.st_mode))
    return -1;
  for (int fd = 0; fd < LIMIT; fd++)
    if (!fstat(fd, &open_one) && open_one.st_ino == named.st_ino && open_one.st_dev == named.st_dev)
      return fd;
  return -1;
}

static bool copy_all(int from, FILE *to) {
  char bytes[1 << 16];
  ssize_t n;
  while ((n = read(from, bytes, sizeof bytes)) > 0)
    if (fwrite(bytes, 1, (size_t)n, to) != (size_t)n)
      return false;
  return !n && !fflush(to);
}

int path_keep_pipe(const char *path) {
  int fd = pipe_behind(path);
  if (fd < 0)
    return 0;
  FILE *copy = tmpfile();
  bool is_kept = copy && copy_all(fd, copy) && dup2(fileno(copy), fd) == fd;
  if (!is_kept)
    complain("%s: cannot be kept in a temporary file: %s", path, strerror(errno));
  if (copy)
    fclose(copy);
  return is_kept ? 0 : EXIT_TROUBLE;
}
