/* thread_exit_while_holding.c - a thread ends with locks held.
 *
 * A robust mutex tells its next owner: then it is a note. What it cannot see: threads that the end of the process stops, which
 * are exit-while-holding's, and an end by a system call that no library function makes. */
#include <inttypes.h>
#include <stdlib.h>

#include "detect/misuse.h"

static bool all_robust(const struct model *model, const struct finding_thread *thread) {
  for (uint32_t i = 0; i < thread->n_holds; i++)
    if (!(model->objects[thread->holds[i]].kind & TRACE_TYPE_ROBUST))
      return false;
  return true;
}

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)state;
  struct finding *finding = misuse_new(model, event, "thread-exit-while-holding", SEVERITY_ERROR, "ends here");
  char *names = misuse_add_holds(finding, 0, model);
  finding_message(finding, "%%t%" PRIu32 "%% ends while it holds %s", event->thread, names ? names : "a lock");
  free(names);
  if (all_robust(model, &finding->threads[0]))
    finding->severity = SEVERITY_NOTE;
  findings_add(out, finding);
}

const struct detector detector_thread_exit_while_holding = {
    .id = "thread-exit-while-holding",
    .letter = 'M',
    .title = "A thread ends with a lock held",
    .oddities = ODD_END_HOLDING,
    .event = see,
};
