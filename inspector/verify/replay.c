/* replay.c - reads a trace into steps, runs it once to learn what it relies on, and checks claims. See replay.h. */
#include "verify/replay_impl.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "util/alloc.h"

enum { BATCH = 4096 };

/* Reading. */

/* What only asks for something, or was refused it, does nothing to the object. */
static bool is_operation(const struct event *event) {
  static const uint8_t others[] = {TRACE_REQ,      TRACE_AWAIT,    TRACE_PUT_REQ,   TRACE_GET_REQ,     TRACE_SEM_REQ,
                                   TRACE_ACQ_FAIL, TRACE_REL_FAIL, TRACE_WAIT_FAIL, TRACE_NOTIFY_FAIL, TRACE_TRYFAIL};
  for (size_t i = 0; i < sizeof others; i++)
    if (event->op == others[i])
      return false;
  return true;
}

/* Is it about an object that threads share? */
static bool has_object(const struct event *event) {
  static const uint8_t others[] = {TRACE_THREAD_BEGIN, TRACE_THREAD_END, TRACE_EXIT, TRACE_FORK};
  for (size_t i = 0; i < sizeof others; i++)
    if (event->op == others[i])
      return false;
  return event->place != NO_INDEX && trace_family(event->kind) != TRACE_KIND_LOCAL;
}

static bool is_fence(const struct event *event) {
  bool is_one = event->op == TRACE_INIT || event->op == TRACE_DESTROY || event->op == TRACE_FREE;
  return is_one && has_object(event);
}

/* Operations that succeed or fail by more than the machine knows. */
static bool is_unknown(const struct event *event) {
  switch (trace_family(event->kind)) {
  case TRACE_KIND_MUTEX:
  case TRACE_KIND_RWLOCK:
  case TRACE_KIND_SPIN:
  case TRACE_KIND_ONCE:
  case TRACE_KIND_ANNOTATED:
  case TRACE_KIND_LOCK:
  case TRACE_KIND_UNKNOWN:
  case TRACE_KIND_CONDITION:
  case TRACE_KIND_TRACK_EVENT:
    return false;
  case TRACE_KIND_SEMAPHORE:
    return event->op == TRACE_SEM_FAIL || event->op == TRACE_POST_FAIL;
  case TRACE_KIND_BARRIER:
    return event->op == TRACE_ABORT || event->op == TRACE_RESET || (event->op == TRACE_LEAVE && event->result);
  default: /* queues, executors, timers, futures, thread structures: values pass, too */
    return true;
  }
}

static bool has_target(const struct event *event) {
  static const uint8_t ops[] = {TRACE_CREATE,    TRACE_CREATE_FAIL, TRACE_JOIN_REQ,    TRACE_JOIN,
                                TRACE_JOIN_FAIL, TRACE_DETACH,      TRACE_DETACH_FAIL, TRACE_CANCEL};
  for (size_t i = 0; i < sizeof ops; i++)
    if (event->op == ops[i])
      return true;
  return false;
}

static void extend(struct replay *replay) {
  if (replay->info->n_places > replay->n_places) {
    replay->place_rules = xreallocarray(replay->place_rules, replay->info->n_places, sizeof *replay->place_rules);
    for (; replay->n_places < replay->info->n_places; replay->n_places++)
      replay->place_rules[replay->n_places] = (struct place_rule){0};
  }
  if (replay->info->n_threads > replay->n_threads) {
    replay->thread_rules = xreallocarray(replay->thread_rules, replay->info->n_threads, sizeof *replay->thread_rules);
    for (; replay->n_threads < replay->info->n_threads; replay->n_threads++)
      replay->thread_rules[replay->n_threads] = (struct thread_rule){0};
  }
}

