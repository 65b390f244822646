/* clock.c - the rate of the cycle counter, measured against CLOCK_MONOTONIC. */
#include "record/clock.h"

#include <time.h>

#include "record/sys.h"

static uint64_t clock_ns(clockid_t id) {
  struct timespec t = {0};
  sys_call2(SYS_clock_gettime, id, &t); /* not libc's name for it: libfaketime and its like stand there */
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t clock_monotonic_ns(void) { return clock_ns(CLOCK_MONOTONIC); }
uint64_t clock_unix_ns(void) { return clock_ns(CLOCK_REALTIME); }

struct clock_point clock_point_now(void) { return (struct clock_point){clock_now(), clock_monotonic_ns()}; }

uint64_t clock_rate(struct clock_point from, struct clock_point to) {
  for (int i = 0; to.ns < from.ns + 20000 && i < 1000; i++)
    to = clock_point_now();
  if (to.ns <= from.ns)
    return 1000000000; /* a clock that stands still */
  return (uint64_t)((double)(to.units - from.units) * 1e9 / (double)(to.ns - from.ns));
}
