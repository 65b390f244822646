/* picture.c - see picture.h. The trace is read by the detectors first, then once more for the view, which so knows what was found; and in
 * between where names or times have to be looked up before. */
#include "commands/picture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "commands/paths.h"
#include "commands/output.h"
#include "commands/progress.h"
#include "commands/summary.h"
#include "commands/usage.h"
#include "detect/analysis.h"
#include "util/alloc.h"
#include "viz/hang.h"
#include "viz/render.h"

enum { MAX_PATTERNS = 1000000, MAX_CYCLE = 64 };

error_t picture_parse(struct picture *picture, const char *command, int key, char *argument) {
  switch (key) {
  case 'o':
    picture->output = argument;
    picture->format = picture_format_of(argument);
    return picture->format >= 0 ? 0 : usage_error("--output: %s: the name of a picture ends in .svg, .png, .pdf or .dot", argument);
  case PICTURE_PROCESS:
    return parse_number("--process", argument, 1, UINT32_MAX, &picture->process);
  case PICTURE_CYCLE:
    return parse_number("--max-cycle", argument, 2, MAX_CYCLE, &picture->max_cycle);
  case ARGP_KEY_ARG:
    if (picture->path)
      return usage_error("%s: %s: one recording at a time", command, argument);
    picture->path = argument;
    return path_keep_pipe(argument) ? EINVAL : 0;
  case ARGP_KEY_NO_ARGS:
    return usage_error("%s: name a recording: a trace folder, a trace file or a text trace", command);
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

/* What is known of each trace of a folder. */
struct process {
  uint32_t pid;
  uint64_t n_events;
  bool is_text;
  bool hangs; /* some threads never go on */
};

struct gallery {
  const struct picture *picture;
  struct findings *findings;
  const struct finding *finding;
  struct process *processes; /* by trace */
  uint32_t n_processes, capacity;
  uint32_t trace; /* that is drawn */
  struct scope scope;
  struct view_input input;
  void *state; /* of the view */
  struct drawing *drawing;
  unsigned n_unreadable;
};

static void read_traces(struct gallery *gallery, const struct analysis_visitor *visitor, bool is_first) {
  static const char *const nobody[] = {NULL};
  struct summary summary = {0};
  const struct analysis_options options = {
      .detect = {.max_cycle = (uint32_t)gallery->picture->max_cycle, .want_benign = true, .max_patterns = MAX_PATTERNS},
      .visitor = visitor,
      .only = is_first && !gallery->picture->view->needs_none ? NULL : nobody};
  struct findings *findings = is_first ? gallery->findings : findings_new();
  unsigned n_unreadable = 0;
  char *path = xstrdup(gallery->picture->path);
  analysis_run(&path, 1, &options, findings, &summary, &n_unreadable);
  if (is_first) {
    gallery->n_unreadable = n_unreadable;
    summary_complain(&summary);
  } else {
    findings_free(findings);
  }
  summary_done(&summary);
  free(path);
}

/* First reading. */

static void note_process(void *state, uint32_t trace, const struct model *model, struct symbols *symbols) {
  (void)symbols;
  struct gallery *gallery = state;
  while (gallery->n_processes <= trace) {
    gallery->processes = grow(gallery->processes, gallery->n_processes, &gallery->capacity, sizeof *gallery->processes);
    gallery->n_processes++;
  }
  struct hang *hang = hang_new(model);
  bool hangs = hang->n[HANG_CIRCLE] || hang->n[HANG_ROOT];
  gallery->processes[trace] = (struct process){model->info->pid, model->info->n_events, model->info->is_text, hangs};
  hang_free(hang);
}

static const struct finding *finding_by_id(const struct findings *findings, const char *id) {
  for (size_t i = 0; i < findings->n_items; i++)
    if (!strcasecmp(findings->items[i]->id, id))
      return findings->items[i];
  return NULL;
}

static int complain_finding(const struct gallery *gallery) {
  const struct findings *findings = gallery->findings;
  if (!findings->n_items)
    complain("%s: there is no finding %s: nothing was found", gallery->picture->path, gallery->picture->finding);
  else
    complain("%s: there is no finding %s; the first is %s, 'inspector check --all' lists them", gallery->picture->path,
             gallery->picture->finding, findings->items[0]->id);
  return EXIT_TROUBLE;
}

/* One that hangs before others, then the one with most events. */
static uint32_t weightiest_process(const struct gallery *gallery) {
  uint32_t best = 0;
  for (uint32_t i = 1; i < gallery->n_processes; i++) {
    const struct process *process = &gallery->processes[i], *old = &gallery->processes[best];
    if (process->hangs != old->hangs ? process->hangs : process->n_events > old->n_events)
      best = i;
  }
  return best;
}

static int choose_process(struct gallery *gallery) {
  const struct findings *findings = gallery->findings;
  gallery->trace = weightiest_process(gallery);
  if (findings->n_items && findings->items[0]->verdict > VERDICT_BENIGN)
    gallery->trace = findings->items[0]->source;
  if (gallery->finding)
    gallery->trace = gallery->finding->source;
  if (!gallery->picture->process)
    return 0;
  for (uint32_t i = 0; i < gallery->n_processes; i++)
    if (gallery->processes[i].pid == gallery->picture->process && (!gallery->finding || gallery->finding->source == i)) {
      gallery->trace = i;
      return 0;
    }
  if (gallery->finding)
    complain("%s: finding %s is not of process %llu", gallery->picture->path, gallery->finding->id,
             (unsigned long long)gallery->picture->process);
  else
    complain("%s: process %llu is not in it", gallery->picture->path, (unsigned long long)gallery->picture->process);
  return EXIT_TROUBLE;
}

static int read_findings(struct gallery *gallery) {
  const struct analysis_visitor visitor = {.state = gallery, .end = note_process};
  read_traces(gallery, &visitor, true);
  if (!gallery->n_processes)
    return EXIT_TROUBLE; /* and why has been said */
  if (gallery->picture->finding && !(gallery->finding = finding_by_id(gallery->findings, gallery->picture->finding)))
    return complain_finding(gallery);
  return choose_process(gallery);
}

/* Second reading. */

static void look_event(void *state, uint32_t trace, const struct model *model, const struct event *event) {
  struct gallery *gallery = state;
  if (trace == gallery->trace)
    scope_event(&gallery->scope, model, event);
}

static void look_end(void *state, uint32_t trace, const struct model *model, struct symbols *symbols) {
  struct gallery *gallery = state;
  if (trace != gallery->trace)
    return;
  struct names *names = names_new(model, symbols);
  scope_end(&gallery->scope, model, names);
  names_free(names);
}

static int read_scope(struct gallery *gallery) {
  const struct scope_wish *wish = &gallery->picture->wish;
  scope_init(&gallery->scope, wish, gallery->finding);
  if (scope_needs_reading(wish))
    read_traces(gallery, &(const struct analysis_visitor){gallery, look_event, look_end}, false);
  if (!gallery->scope.problem)
    return 0;
  complain("%s: %s", gallery->picture->path, gallery->scope.problem);
  return EXIT_TROUBLE;
}

/* Third reading. */

static void view_one_event(void *state, uint32_t trace, const struct model *model, const struct event *event) {
  struct gallery *gallery = state;
  if (trace == gallery->trace)
    gallery->picture->view->event(gallery->state, model, event);
}

static void view_end(void *state, uint32_t trace, const struct model *model, struct symbols *symbols) {
  struct gallery *gallery = state;
  if (trace != gallery->trace)
    return;
  struct names *names = names_new(model, symbols);
  gallery->drawing = drawing_new(gallery->picture->view->name);
  gallery->picture->view->draw(gallery->state, model, names, gallery->drawing);
  names_free(names);
}

static void read_view(struct gallery *gallery) {
  const struct view *view = gallery->picture->view;
  const struct process *process = &gallery->processes[gallery->trace];
  char *note = gallery->n_processes > 1 ? xasprintf("process %u, one of %u", process->pid, gallery->n_processes) : NULL;
  gallery->input = (struct view_input){.findings = gallery->findings,
                                       .finding = gallery->finding,
                                       .trace = gallery->trace,
                                       .note = note,
                                       .scope = scope_view(&gallery->scope, process->is_text)};
  gallery->state = xcalloc(1, view->state_size);
  view->start(gallery->state, &gallery->input);
  read_traces(gallery, &(const struct analysis_visitor){gallery, view->event ? view_one_event : NULL, view_end}, false);
  view->done(gallery->state);
  free(gallery->state);
  free(note);
}

static int write_picture(const struct gallery *gallery) {
  const struct picture *picture = gallery->picture;
  FILE *out = picture->output ? fopen(picture->output, "we") : stdout;
  char *why = out ? NULL : xstrdup(strerror(errno));
  if (out)
    picture_write(gallery->drawing, picture->view->engine, (enum picture_format)picture->format, out, &why);
  if (out && (picture->output ? fclose(out) : fflush(out)) && !why)
    why = xstrdup(strerror(errno));
  if (why)
    complain("%s: cannot be written: %s", picture->output ? picture->output : "standard output", why);
  int status = why ? EXIT_TROUBLE : EXIT_CLEAN;
  free(why);
  return status;
}

static int draw(struct gallery *gallery) {
  struct progress progress;
  progress_begin(&progress, true);
  int status = read_findings(gallery);
  if (!status)
    status = read_scope(gallery);
  if (!status)
    read_view(gallery);
  progress_end(&progress);
  if (!status)
    status = gallery->drawing ? write_picture(gallery) : EXIT_TROUBLE;
  return status;
}

int picture_run(const struct picture *picture) {
  if (picture->output && (output_check_trace(picture->output, picture->path) || output_check(picture->output)))
    return EXIT_TROUBLE;
  struct gallery gallery = {.picture = picture, .findings = findings_new()};
  int status = draw(&gallery);
  drawing_free(gallery.drawing);
  scope_done(&gallery.scope);
  findings_free(gallery.findings);
  free(gallery.processes);
  return status ? status : gallery.n_unreadable ? EXIT_TROUBLE : EXIT_CLEAN;
}
