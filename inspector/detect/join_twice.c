/* join_twice.c - a thread is joined, or detached, after it was joined; or joined while another thread already waits to join it.
 *
 * What it cannot see: a second join whose handle meanwhile belongs to a new thread: that looks like a join of the new one. */
#include <inttypes.h>

#include "detect/misuse.h"

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)state;
  const struct thread *target = &model->threads[event->target];
  bool is_detach = event->op == TRACE_DETACH || event->op == TRACE_DETACH_FAIL;
  struct finding *finding = misuse_new(model, event, "join-twice", SEVERITY_ERROR, is_detach ? "detached here" : "joined again here");
  finding_message(finding, "%%t%" PRIu32 "%% %s %%t%" PRIu32 "%%, which %s", event->thread, is_detach ? "detaches" : "joins", event->target,
                  target->is_joined ? "was joined already" : "another thread is joining");
  if (target->is_joined)
    finding_add_place(&finding->threads[0], "first joined here", NO_INDEX, target->joiner, target->join_site, target->join_ordinal);
  for (uint32_t i = 0; i < model->n_threads && !target->is_joined; i++) {
    const struct blocked *blocked = &model->threads[i].blocked;
    if (i != event->thread && blocked->op == TRACE_JOIN_REQ && blocked->target == event->target)
      finding_add_place(&finding->threads[0], "joins it here", NO_INDEX, i, blocked->site, blocked->ordinal);
  }
  findings_add(out, finding);
}

const struct detector detector_join_twice = {
    .id = "join-twice",
    .letter = 'J',
    .title = "A thread is joined twice",
    .oddities = ODD_JOIN_TWICE,
    .event = see,
};
