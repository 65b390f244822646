/* order_impl.h - the hard order from inside, private to order*.c.
 *
 *   order.c        clocks, start and join, objects whose operations keep their order, barriers, memory
 *   order_locks.c  critical sections, failed tries, once controls */
#ifndef INSPECTOR_ORDER_IMPL_H
#define INSPECTOR_ORDER_IMPL_H

#include "detect/order.h"

/* A section that the thread is in. */
struct open_section {
  uint32_t lock;
  uint32_t index;        /* in its chain's list */
  uint32_t version;      /* of the acquisition */
  struct clock failures; /* tries that failed because of it: they are before its end */
};

struct order_thread {
  struct clock clock[ORDER_CLOCKS]; /* without its own chain, whose component is the chain's n_events */
  uint32_t version[ORDER_CLOCKS];   /* + 1: snapshot of the clock; 0: it changed since */
  struct open_section *open;
  uint32_t n_open, open_capacity;
  struct clock failures; /* tries to join it that failed: they are before its end */
  uint32_t given_up;     /* section that it gave up for a condition wait which has not begun yet, + 1 */
  uint32_t request;      /* line of its last request, see line_index.h */
};

struct object_order {
  struct stamp last; /* ORDER_TOTAL: last operation; else its INIT */
  uint32_t barrier;  /* + 1 */
};

struct barrier_order {
  struct clock all;      /* every arrival so far */
  struct clock round[2]; /* ORDER_START: arrivals of this round and of the one before */
  uint64_t arrivals;
};

struct order_thread *order_thread_of(struct order *order, uint32_t thread); /* may move the others */
struct object_order *order_object_of(struct order *order, uint32_t object); /* likewise */
uint8_t order_role(const struct order *order, uint32_t object);
/* The thread as it is now, its last counted event included. */
struct stamp order_stamp(struct order *order, uint32_t thread, enum order_clock which);
void order_join_stamp(struct order *order, uint32_t thread, enum order_clock which, struct stamp stamp);
void order_join_clock(struct order *order, uint32_t thread, enum order_clock which, const struct clock *clock);
struct section_list *order_sections_of(struct order *order, uint32_t chain);

typedef void order_step(struct order *order, const struct model *model, const struct event *event);
order_step order_step_total, order_step_acquire, order_step_release, order_step_tryfail, order_step_request, order_step_wait;

#endif
