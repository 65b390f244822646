/* page.c - see page.h. Of a recording of many processes, a few are shown: those that findings are about, then the busiest. */
#include "commands/page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "commands/page_locks.h"
#include "commands/usage.h"
#include "commands/visit.h"
#include "findings/own_code.h"
#include "util/alloc.h"
#include "viz/finding_times.h"
#include "viz/hang.h"
#include "viz/inline_svg.h"
#include "viz/timeline_json.h"

enum { MIN_SHOWN = 3, MAX_SHOWN = 8, MAX_FINDING_PICTURES = 500, MAX_BARS = KEPT_BARS };

void page_note_trace(void *state, uint32_t trace, const struct model *model, struct symbols *symbols) {
  (void)symbols;
  struct page *page = state;
  while (page->n_traces <= trace) {
    page->traces = grow(page->traces, page->n_traces, &page->capacity, sizeof *page->traces);
    page->n_traces++;
  }
  const struct source_info *info = model->info;
  const char *program = info->program ? info->program : info->path;
  page->traces[trace] = (struct page_trace){
      .pid = info->pid, .n_events = info->n_events, .is_text = info->is_text, .program = xstrdup(program ? base_name(program) : "?")};
}

void page_done(struct page *page) {
  for (uint32_t i = 0; i < page->n_traces; i++)
    free(page->traces[i].program);
  free(page->traces);
}

/* One trace that is shown. */
struct shown {
  uint32_t trace;
  struct scope scope;
  struct view_input input;
  struct finding_times times;
  struct timeline *timeline;
  void *lock_graph, *wait_for;
};

struct gathering {
  const struct page *page;
  const struct findings *findings;
  const struct finding *around;
  const struct summary *summary;
  struct shown shown[MAX_SHOWN];
  uint32_t n_shown;
  struct report_extras *extras;
};

/* Which traces. */

static struct shown *shown_of(struct gathering *gathering, uint32_t trace) {
  for (uint32_t i = 0; i < gathering->n_shown; i++)
    if (gathering->shown[i].trace == trace)
      return &gathering->shown[i];
  return NULL;
}

static void show(struct gathering *gathering, uint32_t trace) {
  const struct page *page = gathering->page;
  bool is_wanted = !page->process || page->traces[trace].pid == page->process;
  if (is_wanted && gathering->n_shown < MAX_SHOWN && !shown_of(gathering, trace))
    gathering->shown[gathering->n_shown++] = (struct shown){.trace = trace};
}

static void show_found(struct gathering *gathering) {
  for (size_t i = 0; i < gathering->findings->n_items; i++) {
    const struct finding *finding = gathering->findings->items[i];
    if (gathering->around ? finding == gathering->around : finding->verdict > VERDICT_BENIGN)
      show(gathering, finding->source);
  }
}

/* Of those that are not shown yet and could be read. */
static uint32_t busiest_of(struct gathering *gathering) {
  const struct page *page = gathering->page;
  uint32_t busiest = NO_INDEX;
  for (uint32_t i = 0; i < page->n_traces; i++)
    if (page->traces[i].program && (!page->process || page->traces[i].pid == page->process) && !shown_of(gathering, i) &&
        (busiest == NO_INDEX || page->traces[i].n_events > page->traces[busiest].n_events))
      busiest = i;
  return busiest;
}

static void choose_traces(struct gathering *gathering) {
  show_found(gathering);
  while (!gathering->around && gathering->n_shown < MIN_SHOWN) {
    uint32_t busiest = busiest_of(gathering);
    if (busiest == NO_INDEX)
      break;
    show(gathering, busiest);
  }
}

/* What of them. */

static void look_event(void *state, uint32_t trace, const struct model *model, const struct event *event) {
  struct shown *shown = shown_of(state, trace);
  if (shown)
    scope_event(&shown->scope, model, event);
}

static void look_end(void *state, uint32_t trace, const struct model *model, struct symbols *symbols) {
  struct shown *shown = shown_of(state, trace);
  if (!shown)
    return;
  struct names *names = names_new(model, symbols);
  scope_end(&shown->scope, model, names);
  names_free(names);
}

