/* judge.c - see judge.h. */
#include "live/judge.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "detect/analysis.h"
#include "detect/hang.h"
#include "detect/hang_text.h"
#include "report/reporter.h"
#include "util/alloc.h"

struct reading {
  struct judgement *judgement;
  bool in_words;
  const char *path; /* of the recording that is asked about */
};

static uint64_t address_of(const struct model *model, const struct blocked *blocked) {
  if (!blocked->op || blocked->op == TRACE_JOIN_REQ || blocked->object >= model->n_objects)
    return 0;
  uint32_t place = model->objects[blocked->object].place;
  return place < model->info->n_places ? model->info->places[place].address : 0;
}

static char *sentence_of(const struct wait_graph *graph, struct symbols *symbols, uint32_t thread) {
  char *text = NULL;
  size_t n_bytes = 0;
  FILE *out = graph->model->threads[thread].blocked.op ? open_memstream(&text, &n_bytes) : NULL;
  if (!out)
    return NULL;
  hang_tell_thread(out, graph, thread);
  fclose(out);
  char *resolved = findings_text(graph->model, symbols, text);
  free(text);
  return resolved;
}

/* `symbols` NULL: no words. */
static void take_thread(struct judged_thread *ret, const struct wait_graph *graph, struct symbols *symbols, uint32_t index) {
  const struct model *model = graph->model;
  const struct thread *thread = &model->threads[index];
  *ret = (struct judged_thread){
      .tid = index < model->info->n_threads ? model->info->threads[index].native_id : 0,
      .lives = thread->state == THREAD_RUNNING || thread->state == THREAD_CREATED,
      .is_main = thread->is_main,
      .is_core =
          wait_graph_is_in_circle(graph, index) || wait_graph_waits_for_itself(graph, index) || thread_waits_for_lost_lock(model, index),
      .is_stuck = graph->is_stuck[index],
      .address = address_of(model, &thread->blocked),
      .sentence = symbols ? sentence_of(graph, symbols, index) : NULL,
      .name = symbols ? findings_textf(model, symbols, "%%t%" PRIu32 "%%", index) : NULL,
  };
}

static void see_end(void *state, uint32_t trace, const struct model *model, struct symbols *symbols) {
  struct reading *reading = state;
  struct judgement *judgement = reading->judgement;
  (void)trace;
  if (!model->info->path || strcmp(model->info->path, reading->path))
    return;
  struct wait_graph graph = wait_graph_find(model);
  judgement->threads = xcalloc(model->n_threads, sizeof *judgement->threads);
  for (uint32_t i = 0; i < model->n_threads; i++)
    if (model->threads[i].state != THREAD_ENDED && model->threads[i].state != THREAD_UNKNOWN)
      take_thread(&judgement->threads[judgement->n_threads++], &graph, reading->in_words ? symbols : NULL, i);
  judgement->has_doubt = model_doubt(model);
  wait_graph_done(&graph);
}

void judge(struct judgement *judgement, const struct judging *judging) {
  *judgement = (struct judgement){.findings = findings_new(), .has_doubt = true};
  const char *path = judging->paths[judging->n_paths - 1];
  struct reading reading = {judgement, judging->in_words, path};
  const struct analysis_visitor visitor = {.state = &reading, .end = see_end};
  const struct analysis_options options = {.visitor = &visitor, .is_live = true, .stuck = judging->is_stuck ? path : NULL};
  struct summary summary = {0};
  unsigned n_unreadable = 0;
  analysis_run(judging->paths, judging->n_paths, &options, judgement->findings, &summary, &n_unreadable);
  summary_done(&summary);
}

void judgement_done(struct judgement *judgement) {
  for (uint32_t i = 0; i < judgement->n_threads; i++) {
    free(judgement->threads[i].sentence);
    free(judgement->threads[i].name);
  }
  free(judgement->threads);
  findings_free(judgement->findings);
  *judgement = (struct judgement){0};
}

unsigned judgement_n_findings(const struct judgement *judgement, const char *path) {
  unsigned n = 0;
  for (size_t i = 0; i < judgement->findings->n_items; i++) {
    const struct finding *finding = judgement->findings->items[i];
    bool is_sure = finding->verdict == VERDICT_OBSERVED && finding->is_hang;
    n += is_sure && finding->trace && !strcmp(finding->trace, path);
  }
  return n;
}
