/* reorder_impl.h - the search from inside, private to reorder*.c.
 *
 *   reorder.c          the search: states, choices, the two runs
 *   reorder_need.c     which steps the goals need
 *   reorder_machine.c  one step: can it be taken, and what does it change; and back */
#ifndef INSPECTOR_REORDER_IMPL_H
#define INSPECTOR_REORDER_IMPL_H

#include "detect/reorder.h"

/* The state is one array, so that every change can be taken back and hashed alike. Parts that follow from other parts
 * are not hashed. */
enum slot_part {
  /* hashed */
  SLOT_AT,      /* by thread: steps taken */
  SLOT_WOKEN,   /* by thread */
  SLOT_ARRIVAL, /* by thread: number of its arrival */
  SLOT_LIVE,    /* by place: last write that somebody still reads, + 1 */
  SLOT_IS_SET,  /* by place */
  SLOT_MADE_BY, /* by place: step + 1 */
  SLOT_NEWEST,  /* by place: newest beginning or end of a life, step + 1 */
  N_HASHED_PARTS,
  /* not hashed */
  SLOT_OWNER = N_HASHED_PARTS, /* by place: the step that took it, + 1 */
  SLOT_READERS,                /* by place */
  SLOT_LAST,                   /* by place: operation, step + 1 */
  SLOT_TOKENS,                 /* by place */
  SLOT_ARRIVALS,               /* by place */
  SLOT_WRITER,                 /* by place: step + 1 */
  SLOT_FIRST_READS,            /* by place: reads of the first value that are still to come */
  SLOT_READS,                  /* by step: reads of what it wrote that are still to come */
  SLOT_NEED,                   /* by thread: steps that it has to take before the goals are reached */
  SLOT_WANT,                   /* by thread: steps that it should take */
  SLOT_NEEDED,                 /* by step: needed reads of what it wrote that are still to come */
  SLOT_FIRST_NEEDED,           /* by place: the same of the first value */
  N_SLOT_PARTS
};

struct change {
  uint32_t slot, old;
};

struct choice {
  uint32_t step, wakes; /* SIGNAL: thread + 1; 0 nobody */
};

struct frame {
  uint32_t n_changes, n_path; /* of the state that the choices start from */
  uint32_t next, end;         /* in choices[] */
};

struct reorder {
  const struct steps *steps;
  uint32_t part[N_SLOT_PARTS + 1]; /* first slot of each */
  uint32_t *state;
  uint64_t hash;
  struct change *changes;
  uint32_t n_changes, change_capacity;
  uint32_t n_first_changes; /* before any step is taken: what the first goals need */
  uint32_t *path;           /* steps taken */
  uint32_t n_path, path_capacity;
  uint32_t *limit; /* by thread: it may take so many steps */
  uint32_t *queue; /* threads of which steps are to be looked at ... */
  uint32_t n_queue;
  uint32_t *looked_at; /* ... by thread: behind so many; NO_INDEX: it is not in the queue */
  bool wants_all;      /* second run: all threads move */
  uint32_t *movers;    /* threads that may move, in the first run those that are wanted */
  uint32_t n_movers;
  bool *is_mover;
  struct frame *frames;
  uint32_t n_frames, frame_capacity;
  struct choice *choices;
  uint32_t n_choices, choice_capacity;
  uint64_t *visited; /* open addressing; 0 empty */
  uint32_t n_visited, visited_slots;
  struct reorder_budget *budget;
  uint64_t states_left; /* in this run */
};

/* reorder.c */
void reorder_spend(struct reorder *reorder, uint64_t work);

/* reorder_machine.c */
static inline uint32_t slot(const struct reorder *reorder, enum slot_part part, uint32_t index) {
  return reorder->part[part] + index;
}
static inline uint32_t state_get(const struct reorder *reorder, enum slot_part part, uint32_t index) {
  return reorder->state[slot(reorder, part, index)];
}
void state_set(struct reorder *reorder, enum slot_part part, uint32_t index, uint32_t value);
void state_undo(struct reorder *reorder, uint32_t n_changes);
/* The thread's next step; NO_INDEX at its limit. */
uint32_t thread_next(const struct reorder *reorder, uint32_t thread);
bool step_is_taken(const struct reorder *reorder, uint32_t step);
/* Can it be taken, is it the next one of its thread? */
bool step_is_possible(const struct reorder *reorder, uint32_t step);
/* Does taking it now keep nobody from anything? */
bool step_is_safe(const struct reorder *reorder, uint32_t step);
/* Take the choice's step and those that are one with it; false, and nothing has changed, if one of these is not possible. */
bool choice_take(struct reorder *reorder, struct choice choice);
/* Is the thread waiting on the condition, and was not woken? */
bool thread_waits_for(const struct reorder *reorder, uint32_t thread, uint32_t place);

/* reorder_need.c */
/* All that the goals need in any case, from the present state on; false if they cannot be reached. */
bool need_add(struct reorder *reorder, const struct reorder_goal *goals, uint32_t n);
/* After this step was taken: false if the goals cannot be reached any more. */
bool need_after(struct reorder *reorder, uint32_t step);
/* Would taking it keep a read that is needed from what it has to see? */
bool need_forbids(const struct reorder *reorder, uint32_t step);
/* Want the thread to take `n` steps, and whatever these relied on in the trace. Up to the limits. */
void want_raise(struct reorder *reorder, uint32_t thread, uint32_t n);
/* What keeps the thread from its next step is wanted; false if nothing new is. */
bool want_release(struct reorder *reorder, uint32_t thread);

#endif
