/* watch.c - the watcher outside of the process: no thread of ours runs inside.
 *
 * A thread that is about to wait for itself raises `stuck` in its recording's header and rings the session's bell. The
 * watcher then reads the headers; a process that stays stuck for the whole patience is ended. A process is only ended if it maps that very
 * recording, asked after its pidfd was taken: a process number that was given to somebody else in between cannot be hit. */
#include "commands/watch.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "commands/paths.h"
#include "commands/recording.h"
#include "util/alloc.h"

struct watched {
  char *path;
  uint64_t since_ns;
  bool is_gone;
};

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static bool is_stuck(const char *path) {
  struct trace_header header;
  return recording_header(path, &header) && header.state == TRACE_STATE_RUNNING && header.stuck > 0;
}

/* Does process `pid` map the recording? Its own proof of being the one that writes it. */
static bool process_maps(uint32_t pid, const char *path) {
  char *name = xasprintf("/proc/%u/maps", pid);
  FILE *maps = fopen(name, "re");
  free(name);
  if (!maps)
    return false;
  const char *base = strrchr(path, '/');
  char *line = NULL;
  size_t capacity = 0;
  bool found = false;
  while (!found && getline(&line, &capacity, maps) > 0) {
    line[strcspn(line, "\n")] = '\0';
    const char *slash = strrchr(line, '/');
    found = slash && !strcmp(slash, base);
  }
  free(line);
  fclose(maps);
  return found;
}

static bool process_end(const char *path) {
  struct trace_header header;
  if (!recording_header(path, &header) || !header.pid || header.pid == (uint32_t)getpid())
    return false;
  int fd = (int)syscall(SYS_pidfd_open, (pid_t)header.pid, 0);
  if (fd < 0)
    return false;
  bool is_ended = process_maps(header.pid, path) && is_stuck(path) && !syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0);
  close(fd);
  return is_ended;
}

static void watch_add(struct watch *watch, const char *path) {
  for (uint32_t i = 0; i < watch->n_stuck; i++)
    if (!strcmp(watch->stuck[i].path, path))
      return;
  watch->stuck = grow(watch->stuck, watch->n_stuck, &watch->stuck_capacity, sizeof *watch->stuck);
  watch->stuck[watch->n_stuck++] = (struct watched){xstrdup(path), now_ns(), false};
}

static void watch_scan(struct watch *watch) {
  unsigned n = 0;
  char **paths = paths_of_folder(watch->folder->path, &n);
  for (unsigned i = 0; i < n; i++)
    if (is_stuck(paths[i]))
      watch_add(watch, paths[i]);
  paths_free(paths);
}

static void watch_check(struct watch *watch, struct watched *watched) {
  if (!is_stuck(watched->path))
    watched->is_gone = true;
  else if (now_ns() - watched->since_ns >= watch->patience_ns && process_end(watched->path))
    watch->ended_one = watched->is_gone = true;
}

static void watch_forget(struct watch *watch) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < watch->n_stuck; i++)
    if (watch->stuck[i].is_gone)
      free(watch->stuck[i].path);
    else
      watch->stuck[kept++] = watch->stuck[i];
  watch->n_stuck = kept;
}

void watch_look(struct watch *watch) {
  for (uint32_t i = 0; i < watch->n_stuck; i++)
    watch_check(watch, &watch->stuck[i]);
  watch_forget(watch);
  uint32_t bell = watch->folder->session->bell;
  if (bell == watch->last_bell)
    return;
  watch->last_bell = bell;
  watch_scan(watch);
}

void watch_init(struct watch *watch, const struct trace_folder *folder, uint64_t patience_ns) {
  *watch = (struct watch){.folder = folder, .patience_ns = patience_ns};
}

void watch_done(struct watch *watch) {
  for (uint32_t i = 0; i < watch->n_stuck; i++)
    free(watch->stuck[i].path);
  free(watch->stuck);
  *watch = (struct watch){0};
}

bool watch_anybody_runs(const struct trace_folder *folder) {
  unsigned n = 0;
  char **paths = paths_of_folder(folder->path, &n);
  bool runs = false;
  struct trace_header header;
  for (unsigned i = 0; i < n && !runs; i++)
    runs = recording_header(paths[i], &header) && header.state == TRACE_STATE_RUNNING && header.pid && process_maps(header.pid, paths[i]);
  paths_free(paths);
  return runs;
}
