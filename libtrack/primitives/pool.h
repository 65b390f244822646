/* pool.h - what an executor and its workers share: the list of tasks, and who works on them. Everything with the executor's lock held but
 * where it is said. */
#ifndef TRACK_POOL_H
#define TRACK_POOL_H

#include <stdlib.h>

#include "primitives/future.h"
#include "primitives/self.h"
#include "primitives/thread.h"

enum { IS_SHUT = 1 }; /* private_flags */

struct track_private_worker {
  struct track_thread thread;
  struct track_executor *executor;
  struct track_private_worker *next;
  struct track_future *runs, *waits_for; /* for ever, of its own pool */
  bool is_claimed;                       /* by who joins it; it stays in the list until it is gone, as it may run something yet */
};

/* Tasks. Finished ones that nobody else holds are kept for new ones. */

static inline struct track_future *node_new(struct track_executor *e) {
  struct track_future *f = e->private_free;
  if (f)
    e->private_free = f->next;
  else
    f = aligned_alloc(_Alignof(struct track_future), sizeof *f);
  return f;
}

/* With the lock held. */
static inline void node_drop(struct track_executor *e, struct track_future *f) {
  if (!future_drop(f, (struct caller){0}))
    return;
  f->next = e->private_free;
  e->private_free = f;
}

static inline void append(struct track_executor *e, struct track_future *f) {
  f->next = NULL;
  if (e->private_last)
    e->private_last->next = f;
  else
    e->private_first = f;
  e->private_last = f;
}

static inline struct track_future *take_first(struct track_executor *e) {
  struct track_future *f = e->private_first;
  e->private_first = f->next;
  if (!e->private_first)
    e->private_last = NULL;
  return f;
}

ALWAYS_INLINE bool is_own_worker(const struct track_executor *e) {
  return track_self.worker && track_self.worker->executor == e;
}

/* 0, ENOMEM, or why there is no thread. */
HIDDEN int pool_worker_start(struct track_executor *e, struct caller caller);
/* For a task that was appended: how many sleeping workers must be woken. */
HIDDEN uint32_t pool_staff(struct track_executor *e, struct caller caller);
/* Without the lock: returns when all workers are gone. Several may wait at once. */
HIDDEN void pool_join_workers(struct track_executor *e);
HIDDEN void pool_reset_in_child(struct track_executor *e);

#endif
