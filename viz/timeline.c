/* timeline.c - who ran, held and waited when: a lane a thread, time from left to right, to scale.
 *
 * Bars are drawn first and arrows over them. A bar is a point wide at least. Where threads wait when the trace ends, a strip behind
 * the last event, not to scale, shows that they go on waiting. */
#include "viz/timeline_paint.h"

#include <inttypes.h>
#include <stdlib.h>

#include "util/alloc.h"
#include "viz/label.h"

#define ROW_HEIGHT 17.0
#define LANE_PADDING 6.0
#define BAR_TEXT 8.5
#define MIN_BAR 1.6
#define MIN_LABELLED 22.0 /* narrower bars go without a name */
#define MERGED_WAIT 0.4   /* of the row's height */

enum { MAX_ARROWS = 300, MAX_ARROWS_MERGED = 100, MAX_TRACKS = 80, MAX_BARS = 2000 };

#define COLOUR_TEXT "#263238"

static const char *lock_colour(const struct painter *painter, uint32_t object) {
  uint32_t index = plan_lock(&painter->plan, object);
  return index < N_LOCK_COLOURS ? lock_colours[index] : COLOUR_OTHER;
}

/* Texts. */

static char *object_text(const struct painter *painter, const struct bar *bar) {
  if (bar->target != NO_INDEX)
    return names_thread(painter->names, bar->target);
  char *name = names_object(painter->names, bar->object);
  return name ? name : xstrdup(bar->count > 1 ? "several" : "?");
}

const char *bar_verb(uint8_t op, bool is_stuck) {
  switch (op) {
  case TRACE_REQ:
    return is_stuck ? "never gets" : "waits for";
  case TRACE_JOIN_REQ:
    return is_stuck ? "joins for ever" : "joins";
  case TRACE_ARRIVE:
    return is_stuck ? "for ever at" : "waits at";
  case TRACE_PUT_REQ:
    return is_stuck ? "never gets room in" : "waits for room in";
  default: /* an operation as it is on disk */
    return is_stuck ? "waits for ever for" : "waits for";
  }
}

static char *bar_text(const struct painter *painter, const struct bar *bar) {
  char *name = object_text(painter, bar);
  char *text = bar->kind == BAR_HOLD ? xasprintf("%s%s", name, bar->is_read ? " (read)" : "")
                                     : xasprintf("%s %s", bar_verb(bar->op, bar->kind == BAR_STUCK), name);
  free(name);
  return text;
}

static char *bar_times(const struct painter *painter, const struct bar *bar) {
  char *begin = label_duration(bar->begin, false), *total = label_duration(bar->total, painter->is_text), *text;
  uint64_t span = bar->end > bar->begin ? bar->end - bar->begin : 1;
  if (painter->is_text)
    text = xasprintf("from line %" PRIu64 ", %s", bar->begin, total);
  else if (bar->count > 1)
    text = xasprintf("%" PRIu32 " times from %s, in sum %s, %.0f %% of the time", bar->count, begin, total,
                     100.0 * (double)bar->total / (double)span);
  else
    text = xasprintf("from %s, for %s", begin, total);
  free(begin);
  free(total);
  return text;
}

/* "T2 (deposit) holds accounts" over times over place. */
static char *bar_tooltip(const struct painter *painter, const struct bar *bar) {
  char *thread = names_thread(painter->names, bar->thread), *what = bar_text(painter, bar), *times = bar_times(painter, bar);
  struct stack stack = names_site(painter->names, bar->site);
  char *place = label_stack(&stack);
  char *plain = xasprintf("%s %s%s", thread, bar->kind == BAR_HOLD ? "holds " : "", what);
  char *labels[] = {label_of(plain, TIP_COLUMNS), label_of(times, TIP_COLUMNS), label_of(place, TIP_COLUMNS)};
  char *text = xasprintf("%s\\n%s%s%s", labels[0], labels[1], *labels[2] ? "\\n" : "", labels[2]);
  char *const used[] = {thread, what, times, place, plain, labels[0], labels[1], labels[2]};
  for (size_t i = 0; i < sizeof used / sizeof *used; i++)
    free(used[i]);
  stack_done(&stack);
  return text;
}

/* Bars. */

static struct rectangle bar_rectangle(const struct painter *painter, const struct bar *bar, const struct track *track) {
  struct rectangle where = {.left = painter_x(painter, bar->begin), .top = track->top + LANE_PADDING + bar->row * ROW_HEIGHT};
  bool is_to_the_end = bar->end >= painter->timeline->last && painter->plan.has_stuck &&
                       (bar->kind == BAR_STUCK || painter->timeline->lanes[bar->thread].wait.bar.kind == BAR_STUCK);
  where.right = is_to_the_end ? painter_right_edge(painter) : painter_x(painter, bar->end);
  if (where.right < where.left + MIN_BAR)
    where.right = where.left + MIN_BAR;
  bool is_strip = bar->kind == BAR_WAIT && bar->count > 1;
  where.bottom = where.top + (ROW_HEIGHT - 2) * (is_strip ? MERGED_WAIT : 1);
  return where;
}

