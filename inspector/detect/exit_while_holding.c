/* exit_while_holding.c - the process is ended by a thread that holds locks: its exit handlers run with them held.
 *
 * Locks of other threads at that moment are a note, one a thread, as those may be in the middle of something; a thread that has
 * ended was told of before. What it cannot see: which handler takes the lock, unless it does. */
#include <inttypes.h>
#include <stdlib.h>

#include "detect/misuse.h"

static void tell_own(const struct model *model, const struct event *event, struct findings *out) {
  struct finding *finding = misuse_new(model, event, "exit-while-holding", SEVERITY_WARNING, "exits here");
  char *names = misuse_add_holds(finding, 0, model);
  finding_message(finding, "%%t%" PRIu32 "%% ends the process while it holds %s", event->thread, names ? names : "a lock");
  free(names);
  findings_add(out, finding);
}

static void tell_other(const struct model *model, const struct event *event, uint32_t other, struct findings *out) {
  struct finding *finding = misuse_new(model, event, "exit-while-holding", SEVERITY_NOTE, "exits here");
  finding_add_thread(finding, other, 0, 0, "is still running");
  char *names = misuse_add_holds(finding, 1, model);
  finding_message(finding, "%%t%" PRIu32 "%% ends the process while %%t%" PRIu32 "%% holds %s", event->thread, other, names);
  bool holds_any = names;
  free(names);
  if (holds_any)
    findings_add(out, finding);
  else
    finding_free(finding);
}

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)state;
  if (model->exit_thread != NO_INDEX)
    return; /* exit() of an exit handler, or of a second thread */
  if (event->oddity & ODD_EXIT_HOLDING)
    tell_own(model, event, out);
  for (uint32_t i = 0; i < model->n_threads; i++)
    if (i != event->thread && model->threads[i].n_held && model->threads[i].state != THREAD_ENDED)
      tell_other(model, event, i, out);
}

const struct detector detector_exit_while_holding = {
    .id = "exit-while-holding",
    .letter = 'M',
    .title = "The process is ended with a lock held",
    .ops = OP_BIT(TRACE_EXIT),
    .event = see,
};
