/* order.h - the hard order of a trace: what must have happened before what in every reordering that keeps what each
 * thread saw, and the critical sections whose order is free.
 *
 * Two clocks a thread. ORDER_HARD: thread order, start and join, reads from writes, and the primitives whose outcome
 * depends on order (conditions, semaphores, events, queues, barriers, once, failed tries); it may hold more than is forced, which only
 * loses predictions. ORDER_START: start and join and full barriers alone; every edge in it is forced, so that it may
 * refute a cycle. Locks' sections are not in either: closure.h decides their order. */
#ifndef INSPECTOR_ORDER_H
#define INSPECTOR_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "detect/chains.h"
#include "detect/clock.h"
#include "detect/closure.h"
#include "detect/line_index.h"
#include "model/model.h"

enum order_clock { ORDER_HARD, ORDER_START, ORDER_CLOCKS };

/* How an object takes part; set before the first event, by object. */
enum order_object {
  ORDER_NONE,         /* only one thread uses it */
  ORDER_SECTIONS = 1, /* a lock: its sections are kept */
  ORDER_TOTAL = 2,    /* every operation on it keeps its place */
  ORDER_ARRIVALS = 4, /* barrier used by other threads than its parties: arrivals keep their order; a broken one is ORDER_TOTAL */
  ORDER_ONCE = 8,     /* once control: whoever finds it done comes after the initialisation */
};

struct order_thread; /* order_impl.h */
struct object_order;
struct barrier_order;

struct order {
  struct versions versions;
  struct chains chains;
  struct line_index lines;
  struct section_list *sections; /* by chain */
  uint32_t n_sections, sections_capacity;
  const uint8_t *roles; /* enum order_object by object; not owned */
  uint32_t n_roles;
  struct order_thread *threads;
  uint32_t n_threads, thread_capacity;
  struct object_order *objects;
  uint32_t n_objects, object_capacity;
  struct stamp *writes; /* last write, by place */
  uint32_t n_writes, write_capacity;
  uint64_t ops_seen;  /* OP_BIT()s of the events that were counted */
  struct clock joins; /* of threads that libtrack's primitives made */
  struct barrier_order *barriers;
  uint32_t n_barriers, barrier_capacity;
};

/* Counts the event in its thread and says where it stands: number n, and what is before it besides its own thread (its own
 * edges not included). Call order_apply() afterwards. */
struct order_point {
  uint32_t chain, n;
  uint32_t before[ORDER_CLOCKS]; /* versions */
};
void order_tick(struct order *order, const struct event *event);
struct order_point order_point(struct order *order, uint32_t thread);
/* Line of the thread (see line_index.h) in which it last asked for a lock or the end of a thread. */
uint32_t order_request_line(struct order *order, uint32_t thread);

void order_apply(struct order *order, const struct model *model, const struct event *event);
/* Does the hard order hold more than every reordering keeps? Not where only locks, threads and memory took part. */
bool order_is_strict(const struct order *order);
/* After the last event: a list of sections, maybe empty, for every chain. */
void order_finish(struct order *order);
void order_done(struct order *order);

/* The section of `lock` that the thread's chain was in at event n; NULL if none was kept. */
const struct section *order_section(const struct order *order, uint32_t chain, uint32_t lock, uint32_t n);

#endif
