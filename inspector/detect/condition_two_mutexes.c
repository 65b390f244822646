/* condition_two_mutexes.c - one condition is waited on with two mutexes.
 *
 * While threads wait, that is undefined (POSIX pthread_cond_wait): an error. One after the other it is allowed, but hardly meant:
 * a warning, unless the condition lies on a stack and was never initialised by a call, because then it may well be two
 * conditions at one address. What it cannot see: a mutex that was only passed on, not the one meant. */
#include <inttypes.h>

#include "detect/misuse.h"

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)state;
  const struct object *condition = &model->objects[event->object];
  bool overlaps = event->oddity & ODD_WAIT_TWO_NOW;
  if (!overlaps && condition->stack_thread != NO_INDEX && !condition->was_initialised)
    return;
  struct finding *finding = misuse_new(model, event, "condition-two-mutexes", overlaps ? SEVERITY_ERROR : SEVERITY_WARNING, "waits here");
  finding_message(finding, "%%t%" PRIu32 "%% waits on %%o%" PRIu32 "%% with %%o%" PRIu32 "%%, but %s with %%o%" PRIu32 "%%", event->thread,
                  event->object, event->object2, overlaps ? "others are waiting" : "it was waited on before", condition->mutex);
  misuse_show_waiters(finding, model, event->object, "waits with the other mutex here");
  misuse_show_first(finding, model, event->object);
  findings_add(out, finding);
}

const struct detector detector_condition_two_mutexes = {
    .id = "condition-two-mutexes",
    .letter = 'M',
    .title = "A condition is waited on with two mutexes",
    .oddities = ODD_WAIT_TWO | ODD_WAIT_TWO_NOW,
    .event = see,
};
