/* destroy_while_held.c - a lock is destroyed while it is held, a condition or semaphore while threads wait on it.
 *
 * A call that answered EBUSY destroyed nothing, but is the same mistake. Waiters that were already notified do not count: POSIX
 * lets a condition be destroyed then. What it cannot see: a mutex whose next owner was just about to be woken. */
#include <inttypes.h>
#include <stdlib.h>

#include "detect/misuse.h"

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)state;
  struct finding *finding = misuse_new(model, event, "destroy-while-held", SEVERITY_ERROR, "destroyed here");
  char *use = misuse_use(model, event->object, event->thread);
  finding_message(finding, "%%t%" PRIu32 "%% destroys %%o%" PRIu32 "%% %s", event->thread, event->object, use);
  free(use);
  misuse_show_holders(finding, model, event->object);
  misuse_show_waiters(finding, model, event->object, "waited on here");
  findings_add(out, finding);
}

const struct detector detector_destroy_while_held = {
    .id = "destroy-while-held",
    .letter = 'M',
    .title = "A lock is destroyed while it is in use",
    .oddities = ODD_DESTROY_HELD,
    .event = see,
};
