/* timeline_marks.c - words at a moment: a signal that nobody heard, and who came last to a barrier.
 *
 * A condition does not remember: of one that threads wait for in vain, the last signal that came when nobody was waiting is shown, as it is
 * the wake-up that was lost. At a barrier, the last one is who the others waited for. Both stand in a row of their own below the bars of
 * the lane; a word that has no room is left out, its arrow tells the same. */
#include <inttypes.h>
#include <stdlib.h>

#include "util/alloc.h"
#include "viz/label.h"
#include "viz/timeline_paint.h"

#define MARK_TEXT 8.5
#define FLAG 7.0
#define COLOUR_LAST "#6a1b9a"

enum { MAX_MARKS = 60 };

static void add_mark(struct marks *marks, const struct plan *plan, struct mark mark) {
  if (marks->n == MAX_MARKS || !plan_track(plan, mark.thread) || mark.time < plan->from || mark.time > plan->to)
    return;
  for (uint32_t i = 0; i < marks->n; i++)
    if (marks->items[i].thread == mark.thread && marks->items[i].time == mark.time && marks->items[i].object == mark.object)
      return;
  marks->items = grow(marks->items, marks->n, &marks->capacity, sizeof *marks->items);
  marks->items[marks->n++] = mark;
}

static void add_unheard(struct marks *marks, const struct timeline *timeline, const struct plan *plan) {
  for (uint32_t i = 0; i < timeline->n_bars; i++) {
    const struct bar *bar = &timeline->bars[i];
    if (bar->kind != BAR_STUCK || bar->op != TRACE_WAIT || bar->object >= timeline->n_marks)
      continue;
    const struct object_marks *object = &timeline->marks[bar->object];
    bool is_last = object->unheard.time == object->last[0].time && object->unheard.thread == object->last[0].thread;
    if (object->n_unheard && is_last && object->unheard.time <= bar->begin)
      add_mark(marks, plan,
               (struct mark){object->unheard.time, object->unheard.thread, bar->object, bar->thread, bar->begin, object->n_unheard, 0});
  }
}

/* Those of the arrows that are drawn: the longest waits. */
static void add_last(struct marks *marks, const struct timeline *timeline, const struct plan *plan) {
  for (uint32_t i = 0; i < timeline->n_arrows; i++) {
    const struct arrow_in_time *arrow = &timeline->arrows[i];
    if (arrow->kind == ARROW_BARRIER)
      add_mark(marks, plan, (struct mark){arrow->from.time, arrow->from.thread, arrow->object, NO_INDEX, 0, 1, 0});
  }
}

static int compare_marks(const void *a, const void *b) {
  const struct mark *x = a, *y = b;
  if (x->thread != y->thread)
    return x->thread > y->thread ? 1 : -1;
  if (x->time != y->time)
    return x->time > y->time ? 1 : -1;
  return (x->object > y->object) - (x->object < y->object);
}

void marks_make(struct marks *marks, const struct timeline *timeline, const struct plan *plan) {
  *marks = (struct marks){0};
  add_unheard(marks, timeline, plan);
  add_last(marks, timeline, plan);
  if (marks->n)
    qsort(marks->items, marks->n, sizeof *marks->items, compare_marks);
  for (uint32_t i = 0; i < marks->n; i++) {
    struct track *track = plan_track(plan, marks->items[i].thread);
    bool is_first = !i || marks->items[i - 1].thread != marks->items[i].thread;
    track->n_rows += is_first ? (track->n_rows ? 1 : 2) : 0;
    marks->items[i].row = (uint8_t)(track->n_rows - 1);
  }
}

void marks_done(struct marks *marks) {
  free(marks->items);
}

static char *mark_text(const struct painter *painter, const struct mark *mark) {
  char *object = names_object(painter->names, mark->object), *text;
  if (mark->waiter == NO_INDEX)
    text = xasprintf("last at %s", object ? object : "the barrier");
  else if (mark->count == 1)
    text = xasprintf("signals %s: nobody is waiting yet", object);
  else
    text = xasprintf("signals %s, for the last time: nobody is waiting", object);
  free(object);
  return text;
}

