/* steps.h - every event of a trace as a step of the search for a reordering: what it needs and what it changes.
 *
 * Read in a pass of its own, when it is known that the search has something to look for. Places take part, not the objects
 * that live there one after the other. Where an operation's outcome depends on more than the state that the search knows
 * (values in queues, a semaphore that was found empty), all operations on the place keep their order. Of a trace longer than
 * STEPS_LIMIT only the beginning is kept: threads then simply go no further. */
#ifndef INSPECTOR_STEPS_H
#define INSPECTOR_STEPS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/model.h"

#define STEPS_LIMIT 2000000u

enum step_op {
  STEP_NOTHING,
  STEP_ACQUIRE, /* aux: its release, + 1 */
  STEP_RELEASE,
  STEP_TRY_FAIL, /* somebody else holds it; aux: acquisition that did so in the trace, + 1, if one alone did */
  STEP_READ,     /* aux: step that wrote, + 1 */
  STEP_WRITE,
  STEP_JOIN,      /* place: the thread */
  STEP_JOIN_FAIL, /* place: the thread, which has not ended */
  STEP_CANCEL,    /* place: the thread; aux: how many steps it has taken */
  STEP_SEQUENCE,  /* comes right after the operation before it */
  STEP_POST,      /* aux: how many */
  STEP_TAKE,
  STEP_WAIT,
  STEP_WAKE,
  STEP_SIGNAL,
  STEP_BROADCAST,
  STEP_ARRIVE,
  STEP_LEAVE,
  STEP_SET,
  STEP_CLEAR,
  STEP_PASS,
  STEP_AWAIT_FAIL,
  STEP_INIT, /* aux: how many tokens */
  STEP_END,  /* of the object's life; aux: 1 if its memory went, too */
  STEP_NEVER,
};

enum step_flag {
  STEP_SHARED = 1,    /* a lock for reading */
  STEP_WITH_NEXT = 2, /* one step with the next of its thread */
  STEP_SAFE = 4,      /* taking it as soon as it can be taken never hurts */
  STEP_ORDERED = 8,   /* an arrival at a barrier that more threads use than it has parties */
  STEP_OPERATION = 16 /* on the object at the place */
};

struct step {
  uint64_t ordinal;
  uint32_t thread, index; /* number in its thread, from 0 */
  uint32_t place;         /* of the object or variable; or the other thread */
  uint32_t aux;
  uint32_t before;  /* the operation on the place before it, + 1; 0: it is the first */
  uint32_t made_by; /* the initialisation of what is at the place, + 1; 0 not known */
  uint32_t needs;   /* another step that must have been taken, + 1; 0 none */
  uint8_t op, flags;
};

struct open_step {
  uint32_t place, step;
};

struct step_thread {
  uint32_t *steps; /* in its order */
  uint32_t n, capacity;
  uint32_t created_by;   /* step, + 1; 0: it is there from the beginning */
  uint32_t cancelled_by; /* step that its next one needs, + 1 */
  bool is_awaited;       /* joins of it have failed */
  struct open_step *open;
  uint32_t n_open, open_capacity;
};

struct step_place {
  uint32_t last;                 /* operation, step + 1 */
  uint32_t user;                 /* thread + 1; NO_INDEX: several */
  uint32_t made_by;              /* step + 1 */
  uint32_t begun_by;             /* once control: step of the initialiser, + 1 */
  uint32_t writer;               /* variable: step + 1 */
  uint32_t writes;               /* variable: by thread + 1; NO_INDEX: by several */
  uint32_t tokens, first_tokens; /* semaphore: left; how many it began with if nothing says so. Condition: wakes to come, ... */
  uint32_t n_waiting;            /* ... waiters that no signal has met. Event: tokens 1: it is set */
  uint32_t parties;              /* barrier */
  bool is_sequence, has_tries, was_cleared;
  uint32_t *acquires; /* steps, by thread and in its order; once all are known */
  uint32_t n_acquires;
};

struct steps {
  struct step *items; /* in the order of the trace */
  uint32_t n, capacity;
  struct step_thread *threads;
  uint32_t n_threads, thread_capacity;
  struct step_place *places;
  uint32_t n_places, place_capacity;
  const uint8_t *roles; /* enum order_object by object; not owned */
  uint32_t n_roles;
};

/* Before model_apply(), as detectors. */
void steps_add(struct steps *steps, const struct model *model, const struct event *event);
/* After the last one. */
void steps_finish(struct steps *steps);
void steps_done(struct steps *steps);

#endif
