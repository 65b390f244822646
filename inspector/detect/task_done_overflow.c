/* task_done_overflow.c - a queue is told that more items are done than were put into it: the call answered EINVAL.
 *
 * What it cannot see: a task_done too many that comes while other items are still out: it makes the join return too early, and the one
 * that is refused is a later, right one. */
#include <errno.h>
#include <inttypes.h>

#include "detect/misuse.h"

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)state;
  if (event->result && event->result != EINVAL)
    return;
  struct finding *finding = misuse_new(model, event, "task-done-overflow", SEVERITY_ERROR, "told done here");
  finding_message(finding, "%%t%" PRIu32 "%% tells %%o%" PRIu32 "%% that more items are done than were put into it", event->thread,
                  event->object);
  misuse_show_first(finding, model, event->object);
  findings_add(out, finding);
}

const struct detector detector_task_done_overflow = {
    .id = "task-done-overflow",
    .letter = 'M',
    .title = "More items of a queue are told done than were put",
    .ops = OP_BIT(TRACE_TASK_DONE_FAIL),
    .event = see,
};