/* What is named has to be in one of them at least; the others are not shown. */
static int check_scopes(const struct gathering *gathering) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < gathering->n_shown; i++)
    if (!gathering->shown[i].scope.problem)
      n++;
  if (n || !gathering->n_shown)
    return 0;
  complain("%s: %s", gathering->summary->traces[gathering->shown[0].trace], gathering->shown[0].scope.problem);
  return EXIT_TROUBLE;
}

static int read_scopes(struct gathering *gathering) {
  const struct scope_wish *wish = &gathering->page->wish;
  for (uint32_t i = 0; i < gathering->n_shown; i++)
    scope_init(&gathering->shown[i].scope, wish, gathering->around);
  if (!scope_needs_reading(wish))
    return 0;
  visit_traces(gathering->summary->traces, gathering->summary->n_traces, &(const struct analysis_visitor){gathering, look_event, look_end});
  return check_scopes(gathering);
}

/* Drawing. */

static void start(struct gathering *gathering, struct shown *shown) {
  shown->input = (struct view_input){.findings = gathering->findings,
                                     .finding = gathering->around,
                                     .trace = shown->trace,
                                     .scope = scope_view(&shown->scope, gathering->page->traces[shown->trace].is_text)};
  finding_times_init(&shown->times, gathering->findings, shown->trace, MAX_FINDING_PICTURES);
  shown->timeline = xcalloc(1, view_timeline.state_size);
  shown->lock_graph = xcalloc(1, view_lock_graph.state_size);
  shown->wait_for = xcalloc(1, view_wait_for.state_size);
  view_timeline.start(shown->timeline, &shown->input);
  view_wait_for.start(shown->wait_for, &shown->input);
  view_lock_graph.start(shown->lock_graph, &shown->input);
}

static void view_event(void *state, uint32_t trace, const struct model *model, const struct event *event) {
  struct shown *shown = shown_of(state, trace);
  if (!shown)
    return;
  finding_times_event(&shown->times, model, event);
  view_timeline.event(shown->timeline, model, event);
  view_lock_graph.event(shown->lock_graph, model, event);
  view_wait_for.event(shown->wait_for, model, event);
}

static char *draw(const struct view *view, void *state, const struct model *model, const struct names *names, const char *prefix) {
  struct drawing *drawing = drawing_new(view->name);
  view->draw(state, model, names, drawing);
  char *svg = inline_svg(drawing, view->engine, prefix);
  drawing_free(drawing);
  return svg;
}

/* "" or " of PROGRAM, process 123" */
static char *whose(const struct gathering *gathering, const struct shown *shown) {
  const struct page_trace *trace = &gathering->page->traces[shown->trace];
  return gathering->page->n_traces > 1 ? xasprintf(" of %s, process %" PRIu32, trace->program, trace->pid) : xstrdup("");
}

static void add_picture(struct report_extras *extras, char *title, char *svg) {
  extras->pictures = xreallocarray(extras->pictures, extras->n_pictures + 1, sizeof *extras->pictures);
  if (svg)
    extras->pictures[extras->n_pictures++] = (struct report_picture){title, svg};
  else
    free(title);
}

static void draw_story(struct gathering *gathering, const struct shown *shown, uint32_t number, const struct model *model,
                       const struct names *names) {
  struct view_input input = shown->input;
  input.finding = gathering->findings->items[number];
  input.is_bare = true;
  void *state = xcalloc(1, view_sequence.state_size);
  char prefix[24];
  snprintf(prefix, sizeof prefix, "f%" PRIu32 "-", number);
  view_sequence.start(state, &input);
  gathering->extras->finding_pictures[number] = draw(&view_sequence, state, model, names, prefix);
  view_sequence.done(state);
  free(state);
}

static void draw_stories(struct gathering *gathering, const struct shown *shown, const struct model *model, const struct names *names) {
  for (uint32_t i = 0; i < gathering->extras->n_finding_pictures; i++) {
    const struct finding *finding = gathering->findings->items[i];
    if (finding->source == shown->trace && finding->n_threads && (gathering->summary->show_all || finding->verdict > VERDICT_BENIGN))
      draw_story(gathering, shown, i, model, names);
  }
}

