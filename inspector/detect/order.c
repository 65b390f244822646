/* order.c - the hard order of a trace: see order.h. One step function a kind of event, in a table.
 *
 * Clocks are joined by stamps, and only if the stamp's own event is unknown yet: most steps cost one comparison. */
#include "detect/order.h"

#include <errno.h>
#include <stdlib.h>

#include "detect/order_impl.h"
#include "util/alloc.h"

struct order_thread *order_thread_of(struct order *order, uint32_t thread) {
  while (order->n_threads <= thread) {
    order->threads = grow(order->threads, order->n_threads, &order->thread_capacity, sizeof *order->threads);
    order->threads[order->n_threads++] = (struct order_thread){0};
  }
  return &order->threads[thread];
}

struct object_order *order_object_of(struct order *order, uint32_t object) {
  while (order->n_objects <= object) {
    order->objects = grow(order->objects, order->n_objects, &order->object_capacity, sizeof *order->objects);
    order->objects[order->n_objects++] = (struct object_order){0};
  }
  return &order->objects[object];
}

uint8_t order_role(const struct order *order, uint32_t object) {
  return object < order->n_roles ? order->roles[object] : 0;
}

static uint32_t version_of(struct order *order, uint32_t thread, enum order_clock which) {
  struct order_thread *t = order_thread_of(order, thread);
  if (!t->version[which])
    t->version[which] = versions_add(&order->versions, &t->clock[which], chains_of(&order->chains, thread)) + 1;
  return t->version[which] - 1;
}

/* The thread as it is now, its last counted event included. */
struct stamp order_stamp(struct order *order, uint32_t thread, enum order_clock which) {
  uint32_t chain = chains_of(&order->chains, thread);
  return (struct stamp){chain, order->chains.items[chain].n_events, version_of(order, thread, which)};
}

void order_join_stamp(struct order *order, uint32_t thread, enum order_clock which, struct stamp stamp) {
  struct order_thread *t = order_thread_of(order, thread);
  if (stamp.chain == chains_of(&order->chains, thread))
    return;
  if (clock_join_stamp(&t->clock[which], &order->versions, stamp))
    t->version[which] = 0;
}

void order_join_clock(struct order *order, uint32_t thread, enum order_clock which, const struct clock *clock) {
  struct order_thread *t = order_thread_of(order, thread);
  if (clock_join(&t->clock[which], clock))
    t->version[which] = 0;
}

void order_tick(struct order *order, const struct event *event) {
  uint32_t chain = chains_of(&order->chains, event->thread);
  uint32_t n = ++order->chains.items[chain].n_events;
  order->ops_seen |= UINT64_C(1) << event->op;
  line_index_note(&order->lines, chain, n, event->thread, event->ordinal);
  if (event->op == TRACE_REQ || event->op == TRACE_JOIN_REQ)
    order_thread_of(order, event->thread)->request = line_index_lines(&order->lines, event->thread);
}

uint32_t order_request_line(struct order *order, uint32_t thread) {
  return order_thread_of(order, thread)->request;
}

bool order_is_strict(const struct order *order) {
  static const uint8_t free_ops[] = {TRACE_TRYFAIL,  TRACE_WAIT, TRACE_WAKE,       TRACE_SIGNAL,   TRACE_BROADCAST,
                                     TRACE_SEM_WAIT, TRACE_POST, TRACE_ARRIVE,     TRACE_LEAVE,    TRACE_SET,
                                     TRACE_CLEAR,    TRACE_PASS, TRACE_AWAIT_FAIL, TRACE_JOIN_FAIL};
  for (size_t i = 0; i < sizeof free_ops; i++)
    if (order->ops_seen >> free_ops[i] & 1)
      return false;
  return true;
}

struct order_point order_point(struct order *order, uint32_t thread) {
  struct stamp hard = order_stamp(order, thread, ORDER_HARD);
  return (struct order_point){hard.chain, hard.n, {hard.version, version_of(order, thread, ORDER_START)}};
}

