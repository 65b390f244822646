/* semaphore.h - counters that block at 0 (Python's threading.Semaphore and BoundedSemaphore).
 *
 * A bounded semaphore refuses to be released beyond the value that it began with. Callable from any thread; release, value and
 * try_acquire are async-signal-safe, too. No cancellation points. */
#ifndef TRACK_SEMAPHORE_H
#define TRACK_SEMAPHORE_H

#include "track/base.h"

TRACK_BEGIN

struct track_semaphore {
  struct track_private_name private_name;
  uint64_t private_state; /* value in the lower half, waiters in the upper */
};

struct track_bounded_semaphore {
  struct track_private_name private_name;
  uint64_t private_state;
  uint32_t private_bound, private_reserved;
};

/* Static or automatic ones; the name is not copied. */
#define TRACK_SEMAPHORE_INIT(value, name)                                                                                                  \
  { TRACK_PRIVATE_NAME(name), (value) }
#define TRACK_BOUNDED_SEMAPHORE_INIT(value, name)                                                                                          \
  { TRACK_PRIVATE_NAME(name), (value), (value), 0 }

/* Make a semaphore that `value` acquires pass (0 to 2^32 - 1). Returns 0. */
int track_semaphore_init(struct track_semaphore *s, unsigned value, const char *name);

/* End its life. Returns 0, or EBUSY while threads wait for it. */
int track_semaphore_destroy(struct track_semaphore *s);

/* Wait until the value is above 0 and take one. Returns 0. */
int track_semaphore_acquire(struct track_semaphore *s);

/* Take one if there is one. Returns 0 or EBUSY. */
int track_semaphore_try_acquire(struct track_semaphore *s);

/* As acquire, for `timeout_ns` at most (0 tries, -1 waits for ever). Returns 0 or ETIMEDOUT. */
int track_semaphore_acquire_timeout(struct track_semaphore *s, int64_t timeout_ns);

/* Add n and let as many waiters go on. Returns 0, EINVAL when n is 0, or EOVERFLOW beyond 2^32 - 1: then nothing was added. */
int track_semaphore_release(struct track_semaphore *s, unsigned n);

/* The value at this moment. */
unsigned track_semaphore_value(const struct track_semaphore *s);

/* The same of a bounded one; its release answers EOVERFLOW beyond the first value, and adds nothing then. */
int track_bounded_semaphore_init(struct track_bounded_semaphore *s, unsigned value, const char *name);
int track_bounded_semaphore_destroy(struct track_bounded_semaphore *s);
int track_bounded_semaphore_acquire(struct track_bounded_semaphore *s);
int track_bounded_semaphore_try_acquire(struct track_bounded_semaphore *s);
int track_bounded_semaphore_acquire_timeout(struct track_bounded_semaphore *s, int64_t timeout_ns);
int track_bounded_semaphore_release(struct track_bounded_semaphore *s, unsigned n);
unsigned track_bounded_semaphore_value(const struct track_bounded_semaphore *s);

TRACK_END
#endif
