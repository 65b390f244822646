/* tasks.h - the threads of a living process as the kernel knows them: /proc/PID/task, see proc(5). */
#ifndef INSPECTOR_TASKS_H
#define INSPECTOR_TASKS_H

#include <stdbool.h>
#include <stdint.h>

/* How the kernel tells in which system call a thread sleeps. */
enum task_call {
  CALL_UNKNOWN, /* it does not tell us */
  CALL_NONE,    /* it runs in the program */
  CALL_FUTEX,   /* without a timeout */
  CALL_FUTEX_TIMED,
  CALL_OTHER,
};

#define TASK_ARGUMENTS 4 /* as many of the system call's */

struct task {
  uint32_t tid;
  char state; /* R, S, D, T, Z ... ; 0: it is gone */
  enum task_call call;
  int number;       /* of the system call, -1: not known */
  uint64_t address; /* of the futex, 0: not known */
  uint64_t arguments[TASK_ARGUMENTS];
  uint64_t switches; /* how often it has stopped running */
};

struct tasks {
  struct task *items; /* by tid */
  uint32_t n;
};

/* False: there is no such process, or we may not look. A thread that has ended and is only kept as the first of its process is left out. */
bool tasks_look(struct tasks *tasks, uint32_t pid);
void tasks_done(struct tasks *tasks);
struct task task_look(uint32_t pid, uint32_t tid);

/* Kernel tid of who owns the mutex of glibc's whose futex this is, now; 0: nobody, or it cannot be read. */
uint32_t task_mutex_owner(uint32_t pid, uint64_t address);

/* Is it in a call that may wait for the lock of a file? */
bool task_may_lock_file(const struct task *task);

/* "polls", "runs", "is in system call 17": what a thread does that is in no wait that is recorded. The caller frees. */
char *task_doing(const struct task *task);

#endif
