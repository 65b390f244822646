/* timeline_lanes.c - bars of holding and waiting.
 *
 * A lock goes into the lowest free row of its thread's lane and a wait where the lock would go, so that nesting shows. The clock is
 * not read at every release: such a bar ends at its thread's last known time, and may have gone on up to the next. When another thread
 * was waiting for the lock, it went on until that one got it. */
#include <stdlib.h>

#include "util/alloc.h"
#include "viz/hang.h"
#include "viz/timeline.h"

struct lane *lane_of(struct timeline *timeline, uint32_t thread) {
  while (timeline->n_lanes <= thread) {
    timeline->lanes = grow(timeline->lanes, timeline->n_lanes, &timeline->lane_capacity, sizeof *timeline->lanes);
    timeline->n_lanes++;
  }
  return &timeline->lanes[thread];
}

struct object_marks *marks_of(struct timeline *timeline, uint32_t object) {
  while (timeline->n_marks <= object) {
    timeline->marks = grow(timeline->marks, timeline->n_marks, &timeline->mark_capacity, sizeof *timeline->marks);
    timeline->n_marks++;
  }
  return &timeline->marks[object];
}

/* Indices of bars are old after a merge. */
static void forget_indices(struct timeline *timeline) {
  for (uint32_t i = 0; i < timeline->n_lanes; i++)
    timeline->lanes[i].n_soft = 0;
  for (uint32_t i = 0; i < timeline->n_marks; i++)
    timeline->marks[i].last[0].bar = 0;
}

/* Returns its index + 1; 0: outside of what is wanted. */
static uint32_t add_bar(struct timeline *timeline, struct bar bar) {
  const struct view_scope *scope = &timeline->input->scope;
  bool is_wanted = scope_has_thread(scope, bar.thread) && scope_has_object(scope, bar.object);
  if (bar.end < scope->from || bar.begin > scope->to || !is_wanted)
    return 0;
  if (timeline->n_bars >= KEPT_BARS && timeline->n_bars >= timeline->bar_limit) {
    bars_merge(timeline, KEPT_BARS / 2);
    forget_indices(timeline);
    timeline->bar_limit = 2 * timeline->n_bars; /* many threads, and no two bars alike: not again soon */
  }
  bar.total = bar.majority = bar.end - bar.begin;
  timeline->bars = grow(timeline->bars, timeline->n_bars, &timeline->bar_capacity, sizeof *timeline->bars);
  timeline->bars[timeline->n_bars++] = bar;
  return timeline->n_bars;
}

static uint8_t free_row(const struct lane *lane) {
  uint8_t row = 0;
  while (row < MAX_ROWS && lane->holds[row].is_used)
    row++;
  return row;
}

static int row_of(const struct lane *lane, uint32_t object) {
  for (int row = 0; row < MAX_ROWS; row++)
    if (lane->holds[row].is_used && lane->holds[row].bar.object == object)
      return row;
  return -1;
}

/* Bars of the row that is used again ended before. */
static void settle_row(struct timeline *timeline, struct lane *lane, uint8_t row) {
  for (uint32_t i = 0; i < lane->n_soft; i++) {
    struct bar *bar = &timeline->bars[lane->soft[i]];
    if (bar->row == row && bar->latest > lane->now)
      bar->latest = lane->now;
  }
}

static void open_hold(struct timeline *timeline, struct lane *lane, const struct held *held, uint32_t thread) {
  uint8_t row = free_row(lane);
  if (row == MAX_ROWS) {
    timeline->n_deep++;
    return;
  }
  settle_row(timeline, lane, row);
  marks_of(timeline, held->object)->n_open++;
  struct bar bar = {
      .begin = lane->now, .thread = thread, .object = held->object, .target = NO_INDEX, .site = held->site, .count = 1, .row = row};
  bar.is_read = held->mode & TRACE_MODE_READ;
  lane->holds[row] = (struct open_bar){bar, true};
}

/* `is_sure`: the time was read from the clock. Returns the bar's index + 1. */
static uint32_t close_hold(struct timeline *timeline, struct lane *lane, int row, bool is_sure) {
  struct bar bar = lane->holds[row].bar;
  lane->holds[row].is_used = false;
  marks_of(timeline, bar.object)->n_open--;
  bar.end = lane->now > bar.begin ? lane->now : bar.begin;
  bar.latest = is_sure ? bar.end : UINT64_MAX;
  uint32_t index = add_bar(timeline, bar);
  if (index && !is_sure && lane->n_soft < MAX_SOFT)
    lane->soft[lane->n_soft++] = index - 1;
  else if (index)
    timeline->bars[index - 1].latest = bar.end;
  return index;
}

