/* in_turn.h - one thread lets another go first, but does not wait for it for ever: an order that is usual and that nothing enforces. */
#ifndef IN_TURN_H
#define IN_TURN_H

#include <time.h>

static int turns_over;

static inline void turn_is_over(void) {
  __atomic_store_n(&turns_over, 1, __ATOMIC_SEQ_CST);
}

/* 0.7 seconds: longer than a run needs, shorter than `inspector confirm` holds threads back. */
static inline void wait_for_turn(void) {
  static const struct timespec moment = {0, 1000000};
  for (int i = 0; i < 700 && !__atomic_load_n(&turns_over, __ATOMIC_SEQ_CST); i++)
    nanosleep(&moment, NULL);
}

#endif
