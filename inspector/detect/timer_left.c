/* timer_left.c - a timer was started, and at the end it was neither cancelled nor joined.
 *
 * The process waits for it at its end, for as long as its interval is; a daemon is left, and needs nothing. It is told when the timer
 * fired, or when the process ended in order: one that was killed might have cancelled it later. What it cannot see: a
 * function of the timer that tells somebody else that it is over. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "detect/misuse.h"
#include "util/alloc.h"

struct timer {
  uint32_t thread, site; /* of its start */
  uint64_t ordinal;      /* 0: not started */
  uint32_t own;          /* its own thread + 1, 0 unknown */
  bool is_daemon, is_over, has_fired;
};

/* By object. */
struct timers {
  struct timer *items;
  uint32_t n, capacity;
};

static struct timer *timer_of(struct timers *timers, uint32_t object) {
  if (object >= timers->capacity)
    timers->items = grow(timers->items, object, &timers->capacity, sizeof *timers->items);
  if (object >= timers->n)
    timers->n = object + 1;
  return &timers->items[object];
}

/* Its own thread waits for its time, everybody else for its end. */
static bool is_by_itself(struct timer *timer, const struct model *model, const struct event *event) {
  bool is_a_timers = model->threads[event->thread].kind == TRACE_KIND_TIMER && event->mode & TRACE_MODE_TIMED;
  if (event->op == TRACE_AWAIT && is_a_timers && !timer->own)
    timer->own = event->thread + 1;
  return timer->own == event->thread + 1;
}

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)out;
  if (trace_family(event->kind) != TRACE_KIND_TIMER)
    return;
  struct timer *timer = timer_of(state, event->object);
  if (event->op == TRACE_START) {
    timer->thread = event->thread;
    timer->site = event->site;
    timer->ordinal = event->ordinal;
    timer->is_daemon = event->value;
  } else if (is_by_itself(timer, model, event))
    timer->has_fired |= event->op == TRACE_SET || (event->op == TRACE_AWAIT_FAIL && event->result == ETIMEDOUT);
  else
    timer->is_over |= event->op != TRACE_AWAIT_FAIL && !event->result;
}

static void tell(const struct model *model, uint32_t object, const struct timer *timer, struct findings *out) {
  struct finding *finding = finding_new("timer-left", misuse_verdict(model, 0), SEVERITY_WARNING);
  misuse_reason(finding, model, 0);
  finding_message(finding, "%%t%" PRIu32 "%% starts %%o%" PRIu32 "%%, which %s neither cancelled nor joined", timer->thread, object,
                  timer->has_fired ? "fired and was" : "was");
  finding_add_thread(finding, timer->thread, timer->ordinal, timer->site, "starts it here");
  finding_add_event(finding, timer->ordinal);
  finding->threads[0].wants = object;
  if (model->objects[object].was_initialised)
    misuse_show_first(finding, model, object);
  findings_add(out, finding);
}

static void finish(void *state, const struct model *model, struct findings *out) {
  const struct timers *timers = state;
  bool ended_in_order = model_ended_in_order(model);
  for (uint32_t i = 0; i < timers->n; i++) {
    const struct timer *timer = &timers->items[i];
    bool is_left = timer->ordinal && !timer->is_daemon && !timer->is_over;
    if (is_left && (timer->has_fired || ended_in_order))
      tell(model, i, timer, out);
  }
}

static void done(void *state) {
  free(((struct timers *)state)->items);
}

const struct detector detector_timer_left = {
    .id = "timer-left",
    .letter = 'M',
    .title = "A timer is neither cancelled nor joined",
    .ops = OP_BIT(TRACE_START) | OP_BIT(TRACE_AWAIT) | OP_BIT(TRACE_PASS) | OP_BIT(TRACE_AWAIT_FAIL) | OP_BIT(TRACE_SET) |
           OP_BIT(TRACE_DESTROY),
    .state_size = sizeof(struct timers),
    .event = see,
    .finish = finish,
    .done = done,
};
