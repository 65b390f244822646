/* with.c - what TRACK_WITH does at the two ends of its block, on behalf of whoever wrote it. */
#include "track/with.h"

#include "preload/wrap.h"
#include "primitives/future.h"
#include "primitives/owned.h"
#include "primitives/semaphore.h"

static int acquire(const struct track_private_with *w, struct caller caller) {
  switch (w->kind) {
  case TRACK_PRIVATE_WITH_LOCK:
    return lock_acquire_at(w->object, -1, caller);
  case TRACK_PRIVATE_WITH_RLOCK:
    return rlock_acquire_at(w->object, -1, caller);
  case TRACK_PRIVATE_WITH_CONDITION:
    return condition_acquire_at(w->object, caller);
  case TRACK_PRIVATE_WITH_SEMAPHORE:
    return semaphore_acquire_at(w->object, caller);
  case TRACK_PRIVATE_WITH_BOUNDED_SEMAPHORE:
    return bounded_semaphore_acquire_at(w->object, caller);
  case TRACK_PRIVATE_WITH_EXECUTOR:
    return 0;
  }
  return EINVAL;
}

static void release(const struct track_private_with *w, struct caller caller) {
  switch (w->kind) {
  case TRACK_PRIVATE_WITH_LOCK:
    lock_release_at(w->object, caller);
    break;
  case TRACK_PRIVATE_WITH_RLOCK:
    rlock_release_at(w->object, caller);
    break;
  case TRACK_PRIVATE_WITH_CONDITION:
    condition_release_at(w->object, caller);
    break;
  case TRACK_PRIVATE_WITH_SEMAPHORE:
    semaphore_release_at(w->object, caller);
    break;
  case TRACK_PRIVATE_WITH_BOUNDED_SEMAPHORE:
    bounded_semaphore_release_at(w->object, caller);
    break;
  case TRACK_PRIVATE_WITH_EXECUTOR:
    executor_shutdown_at(w->object, true, false, caller);
    break;
  }
}

/* The second call, when the block has come to its end, is the loop's last. */
PUBLIC bool track_private_with_enter(struct track_private_with *w) {
  if (w->is_entered)
    return false;
  w->is_entered = true;
  return w->is_held = acquire(w, CALLER()) == 0;
}

PUBLIC void track_private_with_leave(struct track_private_with *w) {
  if (w->is_held)
    release(w, CALLER());
  w->is_held = false;
}
