/* join_self.c - a thread waits for its own end. The C library answers EDEADLK.
 *
 * What it cannot see: two threads that join each other: that is a deadlock. */
#include <inttypes.h>

#include "detect/misuse.h"

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)state;
  struct finding *finding = misuse_new(model, event, "join-self", SEVERITY_ERROR, "joins itself here");
  finding_message(finding, "%%t%" PRIu32 "%% joins itself", event->thread);
  uint32_t site = model->threads[event->thread].create_site;
  if (site)
    finding_add_place(&finding->threads[0], "created here", NO_INDEX, model->threads[event->thread].creator, site,
                      model->threads[event->thread].create_ordinal);
  findings_add(out, finding);
}

const struct detector detector_join_self = {
    .id = "join-self",
    .letter = 'J',
    .title = "A thread joins itself",
    .oddities = ODD_JOIN_SELF,
    .event = see,
};
