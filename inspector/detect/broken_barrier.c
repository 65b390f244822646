/* broken_barrier.c - a barrier lets its threads go without having met, or never does.
 *
 * A track_barrier breaks when a wait at it times out (a warning), when its action fails (an error), or when it is aborted or reset while
 * threads stand at it (a note, somebody wanted it). Each breaking is one finding that shows who stood there. Who comes to one
 * that is broken already is told apart: it needs a reset. At the end of the recording, threads that stand at any
 * barrier when nobody is left to come: an error. What it cannot see: whether the program counts on the breaking. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "detect/hang_world.h"
#include "detect/misuse.h"
#include "util/alloc.h"

#define MAX_THREADS 8u /* shown of those who wait for ever */

/* What broke the barrier last. */
struct breaking {
  const char *what; /* NULL: it is whole, as far as seen */
  uint32_t thread, site;
  uint64_t ordinal;
  bool was_wanted;
};

struct barriers {
  struct breaking *breakings; /* by object */
  uint32_t n, capacity;
  uint32_t *came_late; /* by thread: the broken barrier that it came to, + 1 */
  uint32_t n_threads, thread_capacity;
};

static struct breaking *breaking_of(struct barriers *barriers, uint32_t object) {
  if (object >= barriers->capacity)
    barriers->breakings = grow(barriers->breakings, object, &barriers->capacity, sizeof *barriers->breakings);
  if (object >= barriers->n)
    barriers->n = object + 1;
  return &barriers->breakings[object];
}

static uint32_t *came_late(struct barriers *barriers, uint32_t thread) {
  if (thread >= barriers->thread_capacity)
    barriers->came_late = grow(barriers->came_late, thread, &barriers->thread_capacity, sizeof *barriers->came_late);
  if (thread >= barriers->n_threads)
    barriers->n_threads = thread + 1;
  return &barriers->came_late[thread];
}

static struct finding *tell(const struct model *model, const struct event *event, enum severity severity, const char *what,
                            const char *does) {
  struct finding *finding = misuse_new(model, event, "broken-barrier", severity, what);
  finding_message(finding, "%%t%" PRIu32 "%% %s %%o%" PRIu32 "%%", event->thread, does, event->object);
  return finding;
}

static void see_break(struct barriers *barriers, const struct model *model, const struct event *event, struct findings *out) {
  bool is_timeout = event->result == ETIMEDOUT;
  struct finding *finding = tell(model, event, is_timeout ? SEVERITY_WARNING : SEVERITY_ERROR, "waits here",
                                 is_timeout ? "waited until its time was over, and so broke" : "ran the action, which failed, of");
  misuse_show_waiters(finding, model, event->object, "waited at here");
  misuse_show_first(finding, model, event->object);
  findings_add(out, finding);
  *breaking_of(barriers, event->object) = (struct breaking){"broken here", event->thread, event->site, event->ordinal, false};
}

static void see_late(struct barriers *barriers, const struct model *model, const struct event *event, struct findings *out) {
  const struct breaking *breaking = breaking_of(barriers, event->object);
  struct finding *finding =
      tell(model, event, breaking->was_wanted ? SEVERITY_NOTE : SEVERITY_WARNING, "waits here", "waits at the broken barrier");
  if (breaking->what)
    finding_add_place(&finding->threads[0], breaking->what, event->object, breaking->thread, breaking->site, breaking->ordinal);
  misuse_show_first(finding, model, event->object);
  findings_add(out, finding);
}

static void see_leave(struct barriers *barriers, const struct model *model, const struct event *event, struct findings *out) {
  uint32_t *late = came_late(barriers, event->thread);
  if (event->result == ECANCELED && *late == event->object + 1)
    see_late(barriers, model, event, out);
  else if (event->result && event->result != ECANCELED)
    see_break(barriers, model, event, out);
  *came_late(barriers, event->thread) = 0;
}

