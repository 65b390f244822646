/* perfetto_arrows.c - who let whom go on: from the last release, signal, post, put ... to the event that ended the wait.
 *
 * An arrow is bound to the slice that lies under its ends, in the order of time, which is why both ends get a slice of no length at a
 * time that nothing else of their threads has. Both ends are written when the wait is over, so each arrow is whole; its lines
 * are then behind their time, as the format allows. */
#include "viz/export/perfetto.h"
#include "viz/waits.h"

/* Is the event shown by a slice of no length? Slices show the others: who holds, asks for, waits at. */
static bool is_marked(uint8_t op) {
  switch (op) {
  case TRACE_ACQ:
  case TRACE_REL:
  case TRACE_REL_ODD:
  case TRACE_REQ:
  case TRACE_JOIN_REQ:
  case TRACE_WAIT:
  case TRACE_AWAIT:
  case TRACE_SEM_REQ:
  case TRACE_PUT_REQ:
  case TRACE_GET_REQ:
  case TRACE_READ:
  case TRACE_WRITE:
    return false;
  default:
    return true;
  }
}

static struct point point_of(const struct event *event, uint64_t time) {
  return (struct point){.time = time,
                        .ordinal = event->ordinal,
                        .thread = event->thread,
                        .object = event->object,
                        .target = export_target(event),
                        .site = event->site,
                        .op = event->op,
                        .is_used = true};
}

void perfetto_mark(struct perfetto *perfetto, const struct event *event, uint64_t time) {
  struct point point = point_of(event, time);
  bool is_known = event->op != TRACE_FREE || event->object != NO_INDEX;
  if (is_marked(event->op) && is_known)
    perfetto_write_mark(perfetto, &point);
}

/* A request is written when the first try has failed, so a lock or semaphore may have become free just before it. Where the
 * call may be timed, there is no such try. */
static bool may_end(const struct point *point, const struct event *event, const struct slice *wait) {
  bool is_tried = (event->op == TRACE_ACQ || event->op == TRACE_SEM_WAIT) && !(wait->mode & TRACE_MODE_TIMED);
  return point->is_used && point->thread != event->thread && (point->ordinal > wait->ordinal || is_tried);
}

static struct point *source_of_wait(struct perfetto *perfetto, const struct event *event, const struct slice *wait) {
  if (event->object == NO_INDEX || wait->object != event->object || !wait_succeeds(event))
    return NULL;
  uint16_t kind = perfetto->process->model->objects[event->object].kind;
  int side = wait_role_awaited(wait->op, kind) == WAIT_ROLE_MAKES_ROOM;
  struct point *points = perfetto->objects[event->object].last;
  struct point *point = may_end(&points[side], event, wait) ? &points[side] : &points[!side];
  return may_end(point, event, wait) ? point : NULL;
}

struct point *perfetto_arrow_source(struct perfetto *perfetto, const struct event *event, const struct slice *wait) {
  struct lane *lane = &perfetto->lanes[event->thread];
  struct point *point = NULL;
  uint32_t target = export_target(event);
  if (!lane->is_used)
    point = &lane->creation;
  else if (event->op == TRACE_JOIN && target != NO_INDEX)
    point = &perfetto->lanes[target].end;
  else if (wait)
    point = source_of_wait(perfetto, event, wait);
  return point && point->is_used && point->thread != event->thread ? point : NULL;
}

static const char *category_of(uint8_t from_op) {
  switch (from_op) {
  case TRACE_REL:
  case TRACE_REL_ODD:
    return "handover";
  case TRACE_ARRIVE:
    return "barrier";
  case TRACE_CREATE:
    return "start";
  case TRACE_THREAD_END:
    return "join";
  default:
    return "notify";
  }
}

void perfetto_arrow_draw(struct perfetto *perfetto, struct point *from, const struct event *event, uint64_t time) {
  struct point to = point_of(event, time);
  if (!from->is_written)
    perfetto_write_mark(perfetto, from);
  from->is_written = true;
  perfetto_write_mark(perfetto, &to);
  perfetto_write_flow(perfetto, category_of(from->op), from, &to);
}

/* Of the arrivals at a barrier only the one that fills it lets the others go, where it is known which that is. */
static bool fills_barrier(struct perfetto *perfetto, const struct event *event) {
  const struct object *object = &perfetto->process->model->objects[event->object];
  struct object_state *state = &perfetto->objects[event->object];
  bool has_ended = state->round != object->round;
  state->round = object->round;
  return has_ended || !object->value_known;
}

static void note_at_object(struct perfetto *perfetto, const struct event *event, const struct point *point) {
  enum wait_role role = wait_role_of(event->op);
  bool is_release = event->op == TRACE_REL || event->op == TRACE_REL_ODD;
  bool is_last = fills_barrier(perfetto, event) || event->op != TRACE_ARRIVE;
  if (is_last && (is_release || role != WAIT_ROLE_NONE))
    perfetto->objects[event->object].last[role == WAIT_ROLE_MAKES_ROOM] = *point;
}

void perfetto_point_note(struct perfetto *perfetto, const struct event *event, uint64_t time, uint64_t soft) {
  struct point point = point_of(event, time);
  point.soft = soft;
  point.is_written = is_marked(event->op);
  if (event->object != NO_INDEX)
    note_at_object(perfetto, event, &point);
  uint32_t target = export_target(event);
  if (event->op == TRACE_CREATE && target != NO_INDEX)
    perfetto->lanes[target].creation = point;
  if (event->op == TRACE_THREAD_END)
    perfetto->lanes[event->thread].end = point;
}
