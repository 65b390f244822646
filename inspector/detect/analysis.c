/* analysis.c - traces through model and detectors, one after the other.
 *
 * A trace is read once, and again as long as a detector wants to look closer at what it found. Findings are resolved to names
 * and stacks while model and symbols of their trace exist; nothing else of a trace outlives its turn but the locks that a
 * process held when it forked, for the traces of its children. */
#include "detect/analysis.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "detect/dispatch.h"
#include "detect/heritage.h"
#include "findings/symbolize.h"
#include "util/alloc.h"

#define BATCH 1024u
#define AHEAD 8u        /* events between the steps of a prefetch */
#define IN_CACHE 20000u /* objects that need none */

struct analysis {
  const struct analysis_options *options;
  struct inputs inputs;
  struct findings *findings;
  struct summary *summary;
  struct event *batch;
  unsigned n_unreadable;
  struct heritage heritage;
  char **libraries; /* paths seen in any trace */
  uint32_t n_libraries, library_capacity;
};

static void add_note(struct summary *summary, char *note) {
  summary->notes = xreallocarray(summary->notes, summary->n_notes + 1, sizeof *summary->notes);
  summary->notes[summary->n_notes++] = note;
}

static void read_through(struct analysis *analysis, struct source *source, struct model *model, struct dispatch *dispatch) {
  const struct analysis_visitor *visitor = dispatch->is_second ? NULL : analysis->options->visitor;
  bool is_visited = visitor && visitor->event;
  for (size_t n; (n = source_read(source, analysis->batch, BATCH));) {
    model->info = source_info(source);
    bool is_large = model->n_objects > IN_CACHE;
    for (size_t i = 0; i < n; i++) {
      struct event *event = &analysis->batch[i];
      if (is_large && i + 2 * AHEAD < n) {
        model_prefetch(model, event + 2 * AHEAD, 1);
        model_prefetch(model, event + AHEAD, 2);
      }
      model_judge(model, event);
      dispatch_event(dispatch, model, event, analysis->findings);
      model_apply(model, event);
      if (is_visited)
        visitor->event(visitor->state, analysis->findings->source, model, event);
    }
  }
  model->info = source_info(source);
}

static void count_libraries(struct analysis *analysis, const struct source_info *info) {
  for (uint32_t i = 0; i < info->n_modules; i++) {
    const char *path = info->modules[i].path;
    bool is_known = !path || (info->program && !strcmp(path, info->program));
    for (uint32_t k = 0; k < analysis->n_libraries && !is_known; k++)
      is_known = !strcmp(analysis->libraries[k], path);
    if (is_known)
      continue;
    analysis->libraries = grow(analysis->libraries, analysis->n_libraries, &analysis->library_capacity, sizeof *analysis->libraries);
    analysis->libraries[analysis->n_libraries++] = xstrdup(path);
  }
}

static void count_trace(struct analysis *analysis, const struct model *model) {
  const struct source_info *info = model->info;
  struct summary *summary = analysis->summary;
  summary->n_events += info->n_events;
  summary->n_threads += info->n_threads;
  summary->n_processes++;
  summary->dropped += info->dropped;
  summary->order_repaired += info->order_repaired;
  summary->contradictions += info->contradictions > model->contradictions ? info->contradictions : model->contradictions;
  if (summary->n_processes == 1 || info->accesses < summary->accesses)
    summary->accesses = info->accesses;
  for (uint32_t i = 0; i < model->n_objects; i++)
    summary->n_locks += event_is_lock_kind(model->objects[i].kind);
  count_libraries(analysis, info);
}

static void note_damage(struct analysis *analysis, struct source *source) {
  const struct source_info *info = source_info(source);
  for (uint32_t i = 0; i < info->n_damage; i++)
    add_note(analysis->summary, xstrdup(info->damage[i]));
  const char *error = source_error(source);
  if (error)
    add_note(analysis->summary, xstrdup(error));
  analysis->n_unreadable += info->n_damage > 0 || error;
}

/* The trace from its beginning, or NULL after a note. */
static struct source *open_again(struct analysis *analysis, const struct input *input) {
  struct source *source = NULL;
  char *problem = NULL;
  if (source_open(input->path, &source, &problem) == 0)
    return source;
  add_note(analysis->summary, problem);
  analysis->n_unreadable++;
  return NULL;
}

struct reading {
  struct source *source;
  struct model *model;
  struct dispatch dispatch;
};

