/* machine_wait.c - conditions, semaphores, barriers and events in a replay. */
#include "verify/replay_impl.h"

#include <errno.h>
#include <string.h>

#include "util/alloc.h"

static uint64_t count_of(const struct step *step) {
  return step->value ? step->value : 1;
}

/* Conditions. A signal wakes as many of those who wait as it says, whichever; whoever was woken may take its time. So a wake
 * needs a signal, or a broadcast, since its wait began, and each signal serves once: the oldest that will do. */

static void wait_take(struct replay *replay, const struct step *step) {
  struct object_state *object = step_object(replay, step);
  object->n_waiters++;
  replay->threads[step->thread].waits_since = replay->time;
}

static struct wake *wake_for(const struct object_state *object, uint64_t since) {
  for (uint32_t i = 0; i < object->n_wakes; i++)
    if (object->wakes[i].time > since)
      return &object->wakes[i];
  return NULL;
}

static const char *wake_refusal(const struct replay *replay, const struct step *step) {
  if (step->result == ETIMEDOUT)
    return NULL;
  const struct object_state *object = step_object(replay, step);
  uint64_t since = replay->threads[step->thread].waits_since;
  return object->broadcast > since || wake_for(object, since) ? NULL : "wakes without a signal";
}

static void wake_take(struct replay *replay, const struct step *step) {
  struct object_state *object = step_object(replay, step);
  object->n_waiters -= object->n_waiters > 0;
  uint64_t since = replay->threads[step->thread].waits_since;
  struct wake *wake = step->result == ETIMEDOUT || object->broadcast > since ? NULL : wake_for(object, since);
  if (!wake || --wake->count)
    return;
  uint32_t at = (uint32_t)(wake - object->wakes);
  memmove(wake, wake + 1, (--object->n_wakes - at) * sizeof *wake);
}

static void signal_take(struct replay *replay, const struct step *step) {
  struct object_state *object = step_object(replay, step);
  if (!object->n_waiters)
    return;
  object->wakes = grow(object->wakes, object->n_wakes, &object->wake_capacity, sizeof *object->wakes);
  object->wakes[object->n_wakes++] = (struct wake){replay->time, count_of(step)};
}

static void broadcast_take(struct replay *replay, const struct step *step) {
  struct object_state *object = step_object(replay, step);
  object->broadcast = replay->time;
  object->n_wakes = 0;
}

/* Semaphores. */

static void post_take(struct replay *replay, const struct step *step) {
  step_object(replay, step)->tokens += (int64_t)count_of(step);
}

static const char *semwait_refusal(const struct replay *replay, const struct step *step) {
  return step_object(replay, step)->tokens > 0 ? NULL : "takes from an empty semaphore";
}

/* A trace that does not say with how many a semaphore began is taken to begin with as few as will do. */
static void semwait_take(struct replay *replay, const struct step *step) {
  struct object_state *object = step_object(replay, step);
  object->tokens--;
  if (replay->is_learning && object->tokens < 0) {
    replay->lives[step->life - 1].first_tokens++;
    object->tokens++;
  }
}

/* Barriers. */

static void arrive_take(struct replay *replay, const struct step *step) {
  struct object_state *object = step_object(replay, step);
  replay->threads[step->thread].arrival = object->arrivals++;
}

static const char *leave_refusal(const struct replay *replay, const struct step *step) {
  uint64_t parties = replay->lives[step->life - 1].parties;
  uint64_t round = parties ? replay->threads[step->thread].arrival / parties : 0;
  return parties && step_object(replay, step)->arrivals >= (round + 1) * parties ? NULL : "leaves a barrier before all have arrived";
}

/* Events. */

static void set_take(struct replay *replay, const struct step *step) {
  step_object(replay, step)->is_set = true;
}

static void clear_take(struct replay *replay, const struct step *step) {
  step_object(replay, step)->is_set = false;
}

static const char *pass_refusal(const struct replay *replay, const struct step *step) {
  return step_object(replay, step)->is_set ? NULL : "passes an event that is not set";
}

static const char *awaitfail_refusal(const struct replay *replay, const struct step *step) {
  return step_object(replay, step)->is_set ? "waits in vain for an event that is set" : NULL;
}

const struct step_rule wait_rule = {NULL, wait_take}, wake_rule = {wake_refusal, wake_take}, signal_rule = {NULL, signal_take},
                       broadcast_rule = {NULL, broadcast_take}, post_rule = {NULL, post_take},
                       semwait_rule = {semwait_refusal, semwait_take}, arrive_rule = {NULL, arrive_take},
                       leave_rule = {leave_refusal, NULL}, set_rule = {NULL, set_take}, clear_rule = {NULL, clear_take},
                       pass_rule = {pass_refusal, NULL}, awaitfail_rule = {awaitfail_refusal, NULL};
