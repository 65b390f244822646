/* unlock_not_held.c - a lock is unlocked that nobody holds; a rwlock once too often.
 *
 * The model follows every lock; an unlock by a thread that the recorder saw named as owner in the lock itself is never odd.
 * What it cannot see: which of several readers unlocked a rwlock twice, when others still read. */
#include <inttypes.h>

#include "detect/misuse.h"

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)state;
  struct finding *finding = misuse_new(model, event, "unlock-not-held", misuse_refusal_severity(model, event), "unlocked here");
  bool is_read = model->objects[event->object].n_readers;
  finding_message(finding, "%%t%" PRIu32 "%% unlocks %%o%" PRIu32 "%%, which %s", event->thread, event->object,
                  is_read ? "it does not hold" : "nobody holds");
  if (is_read)
    misuse_show_holders(finding, model, event->object);
  misuse_show_release(finding, model, event->object);
  misuse_show_first(finding, model, event->object);
  findings_add(out, finding);
}

const struct detector detector_unlock_not_held = {
    .id = "unlock-not-held",
    .letter = 'M',
    .title = "A lock is unlocked that nobody holds",
    .oddities = ODD_UNLOCK_FREE,
    .event = see,
};
