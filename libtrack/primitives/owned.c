/* owned.c - see owned.h. */
#include "primitives/owned.h"

enum { SPINS = 20 };

__thread struct self track_self;

/* 2^30 threads in one process are not expected; ids would repeat then. */
uint32_t self_id_new(void) {
  static uint32_t last;
  return track_self.id = (__atomic_add_fetch(&last, 1, __ATOMIC_RELAXED) - 1) % SELF_ID_MASK + 1;
}

static bool spin(uint32_t *word, uint32_t id) {
  for (int i = 0; i < SPINS; i++) {
    uint32_t seen = __atomic_load_n(word, __ATOMIC_RELAXED);
    if (!seen && __atomic_compare_exchange_n(word, &seen, id, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
      return true;
    if (seen & OWNED_WAITERS) /* others sleep for it already */
      return false;
    cpu_relax();
  }
  return false;
}

bool owned_wait(uint32_t *word, uint32_t id, int64_t deadline) {
  if (spin(word, id))
    return true;
  for (bool is_in_time = true;;) {
    uint32_t seen = __atomic_load_n(word, __ATOMIC_RELAXED);
    if (!seen) {
      if (__atomic_compare_exchange_n(word, &seen, id | OWNED_WAITERS, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return true;
      continue;
    }
    if (!is_in_time)
      return false;
    if (!(seen & OWNED_WAITERS) &&
        !__atomic_compare_exchange_n(word, &seen, seen | OWNED_WAITERS, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
      continue;
    is_in_time = futex_wait(word, seen | OWNED_WAITERS, deadline);
  }
}

void owned_wake(uint32_t *word) {
  futex_wake(word, 1);
}