static void label_bar(const struct painter *painter, const struct bar *bar, struct part *box, double width) {
  if (width < MIN_LABELLED || (bar->kind == BAR_WAIT && bar->count > 1))
    return;
  char *text = bar_text(painter, bar), *label = label_fitted(text, BAR_TEXT, width - 8);
  box_text(box, ALIGN_CENTRE, BAR_TEXT, label);
  free(text);
  free(label);
}

static void draw_bar(struct painter *painter, const struct bar *bar) {
  const struct track *track = plan_track(&painter->plan, bar->thread);
  if (!track)
    return;
  struct rectangle where = bar_rectangle(painter, bar, track);
  uint32_t lock = plan_lock(&painter->plan, bar->object);
  bool is_found = lock != NO_INDEX && painter->plan.locks[lock].is_found && bar->kind == BAR_HOLD;
  const char *fill = bar->kind == BAR_STUCK ? COLOUR_STUCK : bar->kind == BAR_WAIT ? COLOUR_WAIT : lock_colour(painter, bar->object);
  bool is_wide = where.right - where.left > 3;
  struct part *box = canvas_box(&painter->canvas, where, fill, is_found && is_wide ? "#b71c1c" : is_wide ? "#455a64" : "none");
  if (is_found && is_wide)
    part_set(box, "penwidth", "1.6");
  part_set(box, "fontcolor", bar->kind == BAR_STUCK ? "white" : COLOUR_TEXT);
  label_bar(painter, bar, box, where.right - where.left);
  char *tooltip = bar_tooltip(painter, bar);
  part_set(box, "tooltip", tooltip);
  free(tooltip);
}

/* Lanes. */

static void place_tracks(struct painter *painter) {
  painter->lanes_top = painter->top;
  for (uint32_t i = 0; i < painter->plan.n_tracks; i++) {
    struct track *track = &painter->plan.tracks[i];
    track->top = painter->top;
    track->bottom = painter->top + 2 * LANE_PADDING + (track->n_rows ? track->n_rows : 1) * ROW_HEIGHT - 2;
    painter->top = track->bottom;
  }
  painter->lanes_bottom = painter->top;
}

static void draw_track(struct painter *painter, struct track *track, bool is_odd) {
  struct rectangle whole = {0, track->top, painter_right_edge(painter), track->bottom};
  canvas_box(&painter->canvas, whole, is_odd ? "#f5f7f8" : "white", "none");
  char *name = names_thread(painter->names, track->thread), *label = label_fitted(name, 10, HEAD_WIDTH - 12);
  track->head = canvas_text(&painter->canvas, (struct rectangle){0, track->top, HEAD_WIDTH - 4, track->bottom}, ALIGN_RIGHT, 10, label);
  free(label);
  label = label_of(name, TIP_COLUMNS);
  part_set(track->head, "tooltip", label);
  free(label);
  free(name);
}

static void draw_life(struct painter *painter, const struct track *track) {
  const struct lane *lane = &painter->timeline->lanes[track->thread];
  double middle = track->top + LANE_PADDING + (ROW_HEIGHT - 2) / 2;
  double right = !lane->has_ended && painter->plan.has_stuck ? painter_right_edge(painter) : painter_x(painter, lane->end);
  if (right > painter_x(painter, lane->begin))
    canvas_line(&painter->canvas, (struct point_at){painter_x(painter, lane->begin), middle}, (struct point_at){right, middle}, "#90a4ae");
}

/* Arrows. */

static double row_edge(const struct track *track, uint8_t row, bool is_bottom) {
  return track->top + LANE_PADDING + row * ROW_HEIGHT + (is_bottom ? ROW_HEIGHT - 2 : 0);
}

