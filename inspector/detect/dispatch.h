/* dispatch.h - the detectors of one run over one trace, and which of them sees which event. */
#ifndef INSPECTOR_DISPATCH_H
#define INSPECTOR_DISPATCH_H

#include "detect/analysis.h"

struct running {
  const struct detector *detector;
  void *state;
  bool reads_again;
};

struct dispatch {
  struct running *running; /* in table order */
  uint32_t n_running;
  uint32_t *by_op[TRACE_OP_LIMIT]; /* indices in running, ended by NO_INDEX */
  bool is_second; /* or a later one */
};

void dispatch_init(struct dispatch *dispatch, const struct analysis_options *options);
void dispatch_done(struct dispatch *dispatch);

void dispatch_odd(struct dispatch *dispatch, const struct model *model, const struct event *event, struct findings *out);
void dispatch_listed(struct dispatch *dispatch, const uint32_t *list, const struct model *model, const struct event *event,
                     struct findings *out);

/* Shows a judged event to everybody who asked for its type or for its oddity. */
static inline void dispatch_event(struct dispatch *dispatch, const struct model *model, const struct event *event, struct findings *out) {
  const uint32_t *list = dispatch->by_op[event->op % TRACE_OP_LIMIT];
  if (event->oddity)
    dispatch_odd(dispatch, model, event, out);
  else if (*list != NO_INDEX)
    dispatch_listed(dispatch, list, model, event, out);
}

/* End of a reading. Returns whether a detector wants the trace once more; it then only shows events to those. */
bool dispatch_finish(struct dispatch *dispatch, const struct model *model, struct findings *out);

#endif
