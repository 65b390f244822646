/* self_deadlock.c - a thread asks for a lock that it holds itself, in a mode that it can never get.
 *
 * The request is recorded before it blocks. It counts when the recording ends with it (observed), when the C library refuses it
 * (EDEADLK: an error, or a note from an error-checking mutex, which is there to refuse), or when it ran into its timeout (a
 * warning). A request that was granted later, because another thread released the lock, is unlock-by-other-thread's. Reading a
 * rwlock again is right under the default policy; one that prefers writers hangs when a writer queues in between (potential).
 * A track_lock may be released by any thread: there it is observed only if none is left to do so, else potential.
 * What it cannot see: a lock taken twice through a try-lock loop, and locks that make no calls. */
#include <inttypes.h>
#include <stdlib.h>

#include "detect/hang_text.h"
#include "detect/misuse.h"
#include "detect/wait_graph.h"

static const char *again_text(const struct object *object, const struct held *held, uint8_t mode) {
  if (TRACE_KIND_OF(object->kind) == TRACE_KIND_ONCE)
    return "while it is initialising it";
  if (held->mode & TRACE_MODE_READ)
    return mode & TRACE_MODE_READ ? "for reading again, while a writer waits" : "for writing while it holds it for reading";
  return mode & TRACE_MODE_READ ? "for reading while it holds it for writing" : "while it holds it";
}

static void fill(struct finding *finding, const struct model *model, uint32_t thread, uint32_t object, uint8_t mode) {
  const struct held *held = thread_held(&model->threads[thread], object);
  finding_message(finding, "%%t%" PRIu32 "%% asks for %%o%" PRIu32 "%% %s", thread, object,
                  again_text(&model->objects[object], held, mode));
  finding->threads[0].wants = object;
  finding_add_hold(&finding->threads[0], object, held->site, held->ordinal);
}

static void tell_reread(const struct model *model, const struct event *event, struct findings *out) {
  struct finding *finding = misuse_new(model, event, "self-deadlock", SEVERITY_WARNING, "asks for it again here");
  finding->verdict = VERDICT_POTENTIAL;
  fill(finding, model, event->thread, event->object, event->mode);
  finding_message(finding, "%%t%" PRIu32 "%% locks %%o%" PRIu32 "%% for reading again, and it prefers writers", event->thread,
                  event->object);
  finding_reason(finding, "it hangs when a writer comes between the two, which did not happen in this run");
  findings_add(out, finding);
}

static void tell_answered(const struct model *model, const struct event *event, enum severity severity, struct findings *out) {
  struct finding *finding = misuse_new(model, event, "self-deadlock", severity, "asks for it again here");
  fill(finding, model, event->thread, event->object, event->mode);
  findings_add(out, finding);
}

/* What a text trace says was granted twice is the request that never is. */
static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)state;
  if (event->oddity & ODD_REREAD)
    tell_reread(model, event, out);
  else if (event->op == TRACE_ACQ_FAIL)
    tell_answered(model, event, misuse_refusal_severity(model, event), out);
  else if (event->op == TRACE_ACQ)
    tell_answered(model, event, SEVERITY_ERROR, out);
  else if (event->op == TRACE_TRYFAIL && event->mode & TRACE_MODE_TIMED)
    tell_answered(model, event, SEVERITY_WARNING, out);
}

/* Somebody waits to write: then a writer-preferring rwlock lets no reader in, not even one that reads already. */
static uint32_t queued_writer(const struct model *model, uint32_t object) {
  for (uint32_t i = 0; i < model->n_threads; i++) {
    const struct blocked *blocked = &model->threads[i].blocked;
    bool waits_for_ever = blocked->op == TRACE_REQ && !(blocked->mode & TRACE_MODE_TIMED);
    if (waits_for_ever && blocked->object == object && !(blocked->mode & TRACE_MODE_READ))
      return i;
  }
  return NO_INDEX;
}

static bool is_anybodys(const struct object *object) {
  return trace_family(object->kind) == TRACE_KIND_LOCK;
}

