/* order_locks.c - the hard order where locks are concerned: sections are kept and order nothing, failed tries stay inside the
 * sections that made them fail, callers of a once control come after its initialisation. See order.h. */
#include <stdlib.h>

#include "detect/order_impl.h"
#include "util/alloc.h"

static struct open_section *open_section(struct order *order, uint32_t thread, uint32_t lock) {
  struct order_thread *t = order_thread_of(order, thread);
  for (uint32_t i = t->n_open; i > 0; i--)
    if (t->open[i - 1].lock == lock)
      return &t->open[i - 1];
  return NULL;
}

struct section_list *order_sections_of(struct order *order, uint32_t chain) {
  while (order->n_sections <= chain) {
    order->sections = grow(order->sections, order->n_sections, &order->sections_capacity, sizeof *order->sections);
    order->sections[order->n_sections++] = (struct section_list){0};
  }
  return &order->sections[chain];
}

static void section_open(struct order *order, const struct event *event) {
  struct stamp now = order_stamp(order, event->thread, ORDER_HARD);
  struct section_list *list = order_sections_of(order, now.chain);
  struct order_thread *t = order_thread_of(order, event->thread);
  uint32_t outer = t->n_open ? t->open[t->n_open - 1].index + 1 : 0;
  t->open = grow(t->open, t->n_open, &t->open_capacity, sizeof *t->open);
  t->open[t->n_open++] = (struct open_section){.lock = event->object, .index = list->n, .version = now.version};
  list->items = grow(list->items, list->n, &list->capacity, sizeof *list->items);
  list->items[list->n++] = (struct section){.ordinal = event->ordinal,
                                            .n = now.n,
                                            .lock = event->object,
                                            .site = event->site,
                                            .outer = outer,
                                            .is_shared = (event->mode & TRACE_MODE_READ) != 0};
}

static void section_close(struct order *order, const struct event *event, struct open_section *open) {
  order_join_clock(order, event->thread, ORDER_HARD, &open->failures);
  clock_done(&open->failures);
  struct stamp now = order_stamp(order, event->thread, ORDER_HARD);
  uint32_t index = open->index;
  struct section *section = &order_sections_of(order, now.chain)->items[index];
  section->release_n = now.n;
  section->release_version = now.version;
  struct order_thread *t = order_thread_of(order, event->thread);
  for (struct open_section *next = open + 1; next < t->open + t->n_open; next++)
    next[-1] = *next;
  t->n_open--;
  t->given_up = event->mode & TRACE_MODE_CONDITION ? index + 1 : 0;
}

/* Giving the lock up and waiting are one step: whoever has the lock afterwards finds the thread waiting. */
void order_step_wait(struct order *order, const struct model *model, const struct event *event) {
  order_step_total(order, model, event);
  struct order_thread *t = order_thread_of(order, event->thread);
  if (!t->given_up)
    return;
  struct stamp now = order_stamp(order, event->thread, ORDER_HARD);
  struct section *section = &order_sections_of(order, now.chain)->items[order_thread_of(order, event->thread)->given_up - 1];
  section->release_n = now.n;
  section->release_version = now.version;
  order_thread_of(order, event->thread)->given_up = 0;
}

static bool is_held(const struct model *model, const struct event *event) {
  return thread_held(&model->threads[event->thread], event->object) != NULL;
}

static bool is_last_release(const struct model *model, const struct event *event) {
  const struct held *held = thread_held(&model->threads[event->thread], event->object);
  return held && held_ends(held, event);
}

/* A call of a once control: callers come after what the initialiser did, but not after each other. */
static void step_once(struct order *order, const struct event *event) {
  order_join_stamp(order, event->thread, ORDER_HARD, order_object_of(order, event->object)->last);
  if (event->op == TRACE_REQ || event->mode & TRACE_MODE_READ)
    return;
  struct stamp now = order_stamp(order, event->thread, ORDER_HARD);
  order_object_of(order, event->object)->last = now;
}

void order_step_acquire(struct order *order, const struct model *model, const struct event *event) {
  if (event->object == NO_INDEX)
    return;
  uint8_t role = order_role(order, event->object);
  if (role & ORDER_TOTAL) {
    order_step_total(order, model, event);
    return;
  }
  if (role & ORDER_ONCE) {
    step_once(order, event);
    return;
  }
  order_join_stamp(order, event->thread, ORDER_HARD, order_object_of(order, event->object)->last);
  if (role & ORDER_SECTIONS && !is_held(model, event))
    section_open(order, event);
}

void order_step_release(struct order *order, const struct model *model, const struct event *event) {
  if (event->object == NO_INDEX)
    return;
  if (order_role(order, event->object) & ORDER_TOTAL) {
    order_step_total(order, model, event);
    return;
  }
  if (order_role(order, event->object) & ORDER_ONCE) {
    step_once(order, event);
    return;
  }
  struct open_section *open = open_section(order, event->thread, event->object);
  if (open && is_last_release(model, event))
    section_close(order, event, open);
}

static void fail_because_of(struct order *order, const struct event *event, uint32_t holder) {
  struct open_section *open = holder == event->thread ? NULL : open_section(order, holder, event->object);
  if (!open)
    return;
  uint32_t chain = chains_of(&order->chains, holder);
  const struct section *section = &order_sections_of(order, chain)->items[open->index];
  order_join_stamp(order, event->thread, ORDER_HARD, (struct stamp){chain, section->n, open->version});
}

static void fail_before_end(struct order *order, const struct event *event, uint32_t holder, struct stamp failure) {
  struct open_section *open = holder == event->thread ? NULL : open_section(order, holder, event->object);
  if (open)
    clock_join_stamp(&open->failures, &order->versions, failure);
}

/* A failed try saw the lock held: it stays inside the sections that it saw. */
void order_step_tryfail(struct order *order, const struct model *model, const struct event *event) {
  if (event->object == NO_INDEX)
    return;
  if (order_role(order, event->object) & ORDER_TOTAL) {
    order_step_total(order, model, event);
    return;
  }
  const struct object *object = &model->objects[event->object];
  uint32_t first = object->n_readers ? 0 : object->owner, end = object->n_readers ? order->n_threads : object->owner + 1;
  if (first == NO_INDEX)
    return;
  for (uint32_t holder = first; holder < end; holder++)
    fail_because_of(order, event, holder);
  struct stamp failure = order_stamp(order, event->thread, ORDER_HARD);
  for (uint32_t holder = first; holder < end; holder++)
    fail_before_end(order, event, holder, failure);
}

/* Who waits for an initialiser comes after it began. */
void order_step_request(struct order *order, const struct model *model, const struct event *event) {
  (void)model;
  if (event->object != NO_INDEX && order_role(order, event->object) & ORDER_ONCE)
    step_once(order, event);
}
