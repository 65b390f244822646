/* inner.h - the locks and waits inside of primitives, which nobody records.
 *
 * inner_lock: Drepper's third mutex ("Futexes Are Tricky", 2011): 0 free, 1 held, 2 held with waiters; it spins a little first, as sections
 * here are short. inner_wait: a condition for one inner_lock, changed only under it: how often it was signalled, who waits, and how many of
 * those were signalled and have not come back. A signal counts only while more wait than were signalled; whoever comes back, by a signal or
 * by its deadline, looks at the state again, so none is lost. */
#ifndef TRACK_INNER_H
#define TRACK_INNER_H

#include "primitives/futex.h"
#include "primitives/hook.h"
#include "primitives/tell.h"

HIDDEN void inner_lock_slow(uint32_t *lock);

ALWAYS_INLINE void inner_lock(uint32_t *lock) {
  uint32_t free = 0;
  if (UNLIKELY(!__atomic_compare_exchange_n(lock, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)))
    inner_lock_slow(lock);
  if (is_watched()) {
    order_after_slow(lock);
    hook_locked();
  }
}

ALWAYS_INLINE void inner_unlock(uint32_t *lock) {
  bool is_told = is_watched();
  if (is_told)
    order_before_slow(lock);
  if (UNLIKELY(__atomic_exchange_n(lock, 0, __ATOMIC_RELEASE) == 2))
    futex_wake(lock, 1);
  if (UNLIKELY(is_told))
    hook_unlocked();
}

/* Of the three words that make an inner_wait. */
enum { WAIT_COUNT, WAIT_WAITERS, WAIT_SIGNALLED };

/* With the lock held, which is given up meanwhile. False: the deadline has passed. */
HIDDEN bool inner_wait(uint32_t *wait, uint32_t *lock, int64_t deadline);

/* With the lock held: how many of `n` waiters must be woken by futex_wake(wait, ...) once it was given up. */
HIDDEN uint32_t inner_signal(uint32_t *wait, uint32_t n);

ALWAYS_INLINE void inner_wake(const uint32_t *wait, uint32_t n) {
  if (UNLIKELY(n))
    futex_wake(wait, n);
}

#endif