/* Aborted or reset. */
static void see_emptied(struct barriers *barriers, const struct model *model, const struct event *event, struct findings *out) {
  bool is_abort = event->op == TRACE_ABORT;
  *breaking_of(barriers, event->object) =
      (struct breaking){is_abort ? "aborted here" : NULL, event->thread, event->site, event->ordinal, true};
  uint32_t n = object_n_stuck(&model->objects[event->object]);
  if (!n)
    return;
  struct finding *finding = tell(model, event, SEVERITY_NOTE, is_abort ? "aborted here" : "reset here", is_abort ? "aborts" : "resets");
  finding_message(finding, "%%t%" PRIu32 "%% %s %%o%" PRIu32 "%% while %" PRIu32 " thread%s at it", event->thread,
                  is_abort ? "aborts" : "resets", event->object, n, n == 1 ? " waits" : "s wait");
  misuse_show_waiters(finding, model, event->object, "waited at here");
  findings_add(out, finding);
}

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  struct barriers *barriers = state;
  const struct object *barrier = &model->objects[event->object];
  if (TRACE_KIND_OF(barrier->kind) != TRACE_KIND_TRACK_BARRIER)
    return;
  if (event->op == TRACE_ARRIVE)
    *came_late(barriers, event->thread) = barrier->is_broken ? event->object + 1 : 0;
  else if (event->op == TRACE_LEAVE)
    see_leave(barriers, model, event, out);
  else
    see_emptied(barriers, model, event, out);
}

static bool stands_for_ever(const struct model *model, uint32_t thread) {
  return model->threads[thread].blocked.op == TRACE_ARRIVE && thread_waits_on(model, thread);
}

static bool is_first_at(const struct model *model, uint32_t thread) {
  for (uint32_t i = 0; i < thread; i++)
    if (stands_for_ever(model, i) && model->threads[i].blocked.object == model->threads[thread].blocked.object)
      return false;
  return true;
}

static void tell_unfilled(const struct model *model, uint32_t first, struct findings *out) {
  uint32_t object = model->threads[first].blocked.object, n = 1;
  struct finding *finding = misuse_new_stuck(model, first, "broken-barrier", "waits at it here");
  finding->threads[0].wants = object;
  misuse_show_first(finding, model, object);
  for (uint32_t i = first + 1; i < model->n_threads; i++) {
    const struct blocked *blocked = &model->threads[i].blocked;
    if (!stands_for_ever(model, i) || blocked->object != object || ++n > MAX_THREADS)
      continue;
    finding_add_thread(finding, i, blocked->ordinal, blocked->site, "waits at it here")->wants = object;
    finding_add_event(finding, blocked->ordinal);
  }
  finding_message(finding, "%%o%" PRIu32 "%% waits for %" PRIu64 " threads, %" PRIu32 " came, and nobody is left to come", object,
                  model->objects[object].value, n);
  findings_add(out, finding);
}

static void finish(void *state, const struct model *model, struct findings *out) {
  (void)state;
  struct hang_world world = hang_world_find(model, NULL);
  bool is_ours = hang_world_is_about_barriers(&world);
  hang_world_done(&world);
  for (uint32_t i = 0; is_ours && i < model->n_threads; i++)
    if (stands_for_ever(model, i) && is_first_at(model, i))
      tell_unfilled(model, i, out);
}

static void done(void *state) {
  struct barriers *barriers = state;
  free(barriers->breakings);
  free(barriers->came_late);
}

const struct detector detector_broken_barrier = {
    .id = "broken-barrier",
    .letter = 'M',
    .title = "A barrier is broken, or can never be filled",
    .ops = OP_BIT(TRACE_ARRIVE) | OP_BIT(TRACE_LEAVE) | OP_BIT(TRACE_ABORT) | OP_BIT(TRACE_RESET),
    .state_size = sizeof(struct barriers),
    .event = see,
    .finish = finish,
    .done = done,
};
