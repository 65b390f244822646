/* lock_graph.h - what the parts of the lock-order graph share; private to lock_graph.c and lock_cycles.c. */
#ifndef VIZ_LOCK_GRAPH_H
#define VIZ_LOCK_GRAPH_H

#include "viz/lock_orders.h"
#include "viz/view.h"

struct graph_edge;

struct vertex {
  uint32_t lock; /* or the end of a thread */
  uint32_t component;
  bool is_drawn;
};

/* What a finding says of an order. */
struct claim {
  bool is_hung;                  /* a thread of a circle waits here when the trace ends */
  const struct finding *finding; /* the most serious one; NULL: none */
  const struct finding_thread *thread;
};

struct component {
  uint32_t id; /* as graph_components() numbers */
  uint32_t n_locks, n_orders;
  const struct finding *worst;
  bool is_hung;          /* threads wait for each other here when the trace ends */
  bool is_drawn, is_cut; /* is_cut: only what findings name */
};

struct lock_graph {
  const struct view_input *input;
  struct lock_orders orders;
  struct vertex *vertices;
  uint32_t n_vertices, vertex_capacity;
  struct key_map vertex_index;  /* lock -> vertex + 1 */
  struct claim *claims;         /* by order */
  struct graph_edge *ends;      /* of each order: vertices */
  struct component *components; /* those with a cycle, most serious first */
  uint32_t n_components, component_capacity;
  uint32_t n_drawn_orders; /* on cycles */
  bool is_small;           /* all is drawn */
  const struct model *model;
  const struct names *names;
  struct drawing *drawing;
};

/* At the end of the trace: everything above but the drawing. */
void cycles_find(struct lock_graph *graph);
void cycles_done(struct lock_graph *graph);

uint32_t cycles_vertex(struct lock_graph *graph, uint32_t lock);
/* The component that the order is inside of; NO_INDEX: it goes from one to another. */
uint32_t cycles_component_of(const struct lock_graph *graph, uint32_t order);
/* Is the finding a cycle of this trace's locks? */
bool cycles_shows(const struct lock_graph *graph, const struct finding *finding);
/* The lock that the thread asks for, or the end that it joins. */
uint32_t cycles_asked(const struct finding_thread *thread);

#endif
