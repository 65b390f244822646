/* machine_wait.c - conditions, semaphores, barriers and events in a replay. */
#include "verify/replay_impl.h"

#include <errno.h>
#include <string.h>

#include "util/alloc.h"

static uint64_t count_of(const struct step *step) {
  return step->value ? step->value : 1;
}

static struct place_state *place_of(struct replay *replay, const struct step *step) {
  return step->place == NO_INDEX ? NULL : &replay->places[step->place];
}

/* Conditions. A signal wakes as many of those who wait as it says, whichever; whoever was woken may take its time. So a wake
 * needs a signal, or a broadcast, since its wait began, and each signal serves once: the oldest that will do. */

static void wait_take(struct replay *replay, const struct step *step) {
  struct place_state *place = place_of(replay, step);
  if (place)
    place->n_waiters++;
  replay->threads[step->thread].waits_since = replay->time;
}

static struct wake *wake_for(const struct place_state *place, uint64_t since) {
  for (uint32_t i = 0; i < place->n_wakes; i++)
    if (place->wakes[i].time > since)
      return &place->wakes[i];
  return NULL;
}

static const char *wake_refusal(const struct replay *replay, const struct step *step) {
  if (step->place == NO_INDEX || step->result == ETIMEDOUT)
    return NULL;
  const struct place_state *place = &replay->places[step->place];
  uint64_t since = replay->threads[step->thread].waits_since;
  return place->broadcast > since || wake_for(place, since) ? NULL : "wakes without a signal";
}

static void wake_take(struct replay *replay, const struct step *step) {
  struct place_state *place = place_of(replay, step);
  if (!place)
    return;
  place->n_waiters -= place->n_waiters > 0;
  uint64_t since = replay->threads[step->thread].waits_since;
  struct wake *wake = step->result == ETIMEDOUT || place->broadcast > since ? NULL : wake_for(place, since);
  if (!wake || --wake->count)
    return;
  uint32_t at = (uint32_t)(wake - place->wakes);
  memmove(wake, wake + 1, (--place->n_wakes - at) * sizeof *wake);
}

static void signal_take(struct replay *replay, const struct step *step) {
  struct place_state *place = place_of(replay, step);
  if (!place || !place->n_waiters)
    return;
  place->wakes = grow(place->wakes, place->n_wakes, &place->wake_capacity, sizeof *place->wakes);
  place->wakes[place->n_wakes++] = (struct wake){replay->time, count_of(step)};
}

static void broadcast_take(struct replay *replay, const struct step *step) {
  struct place_state *place = place_of(replay, step);
  if (!place)
    return;
  place->broadcast = replay->time;
  place->n_wakes = 0;
}

/* Semaphores. */

/* A new object: nobody holds it or waits for it. */
static void init_take(struct replay *replay, const struct step *step) {
  struct place_state *place = place_of(replay, step);
  if (!place)
    return;
  place->owner = NO_INDEX;
  place->depth = place->n_shares = place->n_waiters = place->n_wakes = 0;
  place->arrivals = place->broadcast = 0;
  place->is_set = false;
  bool is_semaphore = trace_family(step->kind) == TRACE_KIND_SEMAPHORE && step->place != NO_INDEX;
  if (is_semaphore)
    replay->places[step->place].tokens = replay->place_rules[step->place].first_tokens + (int64_t)step->value;
}

static void post_take(struct replay *replay, const struct step *step) {
  if (step->place != NO_INDEX)
    replay->places[step->place].tokens += (int64_t)count_of(step);
}

static const char *semwait_refusal(const struct replay *replay, const struct step *step) {
  return step->place == NO_INDEX || replay->places[step->place].tokens > 0 ? NULL : "takes from an empty semaphore";
}

/* A trace that does not say with how many a semaphore began is taken to begin with as few as will do. */
static void semwait_take(struct replay *replay, const struct step *step) {
  struct place_state *place = place_of(replay, step);
  if (!place)
    return;
  place->tokens--;
  if (replay->is_learning && place->tokens < 0) {
    replay->place_rules[step->place].first_tokens++;
    place->tokens++;
  }
}

/* Barriers. */

static void arrive_take(struct replay *replay, const struct step *step) {
  struct place_state *place = place_of(replay, step);
  if (place)
    replay->threads[step->thread].arrival = place->arrivals++;
}

static const char *leave_refusal(const struct replay *replay, const struct step *step) {
  if (step->place == NO_INDEX)
    return NULL;
  uint64_t parties = step->life ? replay->lives[step->life - 1].parties : 0;
  uint64_t round = parties ? replay->threads[step->thread].arrival / parties : 0;
  return parties && replay->places[step->place].arrivals >= (round + 1) * parties ? NULL : "leaves a barrier before all have arrived";
}

/* Events. */

static void set_take(struct replay *replay, const struct step *step) {
  replay->places[step->place].is_set = true;
}

static void clear_take(struct replay *replay, const struct step *step) {
  replay->places[step->place].is_set = false;
}

static const char *pass_refusal(const struct replay *replay, const struct step *step) {
  return replay->places[step->place].is_set ? NULL : "passes an event that is not set";
}

static const char *awaitfail_refusal(const struct replay *replay, const struct step *step) {
  return replay->places[step->place].is_set ? "waits in vain for an event that is set" : NULL;
}

const struct step_rule init_rule = {NULL, init_take}, wait_rule = {NULL, wait_take}, wake_rule = {wake_refusal, wake_take},
                       signal_rule = {NULL, signal_take}, broadcast_rule = {NULL, broadcast_take}, post_rule = {NULL, post_take},
                       semwait_rule = {semwait_refusal, semwait_take}, arrive_rule = {NULL, arrive_take},
                       leave_rule = {leave_refusal, NULL}, set_rule = {NULL, set_take}, clear_rule = {NULL, clear_take},
                       pass_rule = {pass_refusal, NULL}, awaitfail_rule = {awaitfail_refusal, NULL};
