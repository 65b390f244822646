/* execution.h - a random execution of threads with locks, conditions, semaphores and libtrack's primitives, as it truly went, and its recording.
 *
 * One event after the other takes effect, each possible where it stands; the recording gets the events of each thread in a lane,
 * with the sequence numbers of that order and with times that are off by up to `jitter`. Lanes are used again by later
 * threads, and so are thread handles, once the clocks cannot confuse them. */
#ifndef TEST_EXECUTION_H
#define TEST_EXECUTION_H

#include <stdbool.h>
#include <stdint.h>

enum { EXECUTION_THREADS = 400 };

struct true_event {
  uint64_t address, address2; /* WAIT, WAKE: condition and mutex */
  uint32_t thread, target;    /* numbers; target 0 none */
  uint32_t number;            /* of S events */
  uint16_t kind;
  uint8_t op, mode;
};

struct execution {
  struct true_event *events;
  uint32_t n_events, capacity;
  uint32_t n_threads;
};

struct execution_options {
  uint64_t seed;
  uint32_t n_events;
  uint32_t n_lanes;        /* threads that live at the same time, at most */
  uint64_t jitter;         /* the true time between two events is EXECUTION_STEP */
  bool has_children_named; /* CHILD records */
  bool has_renewals;       /* locks are destroyed and initialised again, in two steps, between which others may be seen to use them */
  uint32_t block_percent;  /* chance that a block is written early, in 1000 */
};

enum { EXECUTION_STEP = 16 };

void execution_run(struct execution *execution, const struct execution_options *options, const char *path);
void execution_done(struct execution *execution);

#endif
