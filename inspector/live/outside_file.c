/* outside_file.c - who holds the lock of a file that a thread sleeps for.
 *
 * The kernel tells the call and its arguments (/proc/PID/syscall), the file behind a descriptor, and with each descriptor the locks that
 * its open file holds (/proc/PID/fdinfo, proc(5)); an open file that processes share is told by each of them. So the wait is one that only
 * this process can end where one of its descriptors holds a lock of the same file that the thread cannot get past, on another open file
 * than the thread's own, and no other process has a descriptor that holds one. /proc/locks names who else it is, for people.
 *
 * What it cannot see: locks of parts of a file, upgrades of a lock that the thread's own descriptor keeps, descriptors on their way in a
 * message between processes. What is not sure is a reason to say nothing. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "live/outside.h"
#include "util/alloc.h"

enum { PATH_BYTES = 96, NAME_BYTES = 512 };

/* What the thread asks for, and what stands in its way, as proc(5) names kinds of locks. */
struct file_wait {
  uint32_t pid, tid; /* a thread may have descriptors of its own, and the first one of a process may have ended and have none */
  int fd;
  dev_t device;
  ino_t inode;
  bool is_shared;          /* a shared lock is none in its way */
  const char *blockers[2]; /* kinds that can be */
  const char *own;         /* of this kind its own open file must hold none; NULL: any */
  char name[NAME_BYTES];
};

static bool read_request(struct file_wait *wait, const struct task *task) {
  int command = (int)task->arguments[1];
  wait->fd = (int)task->arguments[0];
  if (task->number == SYS_flock) {
    wait->is_shared = (command & ~LOCK_NB) == LOCK_SH;
    wait->blockers[0] = wait->own = "FLOCK";
    return true;
  }
  wait->is_shared = true; /* what it asks for lies in its memory: only an exclusive lock is in the way of all */
  wait->blockers[0] = "OFDLCK";
  wait->blockers[1] = command == F_OFD_SETLKW ? "POSIX" : NULL; /* of a process, and so not in its own way */
  wait->own = command == F_OFD_SETLKW ? "OFDLCK" : NULL;
  return task->number == SYS_fcntl && (command == F_OFD_SETLKW || command == F_SETLKW);
}

static void read_name(struct file_wait *wait) {
  char path[PATH_BYTES];
  snprintf(path, sizeof path, "/proc/%" PRIu32 "/fd/%d", wait->tid, wait->fd);
  ssize_t n = readlink(path, wait->name, sizeof wait->name - 1);
  snprintf(wait->name + (n > 0 ? n : 0), n > 0 ? 1 : sizeof wait->name, "%s", n > 0 ? "" : "a file");
}

static bool stat_descriptor(uint32_t pid, const char *fd, struct stat *ret) {
  char path[PATH_BYTES];
  snprintf(path, sizeof path, "/proc/%" PRIu32 "/fd/%.16s", pid, fd);
  return !stat(path, ret);
}

static bool read_file(struct file_wait *wait) {
  char fd[16];
  struct stat about;
  snprintf(fd, sizeof fd, "%d", wait->fd);
  if (!stat_descriptor(wait->tid, fd, &about))
    return false;
  wait->device = about.st_dev;
  wait->inode = about.st_ino;
  return true;
}

struct file_lock {
  char kind[16], mode[16], begin[24], end[24];
};

/* Is there a lock of this descriptor's open file for which `found` says yes? */
static bool any_lock(uint32_t pid, const char *fd, bool (*found)(const struct file_lock *lock, const struct file_wait *wait),
                     const struct file_wait *wait) {
  char path[PATH_BYTES], *line = NULL;
  snprintf(path, sizeof path, "/proc/%" PRIu32 "/fdinfo/%.16s", pid, fd);
  FILE *info = fopen(path, "re");
  size_t capacity = 0;
  bool is_found = false;
  while (info && !is_found && getline(&line, &capacity, info) > 0) {
    struct file_lock lock;
    is_found =
        sscanf(line, "lock: %*d: %15s %*s %15s %*s %*s %23s %23s", lock.kind, lock.mode, lock.begin, lock.end) == 4 && found(&lock, wait);
  }
  free(line);
  if (info)
    fclose(info);
  return is_found;
}

static bool is_any(const struct file_lock *lock, const struct file_wait *wait) {
  (void)lock;
  (void)wait;
  return true;
}

