/* model.h - the state of the traced program while its events pass by: threads, objects, who holds and waits for what.
 *
 * model_judge() fills event.object, object2 and oddity from the state before the event; then detectors look; then
 * model_apply() makes the step. model.c holds the only switch on event types. Objects live in generations: a place
 * (address) has one object at a time; INIT, FREE, DESTROY and the end of a stack frame start a new one. */
#ifndef INSPECTOR_MODEL_H
#define INSPECTOR_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "model/event.h"
#include "model/lockset.h"
#include "trace/source.h"

/* One lock held by a thread. Recursive re-acquisitions raise depth only. */
struct held {
  uint32_t object;
  uint32_t site;    /* of the outermost acquisition */
  uint64_t ordinal; /* its ordinal */
  uint64_t time_ns;
  uint32_t depth;
  uint8_t mode;    /* TRACE_MODE_READ when shared; TRY, TIMED, CONDITION as acquired */
  bool is_unasked; /* a condition wait that began without it brought it back: its thread does not know */
};

/* What a thread is blocked on, from REQ, JOIN_REQ, WAIT, SEM_REQ, ARRIVE, AWAIT, PUT_REQ, GET_REQ until the event that ends the wait. */
struct blocked {
  uint8_t op; /* 0: not blocked */
  uint8_t mode;
  uint32_t object; /* or NO_INDEX */
  uint32_t target; /* JOIN_REQ: thread, else NO_INDEX */
  uint32_t site;
  uint64_t ordinal;
  uint64_t time_ns;
};

enum thread_state { THREAD_UNKNOWN, THREAD_CREATED, THREAD_RUNNING, THREAD_ENDED };

struct thread {
  enum thread_state state;
  bool is_main;
  bool is_foreign; /* made by a library inside libc, or unknown to us */
  bool is_detached;
  bool is_joined;
  uint16_t kind;        /* what made it: TRACE_KIND_THREAD, DAEMON, TIMER, EXECUTOR; 0: pthread_create */
  uint32_t creator;     /* thread, NO_INDEX unknown */
  uint32_t create_site; /* 0 unknown */
  uint64_t create_ordinal;
  uint32_t detach_site, join_site;
  uint64_t join_ordinal;
  uint32_t joiner;
  struct held *held; /* outermost acquisitions in order of time */
  uint32_t n_held, held_capacity;
  uint32_t lockset; /* interned set of held[].object, see lockset.h; LOCKSET_EMPTY when none */
  struct blocked blocked;
  uint32_t acquired_in_state; /* internal: number of recorded events, saturating */
  uint64_t n_events;
};

struct object {
  /* what every acquisition and release touches, in one cache line */
  uint16_t kind; /* enum trace_kind | enum trace_type */
  bool is_destroyed, is_freed;
  bool was_initialised;   /* an INIT was seen */
  bool is_unsure;         /* its past is not in this recording: who holds it, or whether it was initialised, is not known */
  bool released_by_other; /* a thread that did not hold it has released it */
  bool value_known;
  uint32_t stack_thread; /* the thread on whose stack it lies, NO_INDEX if none is known */
  uint32_t owner;        /* thread that holds it exclusively, NO_INDEX if none */
  uint32_t n_readers;    /* holding it shared, re-reads counted */
  uint32_t last_thread;  /* who released it last, NO_INDEX nobody */
  uint32_t last_site;
  uint32_t place;
  /* the rest */
  uint32_t generation;   /* 0 for the first object at its place */
  uint32_t successor;    /* the next one there, NO_INDEX none yet */
  uint32_t first_thread; /* who used it first */
  uint32_t first_site;   /* INIT's site, else the first use's */
  uint64_t first_ordinal;
  uint32_t end_site, end_thread;  /* DESTROY or FREE */
  uint32_t n_waiters;             /* threads inside a wait on it; barrier: arrived in this round; semaphore: blocked on it */
  uint32_t mutex;                 /* condition: object of the mutex last waited with, NO_INDEX none */
  uint64_t value;                 /* semaphore: count as far as known; barrier: parties; condition, event, future: waiters already let go;
                                     queue: maxsize; executor: workers */
  bool is_set;                    /* event set, future done or cancelled, timer over; queue, executor: shut down */
  bool is_broken;                 /* barrier */
  bool was_filled;                /* barrier: its last round ended as all had come */
  uint32_t round;                 /* barrier: how many rounds have ended */
  uint32_t n_items, n_unfinished; /* queue, executor: put and not got, put and not done, as far as seen */
};

