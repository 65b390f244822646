/* machine_lock.c - locks, reader-writer locks and once controls in a replay. */
#include "verify/replay_impl.h"

#include "util/alloc.h"

static struct share *share_of(const struct object_state *lock, uint32_t thread) {
  for (uint32_t i = 0; i < lock->n_shares; i++)
    if (lock->shares[i].thread == thread)
      return &lock->shares[i];
  return NULL;
}

bool lock_is_held_by(const struct object_state *lock, uint32_t thread, uint8_t mode) {
  return lock->owner == thread || (!(mode & TRACE_MODE_READ) && share_of(lock, thread));
}

bool lock_is_held_at_all(const struct object_state *lock, uint32_t thread) {
  return lock->owner == thread || share_of(lock, thread);
}

/* By others than `thread`, so that it does not get it in `mode`. */
static bool is_kept_from(const struct object_state *lock, uint32_t thread, uint8_t mode) {
  if (lock->owner != NO_INDEX && lock->owner != thread)
    return true;
  uint32_t n_own = share_of(lock, thread) != NULL;
  return !(mode & TRACE_MODE_READ) && lock->n_shares > n_own;
}

static bool is_once(const struct step *step) {
  return trace_family(step->kind) == TRACE_KIND_ONCE;
}

static const char *acquire_refusal(const struct replay *replay, const struct step *step) {
  const struct object_state *lock = step_object(replay, step);
  if (!lock_is_held_at_all(lock, step->thread) && is_kept_from(lock, step->thread, step->mode))
    return "takes a lock that another thread holds";
  return is_once(step) && lock->n_begun != step->saw ? "finds another initialisation than it found" : NULL;
}

static void share(struct object_state *lock, uint32_t thread) {
  struct share *own = share_of(lock, thread);
  if (own) {
    own->depth++;
    return;
  }
  lock->shares = grow(lock->shares, lock->n_shares, &lock->share_capacity, sizeof *lock->shares);
  lock->shares[lock->n_shares++] = (struct share){thread, 1};
}

static bool gives_up_all(const struct step *step) {
  return step->mode & TRACE_MODE_CONDITION && TRACE_KIND_OF(step->kind) == TRACE_KIND_RLOCK;
}

/* Taken again in whatever mode, it is held deeper as it was. */
static void acquire_take(struct replay *replay, const struct step *step) {
  struct object_state *lock = step_object(replay, step);
  uint32_t *given_up = &replay->threads[step->thread].given_up_depth;
  lock->n_begun += is_once(step) && !(step->mode & TRACE_MODE_READ);
  if (lock->owner == step->thread)
    lock->depth++;
  else if (step->mode & TRACE_MODE_READ || share_of(lock, step->thread))
    share(lock, step->thread);
  else {
    lock->owner = step->thread;
    lock->depth = gives_up_all(step) && *given_up ? *given_up : 1;
  }
}

static const char *release_refusal(const struct replay *replay, const struct step *step) {
  bool is_held = lock_is_held_at_all(step_object(replay, step), step->thread);
  return is_held ? NULL : "releases a lock that it does not hold";
}

static void unshare(struct object_state *lock, struct share *own) {
  if (--own->depth == 0)
    *own = lock->shares[--lock->n_shares];
}

static void release_take(struct replay *replay, const struct step *step) {
  struct object_state *lock = step_object(replay, step);
  struct share *own = share_of(lock, step->thread);
  if (lock->owner != step->thread) {
    if (own)
      unshare(lock, own);
    return;
  }
  if (gives_up_all(step)) {
    replay->threads[step->thread].given_up_depth = lock->depth;
    lock->depth = 1;
  }
  if (--lock->depth == 0)
    lock->owner = NO_INDEX;
}

/* By whoever; such a lock keeps its order. */
static void odd_release_take(struct replay *replay, const struct step *step) {
  struct object_state *lock = step_object(replay, step);
  if (lock->owner != NO_INDEX)
    lock->owner = NO_INDEX;
  else if (lock->n_shares)
    unshare(lock, &lock->shares[0]);
}

/* What the trace does not explain either (a queued writer, a lock that failed for reasons of its own) is refused when it is learnt. */
static const char *tryfail_refusal(const struct replay *replay, const struct step *step) {
  const struct object_state *lock = step_object(replay, step);
  bool is_kept = is_kept_from(lock, step->thread, step->mode) || lock_is_held_by(lock, step->thread, step->mode);
  return is_kept ? NULL : "fails to take a lock that is free";
}

const struct step_rule acquire_rule = {acquire_refusal, acquire_take}, release_rule = {release_refusal, release_take},
                       odd_release_rule = {NULL, odd_release_take}, tryfail_rule = {tryfail_refusal, NULL};
