/* lock_orders.c - see lock_orders.h. */
#include "viz/lock_orders.h"

#include <stdlib.h>

#include "util/alloc.h"

/* One to one, so that equal keys are equal pairs; mixed, as key_map takes keys as they are. */
static uint64_t pair_key(uint32_t held, uint32_t asked) {
  uint64_t key = ((uint64_t)held << 32 | asked) * UINT64_C(0x9e3779b97f4a7c15);
  return (key ^ key >> 32) * UINT64_C(0xd6e8feb86659fd93);
}

struct lock_order *lock_order_at(struct lock_orders *orders, uint32_t held, uint32_t asked) {
  uint32_t *index = key_map_at(&orders->index, pair_key(held, asked));
  if (!*index) {
    orders->items = grow(orders->items, orders->n, &orders->capacity, sizeof *orders->items);
    orders->items[orders->n] = (struct lock_order){.held = held, .asked = asked, .thread = NO_INDEX, .is_tried = true};
    *index = ++orders->n;
  }
  return &orders->items[*index - 1];
}

struct request {
  uint32_t thread, object, site;
  uint8_t mode;
};

static void add_request(struct lock_orders *orders, const struct model *model, const struct request *request) {
  const struct thread *thread = &model->threads[request->thread];
  for (uint32_t i = 0; i < thread->n_held; i++) {
    const struct held *held = &thread->held[i];
    if (held->object == request->object)
      continue;
    struct lock_order *order = lock_order_at(orders, held->object, request->object);
    if (!order->count++) {
      order->thread = request->thread;
      order->held_site = held->site;
      order->asked_site = request->site;
    }
    order->has_more_threads |= order->thread != request->thread;
    order->is_tried &= (request->mode & TRACE_MODE_TRY) != 0;
  }
}

/* The first of nested acquisitions, by somebody who may have had to wait for it: who begins an initialisation never does. */
static bool is_first(const struct thread *thread, const struct event *event) {
  const struct held *held = thread_held(thread, event->object);
  bool is_initialiser = TRACE_KIND_OF(event->kind) == TRACE_KIND_ONCE && !(event->mode & TRACE_MODE_READ);
  return held && held->depth == 1 && held->ordinal == event->ordinal && !is_initialiser;
}

static bool is_timeout(const struct event *event) {
  return event->op == TRACE_TRYFAIL && event->mode & TRACE_MODE_TIMED && !(event->mode & TRACE_MODE_TRY);
}

void lock_orders_event(struct lock_orders *orders, const struct model *model, const struct event *event) {
  bool is_about_lock = (event->op == TRACE_ACQ || event->op == TRACE_TRYFAIL) && event->object != NO_INDEX && !event_is_of_file(event);
  if (!is_about_lock || event->thread >= model->n_threads)
    return;
  const struct thread *thread = &model->threads[event->thread];
  if (thread->n_held && (event->op == TRACE_ACQ ? is_first(thread, event) : is_timeout(event)))
    add_request(orders, model, &(struct request){event->thread, event->object, event->site, event->mode});
}

void lock_orders_end(struct lock_orders *orders, const struct model *model) {
  for (uint32_t i = 0; i < model->n_threads; i++) {
    const struct blocked *blocked = &model->threads[i].blocked;
    if (blocked->op == TRACE_REQ && blocked->object != NO_INDEX && event_is_lock_kind(model->objects[blocked->object].kind))
      add_request(orders, model, &(struct request){i, blocked->object, blocked->site, blocked->mode});
  }
}

void lock_orders_done(struct lock_orders *orders) {
  free(orders->items);
  key_map_done(&orders->index);
}
