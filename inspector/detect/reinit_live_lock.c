/* reinit_live_lock.c - a lock is initialised while it is held, a condition or semaphore while threads wait on it.
 *
 * What it cannot see: an assignment of a static initialiser to a held lock, which is no call. */
#include <inttypes.h>
#include <stdlib.h>

#include "detect/misuse.h"

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)state;
  uint32_t old = event->object2; /* event.object is the one that replaces it */
  struct finding *finding = misuse_new(model, event, "reinit-live-lock", SEVERITY_ERROR, "initialised here");
  char *use = misuse_use(model, old, event->thread);
  finding_message(finding, "%%t%" PRIu32 "%% initialises %%o%" PRIu32 "%% %s", event->thread, old, use);
  free(use);
  misuse_show_holders(finding, model, old);
  misuse_show_waiters(finding, model, old, "waited on here");
  findings_add(out, finding);
}

const struct detector detector_reinit_live_lock = {
    .id = "reinit-live-lock",
    .letter = 'M',
    .title = "A lock is initialised while it is in use",
    .oddities = ODD_REINIT_LIVE,
    .event = see,
};
