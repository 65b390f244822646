/* clock.h - the cheapest clock there is, in units of 2^CLOCK_SHIFT cycles.
 *
 * Plain rdtsc: 11-14 ns where rdtscp takes 21-29 and clock_gettime 27-35. It may run ahead of the lock instruction before it;
 * order rests on the objects' sequence numbers, so times only have to be good enough to look at. */
#ifndef TRACK_CLOCK_H
#define TRACK_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_SHIFT 5 /* 32 cycles, 10-16 ns: one byte holds the time between two events of a busy thread */

static inline uint64_t clock_raw(void) {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#else
  uint64_t ticks;
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
  return ticks << CLOCK_SHIFT; /* a slow counter: keep its resolution */
#endif
}

static inline uint64_t clock_now(void) { return clock_raw() >> CLOCK_SHIFT; }

/* Nanoseconds of CLOCK_MONOTONIC. */
uint64_t clock_monotonic_ns(void);
uint64_t clock_unix_ns(void);

/* Units of clock_now() a second, measured between two points; a first estimate takes some 20 us. */
struct clock_point {
  uint64_t units, ns;
};
struct clock_point clock_point_now(void);
uint64_t clock_rate(struct clock_point from, struct clock_point to);

#endif
