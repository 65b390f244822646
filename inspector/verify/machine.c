/* machine.c - one step of a replay: what every step needs, the table of rules, threads and memory.
 *
 * A rule refuses what the primitives cannot do. Where the trace itself breaks a rule (a wake that nobody signalled, a barrier
 * whose size is not known) the place was found out when the trace was run for the first time, and its operations keep their
 * order: whatever made them possible then does so again. */
#include "verify/replay_impl.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

static void object_reset(struct life *life) {
  struct object_state *state = &life->state;
  *state = (struct object_state){.owner = NO_INDEX,
                                 .tokens = (int64_t)life->first_tokens,
                                 .shares = state->shares,
                                 .share_capacity = state->share_capacity,
                                 .wakes = state->wakes,
                                 .wake_capacity = state->wake_capacity};
}

void machine_reset(struct replay *replay) {
  if (!replay->places) {
    replay->places = xcalloc(replay->n_places, sizeof *replay->places);
    replay->threads = xcalloc(replay->n_threads, sizeof *replay->threads);
    replay->is_done = xcalloc(replay->n_steps, sizeof *replay->is_done);
  }
  memset(replay->places, 0, replay->n_places * sizeof *replay->places);
  for (uint32_t i = 0; i < replay->n_threads; i++)
    replay->threads[i] = (struct thread_state){.next = replay->thread_rules[i].first};
  for (uint32_t i = 0; i < replay->n_lives; i++)
    object_reset(&replay->lives[i]);
  memset(replay->is_done, 0, replay->n_steps * sizeof *replay->is_done);
  replay->time = 0;
  replay->n_joins = 0;
}

void machine_done(struct replay *replay) {
  for (uint32_t i = 0; i < replay->n_lives; i++) {
    free(replay->lives[i].state.shares);
    free(replay->lives[i].state.wakes);
  }
  free(replay->places);
  free(replay->threads);
  free(replay->is_done);
}

/* Threads and memory. */

static bool has_ended(const struct replay *replay, uint32_t thread) {
  return replay->threads[thread].n_done == replay->thread_rules[thread].n_steps;
}

static const char *join_refusal(const struct replay *replay, const struct step *step) {
  if (step->place == NO_INDEX)
    return NULL;
  uint32_t created_by = replay->thread_rules[step->place].created_by;
  if (created_by && !replay->is_done[created_by - 1])
    return "joins a thread that was not started";
  return has_ended(replay, step->place) ? NULL : "joins a thread that has not ended";
}

static void join_take(struct replay *replay, const struct step *step) {
  replay->n_joins += step->kind != 0;
}

static const char *joinfail_refusal(const struct replay *replay, const struct step *step) {
  bool is_busy = step->place != NO_INDEX && step->saw < replay->thread_rules[step->place].n_steps;
  return is_busy && has_ended(replay, step->place) ? "cannot join a thread, which has ended" : NULL;
}

static const char *cancel_refusal(const struct replay *replay, const struct step *step) {
  bool is_there = step->place == NO_INDEX || replay->threads[step->place].n_done == step->saw;
  return is_there ? NULL : "cancels a thread that is elsewhere";
}

static const char *read_refusal(const struct replay *replay, const struct step *step) {
  return replay->places[step->place].writer == step->saw ? NULL : "reads what another write has written";
}

static void write_take(struct replay *replay, const struct step *step) {
  replay->places[step->place].writer = (uint32_t)(step - replay->steps) + 1;
}

static const char *pass_thread_refusal(const struct replay *replay, const struct step *step) {
  return replay->n_joins < step->saw ? "passes a join that nobody has made" : NULL;
}

static const struct step_rule join_rule = {join_refusal, join_take}, joinfail_rule = {joinfail_refusal, NULL},
                              cancel_rule = {cancel_refusal, NULL}, read_rule = {read_refusal, NULL}, write_rule = {NULL, write_take},
                              pass_thread_rule = {pass_thread_refusal, NULL};

/* The table. */

