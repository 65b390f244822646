/* lock.h - track_lock: a lock that any thread may release (Python's threading.Lock).
 *
 * The double acquire blocks for ever, as in Python, unless another thread releases the lock; see rlock.h for a lock that its
 * holder may take again. All functions may be called from any thread; none is async-signal-safe but track_lock_is_locked(). None is a
 * cancellation point. A lock needs 56 bytes, may lie anywhere and must not be copied or moved. */
#ifndef TRACK_LOCK_H
#define TRACK_LOCK_H

#include "track/base.h"

TRACK_BEGIN

struct track_lock {
  struct track_private_name private_name;
  uint32_t private_state; /* 0 free, else who acquired it, and a bit for waiters: a futex */
  uint32_t private_reserved;
};

/* A static or automatic lock; the name is not copied. */
#define TRACK_LOCK_INIT(name)                                                                                                              \
  { TRACK_PRIVATE_NAME(name), 0, 0 }

/* Make a lock, free. Returns 0. */
int track_lock_init(struct track_lock *l, const char *name);

/* End its life; the memory is the caller's. Returns 0, or EBUSY while somebody holds it (it then lives on). */
int track_lock_destroy(struct track_lock *l);

/* Wait until the lock is free and take it. Returns 0. A second acquire by its holder waits for somebody else's release. */
int track_lock_acquire(struct track_lock *l);

/* Take the lock if it is free. Returns 0 or EBUSY. */
int track_lock_try_acquire(struct track_lock *l);

/* As acquire, for `timeout_ns` at most (0 tries, -1 waits for ever). Returns 0 or ETIMEDOUT. */
int track_lock_acquire_timeout(struct track_lock *l, int64_t timeout_ns);

/* Free the lock, whoever acquired it; one waiter gets it. Returns 0, or EPERM when it was free. */
int track_lock_release(struct track_lock *l);

/* Whether somebody holds it, which may be over when the answer arrives. */
bool track_lock_is_locked(const struct track_lock *l);

TRACK_END
#endif
