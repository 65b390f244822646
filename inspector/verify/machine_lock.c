/* machine_lock.c - locks, reader-writer locks and once controls in a replay. */
#include "verify/replay_impl.h"

#include "util/alloc.h"

static struct share *share_of(const struct place_state *place, uint32_t thread) {
  for (uint32_t i = 0; i < place->n_shares; i++)
    if (place->shares[i].thread == thread)
      return &place->shares[i];
  return NULL;
}

bool place_is_held_by(const struct place_state *place, uint32_t thread, uint8_t mode) {
  return place->owner == thread || (!(mode & TRACE_MODE_READ) && share_of(place, thread));
}

bool place_is_held_at_all(const struct place_state *place, uint32_t thread) {
  return place->owner == thread || share_of(place, thread);
}

/* By others than `thread`, so that it does not get it in `mode`. */
static bool is_kept_from(const struct place_state *place, uint32_t thread, uint8_t mode) {
  if (place->owner != NO_INDEX && place->owner != thread)
    return true;
  uint32_t n_own = share_of(place, thread) != NULL;
  return !(mode & TRACE_MODE_READ) && place->n_shares > n_own;
}

static bool is_once(const struct step *step) {
  return trace_family(step->kind) == TRACE_KIND_ONCE;
}

static const char *acquire_refusal(const struct replay *replay, const struct step *step) {
  if (step->place == NO_INDEX)
    return NULL;
  const struct place_state *place = &replay->places[step->place];
  if (is_kept_from(place, step->thread, step->mode))
    return "takes a lock that another thread holds";
  return is_once(step) && place->n_begun != step->saw ? "finds another initialisation than it found" : NULL;
}

static void share(struct place_state *place, uint32_t thread) {
  struct share *own = share_of(place, thread);
  if (own) {
    own->depth++;
    return;
  }
  place->shares = grow(place->shares, place->n_shares, &place->share_capacity, sizeof *place->shares);
  place->shares[place->n_shares++] = (struct share){thread, 1};
}

static bool gives_up_all(const struct step *step) {
  return step->mode & TRACE_MODE_CONDITION && TRACE_KIND_OF(step->kind) == TRACE_KIND_RLOCK;
}

static void acquire_take(struct replay *replay, const struct step *step) {
  if (step->place == NO_INDEX)
    return;
  struct place_state *place = &replay->places[step->place];
  if (step->mode & TRACE_MODE_READ) {
    share(place, step->thread);
    return;
  }
  place->n_begun += is_once(step);
  uint32_t *given_up = &replay->threads[step->thread].given_up_depth;
  place->depth = place->owner == step->thread ? place->depth + 1 : 1;
  place->owner = step->thread;
  if (gives_up_all(step) && *given_up)
    place->depth = *given_up;
}

static const char *release_refusal(const struct replay *replay, const struct step *step) {
  bool is_held = step->place == NO_INDEX || place_is_held_at_all(&replay->places[step->place], step->thread);
  return is_held ? NULL : "releases a lock that it does not hold";
}

static void unshare(struct place_state *place, struct share *own) {
  if (--own->depth == 0)
    *own = place->shares[--place->n_shares];
}

static void release_take(struct replay *replay, const struct step *step) {
  if (step->place == NO_INDEX)
    return;
  struct place_state *place = &replay->places[step->place];
  struct share *own = share_of(place, step->thread);
  if (place->owner != step->thread) {
    if (own)
      unshare(place, own);
    return;
  }
  if (gives_up_all(step)) {
    replay->threads[step->thread].given_up_depth = place->depth;
    place->depth = 1;
  }
  if (--place->depth == 0)
    place->owner = NO_INDEX;
}

/* By whoever; such a lock keeps its order. */
static void odd_release_take(struct replay *replay, const struct step *step) {
  if (step->place == NO_INDEX)
    return;
  struct place_state *place = &replay->places[step->place];
  if (place->owner != NO_INDEX)
    place->owner = NO_INDEX;
  else if (place->n_shares)
    unshare(place, &place->shares[0]);
}

/* What the trace does not explain either (a queued writer, a lock that failed for reasons of its own) is refused when it is learnt. */
static const char *tryfail_refusal(const struct replay *replay, const struct step *step) {
  if (step->place == NO_INDEX)
    return NULL;
  const struct place_state *place = &replay->places[step->place];
  bool is_kept = is_kept_from(place, step->thread, step->mode) || place_is_held_by(place, step->thread, step->mode);
  return is_kept ? NULL : "fails to take a lock that is free";
}

const struct step_rule acquire_rule = {acquire_refusal, acquire_take}, release_rule = {release_refusal, release_take},
                       odd_release_rule = {NULL, odd_release_take}, tryfail_rule = {tryfail_refusal, NULL};
