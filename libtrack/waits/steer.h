/* steer.h - holds threads back at places that somebody outside named (track/steer.h), for `inspector confirm`.
 *
 * Costs nothing where nobody asks: a named place is marked as a wild site of its lane, and those leave the fast path anyhow. */
#ifndef TRACK_WAITS_STEER_H
#define TRACK_WAITS_STEER_H

#include "record/record.h"
#include "record/unwind.h"

extern HIDDEN bool track_is_steered;

/* What a gate needs of the process; zeros in a forked child. */
enum { STEER_GATES = 32 };
struct steer_gate {
  struct thread_state *ts; /* NULL: free */
  uintptr_t wants;         /* lock, or handle of the thread that is joined */
  uint32_t kind, mode;     /* TRACE_KIND_UNKNOWN: a thread */
  uint32_t self;           /* the primitives' id of the thread */
  uint32_t go;             /* futex: 1 when they stand together */
};
struct steer_gates {
  uint32_t lock; /* protects the others; taken with nothing else */
  struct steer_gate gates[STEER_GATES];
};

/* The session was mapped: does somebody steer? */
HIDDEN void steer_begin(void);
/* A module is at `bias`: what the places' addresses are there. */
HIDDEN void steer_module(const char *path, uint32_t n_bytes, uint64_t bias);
/* A stack was told in the lane: is it one of the places? */
HIDDEN void steer_site(struct thread_state *ts, const struct unwind_frame *frames, unsigned n, uint32_t site);

/* The thread is about to do what the event says there, which may block. Waits, if it is to be held back. */
HIDDEN void steer_visit(struct thread_state *ts, uint32_t key, const void *object, uint32_t site);
/* The same of a request that is no event yet: record_visit() below finds the site. */
HIDDEN void steer_request(struct thread_state *ts, const struct steer_gate *asking, uint32_t site);
HIDDEN void steer_join(struct thread_state *ts, unsigned mode, uintptr_t thread, uint32_t site);

/* For requests whose events come later. Outside of an event. */
HIDDEN void record_visit(unsigned kind, unsigned mode, const void *object, struct caller caller);
ALWAYS_INLINE void visit_before(unsigned kind, unsigned mode, const void *object, struct caller caller) {
  if (UNLIKELY(track_is_steered))
    record_visit(kind, mode, object, caller);
}

#endif
