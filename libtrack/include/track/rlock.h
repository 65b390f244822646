/* rlock.h - track_rlock: a lock that its holder may take again (Python's threading.RLock).
 *
 * It has an owner and a depth: only the owner releases it, and only the outermost release frees it. A condition wait gives it up
 * whole and takes it back at its depth. All functions may be called from any thread; none is async-signal-safe, none is a
 * cancellation point. */
#ifndef TRACK_RLOCK_H
#define TRACK_RLOCK_H

#include "track/base.h"

TRACK_BEGIN

struct track_rlock {
  struct track_private_name private_name;
  uint32_t private_state; /* as a track_lock's */
  uint32_t private_depth; /* the owner's */
};

/* A static or automatic lock; the name is not copied. */
#define TRACK_RLOCK_INIT(name)                                                                                                             \
  { TRACK_PRIVATE_NAME(name), 0, 0 }

/* Make a lock, free. Returns 0. */
int track_rlock_init(struct track_rlock *l, const char *name);

/* End its life. Returns 0, or EBUSY while somebody holds it. */
int track_rlock_destroy(struct track_rlock *l);

/* Wait until no other thread owns the lock and take it, one level deeper. Returns 0, or EAGAIN at a depth of 2^32 - 1. */
int track_rlock_acquire(struct track_rlock *l);

/* The same without waiting. Returns 0, EBUSY while another thread owns it, or EAGAIN. */
int track_rlock_try_acquire(struct track_rlock *l);

/* As acquire, for `timeout_ns` at most (0 tries, -1 waits for ever). Returns 0, ETIMEDOUT or EAGAIN. */
int track_rlock_acquire_timeout(struct track_rlock *l, int64_t timeout_ns);

/* Give up one level; the outermost one frees the lock. Returns 0, or EPERM when the caller does not own it. */
int track_rlock_release(struct track_rlock *l);

/* Whether some thread owns it. */
bool track_rlock_is_locked(const struct track_rlock *l);

/* How often the caller has acquired it and not released; 0 when it does not own it. */
unsigned track_rlock_depth(const struct track_rlock *l);

TRACK_END
#endif
