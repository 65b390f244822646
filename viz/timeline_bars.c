/* timeline_bars.c - a bar: its place, its colour, and what is written on it and about it.
 *
 * A bar is a point wide at least. Holding is a plain colour, waiting is striped, so that the two differ without any colour. */
#include "viz/timeline_paint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "util/alloc.h"
#include "viz/label.h"
#include "viz/waits.h"

#define BAR_TEXT 8.5
#define MIN_BAR 1.6
#define MIN_FOUND_BAR 4.5
#define MIN_LABELLED 18.0 /* narrower bars go without a name */
#define MERGED_WAIT 0.4   /* of the row's height */
#define MERGED_HOLD 0.25  /* ... at least */
#define STRIPE 5.0
#define MIN_STRIPED 10.0

enum { MAX_STRIPES = 250, ALL_STRIPES = 6000, CUT_COLUMNS = 4 };

#define COLOUR_TEXT "#263238"

/* Texts. */

/* "forks[0]", "forks[0] and others", "several" */
static char *object_text(const struct painter *painter, const struct bar *bar) {
  if (bar_is_several(bar))
    return xstrdup("several");
  char *name = bar->target != NO_INDEX ? names_thread(painter->names, bar->target) : names_object(painter->names, bar->object);
  char *text = xasprintf("%s%s", name ? name : "?", bar->is_mixed ? " and others" : "");
  free(name);
  return text;
}

static char *bar_text(const struct painter *painter, const struct bar *bar) {
  char *name = object_text(painter, bar);
  char *text = bar->kind == BAR_HOLD ? xasprintf("%s%s", name, bar->is_read ? " (read)" : "")
                                     : xasprintf("%s %s", wait_verb(bar->op, bar->kind == BAR_STUCK), name);
  free(name);
  return text;
}

/* How much of its time, 0 to 1. */
static double bar_filled(const struct bar *bar) {
  double filled = bar->end > bar->begin ? (double)bar->total / (double)(bar->end - bar->begin) : 1;
  return filled < 1 ? filled : 1;
}

static char *bar_times(const struct painter *painter, const struct bar *bar) {
  char *begin = label_duration(bar->begin, false), *total = label_duration(bar->total, painter->is_text), *text;
  if (painter->is_text)
    text = xasprintf("from line %" PRIu64 ", %s", bar->begin, total);
  else if (bar->count > 1)
    text = xasprintf("%" PRIu32 " times from %s, in sum %s, %.0f %% of the time", bar->count, begin, total, 100 * bar_filled(bar));
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

/* Does it hold what a finding is about? */
static bool bar_is_found(const struct painter *painter, const struct bar *bar) {
  uint32_t lock = plan_lock(&painter->plan, bar->object);
  return bar->kind == BAR_HOLD && bar->count == 1 && lock != NO_INDEX && painter->plan.locks[lock].is_found;
}

/* Merged ones: waits hang from the top of the row, holds stand on its bottom, as high as they fill their time. */
static struct rectangle bar_rectangle(const struct painter *painter, const struct bar *bar, const struct track *track) {
  struct rectangle where = {.left = painter_x(painter, bar->begin), .top = track->top + LANE_PADDING + bar->row * ROW_HEIGHT};
  bool is_to_the_end = bar->end >= painter->timeline->last && painter->plan.has_stuck &&
                       (bar->kind == BAR_STUCK || painter->timeline->lanes[bar->thread].wait.bar.kind == BAR_STUCK);
  where.right = is_to_the_end ? painter_right_edge(painter) : painter_x(painter, bar->end);
  double least = bar_is_found(painter, bar) ? MIN_FOUND_BAR : MIN_BAR;
  if (where.right < where.left + least)
    where.right = where.left + least;
  where.bottom = where.top + ROW_HEIGHT - 2;
  if (bar->count > 1 && bar->kind == BAR_WAIT)
    where.bottom = where.top + (ROW_HEIGHT - 2) * MERGED_WAIT;
  else if (bar->count > 1)
    where.top = where.bottom - (ROW_HEIGHT - 2) * (MERGED_HOLD + (1 - MERGED_HOLD) * bar_filled(bar));
  return where;
}

/* "room in counter", where there is none for "waits for room in counter". */
static char *short_text(const struct painter *painter, const struct bar *bar) {
  char *name = object_text(painter, bar), *text = bar->op == TRACE_PUT_REQ ? xasprintf("room in %s", name) : xstrdup(name);
  free(name);
  return text;
}

/* The longest text that fits as a whole; a name may be cut, but not to nothing. NULL: no room. */
static char *fitting_text(const struct painter *painter, const struct bar *bar, double room) {
  char *texts[] = {bar_text(painter, bar), short_text(painter, bar),
                   bar->op == TRACE_PUT_REQ ? xstrdup("room") : object_text(painter, bar)};
  char *label = NULL;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    bool is_last = i + 1 == sizeof texts / sizeof *texts;
    if (!label && (label_width(texts[i], BAR_TEXT) <= room || (is_last && room >= CUT_COLUMNS * BAR_TEXT)))
      label = label_fitted(texts[i], BAR_TEXT, room);
    free(texts[i]);
  }
  return label;
}

