/* tasks.c - see tasks.h. Three small files a thread: state and switches come from `status`, the call from `syscall`, which asks for the
 * rights of a debugger; without them `wchan`, which asks for less, says at least whether it is a futex. */
#include "live/tasks.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "util/alloc.h"

enum { TEXT_BYTES = 4096, PATH_BYTES = 80, FUTEX_COMMANDS = 0x7f, FUTEX_TIMEOUT = 3 };

/* Empty when it cannot be read. */
static void read_text(uint32_t pid, uint32_t tid, const char *name, char *ret_text) {
  char path[PATH_BYTES];
  snprintf(path, sizeof path, "/proc/%" PRIu32 "/task/%" PRIu32 "/%s", pid, tid, name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? 0 : read(fd, ret_text, TEXT_BYTES - 1);
  ret_text[n > 0 ? n : 0] = '\0';
  if (fd >= 0)
    close(fd);
}

static uint64_t number_behind(const char *text, const char *key) {
  const char *at = strstr(text, key);
  return at ? strtoull(at + strlen(key), NULL, 10) : 0;
}

/* "202 0x7f.. 0x80 0x2 0x0 ...": the number, then the arguments; of a futex the fourth is the timeout. */
static void read_call(struct task *task, const char *text) {
  char *at;
  if (!isdigit((unsigned char)*text)) {
    task->call = strncmp(text, "running", 7) == 0 ? CALL_NONE : CALL_UNKNOWN;
    return;
  }
  task->number = (int)strtol(text, &at, 10);
  for (int i = 0; i < TASK_ARGUMENTS; i++)
    task->arguments[i] = strtoull(at, &at, 16);
  if (task->number != SYS_futex) {
    task->call = CALL_OTHER;
    return;
  }
  task->address = task->arguments[0];
  task->call = task->arguments[FUTEX_TIMEOUT] ? CALL_FUTEX_TIMED : CALL_FUTEX;
}

static void read_place(struct task *task, const char *text) {
  if (!strncmp(text, "futex", 5))
    task->call = CALL_FUTEX;
  else if (*text && *text != '0')
    task->call = CALL_OTHER;
}

struct task task_look(uint32_t pid, uint32_t tid) {
  char text[TEXT_BYTES];
  struct task task = {.tid = tid, .number = -1};
  read_text(pid, tid, "syscall", text);
  read_call(&task, text);
  if (task.call == CALL_UNKNOWN) {
    read_text(pid, tid, "wchan", text);
    read_place(&task, text);
  }
  read_text(pid, tid, "status", text);
  const char *state = strstr(text, "\nState:\t");
  task.state = state ? state[8] : 0;
  task.switches = number_behind(text, "\nvoluntary_ctxt_switches:") + number_behind(text, "\nnonvoluntary_ctxt_switches:");
  return task;
}

/* A mutex begins with its futex; the owner is behind it and the depth. */
uint32_t task_mutex_owner(uint32_t pid, uint64_t address) {
  const pthread_mutex_t *mutex = NULL;
  uint32_t owner = 0;
  uint64_t at = address + offsetof(pthread_mutex_t, __data.__owner) - offsetof(pthread_mutex_t, __data.__lock);
  struct iovec here = {&owner, sizeof owner}, there = {(void *)(uintptr_t)at, sizeof mutex->__data.__owner};
  return address && process_vm_readv((pid_t)pid, &here, 1, &there, 1, 0) == (ssize_t)sizeof owner ? owner : 0;
}

bool task_may_lock_file(const struct task *task) {
  return task->call == CALL_OTHER && (task->number == SYS_flock || task->number == SYS_fcntl);
}

static int by_tid(const void *a, const void *b) {
  const struct task *x = a, *y = b;
  return (x->tid > y->tid) - (x->tid < y->tid);
}

bool tasks_look(struct tasks *tasks, uint32_t pid) {
  char path[PATH_BYTES];
  uint32_t capacity = 0;
  *tasks = (struct tasks){0};
  snprintf(path, sizeof path, "/proc/%" PRIu32 "/task", pid);
  DIR *dir = opendir(path);
  for (struct dirent *entry; dir && (entry = readdir(dir));) {
    uint32_t tid = (uint32_t)strtoul(entry->d_name, NULL, 10);
    struct task task = tid ? task_look(pid, tid) : (struct task){0};
    if (!task.state || task.state == 'Z' || task.state == 'X')
      continue;
    tasks->items = grow(tasks->items, tasks->n, &capacity, sizeof *tasks->items);
    tasks->items[tasks->n++] = task;
  }
  if (dir)
    closedir(dir);
  if (tasks->n)
    qsort(tasks->items, tasks->n, sizeof *tasks->items, by_tid);
  return tasks->n;
}

void tasks_done(struct tasks *tasks) {
  free(tasks->items);
  *tasks = (struct tasks){0};
}

/* What threads are in for long, by the number of their system call. */
static const struct {
  int number;
  const char *text;
} calls[] = {
    {SYS_read, "reads"},
    {SYS_write, "writes"},
    {SYS_readv, "reads"},
    {SYS_recvfrom, "receives"},
    {SYS_recvmsg, "receives"},
    {SYS_accept, "waits for a connection"},
    {SYS_accept4, "waits for a connection"},
    {SYS_connect, "connects"},
    {SYS_poll, "polls"},
    {SYS_ppoll, "polls"},
    {SYS_select, "polls"},
    {SYS_pselect6, "polls"},
    {SYS_epoll_wait, "polls"},
    {SYS_epoll_pwait, "polls"},
    {SYS_nanosleep, "sleeps"},
    {SYS_clock_nanosleep, "sleeps"},
    {SYS_wait4, "waits for a child"},
    {SYS_waitid, "waits for a child"},
    {SYS_pause, "waits for a signal"},
    {SYS_rt_sigsuspend, "waits for a signal"},
    {SYS_rt_sigtimedwait, "waits for a signal"},
    {SYS_flock, "waits for a file lock"},
    {SYS_fcntl, "is in fcntl, perhaps for a file lock"},
};

static const char *call_text(int number) {
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    if (calls[i].number == number)
      return calls[i].text;
  return NULL;
}

static char *call_doing(const struct task *task) {
  const char *text = call_text(task->number);
  if (text)
    return xstrdup(text);
  return task->number >= 0 ? xasprintf("is in system call %d", task->number) : xstrdup("is in some system call");
}

char *task_doing(const struct task *task) {
  if (task->state == 'T' || task->state == 't')
    return xstrdup("is stopped");
  if (task->state != 'S' && task->state != 'D')
    return xstrdup("runs");
  switch (task->call) {
  case CALL_OTHER:
    return call_doing(task);
  case CALL_FUTEX_TIMED:
    return xstrdup("waits with a timeout");
  case CALL_FUTEX:
  case CALL_NONE:
    return xstrdup("waits in a call that is not recorded");
  case CALL_UNKNOWN:
    break;
  }
  return xstrdup("sleeps in a call that we may not ask for");
}