static void open_wait(struct timeline *timeline, struct lane *lane, const struct blocked *blocked, uint32_t thread) {
  uint8_t row = free_row(lane);
  row = row == MAX_ROWS ? MAX_ROWS - 1 : row;
  settle_row(timeline, lane, row);
  lane->wait.is_used = true;
  lane->wait_ordinal = blocked->ordinal;
  lane->wait.bar = (struct bar){.begin = lane->now,
                                .thread = thread,
                                .object = blocked->object,
                                .target = blocked->target,
                                .site = blocked->site,
                                .count = 1,
                                .row = row,
                                .kind = BAR_WAIT,
                                .op = blocked->op};
}

static void close_wait(struct timeline *timeline, struct lane *lane) {
  struct bar bar = lane->wait.bar;
  lane->wait.is_used = false;
  bar.end = bar.latest = lane->now > bar.begin ? lane->now : bar.begin;
  add_bar(timeline, bar);
}

/* The thread's clock goes on: what was unsure ended before. */
static void advance(struct timeline *timeline, struct lane *lane, uint64_t time) {
  if (!lane->is_used) {
    lane->is_used = true;
    lane->begin = lane->now = time;
  }
  if (time <= lane->now)
    return;
  for (uint32_t i = 0; i < lane->n_soft; i++)
    if (timeline->bars[lane->soft[i]].latest > time)
      timeline->bars[lane->soft[i]].latest = time;
  lane->n_soft = 0;
  lane->now = time;
}

/* The bar ends if the thread does not hold the lock any more. */
static void release_of(struct timeline *timeline, const struct model *model, const struct event *event, uint32_t thread, bool is_sure) {
  struct lane *lane = &timeline->lanes[thread];
  int row = row_of(lane, event->object);
  if (row < 0 || (thread < model->n_threads && thread_held(&model->threads[thread], event->object)))
    return;
  uint32_t bar = close_hold(timeline, lane, row, is_sure);
  struct object_marks *marks = marks_of(timeline, event->object);
  marks->is_used[0] = true;
  marks->last[0] = (struct mark_in_time){lane->now, thread, bar, (uint8_t)row};
}

/* The thread's own, or one that another thread released or destroyed. */
static void release(struct timeline *timeline, const struct model *model, const struct event *event, bool is_sure) {
  release_of(timeline, model, event, event->thread, is_sure);
  if (event->op == TRACE_REL)
    return;
  for (uint32_t i = 0; i < timeline->n_lanes && marks_of(timeline, event->object)->n_open; i++)
    release_of(timeline, model, event, i, false);
}

static void follow_holds(struct timeline *timeline, const struct model *model, const struct event *event, bool is_sure) {
  struct lane *lane = &timeline->lanes[event->thread];
  const struct thread *thread = &model->threads[event->thread];
  if (event->op == TRACE_ACQ) {
    const struct held *held = thread_held(thread, event->object);
    if (held && row_of(lane, event->object) < 0)
      open_hold(timeline, lane, held, event->thread);
  } else if (event->op == TRACE_REL || event->op == TRACE_REL_ODD || event->op == TRACE_DESTROY || event->op == TRACE_FREE) {
    release(timeline, model, event, is_sure);
  }
}

static void follow_wait(struct timeline *timeline, const struct model *model, uint32_t thread) {
  struct lane *lane = &timeline->lanes[thread];
  const struct blocked *blocked = &model->threads[thread].blocked;
  if (lane->wait.is_used && (!blocked->op || blocked->ordinal != lane->wait_ordinal))
    close_wait(timeline, lane);
}

void lanes_event(struct timeline *timeline, const struct model *model, const struct event *event) {
  uint64_t time = view_time(model, event);
  if (event->thread >= model->n_threads)
    return;
  struct lane *lane = lane_of(timeline, event->thread);
  bool is_sure = time > lane->now || model->info->is_text;
  advance(timeline, lane, time);
  timeline->last = time > timeline->last ? time : timeline->last;
  lane->end = lane->now;
  lane->has_ended = event->op == TRACE_THREAD_END;
  follow_wait(timeline, model, event->thread);
  if (event->object != NO_INDEX && event->object < model->n_objects)
    follow_holds(timeline, model, event, is_sure);
  const struct blocked *blocked = &model->threads[event->thread].blocked;
  if (blocked->op && !lane->wait.is_used)
    open_wait(timeline, lane, blocked, event->thread);
}

/* What is open goes on to the end. */
void lanes_end(struct timeline *timeline, const struct model *model) {
  timeline->hang = hang_new(model);
  for (uint32_t i = 0; i < timeline->n_lanes; i++) {
    struct lane *lane = &timeline->lanes[i];
    if (!lane->has_ended)
      lane->end = timeline->last;
    lane->now = timeline->last;
    for (int row = 0; row < MAX_ROWS; row++)
      if (lane->holds[row].is_used)
        close_hold(timeline, lane, row, true);
    if (!lane->wait.is_used)
      continue;
    if (i < model->n_threads && hang_is_stuck(timeline->hang, i))
      lane->wait.bar.kind = BAR_STUCK;
    close_wait(timeline, lane);
  }
}