static void draw_arrow(struct painter *painter, const struct arrow_in_time *arrow) {
  static const char *const colours[] = {"#37474f", "#00838f", "#6a1b9a", "#90a4ae"};
  static const char *const texts[] = {"released, and acquired by", "lets go on", "the last one at the barrier lets go on",
                                      "starts, or is joined by"};
  const struct track *from = plan_track(&painter->plan, arrow->from.thread), *to = plan_track(&painter->plan, arrow->to.thread);
  if (!from || !to)
    return;
  bool goes_down = to->top > from->top;
  struct point_at ends[] = {{painter_x(painter, arrow->from.time), row_edge(from, arrow->from.row, goes_down)},
                            {painter_x(painter, arrow->to.time), row_edge(to, arrow->to.row, !goes_down)}};
  struct part *edge = canvas_arrow(&painter->canvas, (struct part *[]){from->head, to->head}, ends[0], ends[1], colours[arrow->kind]);
  char *names[] = {names_thread(painter->names, arrow->from.thread), names_thread(painter->names, arrow->to.thread),
                   names_object(painter->names, arrow->object)};
  char *plain = xasprintf("%s%s%s: %s %s", names[0], names[2] ? ", " : "", names[2] ? names[2] : "", texts[arrow->kind], names[1]);
  char *label = label_of(plain, TIP_COLUMNS);
  part_set(edge, "tooltip", label);
  if (arrow->kind == ARROW_THREAD)
    part_set(edge, "style", "dashed");
  for (size_t i = 0; i < 3; i++)
    free(names[i]);
  free(plain);
  free(label);
}

/* From the wait that never ends to the thread that would have to end it, in the strip after the last event. */
static void draw_stuck_arrow(struct painter *painter, const struct bar *bar, uint32_t number) {
  uint8_t row = 0;
  uint32_t other = stuck_behind(painter->timeline, painter->model, bar, &row);
  const struct track *from = plan_track(&painter->plan, bar->thread), *to = other == NO_INDEX ? NULL : plan_track(&painter->plan, other);
  if (!from || !to || from == to || !painter->plan.has_stuck)
    return;
  bool goes_down = to->top > from->top;
  double x = painter->right + 12 + (double)(number * 17 % (unsigned)(TAIL_WIDTH - 24));
  struct point_at ends[] = {{x, row_edge(from, bar->row, goes_down)}, {x, row_edge(to, row, !goes_down)}};
  struct part *edge = canvas_arrow(&painter->canvas, (struct part *[]){from->head, to->head}, ends[0], ends[1], "#b71c1c");
  part_set(edge, "penwidth", "1.6");
  part_set(edge, "tooltip", "waits for this thread");
}

/* The view. */

static void timeline_start(void *state, const struct view_input *input) {
  ((struct timeline *)state)->input = input;
}

static void timeline_event(void *state, const struct model *model, const struct event *event) {
  arrows_event(state, model, event);
  lanes_event(state, model, event);
}

static void paint(struct painter *painter) {
  const struct timeline *timeline = painter->timeline;
  painter_draw_head(painter);
  place_tracks(painter);
  for (uint32_t i = 0; i < painter->plan.n_tracks; i++)
    draw_track(painter, &painter->plan.tracks[i], i % 2);
  if (painter->plan.n_tracks)
    painter_draw_axis(painter);
  for (uint32_t i = 0; i < painter->plan.n_tracks; i++)
    draw_life(painter, &painter->plan.tracks[i]);
  for (uint32_t i = 0; i < timeline->n_bars; i++)
    draw_bar(painter, &timeline->bars[i]);
  for (uint32_t i = 0; i < timeline->n_arrows; i++)
    draw_arrow(painter, &timeline->arrows[i]);
  for (uint32_t i = 0, n = 0; i < timeline->n_bars; i++)
    if (timeline->bars[i].kind == BAR_STUCK)
      draw_stuck_arrow(painter, &timeline->bars[i], n++);
  painter_draw_foot(painter);
}

static void timeline_draw(void *state, const struct model *model, const struct names *names, struct drawing *drawing) {
  struct timeline *timeline = state;
  struct painter painter = {.timeline = timeline, .model = model, .names = names, .is_text = model->info->is_text};
  lanes_end(timeline, model);
  plan_make(&painter.plan, timeline, model, &(const struct plan_limits){MAX_TRACKS, MAX_BARS});
  arrows_cut(timeline, painter.plan.is_merged ? MAX_ARROWS_MERGED : MAX_ARROWS);
  painter.right = HEAD_WIDTH + TIME_WIDTH - (painter.plan.has_stuck ? TAIL_WIDTH : 0);
  canvas_begin(&painter.canvas, drawing);
  paint(&painter);
  plan_done(&painter.plan);
}

static void timeline_done(void *state) {
  struct timeline *timeline = state;
  free(timeline->bars);
  free(timeline->lanes);
  free(timeline->marks);
  free(timeline->creations);
  free(timeline->ends);
  free(timeline->arrows);
}

const struct view view_timeline = {
    .name = "timeline",
    .engine = "nop2",
    .state_size = sizeof(struct timeline),
    .start = timeline_start,
    .event = timeline_event,
    .draw = timeline_draw,
    .done = timeline_done,
};
