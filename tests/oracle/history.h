/* history.h - tiny random traces for the oracle: what happened, in order, and what it needs to be judged. */
#ifndef ORACLE_HISTORY_H
#define ORACLE_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "track/trace.h"

#define MAX_EVENTS 30
#define MAX_THREADS 4
#define N_LOCKS 4
#define N_VARIABLES 2

/* Places, in the order of their numbers. */
enum {
  FIRST_LOCK = 0,
  CONDITION = N_LOCKS,
  SEMAPHORE,
  BARRIER,
  EVENT,
  QUEUE,
  LOCAL,
  FIRST_VARIABLE,
  N_PLACES = FIRST_VARIABLE + N_VARIABLES
};

/* What a trace may hold besides mutexes, start and join. */
enum feature {
  WITH_ACCESSES = 1,
  WITH_RWLOCKS = 2, /* locks 2 and 3 are */
  WITH_TRIES = 4,
  WITH_CONDITION = 8,
  WITH_SEMAPHORE = 16,
  WITH_BARRIER = 32,
  WITH_ONCE = 64,   /* lock 3 is a once control: initialising is writing, finding it done is reading */
  WITH_EVENT = 128, /* and thread-local data, which orders nothing */
  WITH_QUEUE = 256,
  WITH_REENTRY = 512, /* mutexes are taken again by who holds them */
};
#define ALL_FEATURES 1023u

struct happening {
  uint8_t op, mode, thread;
  uint8_t place; /* or the other thread */
  uint8_t mutex; /* WAIT and WAKE */
};

struct history {
  struct happening events[MAX_EVENTS];
  int n;
  int n_threads;
  unsigned features;
  int parties; /* of the barrier */
  uint64_t seed;
};

void history_make(struct history *history, uint64_t seed, unsigned features);
void history_print(const struct history *history);

static inline bool is_once(const struct history *history, int lock) {
  return history->features & WITH_ONCE && lock == 3;
}

static inline bool is_rwlock(const struct history *history, int lock) {
  return history->features & WITH_RWLOCKS && lock >= 2 && !is_once(history, lock);
}

/* Do two acquisitions of one lock exclude each other? */
static inline bool excludes(const struct happening *a, const struct happening *b) {
  return !(a->mode & TRACE_MODE_READ && b->mode & TRACE_MODE_READ);
}

#endif
