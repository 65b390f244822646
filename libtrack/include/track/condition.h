/* condition.h - track_condition: wait until another thread says that something changed (Python's threading.Condition).
 *
 * It has a lock of its own, or one that is given to it; several conditions may share one. Whoever waits or notifies holds that
 * lock, as its last acquirer, else the call answers EPERM. Waiters are woken in the order in which they came; a wait returns only when
 * notified or timed out, but others may have changed the state again by then: use wait_for. Callable from any thread, not from signal
 * handlers; no cancellation points. */
#ifndef TRACK_CONDITION_H
#define TRACK_CONDITION_H

#include "track/lock.h"
#include "track/rlock.h"

TRACK_BEGIN

struct track_private_waiter;

struct track_condition {
  struct track_private_name private_name;
  struct track_lock *private_lock; /* the given one */
  struct track_rlock *private_rlock;
  struct track_private_waiter *private_first, *private_last;
  struct track_lock private_own; /* when none was given */
};

/* A static or automatic condition with a lock of its own; the name is not copied. */
#define TRACK_CONDITION_INIT(name)                                                                                                         \
  { TRACK_PRIVATE_NAME(name), NULL, NULL, NULL, NULL, TRACK_LOCK_INIT(NULL) }

/* Make a condition with a lock of its own. Returns 0. */
int track_condition_init(struct track_condition *c, const char *name);

/* ... that uses the caller's lock, which must outlive it. Returns 0. */
int track_condition_init_lock(struct track_condition *c, struct track_lock *lock, const char *name);
int track_condition_init_rlock(struct track_condition *c, struct track_rlock *lock, const char *name);

/* End its life (not that of a given lock). Returns 0, or EBUSY while threads wait on it or hold its own lock. */
int track_condition_destroy(struct track_condition *c);

/* Acquire and release the condition's lock: as track_lock_acquire() and track_lock_release(), or the rlock's. */
int track_condition_acquire(struct track_condition *c);
int track_condition_release(struct track_condition *c);

/* Give up the lock, wait until notified, take the lock back. Returns 0, or EPERM without the lock. */
int track_condition_wait(struct track_condition *c);

/* The same for `timeout_ns` at most (-1: for ever). Returns 0, ETIMEDOUT (the lock is held again all the same) or EPERM. */
int track_condition_wait_timeout(struct track_condition *c, int64_t timeout_ns);

/* Wait until predicate(arg), called with the lock held, is true: asked at once and after every wake-up, for `timeout_ns` in all
 * (-1: for ever). Returns 0 when it was true, ETIMEDOUT when it was not true even then, EPERM without the lock. */
int track_condition_wait_for(struct track_condition *c, bool (*predicate)(void *arg), void *arg, int64_t timeout_ns);

/* Wake the n threads that have waited longest, or as many as there are. Returns 0, or EPERM without the lock. */
int track_condition_notify(struct track_condition *c, unsigned n);

/* Wake all who wait. Returns 0, or EPERM without the lock. */
int track_condition_notify_all(struct track_condition *c);

TRACK_END
#endif
