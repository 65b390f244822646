/* wait_for.h - what the parts of the wait-for graph share; private to wait_for*.c.
 *
 *   wait_for_plan.c   which waits get a node of their own, and which are counted
 *   wait_for_text.c   what is written on nodes and edges
 *   wait_for.c        the view: nodes and edges */
#ifndef VIZ_WAIT_FOR_H
#define VIZ_WAIT_FOR_H

#include "viz/hang.h"
#include "viz/view.h"

/* The last signal, post, set ... of an object; or, of a queue, the last get or item that was done. */
struct deed {
  uint64_t time;
  uint64_t count; /* how many there were; 0: none */
  uint32_t thread, site;
  uint8_t op;
  bool was_heard; /* a signal: somebody was waiting */
};

/* A condition does not remember. */
static inline bool deed_is_lost(const struct deed *deed) {
  return (deed->op == TRACE_SIGNAL || deed->op == TRACE_BROADCAST) && !deed->was_heard;
}

/* By what is awaited. */
struct deeds {
  struct deed lets_go, got, done; /* the last two: of a queue */
};

/* Threads that wait for the same, in the same way. */
struct wait_group {
  uint32_t thread; /* the first of them */
  uint32_t n;
  bool is_rest; /* "9,998 more threads": some stand beside it by name */
};

struct wait_for {
  const struct view_input *input;
  struct deeds *deeds; /* by object */
  uint32_t n_deeds, deed_capacity;
  const struct model *model;
  const struct names *names;
  struct drawing *drawing;
  struct hang *hang;
  struct wait_group *groups; /* most serious first */
  uint32_t n_groups, group_capacity;
  uint32_t n_waiting, n_going_on, n_left;
  uint32_t n_texts; /* on edges */
  bool *thread_is_drawn, *object_is_drawn;
};

void wait_for_plan(struct wait_for *graph);

/* The last that a thread would wait for that waits for the object as this one does; NULL: there was none, or it is a lock. */
const struct deed *wait_for_deed(const struct wait_for *graph, uint32_t object, uint32_t waiter);

/* All of them are fit for Graphviz, and the caller's to free. */
char *wait_for_title(const struct wait_for *graph);
char *wait_for_thread_label(const struct wait_for *graph, uint32_t thread);
char *wait_for_rest_label(const struct wait_for *graph, const struct wait_group *group);
char *wait_for_object_label(const struct wait_for *graph, uint32_t object, uint32_t waiter);
char *wait_for_wait_label(const struct wait_for *graph, uint32_t thread);
char *wait_for_hold_label(const struct wait_for *graph, uint32_t object, uint32_t holder);
char *wait_for_deed_label(const struct wait_for *graph, const struct deed *deed);

#endif