/* An object does not change its kind, but a mutex of which only acquisitions tell may turn out to be a reader-writer lock. */
static bool is_another(struct life *life, uint16_t kind) {
  uint32_t known = TRACE_KIND_OF(life->kind), now = TRACE_KIND_OF(kind);
  if (known == now || now == TRACE_KIND_UNKNOWN)
    return false;
  bool is_learnt = known == TRACE_KIND_UNKNOWN || (known == TRACE_KIND_MUTEX && now == TRACE_KIND_RWLOCK);
  life->kind = kind;
  return !is_learnt;
}

/* Of the object that is at the place now; it begins when it is first named. */
static struct life *life_of(struct replay *replay, struct place_rule *rule, uint16_t kind) {
  if (!rule->life || is_another(&replay->lives[rule->life - 1], kind)) {
    replay->lives = grow(replay->lives, replay->n_lives, &replay->life_capacity, sizeof *replay->lives);
    replay->lives[replay->n_lives] = (struct life){.kind = kind, .parties = rule->value, .first_tokens = rule->value};
    rule->life = ++replay->n_lives;
  }
  return &replay->lives[rule->life - 1];
}

/* A life begins or ends, unless that failed. That a static initialiser began one is told by who used it first: nobody waits for it. */
static void read_fence(struct replay *replay, const struct event *event, struct step *step, uint32_t number) {
  struct place_rule *rule = &replay->place_rules[event->place];
  bool is_fresh = event->op == TRACE_INIT && event->is_fresh;
  step->is_void = event->result != 0 || is_fresh;
  if (event->result || event->op == TRACE_DESTROY) /* who uses it nevertheless uses the same */
    return;
  rule->life = 0;
  rule->value = event->op == TRACE_INIT ? event->value : 0;
  if (!is_fresh)
    rule->made_by = event->op == TRACE_INIT ? number : 0;
}

/* What is done to a lock that only other objects know. */
static bool is_misplaced(const struct event *event) {
  uint32_t family = trace_family(event->kind);
  bool is_lock = family == TRACE_KIND_MUTEX || family == TRACE_KIND_RWLOCK || family == TRACE_KIND_SPIN || family == TRACE_KIND_LOCK;
  return is_lock && is_operation(event) && event->op != TRACE_ACQ && event->op != TRACE_REL && event->op != TRACE_REL_ODD;
}

static void read_object(struct replay *replay, const struct event *event, struct step *step) {
  struct place_rule *rule = &replay->place_rules[event->place];
  struct life *life = life_of(replay, rule, event->kind);
  step->life = rule->life;
  step->is_void = is_misplaced(event);
  step->is_operation = is_operation(event) && !step->is_void;
  if (!step->is_operation)
    return;
  step->ops_before = life->n_ops++;
  life->keeps_order |= is_unknown(event);
  step->made_by = rule->made_by;
  if (event->op == TRACE_ACQ && trace_family(event->kind) == TRACE_KIND_ONCE) {
    step->saw = life->n_begun;
    life->n_begun += !(event->mode & TRACE_MODE_READ);
  } else if (event->op == TRACE_PASS && trace_family(event->kind) == TRACE_KIND_THREAD)
    step->saw = replay->n_joins;
}

static void read_target(struct replay *replay, const struct event *event, struct step *step, uint32_t number) {
  if (event->target == NO_INDEX)
    return;
  struct thread_rule *target = &replay->thread_rules[event->target];
  bool is_elsewhere = event->result && event->result != EBUSY && event->result != ETIMEDOUT;
  step->saw = event->op == TRACE_JOIN_FAIL && is_elsewhere ? NO_INDEX : target->n_steps;
  if (event->op == TRACE_CREATE)
    target->created_by = number;
  else if (event->op == TRACE_CREATE_FAIL)
    target->created_by = 0;
  else if (event->op == TRACE_CANCEL && event->target != event->thread)
    target->cancelled_by = number;
  else if (event->target == event->thread) /* of itself: a mistake that changes nothing */
    step->place = NO_INDEX;
  replay->n_joins += event->op == TRACE_JOIN && event->kind;
}