static char *mark_tooltip(const struct painter *painter, const struct mark *mark) {
  char *thread = names_thread(painter->names, mark->thread), *object = names_object(painter->names, mark->object), *text;
  if (mark->waiter == NO_INDEX) {
    text = xasprintf("%s comes last to %s: the others have waited for it", thread, object ? object : "the barrier");
  } else {
    char *waiter = names_thread(painter->names, mark->waiter), *late = label_duration(mark->waits_from - mark->time, painter->is_text);
    text = xasprintf("%s signals %s, but nobody is waiting: the signal is lost. %s begins to wait %s later, and nobody signals after that",
                     thread, object, waiter, late);
    free(waiter);
    free(late);
  }
  char *label = label_of(text, TIP_COLUMNS);
  free(thread);
  free(object);
  free(text);
  return label;
}

/* Left of its moment, or right of it where there is no room. Returns its right end; 0: it has no room. */
static double draw_word(struct painter *painter, const struct mark *mark, const struct track *track, double free_from) {
  bool is_last = mark->waiter == NO_INDEX;
  char *text = mark_text(painter, mark), *tooltip = mark_tooltip(painter, mark);
  double x = painter_x(painter, mark->time), width = label_width(text, MARK_TEXT) + 10, gap = FLAG / 2 + 2;
  bool goes_left = x - gap - width >= free_from && (is_last || x + gap + width > painter->right);
  double left = goes_left ? x - gap - width : x + gap, top = track->top + LANE_PADDING + mark->row * ROW_HEIGHT;
  double end = goes_left ? x + gap : left + width;
  if (left < free_from || left + width > painter_right_edge(painter)) {
    end = 0;
  } else {
    char *label = label_fitted(text, MARK_TEXT, width);
    struct rectangle where = {left, top, left + width, top + ROW_HEIGHT - 2};
    struct part *box = canvas_text(&painter->canvas, where, goes_left ? ALIGN_RIGHT : ALIGN_LEFT, MARK_TEXT, label);
    part_set(box, "fontcolor", is_last ? COLOUR_LAST : COLOUR_FOUND);
    part_set(box, "tooltip", tooltip);
    free(label);
  }
  free(text);
  free(tooltip);
  return end;
}

/* A line over the whole lane with a foot: a triangle for the last one, a crossed circle for the signal that is lost. */
static void draw_flag(struct painter *painter, const struct mark *mark, const struct track *track) {
  bool is_last = mark->waiter == NO_INDEX;
  const char *colour = is_last ? COLOUR_LAST : COLOUR_FOUND;
  double x = painter_x(painter, mark->time), middle = track->top + LANE_PADDING + mark->row * ROW_HEIGHT + (ROW_HEIGHT - 2) / 2;
  canvas_line(&painter->canvas, (struct point_at){x, track->top + LANE_PADDING - 2}, (struct point_at){x, middle}, colour);
  struct rectangle where = {x - FLAG / 2, middle - FLAG / 2, x + FLAG / 2, middle + FLAG / 2};
  struct part *foot = canvas_box(&painter->canvas, where, is_last ? colour : "white", colour);
  part_set(foot, "shape", is_last ? "triangle" : "circle");
  part_set(foot, "penwidth", "1.4");
  char *tooltip = mark_tooltip(painter, mark);
  part_set(foot, "tooltip", tooltip);
  free(tooltip);
}

void painter_draw_marks(struct painter *painter) {
  double free_from = 0;
  for (uint32_t i = 0; i < painter->marks.n; i++) {
    const struct mark *mark = &painter->marks.items[i];
    const struct track *track = plan_track(&painter->plan, mark->thread);
    if (!i || mark[-1].thread != mark->thread)
      free_from = HEAD_WIDTH;
    draw_flag(painter, mark, track);
    double end = draw_word(painter, mark, track, free_from);
    free_from = end > free_from ? end : free_from;
  }
}
