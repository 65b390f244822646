/* claim.c - one claim on a replay: its steps are taken, then its requests have to block. See replay.h. */
#include <inttypes.h>
#include <stdlib.h>

#include "util/alloc.h"
#include "verify/replay_impl.h"

static char *refused(const struct replay *replay, uint32_t step, const char *why) {
  return xasprintf("event %" PRIu64 " %s", replay->steps[step].ordinal, why);
}

/* First step of the ordinal; n_steps if there is none. */
static uint32_t step_at(const struct replay *replay, uint64_t ordinal) {
  uint32_t low = 0, high = replay->n_steps;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (replay->steps[middle].ordinal < ordinal)
      low = middle + 1;
    else
      high = middle;
  }
  return low < replay->n_steps && replay->steps[low].ordinal == ordinal ? low : replay->n_steps;
}

static char *take_step(struct replay *replay, uint32_t step) {
  const char *refusal = machine_refusal(replay, step);
  if (refusal)
    return refused(replay, step, refusal);
  machine_take(replay, step);
  return NULL;
}

static bool asks(const struct step *step) {
  bool is_timeout = step->op == TRACE_TRYFAIL && step->mode & TRACE_MODE_TIMED;
  bool is_request = step->op == TRACE_REQ || step->op == TRACE_ACQ || step->op == TRACE_JOIN_REQ || step->op == TRACE_JOIN || is_timeout;
  return is_request && !(step->mode & TRACE_MODE_TRY) && step->place != NO_INDEX;
}

/* Does the step, the thread's next one, have to wait for `holder`? */
static bool blocks_on(const struct replay *replay, uint32_t index, uint32_t holder) {
  const struct step *step = &replay->steps[index];
  if (!asks(step))
    return false;
  if (step->op == TRACE_JOIN || step->op == TRACE_JOIN_REQ)
    return step->place == holder && replay->threads[holder].n_done < replay->thread_rules[holder].n_steps;
  const struct object_state *lock = step_object(replay, step);
  return lock && !step_keeps_order(replay, step) && !lock_is_held_at_all(lock, step->thread) && lock_is_held_by(lock, holder, step->mode);
}

/* A line may stand for several events: those before the one that blocks are taken. */
static char *check_request(struct replay *replay, uint64_t ordinal, uint32_t holder) {
  uint32_t first = step_at(replay, ordinal), thread = replay->steps[first].thread, created_by = replay->thread_rules[thread].created_by;
  if (created_by && !replay->is_done[created_by - 1])
    return refused(replay, first, "belongs to a thread that was not started");
  if (replay->threads[thread].next != first + 1)
    return refused(replay, first, "is not where its thread has got to");
  for (uint32_t at = first + 1; at && replay->steps[at - 1].ordinal == ordinal; at = replay->threads[thread].next) {
    if (blocks_on(replay, at - 1, holder))
      return NULL;
    char *why = asks(&replay->steps[at - 1]) ? refused(replay, at - 1, "does not block on the next thread") : take_step(replay, at - 1);
    if (why)
      return why;
  }
  return refused(replay, first, "asks for nothing");
}

static char *check_requests(struct replay *replay, const struct replay_claim *claim) {
  for (uint32_t i = 0; i < claim->n_requests; i++)
    if (step_at(replay, claim->requests[i]) == replay->n_steps)
      return xasprintf("the trace has no event %" PRIu64, claim->requests[i]);
  char *why = claim->n_requests < 2 ? xstrdup("fewer than two requests") : NULL;
  for (uint32_t i = 0; i < claim->n_requests && !why; i++)
    for (uint32_t k = 0; k < i && !why; k++)
      if (replay->steps[step_at(replay, claim->requests[i])].thread == replay->steps[step_at(replay, claim->requests[k])].thread)
        why = xstrdup("a thread is named twice");
  for (uint32_t i = 0; i < claim->n_requests && !why; i++) {
    uint32_t next = step_at(replay, claim->requests[(i + 1) % claim->n_requests]);
    why = check_request(replay, claim->requests[i], replay->steps[next].thread);
  }
  return why;
}

static char *run_stops(struct replay *replay, const struct replay_claim *claim) {
  uint64_t *lines = xcalloc(replay->n_threads, sizeof *lines);
  char *why = NULL;
  for (size_t i = 0; i < claim->n_stops && !why; i++) {
    const struct replay_stop *stop = &claim->stops[i];
    if (stop->n > replay->thread_rules[stop->thread].n_lines)
      why = xasprintf("a thread has %" PRIu32 " events and cannot execute %" PRIu64, replay->thread_rules[stop->thread].n_lines, stop->n);
    lines[stop->thread] = stop->n;
  }
  for (uint32_t i = 0; i < replay->n_steps && !why; i++)
    if (replay->steps[i].line <= lines[replay->steps[i].thread])
      why = take_step(replay, i);
  free(lines);
  return why;
}

static char *run_order(struct replay *replay, const struct replay_claim *claim) {
  char *why = NULL;
  for (size_t i = 0; i < claim->n_order && !why; i++) {
    uint32_t at = step_at(replay, claim->order[i]);
    if (at == replay->n_steps)
      return xasprintf("the trace has no event %" PRIu64, claim->order[i]);
    for (; at < replay->n_steps && replay->steps[at].ordinal == claim->order[i] && !why; at++)
      why = take_step(replay, at);
  }
  return why;
}

enum replay_answer replay_check(struct replay *replay, const struct replay_claim *claim, char **ret_why) {
  *ret_why = NULL;
  if (replay->info->accesses != ACCESSES_COMPLETE) {
    *ret_why = xstrdup("the trace does not hold all memory accesses");
    return REPLAY_UNKNOWN;
  }
  machine_reset(replay);
  *ret_why = claim->order ? run_order(replay, claim) : run_stops(replay, claim);
  if (!*ret_why)
    *ret_why = check_requests(replay, claim);
  return *ret_why ? REPLAY_FAILS : REPLAY_HOLDS;
}
