/* unlock_by_other_thread.c - a lock is unlocked by a thread that does not hold it, while another one does.
 *
 * What it cannot see: the same on the shared side of a rwlock, whose readers have no names in it. */
#include <inttypes.h>

#include "detect/misuse.h"

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)state;
  struct finding *finding = misuse_new(model, event, "unlock-by-other-thread", misuse_refusal_severity(model, event), "unlocked here");
  finding_message(finding, "%%t%" PRIu32 "%% unlocks %%o%" PRIu32 "%%, which %%t%" PRIu32 "%% holds", event->thread, event->object,
                  model->objects[event->object].owner);
  misuse_show_holders(finding, model, event->object);
  findings_add(out, finding);
}

const struct detector detector_unlock_by_other_thread = {
    .id = "unlock-by-other-thread",
    .letter = 'M',
    .title = "A lock is unlocked by a thread that does not hold it",
    .oddities = ODD_UNLOCK_OTHER,
    .event = see,
};
