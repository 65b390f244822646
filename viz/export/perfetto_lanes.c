/* perfetto_lanes.c - who holds and waits for what from when to when: the model before and after each event, told in slices.
 *
 * Each begin and end of a thread has a time of its own: the clock is not read for every event, and what happens at one time has no
 * order. An event is also later than what let it happen, so that no arrow goes back. */
#include "viz/export/perfetto.h"

#include "util/alloc.h"
#include "viz/hang.h"
#include "viz/waits.h"

#define LEAST_TAIL_NS 1000u
#define TAIL_PART 20u /* what waits for ever goes on behind the last event for this part of the time */

/* Lanes and objects stay where they are while an event is dealt with: whatever it is about is in the model already. */
static void make_room(struct perfetto *perfetto) {
  const struct model *model = perfetto->process->model;
  while (perfetto->n_lanes < model->n_threads) {
    perfetto->lanes = grow(perfetto->lanes, perfetto->n_lanes, &perfetto->lane_capacity, sizeof *perfetto->lanes);
    perfetto->n_lanes++;
  }
  while (perfetto->n_objects < model->n_objects) {
    perfetto->objects = grow(perfetto->objects, perfetto->n_objects, &perfetto->object_capacity, sizeof *perfetto->objects);
    perfetto->objects[perfetto->n_objects++].holder = NO_INDEX;
  }
}

static struct slice_end end_of(const struct event *event, uint64_t time) {
  return (struct slice_end){.time = time, .ordinal = event->ordinal, .site = event->site};
}

/* Holds. */

static void open_hold(struct perfetto *perfetto, uint32_t thread, const struct held *held, uint64_t time) {
  struct slice slice = {.begin = held->ordinal ? time : perfetto->first,
                        .ordinal = held->ordinal,
                        .object = held->object,
                        .target = NO_INDEX,
                        .site = held->site,
                        .kind = SLICE_HOLD,
                        .mode = held->mode};
  perfetto->objects[held->object].holder = thread;
  perfetto_slice_open(perfetto, thread, slice);
}

/* Whatever way a lock went (memory freed, its stack frame left, assigned anew), the model knows: as many slices as locks. */
static void match_holds(struct perfetto *perfetto, const struct event *event, uint32_t thread, uint64_t time) {
  const struct thread *state = &perfetto->process->model->threads[thread];
  struct lane *lane = &perfetto->lanes[thread];
  if (lane->n_holds == state->n_held)
    return;
  for (uint32_t i = lane->n_open; i-- > 0;)
    if (lane->open[i].kind == SLICE_HOLD && !thread_held(state, lane->open[i].object))
      perfetto_slice_close(perfetto, thread, i, end_of(event, time));
  for (uint32_t i = 0; i < state->n_held; i++)
    if (perfetto_find_hold(lane, state->held[i].object) == NO_INDEX)
      open_hold(perfetto, thread, &state->held[i], time);
}

/* Another thread's hold is over by this event. */
static void end_other_hold(struct perfetto *perfetto, const struct event *event, uint32_t object, uint64_t time) {
  uint32_t holder = object < perfetto->n_objects ? perfetto->objects[object].holder : NO_INDEX;
  if (holder == NO_INDEX || holder == event->thread)
    return;
  struct lane *lane = &perfetto->lanes[holder];
  uint32_t index = perfetto_find_hold(lane, object);
  if (index == NO_INDEX || thread_held(&perfetto->process->model->threads[holder], object))
    return;
  lane->now = time > lane->now ? time : lane->now + 1;
  perfetto->last = lane->now > perfetto->last ? lane->now : perfetto->last;
  perfetto_slice_close(perfetto, holder, index, end_of(event, lane->now));
}

static void take_lock(struct perfetto *perfetto, const struct event *event, uint64_t time) {
  const struct held *held = thread_held(&perfetto->process->model->threads[event->thread], event->object);
  perfetto_softs_keep(perfetto, &perfetto->objects[event->object].last[0]);
  if (held && perfetto_find_hold(&perfetto->lanes[event->thread], event->object) == NO_INDEX)
    open_hold(perfetto, event->thread, held, time);
}

