/* lucky_order.h - makes the run of an example a lucky one, every time.
 *
 * A program with a wrong lock order works most of the time: the threads seldom meet in the short moment where it matters. An
 * example must not hang and must do the same on every machine, so its threads take turns. The program does not enforce this
 * order (a thread that has waited long enough goes ahead, as an unlucky one does), and it says nothing about the locks: what
 * the inspector reports could really happen. */
#ifndef LUCKY_ORDER_H
#define LUCKY_ORDER_H

#include <sched.h>
#include <time.h>

static int lucky_turn;

/* Tell the others that this turn is over. */
static inline void lucky_next(void) {
  __atomic_fetch_add(&lucky_turn, 1, __ATOMIC_SEQ_CST);
}

#ifndef LUCKY_SECONDS
#define LUCKY_SECONDS 4
#endif

/* Let the others go first until `turn` turns are over, but for no longer than some seconds. */
__attribute__((no_sanitize("thread"))) static inline void lucky_wait(int turn) {
  time_t end = time(NULL) + LUCKY_SECONDS;
  while (__atomic_load_n(&lucky_turn, __ATOMIC_SEQ_CST) < turn && time(NULL) < end)
    sched_yield();
}

#endif
