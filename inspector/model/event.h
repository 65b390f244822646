/* event.h - one event of the merged order, as sources deliver it and detectors see it. */
#ifndef INSPECTOR_EVENT_H
#define INSPECTOR_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "track/trace.h"

#define NO_INDEX UINT32_MAX

/* What is odd about an event, judged by the model against its state before the event. */
enum oddity {
  ODD_RELOCK = 1 << 0,         /* REQ, ACQ_FAIL or untimed wait for a lock this thread holds, in a mode that can never be granted to it */
  ODD_UNLOCK_FREE = 1 << 1,    /* nobody holds the lock */
  ODD_UNLOCK_OTHER = 1 << 2,   /* another thread holds it */
  ODD_WAIT_UNLOCKED = 1 << 3,  /* condition wait, mutex not held by the waiter */
  ODD_WAIT_TWO = 1 << 4,       /* condition was used with another mutex before */
  ODD_WAIT_TWO_NOW = 1 << 5,   /* ... and somebody still waits with that one */
  ODD_NOTIFY_UNLOCKED = 1 << 6,/* signal or broadcast without the mutex its waiters use */
  ODD_DESTROY_HELD = 1 << 7,   /* destroyed while held, or while threads wait on it */
  ODD_FREE_HELD = 1 << 8,      /* its memory went while held */
  ODD_USE_DESTROYED = 1 << 9,  /* used after destroy and before the next init */
  ODD_REINIT_LIVE = 1 << 10,   /* initialised while held or waited on */
  ODD_END_HOLDING = 1 << 11,   /* THREAD_END with locks held */
  ODD_EXIT_HOLDING = 1 << 12,  /* EXIT by a thread that holds locks */
  ODD_JOIN_TWICE = 1 << 13,
  ODD_JOIN_SELF = 1 << 14,
  ODD_JOIN_DETACHED = 1 << 15, /* join or detach of a detached thread */
  ODD_SEM_OVERFLOW = 1 << 16,
  ODD_BARRIER = 1 << 17,       /* wait at a destroyed or never initialised barrier, destroy with threads inside */
  ODD_REREAD = 1 << 18,        /* read-locks again a writer-preferring rwlock: hangs when a writer queues in between */
  ODD_HANDED_OVER = 1 << 19,   /* no mistake: another thread than the last to acquire it releases a lock that anybody may release */
};

struct event {
  uint64_t ordinal; /* 1-based position in the merged order; in a text trace the line number */
  uint64_t time_ns; /* since the start of the trace; a release carries its thread's last known time */
  uint64_t sp;      /* stack pointer at the call, 0 unknown */
  uint64_t value;   /* INIT: parties, initial value; POST, SIGNAL: how many, 0: one; FORK: its number; EXIT: status */
  uint32_t thread;  /* index of the acting thread in source_info.threads */
  union {
    uint32_t place;  /* OBJECT, VARIABLE: index in source_info.places */
    uint32_t target; /* THREAD: index in source_info.threads, NO_INDEX when unknown */
  };
  uint32_t place2;  /* WAIT, WAKE: place of the mutex, else NO_INDEX */
  uint32_t site;    /* index in source_info.sites, 0 unknown */
  uint32_t object;  /* set by the model: the place's current generation, else NO_INDEX */
  uint32_t object2; /* set by the model, of place2; INIT: the generation it replaces, NO_INDEX if none */
  uint32_t oddity;  /* set by the model: enum oddity bits */
  int32_t result;   /* errno value of the failing ones, else 0 */
  uint16_t kind;    /* enum trace_kind | enum trace_type bits; THREAD: what made the thread, 0 pthread_create */
  uint8_t op;       /* enum trace_op */
  uint8_t mode;     /* enum trace_mode bits */
  bool is_fresh;    /* OBJECT: the first event of one that began its life without a call: a static initialiser made it */
};

/* POST, POST_FAIL, SIGNAL: of how many. */
static inline uint64_t event_count(const struct event *event) {
  return event->value ? event->value : 1;
}

/* A condition wait gives up an rlock however deep it is held, and takes it back as deep; a recursive mutex loses one level. */
static inline bool event_gives_up_all(const struct event *event) {
  return event->mode & TRACE_MODE_CONDITION && TRACE_KIND_OF(event->kind) == TRACE_KIND_RLOCK;
}

#endif