/* The release is the first thing that a forked child does with a lock which it was born with. */
static bool is_inherited(const struct perfetto *perfetto, const struct event *event) {
  const struct object *object = &perfetto->process->model->objects[event->object];
  bool is_odd = event->oddity & (ODD_UNLOCK_FREE | ODD_UNLOCK_OTHER);
  return perfetto->process->info->parent_pid && object->first_ordinal == event->ordinal && !is_odd;
}

/* Returns the serial of the soft slice, 0 for none. */
static uint64_t give_up_lock(struct perfetto *perfetto, const struct event *event, uint64_t time, bool is_timed) {
  struct lane *lane = &perfetto->lanes[event->thread];
  if (perfetto_find_hold(lane, event->object) == NO_INDEX && is_inherited(perfetto, event))
    open_hold(perfetto, event->thread, &(struct held){.object = event->object, .mode = event->mode & TRACE_MODE_READ}, time);
  uint32_t index = perfetto_find_hold(lane, event->object);
  bool is_over = index != NO_INDEX && !thread_held(&perfetto->process->model->threads[event->thread], event->object);
  if (is_over && !is_timed)
    return perfetto_slice_close_softly(perfetto, event->thread, index, end_of(event, time));
  if (is_over)
    perfetto_slice_close(perfetto, event->thread, index, end_of(event, time));
  return 0;
}

static uint64_t follow_holds(struct perfetto *perfetto, const struct event *event, uint64_t time, bool is_timed) {
  uint64_t soft = 0;
  if (event->object != NO_INDEX)
    end_other_hold(perfetto, event, event->object, time);
  if (event->op == TRACE_INIT)
    end_other_hold(perfetto, event, event->object2, time);
  if (event->op == TRACE_ACQ)
    take_lock(perfetto, event, time);
  else if (event->op == TRACE_REL || event->op == TRACE_REL_ODD)
    soft = give_up_lock(perfetto, event, time, is_timed);
  match_holds(perfetto, event, event->thread, time);
  return soft;
}

/* Waits. */

static void count_waiting(struct perfetto *perfetto, const struct slice *wait, int change, uint64_t time) {
  if (wait->op == TRACE_REQ && wait->object != NO_INDEX)
    perfetto->objects[wait->object].n_waiting += (uint32_t)change;
  perfetto->n_waiting += (uint32_t)change;
  perfetto_write_waiting(perfetto, time);
}

static void open_wait(struct perfetto *perfetto, uint32_t thread, const struct blocked *blocked, uint64_t time) {
  struct slice slice = {.begin = time,
                        .ordinal = blocked->ordinal,
                        .object = blocked->object,
                        .target = blocked->target,
                        .site = blocked->site,
                        .kind = SLICE_WAIT,
                        .op = blocked->op,
                        .mode = blocked->mode};
  perfetto_slice_open(perfetto, thread, slice);
  count_waiting(perfetto, &slice, 1, time);
}

/* Is the wait over that the slice shows? */
static bool has_gone_on(const struct perfetto *perfetto, uint32_t thread, const struct slice *wait) {
  const struct blocked *blocked = &perfetto->process->model->threads[thread].blocked;
  return !blocked->op || blocked->ordinal != wait->ordinal;
}

static bool is_what_was_waited_for(const struct event *event, const struct slice *wait) {
  bool is_same = wait->object == NO_INDEX ? event->object == NO_INDEX && event->target == wait->target : event->object == wait->object;
  return is_same && wait_succeeds(event);
}

static void follow_wait(struct perfetto *perfetto, const struct event *event, uint64_t time) {
  struct lane *lane = &perfetto->lanes[event->thread];
  uint32_t index = perfetto_find_wait(lane);
  if (index == NO_INDEX || !has_gone_on(perfetto, event->thread, &lane->open[index]))
    return;
  struct slice wait = lane->open[index];
  struct slice_end end = end_of(event, time);
  end.is_success = is_what_was_waited_for(event, &wait);
  perfetto_slice_close(perfetto, event->thread, index, end);
  count_waiting(perfetto, &wait, -1, time);
}

/* Events. */

static uint64_t own_time(const struct lane *lane, uint64_t raw, const struct point *source) {
  uint64_t time = lane->is_used && raw <= lane->now ? lane->now + 1 : raw;
  return source && time <= source->time ? source->time + 1 : time;
}