/* What the thread knows changed without an event of its own: count one, so that its number tells what it knows. */
static void tick_silently(struct order *order, uint32_t thread) {
  order->chains.items[chains_of(&order->chains, thread)].n_events++;
}

/* Start and join. */

static void step_create(struct order *order, const struct model *model, const struct event *event) {
  (void)model;
  if (event->target == NO_INDEX)
    return;
  chains_fork(&order->chains, event->thread, event->target);
  for (enum order_clock which = 0; which < ORDER_CLOCKS; which++)
    order_join_stamp(order, event->target, which, order_stamp(order, event->thread, which));
  tick_silently(order, event->target);
}

static void step_join(struct order *order, const struct model *model, const struct event *event) {
  (void)model;
  if (event->target == NO_INDEX || event->target == event->thread)
    return;
  for (enum order_clock which = 0; which < ORDER_CLOCKS; which++)
    order_join_stamp(order, event->thread, which, order_stamp(order, event->target, which));
  struct order_thread *ended = order_thread_of(order, event->target);
  order_join_clock(order, event->thread, ORDER_HARD, &ended->failures);
  ended = order_thread_of(order, event->target);
  clock_done(&ended->failures);
  if (event->kind)
    clock_join_stamp(&order->joins, &order->versions, order_stamp(order, event->thread, ORDER_HARD));
  chains_join(&order->chains, event->thread, event->target);
}

static void step_join_fail(struct order *order, const struct model *model, const struct event *event) {
  (void)model;
  if (event->target == NO_INDEX || (event->result && event->result != EBUSY && event->result != ETIMEDOUT))
    return;
  struct stamp failure = order_stamp(order, event->thread, ORDER_HARD);
  clock_join_stamp(&order_thread_of(order, event->target)->failures, &order->versions, failure);
}

static void step_end(struct order *order, const struct model *model, const struct event *event) {
  (void)model;
  struct clock failures = order_thread_of(order, event->thread)->failures;
  order_thread_of(order, event->thread)->failures = (struct clock){0};
  order_join_clock(order, event->thread, ORDER_HARD, &failures);
  clock_done(&failures);
}

/* What the target does from here on depends on it; that it got this far, too. */
static void step_cancel(struct order *order, const struct model *model, const struct event *event) {
  (void)model;
  if (event->target == NO_INDEX || event->target == event->thread)
    return;
  order_join_stamp(order, event->thread, ORDER_HARD, order_stamp(order, event->target, ORDER_HARD));
  order_join_stamp(order, event->target, ORDER_HARD, order_stamp(order, event->thread, ORDER_HARD));
  tick_silently(order, event->target);
}

/* Objects whose operations keep their order. */

void order_step_total(struct order *order, const struct model *model, const struct event *event) {
  (void)model;
  if (event->object == NO_INDEX)
    return;
  order_join_stamp(order, event->thread, ORDER_HARD, order_object_of(order, event->object)->last);
  struct stamp now = order_stamp(order, event->thread, ORDER_HARD);
  order_object_of(order, event->object)->last = now;
}

/* Thread-local data is nobody else's: it orders nothing. */
static void step_shared(struct order *order, const struct model *model, const struct event *event) {
  if (event->object != NO_INDEX && trace_family(event->kind) != TRACE_KIND_LOCAL)
    order_step_total(order, model, event);
}

/* A second join of a thread names its structure, not the thread: it comes after whatever join was before it. */
static void step_pass(struct order *order, const struct model *model, const struct event *event) {
  step_shared(order, model, event);
  if (trace_family(event->kind) == TRACE_KIND_THREAD)
    order_join_clock(order, event->thread, ORDER_HARD, &order->joins);
}

