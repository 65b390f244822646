/* barrier.h - track_barrier: threads that wait for one another (Python's threading.Barrier).
 *
 * Each round lets `parties` threads go on together. It breaks when a wait times out, an action fails or somebody aborts it: all who
 * wait, and all who come, get ECANCELED until it is reset. Callable from any thread, not from signal handlers; no cancellation
 * points. */
#ifndef TRACK_BARRIER_H
#define TRACK_BARRIER_H

#include "track/base.h"

TRACK_BEGIN

struct track_barrier {
  struct track_private_name private_name;
  int (*private_action)(void *arg);
  void *private_arg;
  uint32_t private_parties, private_lock;
  uint32_t private_phase, private_round; /* see primitives/barrier.c */
  uint32_t private_n_arrived, private_n_inside;
};

/* Make a barrier of `parties` threads (1 or more). `action`, if any, is called with `arg` by the thread that arrives last, before the
 * others go on; it returns 0, or what it failed with. Returns 0, or EINVAL when there are no parties. */
int track_barrier_init(struct track_barrier *b, unsigned parties, int (*action)(void *arg), void *arg, const char *name);

/* End its life. Returns 0, or EBUSY while threads stand at it. */
int track_barrier_destroy(struct track_barrier *b);

/* Wait for the others. The order of arrival, 0 to parties - 1, goes to ret_index (may be NULL). Returns 0; ECANCELED when the barrier is or
 * gets broken; in the thread that ran the action, what that failed with. */
int track_barrier_wait(struct track_barrier *b, unsigned *ret_index);

/* The same for `timeout_ns` at most (-1: for ever). Returns in addition ETIMEDOUT, and the barrier is broken then. The time counts
 * from the arrival, which is when the round before has been left. */
int track_barrier_wait_timeout(struct track_barrier *b, int64_t timeout_ns, unsigned *ret_index);

/* Break it: whoever waits or comes gets ECANCELED. Returns 0. */
int track_barrier_abort(struct track_barrier *b);

/* Make it whole and empty; whoever waits gets ECANCELED. Returns 0. */
int track_barrier_reset(struct track_barrier *b);

/* Threads that wait in this round; how many a round needs; whether it is broken. */
unsigned track_barrier_n_waiting(const struct track_barrier *b);
unsigned track_barrier_parties(const struct track_barrier *b);
bool track_barrier_is_broken(const struct track_barrier *b);

TRACK_END
#endif