/* The event's time, behind everything of its thread and behind what let it happen. */
static uint64_t advance(struct perfetto *perfetto, const struct event *event, struct point *source, bool *ret_is_timed) {
  struct lane *lane = &perfetto->lanes[event->thread];
  uint64_t raw = export_time_ns(perfetto->process, event);
  *ret_is_timed = !lane->is_used || raw > lane->raw;
  uint64_t time = own_time(lane, raw, source);
  if (*ret_is_timed)
    perfetto_softs_settle(perfetto, event->thread, time, true);
  if (source && source->soft)
    perfetto_softs_stretch(perfetto, source, time);
  time = own_time(lane, time, source);
  lane->now = time;
  lane->raw = raw > lane->raw ? raw : lane->raw;
  perfetto->first = time < perfetto->first ? time : perfetto->first;
  perfetto->last = time > perfetto->last ? time : perfetto->last;
  return time;
}

/* Returns the time that is left for the event itself. `ref_is_marked`: it has its slice of no length. */
static uint64_t draw_arrow(struct perfetto *perfetto, const struct event *event, struct point *source, bool *ref_is_marked) {
  struct lane *lane = &perfetto->lanes[event->thread];
  bool begins_silently = !lane->is_used && event->op != TRACE_THREAD_BEGIN; /* its trace does not say that it begins */
  if (!begins_silently) {
    perfetto_arrow_draw(perfetto, source, event, lane->now);
    *ref_is_marked = true;
    return lane->now;
  }
  struct event begin = {.ordinal = event->ordinal, .thread = event->thread, .op = TRACE_THREAD_BEGIN, .object = NO_INDEX};
  perfetto_arrow_draw(perfetto, source, &begin, lane->now++);
  perfetto->last = lane->now > perfetto->last ? lane->now : perfetto->last;
  return lane->now;
}

void perfetto_lanes_event(struct perfetto *perfetto, const struct event *event) {
  make_room(perfetto);
  if (event->thread >= perfetto->n_lanes)
    return;
  struct lane *lane = &perfetto->lanes[event->thread];
  uint32_t wait = perfetto_find_wait(lane);
  bool is_timed = false, is_marked = false;
  struct point *source = perfetto_arrow_source(perfetto, event, wait == NO_INDEX ? NULL : &lane->open[wait]);
  uint64_t time = advance(perfetto, event, source, &is_timed);
  if (source)
    time = draw_arrow(perfetto, event, source, &is_marked);
  if (!is_marked)
    perfetto_mark(perfetto, event, time);
  lane->is_used = true;
  follow_wait(perfetto, event, time);
  uint64_t soft = follow_holds(perfetto, event, time, is_timed);
  const struct blocked *blocked = &perfetto->process->model->threads[event->thread].blocked;
  if (blocked->op && perfetto_find_wait(lane) == NO_INDEX)
    open_wait(perfetto, event->thread, blocked, time);
  perfetto_point_note(perfetto, event, time, soft);
}

/* The end. */

static bool somebody_waits(const struct perfetto *perfetto) {
  for (uint32_t i = 0; i < perfetto->n_lanes; i++)
    if (perfetto_find_wait(&perfetto->lanes[i]) != NO_INDEX)
      return true;
  return false;
}

static void close_lane(struct perfetto *perfetto, const struct hang *hang, uint32_t thread, uint64_t time) {
  struct lane *lane = &perfetto->lanes[thread];
  perfetto_softs_settle(perfetto, thread, lane->now + 1, false);
  while (lane->n_open) {
    struct slice *slice = &lane->open[lane->n_open - 1];
    if (slice->kind == SLICE_WAIT && hang_is_stuck(hang, thread))
      slice->kind = SLICE_STUCK;
    perfetto_slice_close(perfetto, thread, lane->n_open - 1, (struct slice_end){.time = time});
  }
}

/* What is open goes on to the end, and behind it where somebody waits: how long that was the trace does not say. */
void perfetto_lanes_end(struct perfetto *perfetto) {
  struct hang *hang = hang_new(perfetto->process->model);
  uint64_t time = perfetto->last + 1;
  if (somebody_waits(perfetto)) {
    uint64_t tail = (perfetto->last - perfetto->first) / TAIL_PART;
    time += tail > LEAST_TAIL_NS ? tail : LEAST_TAIL_NS;
  }
  for (uint32_t i = 0; i < perfetto->n_lanes; i++)
    close_lane(perfetto, hang, i, time);
  hang_free(hang);
}
