/* join_detached.c - a detached thread is joined, or detached again.
 *
 * What it cannot see: a join of a detached thread that ended long ago, when its handle belongs to a new thread already. */
#include <inttypes.h>

#include "detect/misuse.h"

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)state;
  const struct thread *target = &model->threads[event->target];
  bool is_detach = event->op == TRACE_DETACH || event->op == TRACE_DETACH_FAIL;
  struct finding *finding = misuse_new(model, event, "join-detached", SEVERITY_ERROR, is_detach ? "detached again here" : "joined here");
  finding_message(finding, "%%t%" PRIu32 "%% %s %%t%" PRIu32 "%%, which is detached", event->thread, is_detach ? "detaches" : "joins",
                  event->target);
  bool was_born_so = !target->detach_site && target->create_site;
  uint32_t site = was_born_so ? target->create_site : target->detach_site;
  if (site)
    finding_add_place(&finding->threads[0], was_born_so ? "created detached here" : "detached here", NO_INDEX,
                      was_born_so ? target->creator : NO_INDEX, site, was_born_so ? target->create_ordinal : 0);
  findings_add(out, finding);
}

const struct detector detector_join_detached = {
    .id = "join-detached",
    .letter = 'J',
    .title = "A detached thread is joined",
    .oddities = ODD_JOIN_DETACHED,
    .event = see,
};
