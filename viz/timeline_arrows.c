/* timeline_arrows.c - who let whom go on: the last release, signal, post, set, put or arrival before a wait ended. Only those that
 * somebody waited for are arrows; the others would hide them. */
#include <stdlib.h>

#include "util/alloc.h"
#include "viz/hang.h"
#include "viz/timeline.h"
#include "viz/waits.h"

enum { KEPT_ARROWS = 20000 };

/* Releases are noted where the bar ends: timeline_lanes.c. */
static void note_mark(struct timeline *timeline, const struct model *model, const struct event *event, uint64_t time) {
  enum wait_role role = wait_role_of(event->op);
  if (role == WAIT_ROLE_NONE)
    return;
  struct object_marks *marks = marks_of(timeline, event->object);
  int which = role == WAIT_ROLE_MAKES_ROOM;
  marks->is_used[which] = true;
  marks->last[which] = (struct mark_in_time){time, event->thread, 0, 0};
  bool is_signal = event->op == TRACE_SIGNAL || event->op == TRACE_BROADCAST;
  if (!is_signal || event->object >= model->n_objects || model->objects[event->object].n_waiters)
    return;
  marks->unheard = marks->last[which];
  marks->n_unheard++;
}

static int compare_weight(const void *a, const void *b) {
  const struct arrow_in_time *x = a, *y = b;
  if (x->weight != y->weight)
    return x->weight < y->weight ? 1 : -1;
  if (x->to.time != y->to.time)
    return x->to.time > y->to.time ? 1 : -1;
  return (x->to.thread > y->to.thread) - (x->to.thread < y->to.thread);
}

void arrows_cut(struct timeline *timeline, uint32_t n) {
  if (timeline->n_arrows)
    qsort(timeline->arrows, timeline->n_arrows, sizeof *timeline->arrows, compare_weight);
  if (timeline->n_arrows <= n)
    return;
  timeline->n_arrows_left += timeline->n_arrows - n;
  timeline->n_arrows = n;
}

static void add_arrow(struct timeline *timeline, struct arrow_in_time arrow) {
  const struct view_scope *scope = &timeline->input->scope;
  if (arrow.from.thread == arrow.to.thread || arrow.from.time < scope->from || arrow.to.time > scope->to || arrow.from.time > arrow.to.time)
    return;
  if (!scope_has_object(scope, arrow.object) || !scope_has_thread(scope, arrow.from.thread) || !scope_has_thread(scope, arrow.to.thread))
    return;
  if (timeline->n_arrows == KEPT_ARROWS)
    arrows_cut(timeline, KEPT_ARROWS / 2);
  timeline->arrows = grow(timeline->arrows, timeline->n_arrows, &timeline->arrow_capacity, sizeof *timeline->arrows);
  timeline->arrows[timeline->n_arrows++] = arrow;
}

static enum arrow_kind kind_of(uint8_t waited_op) {
  return waited_op == TRACE_REQ ? ARROW_HANDOVER : waited_op == TRACE_ARRIVE ? ARROW_BARRIER : ARROW_NOTIFY;
}

/* A lock was held until the waiting one got it, as far as the holder's next event allows. */
static void stretch(struct timeline *timeline, struct mark_in_time *mark, uint64_t time) {
  struct bar *bar = mark->bar ? &timeline->bars[mark->bar - 1] : NULL;
  if (!bar || bar->count > 1 || bar->thread != mark->thread || bar->latest <= bar->end)
    return;
  uint64_t end = time < bar->latest ? time : bar->latest;
  if (end <= bar->end)
    return;
  bar->total += end - bar->end;
  bar->majority = bar->total;
  bar->end = end;
  mark->time = end;
}

static void end_of_wait(struct timeline *timeline, const struct model *model, const struct event *event, uint64_t time) {
  struct lane *lane = lane_of(timeline, event->thread);
  if (!lane->wait.is_used || !wait_succeeds(event) || lane->wait.bar.object != event->object || event->object >= timeline->n_marks)
    return;
  int which = wait_role_awaited(lane->wait.bar.op, model->objects[event->object].kind) == WAIT_ROLE_MAKES_ROOM;
  struct object_marks *marks = &timeline->marks[event->object];
  if (!marks->is_used[which])
    which = !which;
  struct mark_in_time *mark = &marks->last[which];
  if (!marks->is_used[which])
    return;
  if (event->op == TRACE_ACQ)
    stretch(timeline, mark, time);
  if (mark->time < lane->wait.bar.begin && event->op != TRACE_ACQ)
    return;
  struct mark_in_time to = {time, event->thread, 0, lane->wait.bar.row};
  add_arrow(timeline, (struct arrow_in_time){*mark, to, time - lane->wait.bar.begin, event->object, kind_of(lane->wait.bar.op)});
}

static struct mark_in_time *mark_at(struct mark_in_time **array, uint32_t *n, uint32_t *capacity, uint32_t index) {
  while (*n <= index) {
    *array = grow(*array, *n, capacity, sizeof **array);
    (*array)[(*n)++].thread = NO_INDEX;
  }
  return &(*array)[index];
}

static void follow_threads(struct timeline *timeline, const struct event *event, uint64_t time) {
  struct mark_in_time here = {time, event->thread, 0, 0};
  if (event->op == TRACE_CREATE && event->target != NO_INDEX)
    *mark_at(&timeline->creations, &timeline->n_creations, &timeline->creation_capacity, event->target) = here;
  if (event->op == TRACE_THREAD_END)
    *mark_at(&timeline->ends, &timeline->n_ends, &timeline->end_capacity, event->thread) = here;
  bool is_new = event->thread >= timeline->n_lanes || !timeline->lanes[event->thread].is_used;
  if (is_new && event->thread < timeline->n_creations && timeline->creations[event->thread].thread != NO_INDEX)
    add_arrow(timeline, (struct arrow_in_time){timeline->creations[event->thread], here, 0, NO_INDEX, ARROW_THREAD});
  if (event->op == TRACE_JOIN && event->target < timeline->n_ends && timeline->ends[event->target].thread != NO_INDEX)
    add_arrow(timeline, (struct arrow_in_time){timeline->ends[event->target], here, 0, NO_INDEX, ARROW_THREAD});
}

void arrows_event(struct timeline *timeline, const struct model *model, const struct event *event) {
  uint64_t time = view_time(model, event);
  follow_threads(timeline, event, time);
  if (event->object == NO_INDEX)
    return;
  end_of_wait(timeline, model, event, time);
  note_mark(timeline, model, event, time);
}

uint32_t stuck_behind(const struct timeline *timeline, const struct bar *bar, uint8_t *ret_row) {
  uint32_t other = hang_waits_for(timeline->hang, bar->thread);
  *ret_row = 0;
  for (uint32_t i = 0; other != NO_INDEX && i < timeline->n_bars; i++) {
    const struct bar *held = &timeline->bars[i];
    if (held->kind == BAR_HOLD && held->thread == other && held->object == bar->object && held->end >= timeline->last)
      *ret_row = held->row;
  }
  return other;
}
