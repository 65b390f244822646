/* timeline_frame.c - what is around the lanes: title, findings, legend, axis, and what is left out. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "findings/own_code.h"
#include "util/alloc.h"
#include "viz/hang_text.h"
#include "viz/label.h"
#include "viz/timeline_paint.h"

#define STRIPES(dark, light) dark ":" light ":" dark

enum { N_TICKS = 9, LEGEND_COLUMNS = 5, TITLE_COLUMNS = 190, EXPLANATION_COLUMNS = 240 };

/* No red and no amber: those say that somebody waits. */
const char *const lock_colours[N_LOCK_COLOURS] = {"#64b5f6", "#81c784", "#ba68c8", "#4dd0e1", "#a1887f",
                                                  "#aed581", "#7986cb", "#4db6ac", "#f48fb1", "#90a4ae"};

double painter_x(const struct painter *painter, uint64_t time) {
  const struct plan *plan = &painter->plan;
  if (time <= plan->from)
    return HEAD_WIDTH;
  if (time >= plan->to)
    return painter->right;
  return HEAD_WIDTH + (painter->right - HEAD_WIDTH) * (double)(time - plan->from) / (double)(plan->to - plan->from);
}

double painter_right_edge(const struct painter *painter) {
  return painter->right + (painter->plan.has_stuck ? TAIL_WIDTH : 0);
}

/* Axis. */

/* 1, 2 or 5 times a power of ten, so that there are about N_TICKS of them. */
static double tick_step(double span) {
  double rough = span / N_TICKS, power = pow(10, floor(log10(rough)));
  double factor = rough / power;
  double step = (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10) * power;
  return step < 1 ? 1 : step;
}

struct unit {
  double size;
  const char *name;
};

static struct unit unit_of(const struct painter *painter) {
  static const struct unit units[] = {{1, "ns"}, {1e3, "µs"}, {1e6, "ms"}, {1e9, "s"}};
  if (painter->is_text)
    return (struct unit){1, ""};
  size_t i = 0;
  while (i < 3 && (double)painter->plan.to >= 2 * units[i + 1].size)
    i++;
  return units[i];
}

static void draw_tick(struct painter *painter, uint64_t time, double step, struct unit unit) {
  double x = painter_x(painter, time), value = (double)time / unit.size;
  int decimals = step < unit.size ? (int)ceil(-log10(step / unit.size) - 1e-9) : 0;
  canvas_line(&painter->canvas, (struct point_at){x, painter->lanes_top}, (struct point_at){x, painter->lanes_bottom}, "#dde3e6");
  char label[64];
  snprintf(label, sizeof label, painter->is_text ? "line %.*f%s" : "%.*f %s", decimals, value, unit.name);
  canvas_text(&painter->canvas, (struct rectangle){x - 50, painter->lanes_top - 16, x + 50, painter->lanes_top - 2}, ALIGN_CENTRE, 9,
              label);
}

void painter_draw_axis(struct painter *painter) {
  const struct plan *plan = &painter->plan;
  uint64_t step = (uint64_t)tick_step((double)(plan->to - plan->from)), time = plan->from / step * step;
  struct unit unit = unit_of(painter);
  for (unsigned i = 0; i < 2 * N_TICKS && time <= plan->to; i++, time += step) {
    if (time >= plan->from)
      draw_tick(painter, time, (double)step, unit);
    if (time > UINT64_MAX - step)
      break;
  }
  if (!plan->has_stuck)
    return;
  struct rectangle tail = {painter->right, painter->lanes_top, painter_right_edge(painter), painter->lanes_bottom};
  canvas_box(&painter->canvas, tail, "#ffebee", "none");
  tail = (struct rectangle){painter->right, painter->lanes_top - 16, painter_right_edge(painter), painter->lanes_top - 2};
  canvas_text(&painter->canvas, tail, ALIGN_RIGHT, 9, "and so on, for ever");
}

/* Title and legend. */

