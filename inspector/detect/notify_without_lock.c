/* notify_without_lock.c - a hint: a condition is notified by a thread that has nothing to do with the mutex of its waiters.
 *
 * Nothing is wrong by POSIX, and notifying right after the unlock is usual. A thread that did not have the mutex just before
 * either cannot have changed the waited-for state under it: such a wake-up may be lost. What it cannot see: the state itself,
 * so it never says more than this; and the mutex of a condition that nobody waited on yet.
 *
 * A track_condition refuses such a call: nobody was notified, and that is an error. */
#include <inttypes.h>

#include "detect/misuse.h"

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)state;
  uint32_t mutex = model->objects[event->object].mutex;
  bool is_refused = event->op == TRACE_NOTIFY_FAIL;
  struct finding *finding = misuse_new(model, event, "notify-without-lock", is_refused ? SEVERITY_ERROR : SEVERITY_NOTE, "notified here");
  if (mutex == NO_INDEX)
    finding_message(finding, "%%t%" PRIu32 "%% notifies %%o%" PRIu32 "%% without its lock", event->thread, event->object);
  else
    finding_message(finding, "%%t%" PRIu32 "%% notifies %%o%" PRIu32 "%% without %%o%" PRIu32 "%%, which its waiters use", event->thread,
                    event->object, mutex);
  if (is_refused)
    misuse_show_first(finding, model, event->object);
  misuse_show_waiters(finding, model, event->object, "waited on here");
  findings_add(out, finding);
}

const struct detector detector_notify_without_lock = {
    .id = "notify-without-lock",
    .letter = 'M',
    .title = "A condition is notified without its mutex",
    .oddities = ODD_NOTIFY_UNLOCKED,
    .event = see,
};