/* Where the program hangs. */
static void add_hang(struct report_extras *extras, struct shown *shown, const struct model *model, const struct names *names,
                     const char *of) {
  struct hang *hang = hang_new(model);
  bool hangs = hang->n[HANG_CIRCLE] || hang->n[HANG_ROOT];
  hang_free(hang);
  if (!hangs)
    return;
  char prefix[24];
  snprintf(prefix, sizeof prefix, "w%" PRIu32 "-", shown->trace);
  add_picture(extras, xasprintf("Who waits for whom at the end%s", of), draw(&view_wait_for, shown->wait_for, model, names, prefix));
}

static void view_end(void *state, uint32_t trace, const struct model *model, struct symbols *symbols) {
  struct gathering *gathering = state;
  struct shown *shown = shown_of(gathering, trace);
  if (!shown)
    return;
  struct names *names = names_new(model, symbols);
  struct report_extras *extras = gathering->extras;
  char *of = whose(gathering, shown), prefix[24];
  snprintf(prefix, sizeof prefix, "o%" PRIu32 "-", trace);
  add_hang(extras, shown, model, names, of);
  add_picture(extras, xasprintf("Order of locks%s", of), draw(&view_lock_graph, shown->lock_graph, model, names, prefix));
  extras->timelines = xreallocarray(extras->timelines, extras->n_timelines + 1, sizeof *extras->timelines);
  extras->timelines[extras->n_timelines++] = (struct report_timeline){
      xasprintf("%s, process %" PRIu32, gathering->page->traces[trace].program, gathering->page->traces[trace].pid),
      timeline_json(shown->timeline, model, names, &shown->times, MAX_BARS / gathering->n_shown)};
  draw_stories(gathering, shown, model, names);
  names_free(names);
  free(of);
}

static void shown_done(struct shown *shown) {
  if (shown->timeline)
    view_timeline.done(shown->timeline);
  if (shown->lock_graph)
    view_lock_graph.done(shown->lock_graph);
  if (shown->wait_for)
    view_wait_for.done(shown->wait_for);
  free(shown->timeline);
  free(shown->lock_graph);
  free(shown->wait_for);
  finding_times_done(&shown->times);
  scope_done(&shown->scope);
}

static void draw_all(struct gathering *gathering) {
  struct report_extras *extras = gathering->extras;
  extras->n_finding_pictures =
      gathering->findings->n_items < MAX_FINDING_PICTURES ? (uint32_t)gathering->findings->n_items : MAX_FINDING_PICTURES;
  extras->finding_pictures = xcalloc(extras->n_finding_pictures, sizeof *extras->finding_pictures);
  for (uint32_t i = 0; i < gathering->n_shown; i++)
    start(gathering, &gathering->shown[i]);
  visit_traces(gathering->summary->traces, gathering->summary->n_traces, &(const struct analysis_visitor){gathering, view_event, view_end});
}

/* Returns 0, or EXIT_TROUBLE after one line. */
static int find_around(struct gathering *gathering) {
  const char *id = gathering->page->around;
  for (size_t i = 0; id && i < gathering->findings->n_items; i++)
    if (!strcasecmp(gathering->findings->items[i]->id, id))
      gathering->around = gathering->findings->items[i];
  if (!id || gathering->around)
    return 0;
  complain("there is no finding %s; 'inspector check --all' lists them", id);
  return EXIT_TROUBLE;
}

static int gather(struct gathering *gathering) {
  int status = find_around(gathering);
  if (status)
    return status;
  choose_traces(gathering);
  if ((status = read_scopes(gathering)))
    return status;
  if (gathering->n_shown)
    gathering->extras->title = xstrdup(gathering->page->traces[gathering->shown[0].trace].program);
  draw_all(gathering);
  page_locks(gathering->summary->traces, gathering->summary->n_traces, &gathering->extras->contention);
  return 0;
}

int page_gather(const struct page *page, const struct summary *summary, const struct findings *findings, struct report_extras *ret_extras) {
  struct gathering gathering = {.page = page, .findings = findings, .summary = summary, .extras = ret_extras};
  int status = gather(&gathering);
  for (uint32_t i = 0; i < gathering.n_shown; i++)
    shown_done(&gathering.shown[i]);
  return status;
}