/* Locks that a forking process held, for the recording of its child. */
struct fork_snapshot {
  uint64_t fork_number;
  uint32_t n_held;
  uint32_t site; /* of the fork */
  char *place;   /* the same in words, for the child's reports; NULL until resolved */
  struct fork_held {
    uint64_t address;
    uint16_t kind;
    uint8_t mode;
    uint32_t depth;
    bool by_forker; /* else by a thread that does not exist in the child */
    uint32_t thread, site;
    char *holder, *place; /* the same in words */
  } * held;
};

struct model {
  const struct source_info *info; /* refreshed by the driver before each batch */
  struct thread *threads;
  uint32_t n_threads, thread_capacity;
  struct object *objects;
  uint32_t n_objects, object_capacity;
  uint32_t *current;
  uint32_t n_current; /* place -> object, NO_INDEX none */
  struct lockset_table *locksets;
  struct fork_snapshot *forks;
  uint32_t n_forks;
  uint32_t exit_thread; /* who ended the process, NO_INDEX: nobody said so */
  bool is_seen_stuck; /* whoever reads it has looked at the process: all its threads wait for ever where the recording ends */
  bool is_open;         /* the process lives, or may be served from outside: that all wait proves nothing */
  uint64_t last_ordinal;
  uint64_t contradictions; /* events that cannot be, given the state; taken as they are */
  struct model_private *private_;
};

struct model *model_new(const struct source_info *info);
void model_free(struct model *model); /* accepts NULL */

/* The child starts with what the parent held at this fork. Call before the first event. */
void model_inherit(struct model *child, const struct fork_snapshot *snapshot);
void fork_snapshot_done(struct fork_snapshot *snapshot);

/* The lock as a thread that this process does not have held it at the fork, and nobody has touched it since; NULL: it is none of these. */
const struct fork_held *model_held_at_fork(const struct model *model, uint32_t object);
const char *model_fork_place(const struct model *model);

/* Starts to fetch what model_judge() will need for an event that is soon to come: with a million locks each one is a cache miss. In two
 * steps, the second some events after the first. */
static inline void model_prefetch(const struct model *model, const struct event *event, int step) {
  if (event->place >= model->n_current)
    return;
  if (step == 1)
    __builtin_prefetch(&model->current[event->place]);
  else if (model->current[event->place] != NO_INDEX)
    __builtin_prefetch(&model->objects[model->current[event->place]], 1);
}

void model_judge(struct model *model, struct event *event);
void model_apply(struct model *model, const struct event *event);

/* Was the trace typed, or written by another tool, rather than recorded? Then it holds what no recorder says, and does not
 * hold what ours always says. */
static inline bool model_is_typed(const struct model *model) {
  return model->info->is_text && !model->info->is_dump;
}

/* NULL if the thread does not hold the object. */
const struct held *thread_held(const struct thread *thread, uint32_t object);

/* Is this release of a lock that is held so the last one? */
static inline bool held_ends(const struct held *held, const struct event *release) {
  return held->depth <= 1 || event_gives_up_all(release);
}

/* Can a thread that holds the lock as `held` never get it in `mode`, whatever the others do? */
bool object_never_granted(const struct model *model, const struct object *object, const struct held *held, uint8_t mode);

/* Left behind by a thread that ends, would it be a lock forgotten? Not so a once control or guard being initialised, a mutex
 * that its thread does not know it holds, nor a lock that threads hand to one another. */
bool held_is_forgotten(const struct model *model, const struct held *held);

/* Threads that are inside a wait on a condition, semaphore, event, future or unfilled barrier and that nothing has released yet. */
uint32_t object_n_stuck(const struct object *object);

/* Is the thread in an untimed wait that nothing which has happened so far ends? */
bool thread_waits_on(const struct model *model, uint32_t thread);
/* Threads that have not ended and are in no such wait. At the end of a trace: 0, and nobody can end any of these waits. */
uint32_t model_n_going_on(const struct model *model);
/* Why things may be other than the trace looks: lost events, a guessed order. NULL: nothing tells against it. */
const char *model_doubt(const struct model *model);
/* Did the process say that it ends? */
bool model_ended_in_order(const struct model *model);

/* Of a lock of a file, which is none of the locks below: see file_locks.c. */
static inline bool event_is_of_file(const struct event *event) {
  return TRACE_KIND_OF(event->kind) == TRACE_KIND_FILE_LOCK && event->object != NO_INDEX;
}

static inline bool event_is_lock_kind(uint16_t kind) {
  uint32_t k = trace_family(kind);
  return k == TRACE_KIND_MUTEX || k == TRACE_KIND_RWLOCK || k == TRACE_KIND_SPIN || k == TRACE_KIND_ONCE || k == TRACE_KIND_ANNOTATED ||
         k == TRACE_KIND_LOCK || k == TRACE_KIND_UNKNOWN;
}

#endif