static void label_bar(struct painter *painter, const struct bar *bar, const struct rectangle *where, const char *tooltip) {
  double width = where->right - where->left;
  bool has_room = width >= MIN_LABELLED && where->bottom - where->top >= BAR_TEXT + 3;
  char *label = has_room ? fitting_text(painter, bar, width - 4) : NULL;
  if (!label)
    return;
  struct part *box = canvas_text(&painter->canvas, *where, ALIGN_CENTRE, BAR_TEXT, label);
  part_set(box, "margin", "0,0");
  part_set(box, "fontcolor", bar->kind == BAR_STUCK ? "white" : plan_is_in_focus(&painter->plan, bar) ? COLOUR_TEXT : COLOUR_FAINT_TEXT);
  part_set(box, "tooltip", tooltip);
  free(label);
}

/* Colours. */

static const char *hold_colour(const struct painter *painter, const struct bar *bar) {
  uint32_t index = bar_is_several(bar) ? NO_INDEX : plan_lock(&painter->plan, bar->object);
  return !plan_is_in_focus(&painter->plan, bar) ? COLOUR_FAINT : index < N_LOCK_COLOURS ? lock_colours[index] : COLOUR_OTHER;
}

/* Alternating with a lighter one, about STRIPE points each. */
static void stripe(struct painter *painter, struct part *box, double width, const char *const colours[2]) {
  unsigned n = (unsigned)(width / STRIPE);
  n = n < 3 ? 3 : n > MAX_STRIPES ? MAX_STRIPES : n;
  if (width < MIN_STRIPED || painter->n_stripes + n > ALL_STRIPES)
    return;
  painter->n_stripes += n;
  char list[MAX_STRIPES * 8 + 1], *end = list;
  for (unsigned i = 0; i < n; i++)
    end += sprintf(end, "%s%s", i ? ":" : "", colours[i % 2]);
  part_set(box, "style", "striped");
  part_set(box, "fillcolor", list);
}

/* Dark, light and frame; Graphviz draws the frame around each stripe. */
static const char *const *wait_colours(const struct painter *painter, const struct bar *bar) {
  static const char *const colours[][3] = {{COLOUR_WAIT, COLOUR_WAIT_LIGHT, COLOUR_WAIT_FRAME},
                                           {COLOUR_STUCK, COLOUR_STUCK_LIGHT, COLOUR_STUCK_FRAME},
                                           {COLOUR_FAINT, "#eef2f4", COLOUR_FAINT}};
  return colours[!plan_is_in_focus(&painter->plan, bar) ? 2 : bar->kind == BAR_STUCK];
}

static struct part *draw_hold(struct painter *painter, const struct bar *bar, const struct rectangle *where) {
  bool is_wide = where->right - where->left > 3 && bar->count == 1;
  bool is_found = is_wide && plan_is_found(&painter->plan, bar->object);
  const char *line = is_found ? COLOUR_FOUND : is_wide && plan_is_in_focus(&painter->plan, bar) ? COLOUR_FRAME : "none";
  struct part *box = canvas_box(&painter->canvas, *where, hold_colour(painter, bar), line);
  if (is_found)
    part_set(box, "penwidth", "1.6");
  return box;
}

static struct part *draw_wait(struct painter *painter, const struct bar *bar, const struct rectangle *where) {
  const char *const *colours = wait_colours(painter, bar);
  double width = where->right - where->left;
  struct part *box = canvas_box(&painter->canvas, *where, colours[0], width > 3 ? colours[2] : "none");
  part_set(box, "penwidth", width > 3 ? "0.4" : "0");
  if (bar->kind == BAR_STUCK || bar->count == 1)
    stripe(painter, box, width, colours);
  return box;
}

void painter_draw_bar(struct painter *painter, const struct bar *bar) {
  const struct track *track = plan_track(&painter->plan, bar->thread);
  if (!track)
    return;
  struct rectangle where = bar_rectangle(painter, bar, track);
  struct part *box = bar->kind == BAR_HOLD ? draw_hold(painter, bar, &where) : draw_wait(painter, bar, &where);
  char *tooltip = bar_tooltip(painter, bar);
  part_set(box, "tooltip", tooltip);
  if (where.right > painter->right && painter->plan.has_stuck) /* arrows go there */
    where.right = painter_right_edge(painter) - ARROWS_WIDTH;
  label_bar(painter, bar, &where, tooltip);
  free(tooltip);
}
