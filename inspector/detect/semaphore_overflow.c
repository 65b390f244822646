/* semaphore_overflow.c - a semaphore is posted beyond its greatest value, or its bound: the call answered EOVERFLOW.
 *
 * What it cannot see: a program's own idea of a bound below that, unless its semaphore has one and refuses. */
#include <inttypes.h>

#include "detect/misuse.h"

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)state;
  struct finding *finding = misuse_new(model, event, "semaphore-overflow", SEVERITY_ERROR, "posted here");
  bool is_bounded = TRACE_KIND_OF(event->kind) == TRACE_KIND_BOUNDED_SEMAPHORE;
  finding_message(finding, "%%t%" PRIu32 "%% %s %%o%" PRIu32 "%% beyond its %s", event->thread, is_bounded ? "releases" : "posts",
                  event->object, is_bounded ? "bound" : "greatest value");
  misuse_show_first(finding, model, event->object);
  findings_add(out, finding);
}

const struct detector detector_semaphore_overflow = {
    .id = "semaphore-overflow",
    .letter = 'M',
    .title = "A semaphore is posted beyond its greatest value",
    .oddities = ODD_SEM_OVERFLOW,
    .event = see,
};