/* Steps of a thread are linked, and numbered by line. */
static void read_thread(struct replay *replay, struct step *step, uint32_t number) {
  struct thread_rule *thread = &replay->thread_rules[step->thread];
  if (thread->last)
    replay->steps[thread->last - 1].next = number;
  else
    thread->first = number;
  thread->last = number;
  thread->n_steps++;
  thread->n_lines += thread->ordinal != step->ordinal;
  thread->ordinal = step->ordinal;
  step->line = thread->n_lines;
  step->needs = thread->cancelled_by;
  thread->cancelled_by = 0;
}

static void read_event(struct replay *replay, const struct event *event) {
  replay->steps = grow(replay->steps, replay->n_steps, &replay->step_capacity, sizeof *replay->steps);
  uint32_t number = replay->n_steps + 1;
  struct step *step = &replay->steps[replay->n_steps++];
  *step = (struct step){.ordinal = event->ordinal,
                        .value = event->value,
                        .thread = event->thread,
                        .place = event->place,
                        .result = event->result,
                        .kind = event->kind,
                        .op = event->op,
                        .mode = event->mode};
  read_thread(replay, step, number);
  if (has_target(event))
    read_target(replay, event, step, number);
  else if (event->op == TRACE_READ)
    step->saw = replay->place_rules[event->place].writer;
  else if (event->op == TRACE_WRITE)
    replay->place_rules[event->place].writer = number;
  else if (is_fence(event))
    read_fence(replay, event, step, number);
  else if (has_object(event))
    read_object(replay, event, step);
}

/* A release of what nobody holds, and a failure that no holder explains, change nothing. */
static void learn_step(struct replay *replay, struct step *step, bool is_refused) {
  const struct object_state *lock = step_object(replay, step);
  bool is_release = step->op == TRACE_REL || step->op == TRACE_REL_ODD;
  bool is_free = is_release && lock && lock->owner == NO_INDEX && !lock->n_shares;
  bool is_about_thread = step->op == TRACE_JOIN || step->op == TRACE_JOIN_FAIL || step->op == TRACE_CANCEL;
  if (is_free || (is_refused && (step->op == TRACE_TRYFAIL || is_about_thread)))
    step->is_void = true;
  else if (step->is_operation && (step->op == TRACE_REL_ODD || (is_refused && step->op != TRACE_SEM_WAIT)))
    replay->lives[step->life - 1].keeps_order = true;
}

/* The trace itself is an execution: where a rule refuses it, more was at work than the rule knows. */
static void learn(struct replay *replay) {
  machine_reset(replay);
  replay->is_learning = true;
  for (uint32_t i = 0; i < replay->n_steps; i++) {
    learn_step(replay, &replay->steps[i], machine_refusal(replay, i) != NULL);
    machine_take(replay, i);
  }
  replay->is_learning = false;
}

struct replay *replay_new(void) {
  return xcalloc(1, sizeof(struct replay));
}

void replay_read(struct replay *replay, const struct source_info *info, const struct event *events, size_t n) {
  replay->info = info;
  extend(replay);
  for (size_t i = 0; i < n; i++)
    read_event(replay, &events[i]);
}

void replay_ready(struct replay *replay) {
  learn(replay);
}

int replay_open(const char *path, struct replay **ret_replay, char **ret_problem) {
  struct source *source = NULL;
  int status = source_open(path, &source, ret_problem);
  if (status)
    return status;
  struct replay *replay = replay_new();
  replay->source = source;
  struct event *events = xcalloc(BATCH, sizeof *events);
  for (size_t n; (n = source_read(source, events, BATCH));)
    replay_read(replay, source_info(source), events, n);
  free(events);
  replay_read(replay, source_info(source), NULL, 0);
  replay_ready(replay);
  *ret_replay = replay;
  return 0;
}

void replay_close(struct replay *replay) {
  if (!replay)
    return;
  machine_done(replay);
  free(replay->steps);
  free(replay->lives);
  free(replay->place_rules);
  free(replay->thread_rules);
  source_close(replay->source);
  free(replay);
}

const struct source_info *replay_info(const struct replay *replay) {
  return replay->info;
}
