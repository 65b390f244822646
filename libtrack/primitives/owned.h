/* owned.h - the word that track_lock and track_rlock are: 0, or the id of who acquired it, with a bit while others sleep on it.
 *
 * One read-modify-write takes it and one frees it, and who holds it is never in doubt. Somebody who slept takes it with the bit set,
 * as others may sleep yet. */
#ifndef TRACK_OWNED_H
#define TRACK_OWNED_H

#include <sys/single_threaded.h>

#include "primitives/futex.h"
#include "primitives/self.h"
#include "track/condition.h"

#define OWNED_WAITERS 0x80000000u

ALWAYS_INLINE uint32_t owned_by(const uint32_t *word) {
  return __atomic_load_n(word, __ATOMIC_RELAXED) & SELF_ID_MASK;
}

/* In a process of one thread no atomic instruction is needed, as in libc. */
ALWAYS_INLINE bool owned_try(uint32_t *word, uint32_t id) {
  uint32_t free = 0;
  if (__libc_single_threaded) {
    if (__atomic_load_n(word, __ATOMIC_RELAXED))
      return false;
    __atomic_store_n(word, id, __ATOMIC_RELAXED);
    return true;
  }
  return __atomic_compare_exchange_n(word, &free, id, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/* Takes it, asleep while others have it. False: the deadline has passed. */
HIDDEN bool owned_wait(uint32_t *word, uint32_t id, int64_t deadline);

HIDDEN void owned_wake(uint32_t *word);

/* Returns what it was. */
ALWAYS_INLINE uint32_t owned_free(uint32_t *word) {
  uint32_t before;
  if (__libc_single_threaded) {
    before = __atomic_load_n(word, __ATOMIC_RELAXED);
    __atomic_store_n(word, 0, __ATOMIC_RELAXED);
  } else
    before = __atomic_exchange_n(word, 0, __ATOMIC_RELEASE);
  if (UNLIKELY(before & OWNED_WAITERS))
    owned_wake(word);
  return before;
}

/* On behalf of a caller; timeouts as the public ones', but 0 answers EBUSY. */
HIDDEN int lock_acquire_at(struct track_lock *l, int64_t timeout_ns, struct caller caller);
HIDDEN int lock_release_at(struct track_lock *l, struct caller caller);
HIDDEN int rlock_acquire_at(struct track_rlock *l, int64_t timeout_ns, struct caller caller);
HIDDEN int rlock_release_at(struct track_rlock *l, struct caller caller);
/* The lock that is the condition's. */
HIDDEN int condition_acquire_at(struct track_condition *c, struct caller caller);
HIDDEN int condition_release_at(struct track_condition *c, struct caller caller);

#endif
