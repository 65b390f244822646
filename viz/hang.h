/* hang.h - who can go on when the trace ends, and who cannot: there the program hangs. */
#ifndef VIZ_HANG_H
#define VIZ_HANG_H

#include "model/model.h"

enum hang_state {
  HANG_NOT,    /* it does not wait */
  HANG_WAITS,  /* it may go on: a worker waits for work, a timeout ends the wait, the holder runs */
  HANG_BEHIND, /* it waits for a thread that is stuck */
  HANG_ROOT,   /* it waits for what nobody is left to do */
  HANG_CIRCLE, /* it waits for itself, by way of others or not */
};
enum { N_HANG_STATES = HANG_CIRCLE + 1 };

struct hang {
  const struct model *model;
  uint8_t *states;     /* enum hang_state by thread */
  uint32_t *component; /* by thread: equal ones are in one circle, if they are in one */
  uint32_t n[N_HANG_STATES];
  bool nobody_goes_on;
  uint32_t *first_holder, *holders; /* of object i, while somebody waits for it: holders[first_holder[i]] up to that of i + 1 */
};

struct hang *hang_new(const struct model *model);
void hang_free(struct hang *hang); /* accepts NULL */

/* Threads that hold the object that the thread waits for, or the one that it joins. */
const uint32_t *hang_others(const struct hang *hang, uint32_t thread, uint32_t *ret_n);

/* Of those the one that keeps it: a stuck one before others. NO_INDEX: nobody in particular. */
uint32_t hang_waits_for(const struct hang *hang, uint32_t thread);

static inline bool hang_is_stuck(const struct hang *hang, uint32_t thread) {
  return hang->states[thread] >= HANG_BEHIND;
}

/* May the wait end without anybody's doing? */
static inline bool wait_is_limited(const struct blocked *blocked) {
  return blocked->mode & (TRACE_MODE_TRY | TRACE_MODE_TIMED);
}

#endif
