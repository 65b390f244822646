/* free_while_held.c - the memory of a lock is freed or unmapped while the lock is held or waited on.
 *
 * What it cannot see: memory that a program's own allocator hands out again without free(), and locks in a stack frame that was
 * left (a frame's end makes no call). */
#include <inttypes.h>
#include <stdlib.h>

#include "detect/misuse.h"

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)state;
  struct finding *finding = misuse_new(model, event, "free-while-held", SEVERITY_ERROR, "freed here");
  char *use = misuse_use(model, event->object, event->thread);
  finding_message(finding, "%%t%" PRIu32 "%% frees the memory of %%o%" PRIu32 "%% %s", event->thread, event->object, use);
  free(use);
  misuse_show_holders(finding, model, event->object);
  misuse_show_waiters(finding, model, event->object, "waited on here");
  findings_add(out, finding);
}

const struct detector detector_free_while_held = {
    .id = "free-while-held",
    .letter = 'M',
    .title = "The memory of a held lock is freed",
    .oddities = ODD_FREE_HELD,
    .event = see,
};
