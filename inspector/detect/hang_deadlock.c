/* hang_deadlock.c - deadlocks that have happened: threads that wait in a circle when the trace ends.
 *
 * Nothing is searched for and nothing limits the length: each thread waits for what it waits for. Who merely waits behind the circle
 * is told in the sentences, and is no part of it. */
#include "detect/hang.h"

#include <inttypes.h>
#include <stdlib.h>

#include "detect/hang_text.h"
#include "detect/misuse.h"
#include "util/alloc.h"

void hang_add_thread(struct finding *finding, const struct wait_graph *graph, uint32_t index) {
  const struct thread *thread = &graph->model->threads[index];
  const struct blocked *blocked = &thread->blocked;
  bool is_join = blocked->op == TRACE_JOIN_REQ, takes_back = blocked->op == TRACE_WAIT && wait_graph_is_in_circle(graph, index);
  bool is_lock = blocked->op == TRACE_REQ || takes_back;
  const char *what = is_join ? "joins it here" : is_lock ? "asks for it here" : "waits for it here";
  struct finding_thread *part = finding_add_thread(finding, index, blocked->ordinal, blocked->site, what);
  part->wants = is_join ? NO_INDEX : takes_back ? thread_wanted_lock(graph->model, index) : blocked->object;
  part->wants_thread = is_join ? blocked->target : NO_INDEX;
  for (uint32_t i = 0; i < thread->n_held; i++)
    finding_add_hold(part, thread->held[i].object, thread->held[i].site, thread->held[i].ordinal);
  finding_add_event(finding, blocked->ordinal);
}

void hang_reason(struct finding *finding, const struct model *model, const char *what) {
  const char *doubt = model->info->was_seen_stuck || model->is_seen_stuck ? NULL : model_doubt(model);
  finding->is_hang = true;
  finding->verdict = doubt ? VERDICT_PLAUSIBLE : VERDICT_OBSERVED;
  finding_reason(finding, "%s%s%s", what, doubt ? ", but " : "", doubt ? doubt : "");
}

char *hang_message(const struct wait_graph *graph, const uint32_t *threads, uint32_t n) {
  char *text = NULL;
  size_t n_bytes = 0;
  FILE *out = open_memstream(&text, &n_bytes);
  if (!out)
    return xstrdup("");
  for (uint32_t i = 0; i < n; i++) {
    fputs(i ? "\n" : "", out);
    hang_tell_thread(out, graph, threads[i]);
  }
  hang_tell_behind(out, graph, threads, n);
  fclose(out);
  return text;
}

/* Who reads and asks again, behind a writer: a self-deadlock, and told as one. */
static bool has_rereader(const struct model *model, const uint32_t *threads, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (model->threads[threads[i]].blocked.op == TRACE_REQ &&
        thread_held(&model->threads[threads[i]], model->threads[threads[i]].blocked.object))
      return true;
  return false;
}

struct telling {
  const char *title, *reason;
};
static const struct telling circle = {
    "Threads wait for each other for ever",
    "they were still waiting when the recording ended, and none of them can go on before another one does"};
static const struct telling ended = {"A thread waits for a lock whose holder has ended",
                                     "it was still waiting when the recording ended, and every other thread had ended or waited, too"};

static void tell(const struct wait_graph *graph, const struct telling *telling, const uint32_t *threads, uint32_t n, struct findings *out) {
  struct finding *finding = finding_new("deadlock", VERDICT_OBSERVED, SEVERITY_ERROR);
  char *message = hang_message(graph, threads, n);
  finding->title = telling->title;
  finding_message(finding, "%s", message);
  free(message);
  hang_reason(finding, graph->model, telling->reason);
  for (uint32_t i = 0; i < n; i++)
    hang_add_thread(finding, graph, threads[i]);
  findings_add(out, finding);
}

/* A part of a circle whose other parts lie in other recordings. */
static void tell_across(const struct wait_graph *graph, const struct source_across *across, uint32_t thread, struct findings *out) {
  struct finding *finding = finding_new("deadlock", VERDICT_OBSERVED, SEVERITY_ERROR);
  char *message = hang_message(graph, &thread, 1);
  finding->title = "Threads of several processes wait for each other for ever";
  finding->is_hang = true;
  finding_message(finding, "%s\nThread %" PRIu32 " of process %" PRIu32 " holds that lock, and waits in turn, in the end for this process.",
                  message, across->owner_id, across->owner_pid);
  free(message);
  finding_reason(finding, "the circle was seen while the processes lived; its other parts are in their recordings");
  hang_add_thread(finding, graph, thread);
  findings_add(out, finding);
}

static void find_across(const struct wait_graph *graph, struct findings *out) {
  const struct source_info *info = graph->model->info;
  for (uint32_t i = 0; i < info->n_across; i++)
    for (uint32_t thread = 0; thread < graph->model->n_threads && thread < info->n_threads; thread++) {
      const struct thread *t = &graph->model->threads[thread];
      bool is_it = info->threads[thread].native_id == info->across[i].native_id && t->state != THREAD_ENDED;
      if (is_it && t->blocked.op == TRACE_REQ && t->blocked.object < graph->model->n_objects)
        tell_across(graph, &info->across[i], thread, out);
    }
}

void hang_tell_deadlocks(const struct model *model, struct findings *out) {
  struct wait_graph graph = wait_graph_find(model);
  bool *is_told = xcalloc(model->n_threads + 1, sizeof *is_told); /* by component */
  uint32_t *threads = xcalloc(model->n_threads, sizeof *threads);
  for (uint32_t i = 0; i < model->n_threads; i++) {
    if (!wait_graph_is_in_circle(&graph, i) || is_told[graph.component[i]])
      continue;
    is_told[graph.component[i]] = true;
    uint32_t n = wait_graph_circle(&graph, i, threads);
    if (!has_rereader(model, threads, n))
      tell(&graph, &circle, threads, n, out);
  }
  find_across(&graph, out);
  for (uint32_t i = 0; i < model->n_threads; i++)
    if (wait_graph_waits_for_ended(&graph, i))
      tell(&graph, &ended, &i, 1, out);
  free(threads);
  free(is_told);
  wait_graph_done(&graph);
}

static void finish(void *state, const struct model *model, struct findings *out) {
  (void)state;
  hang_tell_deadlocks(model, out);
}

/* What is left of detector_deadlock where only those are looked for. */
static const struct detector detector_circle = {.id = "deadlock", .finish = finish};

const struct detector *const hang_detectors[] = {&detector_circle,
                                                 &detector_self_deadlock,
                                                 &detector_communication_deadlock,
                                                 &detector_lost_wakeup,
                                                 &detector_fork_while_held,
                                                 &detector_broken_barrier,
                                                 &detector_queue_never_joined,
                                                 &detector_pool_starvation,
                                                 NULL};
