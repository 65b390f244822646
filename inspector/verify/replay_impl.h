/* replay_impl.h - the replay from inside.
 *
 *   replay.c        reads a trace into steps, runs it once to learn what it relies on, and checks claims
 *   machine.c       one step: what every step needs, the table of rules, threads and memory
 *   machine_lock.c  locks, reader-writer locks, once controls
 *   machine_wait.c  conditions, semaphores, barriers, events */
#ifndef INSPECTOR_REPLAY_IMPL_H
#define INSPECTOR_REPLAY_IMPL_H

#include "verify/replay.h"

struct step {
  uint64_t ordinal, value;
  uint32_t thread;
  uint32_t line;       /* of its thread, from 1 */
  uint32_t next;       /* the thread's next step, + 1 */
  uint32_t place;      /* or the other thread; NO_INDEX none */
  uint32_t life;       /* of its object, + 1 */
  uint32_t ops_before; /* operations on that object that the trace has before it */
  uint32_t made_by;    /* the object's initialisation, + 1 */
  uint32_t saw;        /* READ: step that wrote, + 1; once: exclusive calls before it; PASS of a thread: joins before it;
                          CANCEL, JOIN_FAIL: the target's steps before it */
  uint32_t needs;      /* step that must have been taken, + 1: who cancelled the thread */
  int32_t result;
  uint16_t kind;
  uint8_t op, mode;
  bool is_operation; /* on its object: it may change it */
  bool is_void;      /* it changes nothing */
};

struct share {
  uint32_t thread, depth;
};

struct wake {
  uint64_t time, count; /* of a signal that had waiters, and how many of them it may still wake */
};

/* What the machine knows of an object. */
struct object_state {
  uint32_t owner, depth; /* NO_INDEX: nobody */
  struct share *shares;
  uint32_t n_shares, share_capacity;
  uint32_t n_begun; /* once: exclusive calls */
  int64_t tokens;
  uint32_t n_waiters;
  uint64_t broadcast; /* time of the last one */
  struct wake *wakes;
  uint32_t n_wakes, wake_capacity;
  uint64_t arrivals;
  uint32_t n_taken; /* operations */
  bool is_set;
};

/* One object, from its initialisation or first use to its end: one place may see many. */
struct life {
  uint16_t kind;
  bool keeps_order;      /* its operations keep the order of the trace: their outcome is not fully understood */
  uint32_t n_ops;        /* in the trace */
  uint32_t n_begun;      /* once: exclusive calls in the trace */
  uint64_t parties;      /* of a barrier, 0 unknown */
  uint64_t first_tokens; /* of a semaphore: as initialised, or as few as will do */
  struct object_state state;
};

/* What the machine knows of a place. */
struct place_state {
  uint32_t writer;  /* step + 1 */
  uint32_t made_by; /* last initialisation, step + 1 */
  uint32_t newest;  /* of the initialisations and ends, step + 1 */
};

/* While reading: what is at the place now. */
struct place_rule {
  uint64_t value;                 /* of its initialisation */
  uint32_t life, made_by, writer; /* all + 1 */
};

struct thread_state {
  uint32_t next;    /* step, + 1; 0: at its end */
  uint32_t n_done;  /* steps */
  uint32_t n_lines; /* that were begun */
  uint32_t given_up_depth;
  uint64_t waits_since; /* time */
  uint64_t arrival;
};

struct thread_rule {
  uint32_t first, last; /* steps, + 1 */
  uint32_t n_steps, n_lines;
  uint64_t ordinal;      /* of the last step, while reading */
  uint32_t created_by;   /* step, + 1 */
  uint32_t cancelled_by; /* step that its next one needs, + 1, while reading */
};

struct replay {
  struct source *source;
  const struct source_info *info;
  struct step *steps;
  uint32_t n_steps, step_capacity;
  uint32_t n_places, n_threads;
  struct life *lives;
  uint32_t n_lives, life_capacity;
  struct place_rule *place_rules;
  struct thread_rule *thread_rules;
  uint32_t n_joins; /* in the machine: of threads that the primitives made */
  /* the machine */
  struct place_state *places;
  struct thread_state *threads;
  bool *is_done; /* by step */
  uint64_t time;
  bool is_learning;
};

void machine_reset(struct replay *replay);
void machine_done(struct replay *replay);
/* NULL if it is about none. */
static inline struct object_state *step_object(const struct replay *replay, const struct step *step) {
  return step->life ? &replay->lives[step->life - 1].state : NULL;
}

/* Do the operations on its object keep their order? */
static inline bool step_keeps_order(const struct replay *replay, const struct step *step) {
  return step->life && replay->lives[step->life - 1].keeps_order;
}

/* Why the step cannot be taken now, NULL if it can. Static text. */
const char *machine_refusal(const struct replay *replay, uint32_t step);
void machine_take(struct replay *replay, uint32_t step);

/* A rule of one kind of step; either part may be missing. */
struct step_rule {
  const char *(*refusal)(const struct replay *replay, const struct step *step);
  void (*take)(struct replay *replay, const struct step *step);
};
extern const struct step_rule acquire_rule, release_rule, odd_release_rule, tryfail_rule;
extern const struct step_rule wait_rule, wake_rule, signal_rule, broadcast_rule, post_rule, semwait_rule, arrive_rule, leave_rule, set_rule,
    clear_rule, pass_rule, awaitfail_rule;

/* Does the thread hold the lock so that another one that asks for it in `mode` has to wait? */
bool lock_is_held_by(const struct object_state *lock, uint32_t thread, uint8_t mode);
bool lock_is_held_at_all(const struct object_state *lock, uint32_t thread);

#endif
