/* brute.h - every correct reordering of a tiny trace, and the deadlocks that they reach. */
#ifndef ORACLE_BRUTE_H
#define ORACLE_BRUTE_H

#include "history.h"

/* A deadlock is the set of events that block, as bits. */
#define MAX_DEADLOCKS 256
struct deadlocks {
  uint32_t sets[MAX_DEADLOCKS];
  int n;
};

/* ANY_ORDER: what the primitives allow. SAME_ORDER: sections of a lock that exclude each other keep the order of the trace,
 * and so do the operations of each condition and semaphore; tries fail because of the same holders; a thread leaves a
 * barrier after those that had arrived in the trace. */
enum ordering { ANY_ORDER, SAME_ORDER };

void brute_search(const struct history *history, enum ordering ordering, struct deadlocks *ret_deadlocks);

#endif