static bool is_own(const struct file_lock *lock, const struct file_wait *wait) {
  return wait->own && !strcmp(lock->kind, wait->own);
}

static bool is_in_the_way(const struct file_lock *lock, const struct file_wait *wait) {
  bool is_kind = !strcmp(lock->kind, wait->blockers[0]) || (wait->blockers[1] && !strcmp(lock->kind, wait->blockers[1]));
  bool is_strong = !wait->is_shared || !strcmp(lock->mode, "WRITE");
  return is_kind && is_strong && !strcmp(lock->begin, "0") && !strcmp(lock->end, "EOF");
}

static DIR *descriptors(uint32_t pid) {
  char path[PATH_BYTES];
  snprintf(path, sizeof path, "/proc/%" PRIu32 "/fd", pid);
  return opendir(path);
}

/* Does a descriptor of the process, open on that file, hold such a lock? */
static bool process_has(uint32_t pid, const struct file_wait *wait,
                        bool (*found)(const struct file_lock *lock, const struct file_wait *wait)) {
  DIR *dir = descriptors(pid);
  bool is_found = false;
  for (struct dirent *entry; dir && !is_found && (entry = readdir(dir));) {
    struct stat about;
    bool is_file = *entry->d_name != '.' && stat_descriptor(pid, entry->d_name, &about);
    is_found = is_file && about.st_ino == wait->inode && about.st_dev == wait->device && any_lock(pid, entry->d_name, found, wait);
  }
  if (dir)
    closedir(dir);
  return is_found;
}

static bool waits_on_own(const struct file_wait *wait) {
  char fd[16];
  snprintf(fd, sizeof fd, "%d", wait->fd);
  return any_lock(wait->tid, fd, is_own, wait);
}

/* Of one that we may not look at: it may share a descriptor if it comes from here. */
static bool is_hidden_relative(uint32_t other, const struct file_wait *wait) {
  DIR *dir = descriptors(other);
  int error = dir ? 0 : errno;
  if (dir)
    closedir(dir);
  if (error == EACCES || error == EPERM)
    return getsid((pid_t)other) == getsid((pid_t)wait->pid);
  return error && error != ENOENT && error != ESRCH; /* unless it has ended */
}

static char *doubt_about(uint32_t other, const struct file_wait *wait) {
  if (process_has(other, wait, is_any))
    return xasprintf("process %" PRIu32 " holds the lock on %s", other, wait->name);
  if (is_hidden_relative(other, wait))
    return xasprintf("process %" PRIu32 " may hold the lock on %s", other, wait->name);
  return NULL;
}

static char *other_holder(const struct file_wait *wait) {
  DIR *processes = opendir("/proc");
  char *reason = processes ? NULL : xstrdup("the processes cannot be looked at");
  for (struct dirent *entry; processes && !reason && (entry = readdir(processes));) {
    uint32_t other = (uint32_t)strtoul(entry->d_name, NULL, 10);
    reason = other && other != wait->pid ? doubt_about(other, wait) : NULL;
  }
  if (processes)
    closedir(processes);
  return reason;
}

/* Only for people: numbers of files are not unique. */
static char *told_holder(const struct file_wait *wait) {
  FILE *locks = fopen("/proc/locks", "re");
  char *line = NULL;
  size_t capacity = 0;
  long holder = 0;
  while (locks && holder <= 0 && getline(&line, &capacity, locks) > 0) {
    char kind[16];
    long pid;
    uint64_t inode;
    bool is_read = sscanf(line, "%*d: %15s %*s %*s %ld %*x:%*x:%" SCNu64, kind, &pid, &inode) == 3;
    holder = is_read && inode == wait->inode && strcmp(kind, "->") ? pid : 0;
  }
  free(line);
  if (locks)
    fclose(locks);
  return holder > 0 ? xasprintf("process %ld holds the lock on %s", holder, wait->name)
                    : xasprintf("who holds the lock on %s is not known", wait->name);
}

char *outside_file_holder(uint32_t pid, const struct task *task) {
  struct file_wait wait = {.pid = pid, .tid = task->tid};
  if (!read_request(&wait, task) || !read_file(&wait))
    return xasprintf("thread %" PRIu32 " waits for a file that cannot be looked at", task->tid);
  read_name(&wait);
  if (waits_on_own(&wait) || !process_has(wait.tid, &wait, is_in_the_way))
    return told_holder(&wait);
  return other_holder(&wait);
}
