/* future.h - what a task is to its executor. */
#ifndef TRACK_FUTURE_H
#define TRACK_FUTURE_H

#include "primitives/event.h"
#include "primitives/inner.h"
#include "track/executor.h"

enum future_phase { FUTURE_PENDING, FUTURE_RUNNING, FUTURE_CANCELLED, FUTURE_DONE };

/* A task that nobody asked a future of stays within the first cache line, and is told of as the executor's only. */
struct track_future {
  struct track_executor *executor;
  struct track_future *next; /* in the executor's list or free list */
  int (*task)(void *arg, void **ret_result);
  void *arg, *result;
  int answer;
  uint32_t phase;
  uint32_t n_holders;
  uint32_t over[2]; /* as a track_event's */
  bool is_asked_for;
  struct track_private_name private_name;
} __attribute__((aligned(64)));

/* False: it was cancelled. */
HIDDEN bool future_begin(struct track_future *f);
HIDDEN void future_finish(struct track_future *f, int answer, void *result, struct caller caller);
HIDDEN int future_cancel_at(struct track_future *f, struct caller caller);
HIDDEN int future_result_at(struct track_future *f, int64_t timeout_ns, void **ret_result, struct caller caller);
/* In a forked child: cancelled unless it is done, and its executor holds it no more. */
HIDDEN void future_abandon(struct track_future *f);
/* One holder less; true: it was the last, and the memory is the caller's. */
HIDDEN bool future_drop(struct track_future *f, struct caller caller);

/* The calling worker is about to wait for a future of its own pool. True: all others do already, so it must not. */
HIDDEN bool executor_starve(struct track_future *f);
HIDDEN void executor_feed(struct track_future *f);
HIDDEN bool executor_is_own(const struct track_executor *e);
HIDDEN int executor_shutdown_at(struct track_executor *e, bool wait, bool is_cancelling, struct caller caller);

#endif