static const struct step_rule *const rules[TRACE_OP_LIMIT] = {
    [TRACE_JOIN] = &join_rule,           [TRACE_JOIN_FAIL] = &joinfail_rule,  [TRACE_CANCEL] = &cancel_rule,
    [TRACE_READ] = &read_rule,           [TRACE_WRITE] = &write_rule,         [TRACE_ACQ] = &acquire_rule,
    [TRACE_REL] = &release_rule,         [TRACE_REL_ODD] = &odd_release_rule, [TRACE_TRYFAIL] = &tryfail_rule,
    [TRACE_WAIT] = &wait_rule,           [TRACE_WAKE] = &wake_rule,           [TRACE_SIGNAL] = &signal_rule,
    [TRACE_BROADCAST] = &broadcast_rule, [TRACE_POST] = &post_rule,           [TRACE_SEM_WAIT] = &semwait_rule,
    [TRACE_ARRIVE] = &arrive_rule,       [TRACE_LEAVE] = &leave_rule,         [TRACE_SET] = &set_rule,
    [TRACE_CLEAR] = &clear_rule,         [TRACE_PASS] = &pass_rule,           [TRACE_AWAIT_FAIL] = &awaitfail_rule,
};

/* Nothing is known of what it is about. */
static bool needs_object(const struct step *step) {
  bool has_rule_without = step->op == TRACE_READ || step->op == TRACE_WRITE || step->op == TRACE_JOIN || step->op == TRACE_JOIN_FAIL ||
                          step->op == TRACE_CANCEL;
  return !step->life && !has_rule_without;
}

static const struct step_rule *rule_of(const struct step *step) {
  static const struct step_rule none = {NULL, NULL};
  uint32_t family = trace_family(step->kind);
  bool is_event_step = step->op == TRACE_SET || step->op == TRACE_CLEAR || step->op == TRACE_PASS || step->op == TRACE_AWAIT_FAIL;
  if (step->op == TRACE_PASS && family == TRACE_KIND_THREAD)
    return &pass_thread_rule;
  if (step->is_void || needs_object(step) || family == TRACE_KIND_FILE_LOCK || (is_event_step && family != TRACE_KIND_TRACK_EVENT) ||
      !rules[step->op])
    return &none;
  return rules[step->op];
}

static bool is_fence(const struct step *step) {
  return !step->is_void && (step->op == TRACE_INIT || step->op == TRACE_DESTROY || step->op == TRACE_FREE);
}

/* Of any operation on an object: it lives, and if it keeps its order, this one is next. */
static const char *operation_refusal(const struct replay *replay, const struct step *step) {
  const struct place_state *place = &replay->places[step->place];
  if (step_keeps_order(replay, step) && step_object(replay, step)->n_taken != step->ops_before)
    return "does not keep its place among the operations on its object";
  if (step->is_void)
    return NULL;
  bool has_ended = place->newest > (uint32_t)(step - replay->steps) + 1;
  return has_ended || place->made_by != step->made_by ? "uses an object before or after its life" : NULL;
}

static void fence_take(struct replay *replay, const struct step *step) {
  struct place_state *place = &replay->places[step->place];
  uint32_t index = (uint32_t)(step - replay->steps) + 1;
  place->newest = place->newest > index ? place->newest : index;
  if (step->op != TRACE_DESTROY)
    place->made_by = step->op == TRACE_INIT ? index : 0;
}

const char *machine_refusal(const struct replay *replay, uint32_t index) {
  const struct step *step = &replay->steps[index];
  uint32_t created_by = replay->thread_rules[step->thread].created_by;
  if (replay->threads[step->thread].next != index + 1)
    return "is not the next one of its thread";
  if (created_by && !replay->is_done[created_by - 1])
    return "belongs to a thread that was not started";
  if (step->needs && !replay->is_done[step->needs - 1])
    return "comes before its thread was cancelled";
  const char *refusal = step->is_operation ? operation_refusal(replay, step) : NULL;
  const struct step_rule *rule = rule_of(step);
  bool keeps_order = step->is_operation && step_keeps_order(replay, step) && rule != &pass_thread_rule;
  return !refusal && !keeps_order && rule->refusal ? rule->refusal(replay, step) : refusal;
}

void machine_take(struct replay *replay, uint32_t index) {
  const struct step *step = &replay->steps[index];
  struct thread_state *thread = &replay->threads[step->thread];
  replay->time++;
  const struct step_rule *rule = rule_of(step);
  if (rule->take)
    rule->take(replay, step);
  if (step->is_operation)
    step_object(replay, step)->n_taken++;
  if (is_fence(step))
    fence_take(replay, step);
  thread->next = step->next;
  thread->n_done++;
  thread->n_lines = step->line;
  replay->is_done[index] = true;
}