/* One that began its life without a call was there before whoever used it first. */
static void step_init(struct order *order, const struct model *model, const struct event *event) {
  (void)model;
  if (event->object != NO_INDEX && !event->is_fresh)
    order_object_of(order, event->object)->last = order_stamp(order, event->thread, ORDER_HARD);
}

/* Barriers. */

static struct barrier_order *barrier_of(struct order *order, uint32_t object) {
  struct object_order *o = order_object_of(order, object);
  if (!o->barrier) {
    order->barriers = grow(order->barriers, order->n_barriers, &order->barrier_capacity, sizeof *order->barriers);
    order->barriers[order->n_barriers++] = (struct barrier_order){0};
    o->barrier = order->n_barriers;
  }
  return &order->barriers[o->barrier - 1];
}

/* Of a barrier that was broken or reset every step keeps its place. */
static bool is_total_step(struct order *order, const struct model *model, const struct event *event) {
  if (event->object == NO_INDEX || !(order_role(order, event->object) & ORDER_TOTAL))
    return false;
  order_step_total(order, model, event);
  return true;
}

static bool has_rounds(const struct order *order, const struct model *model, uint32_t object) {
  return !(order_role(order, object) & ORDER_ARRIVALS) && model->objects[object].value > 0;
}

static void arrive_in_round(struct order *order, struct barrier_order *barrier, uint64_t parties, uint32_t thread) {
  struct clock *round = &barrier->round[barrier->arrivals / parties % 2];
  if (barrier->arrivals % parties == 0)
    round->n = 0;
  clock_join_stamp(round, &order->versions, order_stamp(order, thread, ORDER_START));
  barrier->arrivals++;
}

static void step_arrive(struct order *order, const struct model *model, const struct event *event) {
  if (event->object == NO_INDEX || is_total_step(order, model, event))
    return;
  order_join_stamp(order, event->thread, ORDER_HARD, order_object_of(order, event->object)->last);
  struct barrier_order *barrier = barrier_of(order, event->object);
  if (has_rounds(order, model, event->object))
    arrive_in_round(order, barrier, model->objects[event->object].value, event->thread);
  else
    order_join_clock(order, event->thread, ORDER_HARD, &barrier->all);
  clock_join_stamp(&barrier->all, &order->versions, order_stamp(order, event->thread, ORDER_HARD));
}

/* With as many users as parties a thread that leaves arrived in the round that filled last, or in the one before if
 * others already came back; the round it was in is the one that holds its own arrival. */
static void step_leave(struct order *order, const struct model *model, const struct event *event) {
  if (event->object == NO_INDEX || is_total_step(order, model, event))
    return;
  struct barrier_order *barrier = barrier_of(order, event->object);
  order_join_clock(order, event->thread, ORDER_HARD, &barrier->all);
  uint64_t parties = model->objects[event->object].value;
  if (!has_rounds(order, model, event->object) || barrier->arrivals < parties)
    return;
  order_join_clock(order, event->thread, ORDER_START, &barrier->round[(barrier->arrivals / parties - 1) % 2]);
}

/* Memory. */

static void step_read(struct order *order, const struct model *model, const struct event *event) {
  (void)model;
  if (event->place < order->n_writes)
    order_join_stamp(order, event->thread, ORDER_HARD, order->writes[event->place]);
}

static void step_write(struct order *order, const struct model *model, const struct event *event) {
  (void)model;
  if (event->place == NO_INDEX)
    return;
  while (order->n_writes <= event->place) {
    order->writes = grow(order->writes, order->n_writes, &order->write_capacity, sizeof *order->writes);
    order->writes[order->n_writes++] = (struct stamp){0};
  }
  order->writes[event->place] = order_stamp(order, event->thread, ORDER_HARD);
}

