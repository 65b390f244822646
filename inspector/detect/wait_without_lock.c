/* wait_without_lock.c - a condition wait with a mutex that the waiter does not hold. A track_condition refuses it.
 *
 * What it cannot see: whether the state that the waiter asked for was read under the mutex: only that the mutex was not held when
 * the wait began. */
#include <inttypes.h>

#include "detect/misuse.h"

/* A refused wait does not say which lock it lacks: it is that of the waits before. */
static void tell_refused(const struct model *model, const struct event *event, struct findings *out) {
  uint32_t lock = model->objects[event->object].mutex;
  struct finding *finding = misuse_new(model, event, "wait-without-lock", SEVERITY_ERROR, "waits here");
  if (lock == NO_INDEX)
    finding_message(finding, "%%t%" PRIu32 "%% waits on %%o%" PRIu32 "%% without holding its lock", event->thread, event->object);
  else
    finding_message(finding, "%%t%" PRIu32 "%% waits on %%o%" PRIu32 "%% without holding %%o%" PRIu32 "%%", event->thread, event->object,
                    lock);
  if (lock != NO_INDEX)
    misuse_show_holders(finding, model, lock);
  misuse_show_first(finding, model, event->object);
  findings_add(out, finding);
}

static void tell(const struct model *model, const struct event *event, struct findings *out) {
  const struct object *mutex = &model->objects[event->object2];
  enum severity severity = mutex->kind & TRACE_TYPE_ERRORCHECK && !model_is_typed(model) ? SEVERITY_NOTE : SEVERITY_ERROR;
  struct finding *finding = misuse_new(model, event, "wait-without-lock", severity, "waits here");
  finding_message(finding, "%%t%" PRIu32 "%% waits on %%o%" PRIu32 "%% without holding %%o%" PRIu32 "%%", event->thread, event->object,
                  event->object2);
  misuse_show_holders(finding, model, event->object2);
  findings_add(out, finding);
}

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)state;
  (event->op == TRACE_WAIT_FAIL ? tell_refused : tell)(model, event, out);
}

const struct detector detector_wait_without_lock = {
    .id = "wait-without-lock",
    .letter = 'M',
    .title = "A condition wait without its mutex held",
    .oddities = ODD_WAIT_UNLOCKED,
    .event = see,
};
