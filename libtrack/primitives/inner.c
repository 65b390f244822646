/* inner.c - see inner.h. */
#include "primitives/inner.h"

enum { SPINS = 100 };

void inner_lock_slow(uint32_t *lock) {
  for (int i = 0; i < SPINS; i++) {
    uint32_t free = 0;
    if (!__atomic_load_n(lock, __ATOMIC_RELAXED) && __atomic_compare_exchange_n(lock, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
      return;
    cpu_relax();
  }
  while (__atomic_exchange_n(lock, 2, __ATOMIC_ACQUIRE))
    futex_wait(lock, 2, NO_DEADLINE);
}

bool inner_wait(uint32_t *wait, uint32_t *lock, int64_t deadline) {
  uint32_t count = __atomic_load_n(&wait[WAIT_COUNT], __ATOMIC_RELAXED);
  wait[WAIT_WAITERS]++;
  inner_unlock(lock);
  bool is_in_time = futex_wait(&wait[WAIT_COUNT], count, deadline);
  inner_lock(lock);
  wait[WAIT_WAITERS]--;
  wait[WAIT_SIGNALLED] -= wait[WAIT_SIGNALLED] > 0;
  return is_in_time;
}

uint32_t inner_signal(uint32_t *wait, uint32_t n) {
  uint32_t asleep = wait[WAIT_WAITERS] - wait[WAIT_SIGNALLED];
  if (n > asleep)
    n = asleep;
  if (!n)
    return 0;
  wait[WAIT_SIGNALLED] += n;
  __atomic_fetch_add(&wait[WAIT_COUNT], 1, __ATOMIC_RELAXED);
  return n;
}
