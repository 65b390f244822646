/* outside.c - see outside.h.
 *
 * Handlers of signals that are there to end the process, or that a thread's own mistake raises, do not count: INT, TERM, HUP, QUIT, PIPE,
 * the fatal ones; nor CHLD where there is no child, nor the two that glibc keeps for itself. An interval timer
 * (setitimer, alarm) acts by a signal, and so by a handler. What a file descriptor tells needs a thread that waits for it in a call
 * which is none of ours. */
#include "live/outside.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "live/process.h"
#include "util/alloc.h"

#define SIGNAL_BIT(number) (UINT64_C(1) << ((number)-1))

static const uint64_t harmless = SIGNAL_BIT(SIGINT) | SIGNAL_BIT(SIGTERM) | SIGNAL_BIT(SIGHUP) | SIGNAL_BIT(SIGQUIT) | SIGNAL_BIT(SIGPIPE) |
                                 SIGNAL_BIT(SIGILL) | SIGNAL_BIT(SIGABRT) | SIGNAL_BIT(SIGFPE) | SIGNAL_BIT(SIGSEGV) | SIGNAL_BIT(SIGBUS) |
                                 SIGNAL_BIT(SIGSYS) | SIGNAL_BIT(SIGTRAP) | SIGNAL_BIT(SIGXCPU) | SIGNAL_BIT(SIGXFSZ) | SIGNAL_BIT(32) |
                                 SIGNAL_BIT(33) /* SIGCANCEL, SIGSETXID */;

/* The file of /proc/PID, open; NULL if there is none or it is not ours to read. */
static FILE *process_file(uint32_t pid, const char *name) {
  char *path = xasprintf("/proc/%" PRIu32 "/%s", pid, name);
  FILE *file = fopen(path, "re");
  free(path);
  return file;
}

static bool has_children(uint32_t pid) {
  char *path = xasprintf("/proc/%" PRIu32 "/task", pid);
  DIR *dir = opendir(path);
  bool found = !dir;
  for (struct dirent *entry; dir && !found && (entry = readdir(dir));) {
    char *name = xasprintf("task/%s/children", entry->d_name);
    FILE *children = *entry->d_name == '.' ? NULL : process_file(pid, name);
    found = *entry->d_name != '.' && (!children || fgetc(children) != EOF);
    if (children)
      fclose(children);
    free(name);
  }
  if (dir)
    closedir(dir);
  free(path);
  return found;
}

static uint64_t caught_signals(uint32_t pid) {
  FILE *status = process_file(pid, "status");
  char *line = NULL;
  size_t capacity = 0;
  uint64_t caught = UINT64_MAX; /* whoever cannot ask does not know */
  while (status && getline(&line, &capacity, status) > 0)
    if (!strncmp(line, "SigCgt:", 7))
      caught = strtoull(line + 7, NULL, 16);
  free(line);
  if (status)
    fclose(status);
  return caught;
}

/* sem_post() is the one thing of these that a handler may call: the usual way to end a program in order. */
static const uint64_t requests_to_end = SIGNAL_BIT(SIGTERM) | SIGNAL_BIT(SIGHUP) | SIGNAL_BIT(SIGQUIT);

char *outside_handler(uint32_t pid, bool is_semaphore) {
  uint64_t caught = caught_signals(pid) & ~(is_semaphore ? harmless & ~requests_to_end : harmless);
  if (caught & SIGNAL_BIT(SIGCHLD) && !has_children(pid))
    caught &= ~SIGNAL_BIT(SIGCHLD);
  for (int number = 1; number <= 64; number++)
    if (caught & SIGNAL_BIT(number)) {
      const char *name = sigabbrev_np(number);
      return name ? xasprintf("it handles the signal SIG%s", name) : xasprintf("it handles the signal %d", number);
    }
  return NULL;
}

char *outside_timer(uint32_t pid) {
  FILE *timers = process_file(pid, "timers");
  bool has_timer = timers && fgetc(timers) != EOF;
  if (timers)
    fclose(timers);
  return has_timer ? xstrdup("it has a timer") : NULL;
}

struct mapping {
  uint64_t begin, end, inode;
  unsigned major, minor;
  bool is_shared, has_name;
};

static bool mapping_of_line(const char *line, struct mapping *ret) {
  char mode[5] = "";
  int path = 0;
  *ret = (struct mapping){0};
  if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %*x %x:%x %" SCNu64 " %n", &ret->begin, &ret->end, mode, &ret->major, &ret->minor,
             &ret->inode, &path) < 6)
    return false;
  ret->is_shared = mode[3] == 's';
  ret->has_name = path && line[path] == '/' && !strstr(line + path, " (deleted)");
  return true;
}

static bool is_one_file(const struct mapping *a, const struct mapping *b) {
  return a->is_shared && b->is_shared && a->inode == b->inode && a->major == b->major && a->minor == b->minor;
}

/* The mapping that holds the address, or that of the same file. */
static bool find_mapping(uint32_t pid, uint64_t address, const struct mapping *same, struct mapping *ret) {
  FILE *maps = process_maps_file(pid);
  char *line = NULL;
  size_t capacity = 0;
  bool found = false;
  while (maps && !found && getline(&line, &capacity, maps) > 0)
    found = mapping_of_line(line, ret) && (same ? is_one_file(ret, same) : ret->begin <= address && address < ret->end);
  free(line);
  if (maps)
    fclose(maps);
  return found;
}

char *outside_sharer(uint32_t pid, uint64_t address) {
  struct mapping mapping, other;
  if (!address || !find_mapping(pid, address, NULL, &mapping) || !mapping.is_shared)
    return NULL;
  if (mapping.has_name)
    return xasprintf("0x%" PRIx64 " lies in a file that any process may map", address);
  DIR *processes = opendir("/proc");
  char *reason = NULL;
  for (struct dirent *entry; processes && !reason && (entry = readdir(processes));) {
    uint32_t candidate = (uint32_t)strtoul(entry->d_name, NULL, 10);
    if (candidate && candidate != pid && find_mapping(candidate, 0, &mapping, &other))
      reason = xasprintf("process %" PRIu32 " shares the memory at 0x%" PRIx64, candidate, address);
  }
  if (processes)
    closedir(processes);
  return reason;
}