static struct part *draw_line(struct painter *painter, double size, const char *label) {
  struct rectangle where = {0, painter->top, HEAD_WIDTH + TIME_WIDTH,
                            painter->top + size * (0.5 + 1.25 * (label_lines(label) > 1 ? label_lines(label) : 1))};
  painter->top = where.bottom;
  return canvas_text(&painter->canvas, where, ALIGN_LEFT, size, label);
}

static void draw_title(struct painter *painter) {
  const struct source_info *info = painter->model->info;
  const char *path = info->program ? info->program : info->path, *note = painter->timeline->input->note;
  const struct finding *finding = painter->timeline->input->finding;
  char *plain = xasprintf("Timeline of %s%s%s%s%s", path ? base_name(path) : "?", note ? ", " : "", note ? note : "",
                          finding ? " around " : "", finding ? finding->id : "");
  char *label = label_of(plain, TIP_COLUMNS);
  draw_line(painter, 13, label);
  free(plain);
  free(label);
}

/* The findings that the frames are about. */
static void draw_findings(struct painter *painter) {
  const struct view_input *input = painter->timeline->input;
  uint32_t n = 0;
  for (size_t i = 0; i < input->findings->n_items && n < 3; i++) {
    const struct finding *finding = input->findings->items[i];
    bool is_wanted = input->finding
                         ? finding == input->finding
                         : finding->source == input->trace && finding->verdict > VERDICT_BENIGN && finding->severity > SEVERITY_NOTE;
    if (!is_wanted)
      continue;
    bool has_happened = finding->verdict >= VERDICT_CONFIRMED;
    char *plain = xasprintf("%s %s%s: %s", finding->id, verdict_text(finding->verdict), has_happened ? "" : ", but not in this run",
                            finding->message ? finding->message : finding->kind);
    bool is_told = painter->timeline->hang->n[HANG_CIRCLE]; /* the hang has been told above */
    char *label = label_wrapped(plain, TITLE_COLUMNS, is_told ? 1 : 2);
    draw_line(painter, 10, label);
    free(plain);
    free(label);
    n++;
  }
}

static void draw_hang(struct painter *painter) {
  char *hang = hang_sentence(painter->timeline->hang, painter->names);
  char *plain = hang ? hang : painter_calm_sentence(painter);
  char *label = label_wrapped(plain, TITLE_COLUMNS, 2);
  part_set(draw_line(painter, 11, label), "fontcolor", hang ? "#c62828" : "#37474f");
  free(plain);
  free(label);
}

static void draw_swatch(struct painter *painter, uint32_t cell, const char *fill, const char *line, const char *label) {
  double width = (HEAD_WIDTH + TIME_WIDTH) / LEGEND_COLUMNS, left = width * (cell % LEGEND_COLUMNS);
  double top = painter->top + 15 * (cell / LEGEND_COLUMNS);
  struct part *box = canvas_box(&painter->canvas, (struct rectangle){left + 4, top + 3, left + 20, top + 12}, fill, line);
  if (strchr(fill, ':'))
    part_set(box, "style", "striped");
  canvas_text(&painter->canvas, (struct rectangle){left + 22, top, left + width - 4, top + 15}, ALIGN_LEFT, 9, label);
}

static void append_explanation(char **text, bool is_used, const char *what) {
  if (!is_used)
    return;
  char *longer = xasprintf("%s%s", *text, what);
  free(*text);
  *text = longer;
}

