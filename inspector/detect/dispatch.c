/* dispatch.c - events to detectors: a list for each type of event, so that the uninterested cost nothing. */
#include "detect/dispatch.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

static bool is_wanted(const struct analysis_options *options, const char *id) {
  if (!options->only)
    return true;
  for (const char *const *kind = options->only; *kind; kind++)
    if (!strcmp(*kind, id))
      return true;
  return false;
}

static bool takes_part(const struct dispatch *dispatch, const struct running *running) {
  return dispatch->is_second ? running->reads_again && running->detector->again : running->detector->event != NULL;
}

static uint64_t wanted_ops(const struct dispatch *dispatch, const struct detector *detector) {
  return dispatch->is_second && detector->again_ops ? detector->again_ops : detector->ops;
}

static void list_by_op(struct dispatch *dispatch) {
  for (uint32_t op = 0; op < TRACE_OP_LIMIT; op++) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < dispatch->n_running; i++)
      if (wanted_ops(dispatch, dispatch->running[i].detector) & OP_BIT(op) && takes_part(dispatch, &dispatch->running[i]))
        dispatch->by_op[op][n++] = i;
    dispatch->by_op[op][n] = NO_INDEX;
  }
}

void dispatch_init(struct dispatch *dispatch, const struct analysis_options *options) {
  const struct detector *const *list = options->is_live ? hang_detectors : detectors;
  uint32_t n = 0;
  while (list[n])
    n++;
  *dispatch = (struct dispatch){.running = xcalloc(n, sizeof *dispatch->running)};
  for (uint32_t i = 0; i < n; i++) {
    if (!is_wanted(options, list[i]->id))
      continue;
    struct running *running = &dispatch->running[dispatch->n_running++];
    *running = (struct running){.detector = list[i], .state = xcalloc(1, list[i]->state_size)};
    if (list[i]->start)
      list[i]->start(running->state, &options->detect);
  }
  for (uint32_t op = 0; op < TRACE_OP_LIMIT; op++)
    dispatch->by_op[op] = xcalloc(n + 1, sizeof *dispatch->by_op[op]);
  list_by_op(dispatch);
}

void dispatch_done(struct dispatch *dispatch) {
  for (uint32_t i = 0; i < dispatch->n_running; i++) {
    const struct running *running = &dispatch->running[i];
    if (running->detector->done)
      running->detector->done(running->state);
    free(running->state);
  }
  for (uint32_t op = 0; op < TRACE_OP_LIMIT; op++)
    free(dispatch->by_op[op]);
  free(dispatch->running);
}

static void show(const struct dispatch *dispatch, const struct running *running, const struct model *model, const struct event *event,
                 struct findings *out) {
  const struct detector *detector = running->detector;
  (dispatch->is_second ? detector->again : detector->event)(running->state, model, event, out);
}

void dispatch_odd(struct dispatch *dispatch, const struct model *model, const struct event *event, struct findings *out) {
  for (uint32_t i = 0; i < dispatch->n_running; i++) {
    const struct running *running = &dispatch->running[i];
    bool is_asked =
        wanted_ops(dispatch, running->detector) & OP_BIT(event->op % TRACE_OP_LIMIT) || running->detector->oddities & event->oddity;
    if (is_asked && takes_part(dispatch, running))
      show(dispatch, running, model, event, out);
  }
}

void dispatch_listed(struct dispatch *dispatch, const uint32_t *list, const struct model *model, const struct event *event,
                     struct findings *out) {
  for (; *list != NO_INDEX; list++)
    show(dispatch, &dispatch->running[*list], model, event, out);
}

bool dispatch_finish(struct dispatch *dispatch, const struct model *model, struct findings *out) {
  bool again = false;
  for (uint32_t i = 0; i < dispatch->n_running; i++) {
    struct running *running = &dispatch->running[i];
    const struct detector *detector = running->detector;
    if (dispatch->is_second && !running->reads_again)
      continue;
    void (*finish)(void *, const struct model *, struct findings *) = dispatch->is_second ? detector->finish_again : detector->finish;
    if (finish)
      finish(running->state, model, out);
    running->reads_again = detector->wants_again && detector->wants_again(running->state);
    again |= running->reads_again;
  }
  if (again) {
    dispatch->is_second = true;
    list_by_op(dispatch);
  }
  return again;
}