static bool is_stuck(const struct model *model, const struct thread *thread) {
  if (thread->blocked.op != TRACE_REQ)
    return false;
  const struct held *held = thread_held(thread, thread->blocked.object);
  if (!held)
    return false;
  const struct object *object = &model->objects[thread->blocked.object];
  if (is_anybodys(object))
    return !(thread->blocked.mode & TRACE_MODE_TIMED);
  bool rereads = held->mode & thread->blocked.mode & TRACE_MODE_READ;
  if (rereads)
    return object->kind & TRACE_TYPE_PREFER_WRITER && queued_writer(model, thread->blocked.object) != NO_INDEX;
  return object_never_granted(model, object, held, thread->blocked.mode);
}

/* Whom it waits behind, though it has the lock. */
static void show_writer(struct finding *finding, const struct model *model, uint32_t object) {
  uint32_t writer = queued_writer(model, object);
  const struct blocked *blocked = &model->threads[writer].blocked;
  finding_message(finding, "%%t%" PRIu32 "%% asks for %%o%" PRIu32 "%% for reading again, while %%t%" PRIu32 "%% waits to write it",
                  finding->threads[0].thread, object, writer);
  finding_add_place(&finding->threads[0], "asked for here, for writing,", object, writer, blocked->site, blocked->ordinal);
}

/* Who waits for the thread, or behind it, in sentences after the message. */
static void tell_behind(struct finding *finding, const struct wait_graph *graph) {
  char *text = NULL;
  size_t n_bytes = 0;
  FILE *out = open_memstream(&text, &n_bytes);
  if (!out)
    return;
  fputs(finding->message, out);
  hang_tell_behind(out, graph, &finding->threads[0].thread, 1);
  fclose(out);
  finding_message(finding, "%s", text);
  free(text);
}

static void tell_stuck(const struct wait_graph *graph, uint32_t index, struct findings *out) {
  const struct model *model = graph->model;
  const struct blocked *blocked = &model->threads[index].blocked;
  bool is_timed = blocked->mode & TRACE_MODE_TIMED;
  /* Whatever was lost, it did wait for ever. */
  enum verdict verdict = misuse_verdict(model, 0) == VERDICT_OBSERVED ? VERDICT_OBSERVED : VERDICT_PLAUSIBLE;
  struct finding *finding = finding_new("self-deadlock", verdict, is_timed ? SEVERITY_WARNING : SEVERITY_ERROR);
  finding->is_hang = !is_timed;
  finding_add_thread(finding, index, blocked->ordinal, blocked->site, "waits for it here");
  finding_add_event(finding, blocked->ordinal);
  misuse_reason(finding, model, 0);
  if (finding->verdict == VERDICT_OBSERVED)
    finding_reason(finding, "it was still waiting when the recording ended");
  if (model->objects[blocked->object].released_by_other) {
    finding->verdict = VERDICT_PLAUSIBLE;
    finding_reason(finding, "it waited when the recording ended, but other threads have released this lock before");
  }
  fill(finding, model, index, blocked->object, blocked->mode);
  if (thread_held(&model->threads[index], blocked->object)->mode & blocked->mode & TRACE_MODE_READ)
    show_writer(finding, model, blocked->object);
  tell_behind(finding, graph);
  findings_add(out, finding);
}

static void tell_anybodys(const struct wait_graph *graph, uint32_t index, struct findings *out) {
  const struct model *model = graph->model;
  const struct blocked *blocked = &model->threads[index].blocked;
  struct finding *finding = misuse_new_stuck(model, index, "self-deadlock", "waits for it here");
  if (!graph->is_closed) {
    finding->verdict = VERDICT_POTENTIAL;
    finding->severity = SEVERITY_WARNING;
    finding_reason(finding, "it waited when the recording ended, but another thread could release it");
  }
  fill(finding, model, index, blocked->object, blocked->mode);
  tell_behind(finding, graph);
  findings_add(out, finding);
}

static void finish(void *state, const struct model *model, struct findings *out) {
  (void)state;
  struct wait_graph graph = wait_graph_find(model);
  for (uint32_t i = 0; i < model->n_threads; i++) {
    const struct thread *thread = &model->threads[i];
    if (!is_stuck(model, thread))
      continue;
    if (is_anybodys(&model->objects[thread->blocked.object]))
      tell_anybodys(&graph, i, out);
    else
      tell_stuck(&graph, i, out);
  }
  wait_graph_done(&graph);
}

const struct detector detector_self_deadlock = {
    .id = "self-deadlock",
    .letter = 'S',
    .title = "A thread waits for a lock that it holds itself",
    .oddities = ODD_RELOCK | ODD_REREAD,
    .event = see,
    .finish = finish,
};
