/* futex.h - sleep until a word changes, with deadlines of CLOCK_MONOTONIC; futex(2).
 *
 * Raw system calls: no cancellation point, errno untouched. Waking may touch memory that the woken thread has freed by then: the kernel
 * only uses the address, and whoever sleeps on it for another reason looks at its word again, as everybody here does. */
#ifndef TRACK_FUTEX_H
#define TRACK_FUTEX_H

#include <errno.h>
#include <linux/futex.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "record/clock.h"
#include "record/sys.h"
#include "record/thread_state.h"

#define NO_DEADLINE INT64_MAX

/* The moment `timeout_ns` from now; negative: never. */
static inline int64_t deadline_in(int64_t timeout_ns) {
  int64_t deadline;
  if (timeout_ns < 0 || __builtin_add_overflow((int64_t)clock_monotonic_ns(), timeout_ns, &deadline))
    return NO_DEADLINE;
  return deadline;
}

/* False: the deadline has passed. True may mean anything else: look at the word. */
static inline bool futex_wait(const uint32_t *word, uint32_t expected, int64_t deadline) {
  struct timespec until = {deadline / 1000000000, deadline % 1000000000};
  long answer = sys_call(SYS_futex, word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, expected, deadline == NO_DEADLINE ? NULL : &until, NULL,
                         FUTEX_BITSET_MATCH_ANY);
  return answer != -ETIMEDOUT;
}

static inline void futex_wake(const uint32_t *word, uint32_t n) {
  sys_call3(SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, n > INT32_MAX ? INT32_MAX : n);
}

enum { WAKE_ALL = INT32_MAX };

static inline void cpu_relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#else
  __asm__ volatile("yield");
#endif
}

#endif
