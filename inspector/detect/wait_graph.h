/* wait_graph.h - who waits for whom when a trace ends, and who of them can never go on.
 *
 * An edge from thread to thread says: this one cannot go on before that one has done something. It comes from a lock that is held, from a
 * writer in the queue of a lock that prefers writers, from a join, and from a condition wait, signalled or not, to who holds the mutex that
 * it has to take back; none of these ends without the other thread. So threads in a circle, and all behind them, are stuck, whatever other
 * threads do (the resource graph of Coffman, Elphick and Shoshani, 1971).
 *
 * A condition, semaphore, barrier, queue or event can be served by any thread: such a wait has no edge. It is for ever only where
 * the world is closed: no thread goes on, and nothing else can act in the process. */
#ifndef INSPECTOR_WAIT_GRAPH_H
#define INSPECTOR_WAIT_GRAPH_H

#include "detect/scc.h"
#include "model/model.h"

struct served_table;

struct wait_graph {
  const struct model *model;
  bool is_closed; /* all threads that live wait, and nobody else can end that */
  struct graph_edge *edges;
  uint32_t n_edges, edge_capacity;
  struct graph graph;
  uint32_t *component; /* by thread: on a common circle if equal */
  uint32_t *members;   /* by component: how many threads */
  bool *is_stuck;      /* by thread: in a circle or behind one; it waits for itself or a lost lock; everybody, where the world is closed */
  const struct served_table *served; /* who served what is waited for, for sentences; NULL: not known */
};

/* All threads that live wait, and nobody else can end that: see above. */
bool world_is_closed(const struct model *model);

/* At the end of the trace. */
struct wait_graph wait_graph_find(const struct model *model);
void wait_graph_done(struct wait_graph *graph);

/* Is the thread in a circle of several? */
static inline bool wait_graph_is_in_circle(const struct wait_graph *graph, uint32_t thread) {
  return graph->members[graph->component[thread]] > 1;
}

/* The lock that the thread asks for, or that its condition wait has to take back. NO_INDEX: none. */
uint32_t thread_wanted_lock(const struct model *model, uint32_t thread);

/* Does it wait for what it would have to do itself? */
bool wait_graph_waits_for_itself(const struct wait_graph *graph, uint32_t thread);

/* Does it ask for a lock whose holder has ended, where nobody else could release it? */
bool wait_graph_waits_for_ended(const struct wait_graph *graph, uint32_t thread);

/* The shortest circle through a thread, or the shortest of its component where that is small: threads in wait order, the smallest first.
 * Returns how many. */
uint32_t wait_graph_circle(const struct wait_graph *graph, uint32_t thread, uint32_t *ret_threads);

/* Does it wait for a lock that was held, when the process was forked, by a thread that was left behind? Nobody will release it. */
bool thread_waits_for_lost_lock(const struct model *model, uint32_t thread);

/* Is the thread in an untimed wait? Not asked: whether anything that has happened already ends it. */
bool thread_waits_untimed(const struct thread *thread);

#endif