static void read_once(struct analysis *analysis, const struct input *input, struct reading *reading) {
  reading->model = model_new(source_info(reading->source));
  const char *stuck = analysis->options->stuck;
  reading->model->is_seen_stuck = source_info(reading->source)->was_seen_stuck || (stuck && !strcmp(stuck, input->path));
  reading->model->is_open = analysis->options->is_live && !reading->model->is_seen_stuck;
  heritage_give(&analysis->heritage, input, reading->model);
  read_through(analysis, reading->source, reading->model, &reading->dispatch);
}

/* The same events make the same indices, so what detectors remember from the first reading holds in the next. Returns whether
 * another one is wanted. */
static bool read_again(struct analysis *analysis, const struct input *input, struct reading *reading) {
  struct source *source = open_again(analysis, input);
  if (!source)
    return false;
  model_free(reading->model);
  source_close(reading->source);
  reading->source = source;
  read_once(analysis, input, reading);
  return dispatch_finish(&reading->dispatch, reading->model, analysis->findings);
}

static void resolve(struct analysis *analysis, const struct input *input, const struct model *model) {
  struct symbols *symbols = symbols_new(model->info);
  findings_resolve(analysis->findings, model, symbols);
  heritage_tell(&analysis->heritage, input, model, symbols);
  const struct analysis_visitor *visitor = analysis->options->visitor;
  if (visitor && visitor->end)
    visitor->end(visitor->state, analysis->findings->source, model, symbols);
  uint32_t n = 0;
  char *const *notes = symbols_notes(symbols, &n);
  for (uint32_t i = 0; i < n; i++)
    add_note(analysis->summary, xstrdup(notes[i]));
  symbols_free(symbols);
}

static void analyse(struct analysis *analysis, struct input *input, uint32_t number) {
  struct reading reading = {.source = input->source ? input->source : open_again(analysis, input)};
  input->source = NULL;
  if (!reading.source)
    return;
  dispatch_init(&reading.dispatch, analysis->options);
  analysis->findings->source = number;
  analysis->findings->by_name = source_info(reading.source)->is_text;
  read_once(analysis, input, &reading);
  note_damage(analysis, reading.source);
  count_trace(analysis, reading.model);
  heritage_keep(&analysis->heritage, &analysis->inputs, input, reading.model);
  for (bool again = dispatch_finish(&reading.dispatch, reading.model, analysis->findings); again;)
    again = read_again(analysis, input, &reading);
  resolve(analysis, input, reading.model);
  dispatch_done(&reading.dispatch);
  model_free(reading.model);
  source_close(reading.source);
}

static void count_benign(struct summary *summary, const struct findings *findings) {
  for (size_t i = 0; i < findings->n_items; i++) {
    const char *why = findings->items[i]->benign;
    for (uint32_t k = 0; why && k < 8; k++)
      if (benign_texts[k] && !strcmp(benign_texts[k], why)) {
        summary->n_benign[k]++;
        summary->n_benign_cycles++;
      }
  }
}

static void analysis_done(struct analysis *analysis) {
  heritage_done(&analysis->heritage);
  for (uint32_t i = 0; i < analysis->n_libraries; i++)
    free(analysis->libraries[i]);
  free(analysis->libraries);
  free(analysis->batch);
  inputs_done(&analysis->inputs);
}

static double now_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void analysis_run(char *const *paths, size_t n_paths, const struct analysis_options *options, struct findings *findings,
                  struct summary *summary, unsigned *ret_unreadable) {
  double begin = now_s();
  struct analysis analysis = {
      .options = options,
      .inputs = inputs_find(paths, n_paths),
      .findings = findings,
      .summary = summary,
      .batch = xcalloc(BATCH, sizeof *analysis.batch),
  };
  for (const struct detector *const *detector = detectors; *detector; detector++)
    findings_know_kind(findings, (*detector)->id, (*detector)->letter, (*detector)->title);
  summary->traces = xcalloc(analysis.inputs.n_items, sizeof *summary->traces);
  for (uint32_t i = 0; i < analysis.inputs.n_items; i++) {
    struct input *input = &analysis.inputs.items[i];
    if (input->problem) {
      add_note(summary, xstrdup(input->problem));
      analysis.n_unreadable++;
      continue;
    }
    summary->traces[summary->n_traces] = xstrdup(input->path);
    analyse(&analysis, input, summary->n_traces++);
  }
  findings_finish(findings);
  count_benign(summary, findings);
  summary->n_libraries = analysis.n_libraries;
  summary->seconds = now_s() - begin;
  *ret_unreadable = analysis.n_unreadable;
  analysis_done(&analysis);
}
