/* lock_orders.h - which lock was asked for while which other was held: the edges of the lock-order graph, counted as events pass by. */
#ifndef VIZ_LOCK_ORDERS_H
#define VIZ_LOCK_ORDERS_H

#include "detect/key_map.h"
#include "model/model.h"

/* A lock, or the end of a thread that somebody joins. */
#define END_BIT 0x80000000u
#define END_OF(thread) (END_BIT | (thread))
#define IS_END(lock) (((lock)&END_BIT) != 0)
#define END_THREAD(lock) ((lock) & ~END_BIT)

struct lock_order {
  uint32_t held, asked; /* locks */
  uint32_t thread;      /* the first to do so */
  uint32_t held_site, asked_site;
  uint64_t count;
  bool has_more_threads;
  bool is_tried; /* never did it have to wait: only tries */
};

struct lock_orders {
  struct lock_order *items;
  uint32_t n, capacity;
  struct key_map index; /* of both locks: index + 1 */
};

/* The event has been applied to the model. */
void lock_orders_event(struct lock_orders *orders, const struct model *model, const struct event *event);
/* What threads still ask for when the trace ends. */
void lock_orders_end(struct lock_orders *orders, const struct model *model);
/* The one from `held` to `asked`, made with a count of 0 if there was none. */
struct lock_order *lock_order_at(struct lock_orders *orders, uint32_t held, uint32_t asked);
void lock_orders_done(struct lock_orders *orders);

#endif