/* Only of what is in the picture. */
static void draw_explanation(struct painter *painter) {
  const struct timeline *timeline = painter->timeline;
  bool has_arrow[N_ARROW_KINDS] = {false}, has_unheard = false;
  for (uint32_t i = 0; i < timeline->n_arrows; i++)
    has_arrow[timeline->arrows[i].kind] = true;
  for (uint32_t i = 0; i < painter->marks.n; i++)
    has_unheard |= painter->marks.items[i].waiter != NO_INDEX;
  bool has_stripes = painter->plan.has_waits || painter->plan.has_stuck;
  char *text = xasprintf("%srey: the thread lives, and runs or waits for what is not recorded", has_stripes ? "Striped: waits; g" : "G");
  append_explanation(&text, painter->plan.is_merged, "; low bars: many short ones, as high as they fill their time");
  append_explanation(&text, timeline->n_arrows, ". Arrows: from what let a waiting thread go on to where it did");
  append_explanation(&text, has_arrow[ARROW_HANDOVER], "; dark: a lock was released");
  append_explanation(&text, has_arrow[ARROW_NOTIFY], "; teal: signal, post, set, put, get");
  append_explanation(&text, has_arrow[ARROW_BARRIER], "; violet: the last one at a barrier");
  append_explanation(&text, has_arrow[ARROW_THREAD], "; dashed: start and join");
  append_explanation(&text, painter->plan.has_stuck, ". Red arrow: waits for this thread");
  append_explanation(&text, has_unheard, ". Red circle: a signal that nobody heard");
  append_explanation(&text, painter->plan.n_locks && painter->plan.locks[0].is_found && painter->plan.locks[0].held,
                     ". Red frame: a finding is about this lock");
  append_explanation(&text, painter->plan.has_focus, "; what is pale has no part in it");
  char *label = label_wrapped(text, EXPLANATION_COLUMNS, 2);
  draw_line(painter, 9, label);
  free(text);
  free(label);
}

static void draw_legend(struct painter *painter) {
  const struct plan *plan = &painter->plan;
  uint32_t cell = 0;
  double width = (HEAD_WIDTH + TIME_WIDTH) / LEGEND_COLUMNS;
  if (plan->has_waits)
    draw_swatch(painter, cell++, STRIPES(COLOUR_WAIT, COLOUR_WAIT_LIGHT), COLOUR_WAIT_FRAME, "waits");
  if (plan->has_stuck)
    draw_swatch(painter, cell++, STRIPES(COLOUR_STUCK, COLOUR_STUCK_LIGHT), COLOUR_STUCK_FRAME, "waits, and never goes on");
  for (uint32_t i = 0; i < plan->n_locks && i < N_LOCK_COLOURS; i++) {
    if (!plan->locks[i].held || (plan->has_focus && !plan->locks[i].is_found))
      continue;
    char *name = names_object(painter->names, plan->locks[i].object), *plain = xasprintf("holds %s", name);
    char *label = label_fitted(plain, 9, width - 32);
    draw_swatch(painter, cell++, lock_colours[i], plan->locks[i].is_found ? COLOUR_FOUND : COLOUR_FRAME, label);
    free(name);
    free(plain);
    free(label);
  }
  if (plan->has_focus)
    draw_swatch(painter, cell++, COLOUR_FAINT, "none", "something else");
  else if (plan->n_locks > N_LOCK_COLOURS || plan->has_several)
    draw_swatch(painter, cell++, COLOUR_OTHER, COLOUR_FRAME, "holds another one, or several");
  painter->top += 15 * ((cell + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS) + 2;
  draw_explanation(painter);
  painter->top += 20;
}

static void append_left(char **text, uint64_t n, const char *what) {
  if (!n)
    return;
  char *longer = xasprintf("%s%s%" PRIu64 " %s", *text ? *text : "Not shown: ", *text ? ", " : "", n, what);
  free(*text);
  *text = longer;
}

void painter_draw_foot(struct painter *painter) {
  char *text = NULL;
  append_left(&text, painter->plan.n_left_tracks, "threads that waited less (--thread shows them)");
  append_left(&text, painter->timeline->n_arrows_left, "arrows of shorter waits");
  append_left(&text, painter->timeline->n_deep, "locks nested too deep");
  painter->top = painter->lanes_bottom + 4;
  if (!painter->plan.n_tracks)
    draw_line(painter, 11, "There is nothing in this part of the trace");
  if (painter->plan.is_merged)
    draw_line(painter, 9, "Bars that are near each other are merged; --from, --to, --lock and --thread show more");
  if (text)
    draw_line(painter, 9, text);
  free(text);
}

void painter_draw_head(struct painter *painter) {
  draw_title(painter);
  draw_hang(painter);
  draw_findings(painter);
  draw_legend(painter);
}
