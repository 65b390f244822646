/* thread_exit_while_holding.c - a thread ends with locks held.
 *
 * A robust mutex tells its next owner: then it is a note. A track_lock may be released by another thread: one that is, even
 * afterwards, was handed on and not forgotten. What it cannot see: threads that the end of the process stops, which
 * are exit-while-holding's, and an end by a system call that no library function makes. */
#include <inttypes.h>
#include <stdlib.h>

#include "detect/misuse.h"
#include "util/alloc.h"

static bool all_robust(const struct model *model, const struct finding_thread *thread) {
  for (uint32_t i = 0; i < thread->n_holds; i++)
    if (!(model->objects[thread->holds[i]].kind & TRACE_TYPE_ROBUST))
      return false;
  return true;
}

/* Of threads whose locks somebody else may release yet. */
struct endings {
  struct finding **postponed;
  uint32_t n, capacity;
};

static bool all_anybodys(const struct model *model, const struct finding_thread *thread) {
  for (uint32_t i = 0; i < thread->n_holds; i++)
    if (trace_family(model->objects[thread->holds[i]].kind) != TRACE_KIND_LOCK)
      return false;
  return thread->n_holds > 0;
}

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  struct endings *endings = state;
  struct finding *finding = misuse_new(model, event, "thread-exit-while-holding", SEVERITY_ERROR, "ends here");
  char *names = misuse_add_holds(finding, 0, model);
  finding_message(finding, "%%t%" PRIu32 "%% ends while it holds %s", event->thread, names ? names : "a lock");
  free(names);
  if (all_robust(model, &finding->threads[0]))
    finding->severity = SEVERITY_NOTE;
  if (!all_anybodys(model, &finding->threads[0])) {
    findings_add(out, finding);
    return;
  }
  endings->postponed = grow(endings->postponed, endings->n, &endings->capacity, sizeof(struct finding *));
  endings->postponed[endings->n++] = finding;
}

static bool holds_still(const struct model *model, const struct finding_thread *thread) {
  for (uint32_t i = 0; i < thread->n_holds; i++)
    if (model->objects[thread->holds[i]].owner == thread->thread)
      return true;
  return false;
}

static void finish(void *state, const struct model *model, struct findings *out) {
  struct endings *endings = state;
  for (uint32_t i = 0; i < endings->n; i++) {
    struct finding *finding = endings->postponed[i];
    if (holds_still(model, &finding->threads[0]))
      findings_add(out, finding);
    else
      finding_free(finding);
  }
  endings->n = 0;
}

static void done(void *state) {
  struct endings *endings = state;
  for (uint32_t i = 0; i < endings->n; i++)
    finding_free(endings->postponed[i]);
  free(endings->postponed);
}

const struct detector detector_thread_exit_while_holding = {
    .id = "thread-exit-while-holding",
    .letter = 'M',
    .title = "A thread ends with a lock held",
    .oddities = ODD_END_HOLDING,
    .state_size = sizeof(struct endings),
    .event = see,
    .finish = finish,
    .done = done,
};
