/* barrier_misuse.c - a barrier is waited at when destroyed or never made, destroyed or made anew with threads standing at it.
 *
 * Threads of a round that is full count as gone, whether they have returned or not. What it cannot see: a barrier in shared memory
 * that another process made (told from one never made only by its process-shared attribute). Too few threads for a round are
 * broken-barrier's. */
#include <inttypes.h>
#include <stdlib.h>

#include "detect/misuse.h"

static void tell_use(const struct model *model, const struct event *event, struct findings *out) {
  bool is_destroyed = model->objects[event->object].is_destroyed, is_wait = event->op == TRACE_ARRIVE;
  struct finding *finding = misuse_new(model, event, "barrier-misuse", SEVERITY_ERROR, is_wait ? "waits here" : "used here");
  const char *does = is_wait ? "waits at" : event->op == TRACE_ABORT ? "aborts" : "resets";
  finding_message(finding, "%%t%" PRIu32 "%% %s %%o%" PRIu32 "%%, which was %s", event->thread, does, event->object,
                  is_destroyed ? "destroyed" : "never initialised");
  misuse_show_end(finding, model, event->object);
  findings_add(out, finding);
}

static void tell_end(const struct model *model, const struct event *event, struct findings *out) {
  bool is_init = event->op == TRACE_INIT;
  uint32_t barrier = is_init ? event->object2 : event->object;
  struct finding *finding = misuse_new(model, event, "barrier-misuse", SEVERITY_ERROR, is_init ? "initialised here" : "destroyed here");
  char *use = misuse_use(model, barrier, event->thread);
  finding_message(finding, "%%t%" PRIu32 "%% %s %%o%" PRIu32 "%% %s", event->thread, is_init ? "initialises" : "destroys", barrier, use);
  free(use);
  misuse_show_waiters(finding, model, barrier, "waited on here");
  findings_add(out, finding);
}

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)state;
  if (event->op == TRACE_INIT || event->op == TRACE_DESTROY)
    tell_end(model, event, out);
  else
    tell_use(model, event, out);
}

const struct detector detector_barrier_misuse = {
    .id = "barrier-misuse",
    .letter = 'M',
    .title = "A barrier is used when it must not be",
    .oddities = ODD_BARRIER,
    .event = see,
};
