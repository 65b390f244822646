/* timeline.c - who ran, held and waited when: a lane a thread, time from left to right, to scale.
 *
 * Bars are drawn first and arrows over them. Where threads wait when the trace ends, a strip behind the last event, not to scale, shows
 * that they go on waiting. */
#include "viz/timeline_paint.h"

#include <math.h>
#include <stdlib.h>

#include "util/alloc.h"
#include "viz/hang.h"
#include "viz/label.h"

#define LIFE_HEIGHT 4.0

enum { MAX_ARROWS = 150, MAX_ARROWS_MERGED = 80, MAX_TRACKS = 80, MIN_BARS = 600, BARS_A_LANE = 30 };

#define ARROWS_APART 6.0 /* points: nearer ones between the same threads only hide each other */

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
  bool is_faint = painter->plan.has_focus && !track->is_found;
  track->head = canvas_text(&painter->canvas, (struct rectangle){0, track->top, HEAD_WIDTH - 4, track->bottom}, ALIGN_RIGHT, 10, label);
  free(label);
  if (is_faint)
    part_set(track->head, "fontcolor", COLOUR_FAINT_TEXT);
  label = label_of(name, TIP_COLUMNS);
  part_set(track->head, "tooltip", label);
  free(label);
  free(name);
}

static void draw_life(struct painter *painter, const struct track *track) {
  const struct lane *lane = &painter->timeline->lanes[track->thread];
  double middle = track->top + LANE_PADDING + (ROW_HEIGHT - 2) / 2;
  double right = !lane->has_ended && painter->plan.has_stuck ? painter_right_edge(painter) : painter_x(painter, lane->end);
  double left = painter_x(painter, lane->begin);
  if (right > left)
    canvas_box(&painter->canvas, (struct rectangle){left, middle - LIFE_HEIGHT / 2, right, middle + LIFE_HEIGHT / 2}, "#b0bec5", "none");
}

/* Arrows. */

static double row_edge(const struct track *track, uint8_t row, bool is_bottom) {
  return track->top + LANE_PADDING + row * ROW_HEIGHT + (is_bottom ? ROW_HEIGHT - 2 : 0);
}

static void draw_arrow(struct painter *painter, const struct arrow_in_time *arrow) {
  static const char *const colours[] = {"#37474f", "#00838f", "#6a1b9a", "#90a4ae"};
  bool is_faint = painter->plan.has_focus && !plan_is_found(&painter->plan, arrow->object);
  static const char *const texts[] = {"released, and acquired by", "lets go on", "the last one at the barrier lets go on",
                                      "starts, or is joined by"};
  const struct track *from = plan_track(&painter->plan, arrow->from.thread), *to = plan_track(&painter->plan, arrow->to.thread);
  if (!from || !to)
    return;
  bool goes_down = to->top > from->top;
  struct point_at ends[] = {{painter_x(painter, arrow->from.time), row_edge(from, arrow->from.row, goes_down)},
                            {painter_x(painter, arrow->to.time), row_edge(to, arrow->to.row, !goes_down)}};
  struct part *edge = canvas_arrow(&painter->canvas, (struct part *[]){from->head, to->head}, ends[0], ends[1],
                                   is_faint ? COLOUR_FAINT : colours[arrow->kind]);
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
  uint32_t other = stuck_behind(painter->timeline, bar, &row);
  const struct track *from = plan_track(&painter->plan, bar->thread), *to = other == NO_INDEX ? NULL : plan_track(&painter->plan, other);
  if (!from || !to || from == to || !painter->plan.has_stuck)
    return;
  bool goes_down = to->top > from->top;
  double x = painter_right_edge(painter) - 8 - (double)(number % N_STUCK_ARROWS) * (ARROWS_WIDTH - 12) / N_STUCK_ARROWS;
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
    painter_draw_bar(painter, &timeline->bars[i]);
  painter_draw_marks(painter);
  for (uint32_t i = 0; i < timeline->n_arrows; i++)
    draw_arrow(painter, &timeline->arrows[i]);
  for (uint32_t i = 0, n = 0; i < timeline->n_bars; i++)
    if (timeline->bars[i].kind == BAR_STUCK)
      draw_stuck_arrow(painter, &timeline->bars[i], n++);
  painter_draw_foot(painter);
}

/* Where they lie over each other, those of the longest waits are left. */
static void thin_arrows(struct painter *painter) {
  struct timeline *timeline = painter->timeline;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < timeline->n_arrows; i++) {
    const struct arrow_in_time *arrow = &timeline->arrows[i];
    double x = painter_x(painter, arrow->to.time);
    bool is_crowded = false;
    for (uint32_t k = 0; k < kept && !is_crowded; k++) {
      const struct arrow_in_time *other = &timeline->arrows[k];
      bool is_same = other->from.thread == arrow->from.thread && other->to.thread == arrow->to.thread && other->kind == arrow->kind;
      is_crowded = is_same && fabs(painter_x(painter, other->to.time) - x) < ARROWS_APART;
    }
    if (!is_crowded)
      timeline->arrows[kept++] = *arrow;
  }
  timeline->n_arrows_left += timeline->n_arrows - kept;
  timeline->n_arrows = kept;
}

static void timeline_draw(void *state, const struct model *model, const struct names *names, struct drawing *drawing) {
  struct timeline *timeline = state;
  struct painter painter = {.timeline = timeline, .model = model, .names = names, .is_text = model->info->is_text};
  lanes_end(timeline, model);
  uint32_t n_lanes = timeline->n_lanes < MAX_TRACKS ? timeline->n_lanes : MAX_TRACKS;
  plan_make(&painter.plan, timeline, model, &(const struct plan_limits){MAX_TRACKS, MIN_BARS + BARS_A_LANE * n_lanes});
  arrows_cut(timeline, painter.plan.is_merged ? MAX_ARROWS_MERGED : MAX_ARROWS);
  painter.right = HEAD_WIDTH + TIME_WIDTH - (painter.plan.has_stuck ? TAIL_WIDTH : 0);
  thin_arrows(&painter);
  marks_make(&painter.marks, timeline, &painter.plan);
  canvas_begin(&painter.canvas, drawing);
  paint(&painter);
  marks_done(&painter.marks);
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
  hang_free(timeline->hang);
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