static order_step *const steps[TRACE_OP_LIMIT] = {
    [TRACE_CREATE] = step_create,         [TRACE_JOIN] = step_join,
    [TRACE_JOIN_FAIL] = step_join_fail,   [TRACE_THREAD_END] = step_end,
    [TRACE_CANCEL] = step_cancel,         [TRACE_INIT] = step_init,
    [TRACE_WAIT] = order_step_wait,       [TRACE_WAKE] = order_step_total,
    [TRACE_SIGNAL] = order_step_total,    [TRACE_BROADCAST] = order_step_total,
    [TRACE_SEM_WAIT] = order_step_total,  [TRACE_SEM_FAIL] = order_step_total,
    [TRACE_POST] = order_step_total,      [TRACE_POST_FAIL] = order_step_total,
    [TRACE_ARRIVE] = step_arrive,         [TRACE_LEAVE] = step_leave,
    [TRACE_REQ] = order_step_request,     [TRACE_ACQ] = order_step_acquire,
    [TRACE_REL] = order_step_release,     [TRACE_REL_ODD] = order_step_release,
    [TRACE_TRYFAIL] = order_step_tryfail, [TRACE_READ] = step_read,
    [TRACE_WRITE] = step_write,           [TRACE_START] = step_shared,
    [TRACE_START_FAIL] = step_shared,     [TRACE_PASS] = step_pass,
    [TRACE_AWAIT_FAIL] = step_shared,     [TRACE_SET] = step_shared,
    [TRACE_CLEAR] = step_shared,          [TRACE_ABORT] = step_shared,
    [TRACE_RESET] = step_shared,          [TRACE_PUT] = step_shared,
    [TRACE_PUT_FAIL] = step_shared,       [TRACE_GET] = step_shared,
    [TRACE_GET_FAIL] = step_shared,       [TRACE_TASK_DONE] = step_shared,
    [TRACE_SHUTDOWN] = step_shared,       [TRACE_TASK_DONE_FAIL] = step_shared,
};

/* Who takes a lock of a file after whom is as it was. */
static order_step *step_of(const struct event *event) {
  bool is_taken_or_given = event->op == TRACE_ACQ || event->op == TRACE_REL || event->op == TRACE_REL_ODD;
  if (event_is_of_file(event))
    return is_taken_or_given ? step_shared : NULL;
  return event->op < TRACE_OP_LIMIT ? steps[event->op] : NULL;
}

void order_apply(struct order *order, const struct model *model, const struct event *event) {
  order_step *step = step_of(event);
  if (step)
    step(order, model, event);
}

void order_finish(struct order *order) {
  if (order->chains.n)
    order_sections_of(order, order->chains.n - 1);
}

const struct section *order_section(const struct order *order, uint32_t chain, uint32_t lock, uint32_t n) {
  if (chain >= order->n_sections)
    return NULL;
  const struct section_list *list = &order->sections[chain];
  uint32_t low = 0, high = list->n;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (list->items[middle].n < n)
      low = middle + 1;
    else
      high = middle;
  }
  while (low > 0)
    if (list->items[--low].lock == lock)
      return &list->items[low];
  return NULL;
}

void order_done(struct order *order) {
  for (uint32_t i = 0; i < order->n_threads; i++) {
    struct order_thread *t = &order->threads[i];
    clock_done(&t->clock[ORDER_HARD]);
    clock_done(&t->clock[ORDER_START]);
    clock_done(&t->failures);
    for (uint32_t k = 0; k < t->n_open; k++)
      clock_done(&t->open[k].failures);
    free(t->open);
  }
  for (uint32_t i = 0; i < order->n_barriers; i++) {
    clock_done(&order->barriers[i].all);
    clock_done(&order->barriers[i].round[0]);
    clock_done(&order->barriers[i].round[1]);
  }
  for (uint32_t i = 0; i < order->n_sections; i++)
    free(order->sections[i].items);
  clock_done(&order->joins);
  free(order->sections);
  free(order->threads);
  free(order->objects);
  free(order->writes);
  free(order->barriers);
  line_index_done(&order->lines);
  versions_done(&order->versions);
  chains_done(&order->chains);
  *order = (struct order){0};
}
