/* hang_world.c - see hang_world.h.
 *
 * Who could have ended a wait is not known: before its first post every thread might be the one. Those who did it before are a guess that
 * only decides between two names of the hang, never whether there is one. */
#include "detect/hang_world.h"

#include <stdlib.h>

#include "detect/hang.h"
#include "util/alloc.h"

#define MAX_THREADS 12u /* of one finding */

static bool lives(const struct model *model, uint32_t thread) {
  return model->threads[thread].state != THREAD_ENDED && model->threads[thread].blocked.op;
}

/* It waits for nobody in particular: not for a lock that is known to be held, nor for a thread. */
static bool is_root(const struct wait_graph *graph, uint32_t thread) {
  return lives(graph->model, thread) && graph->graph.first[thread] == graph->graph.first[thread + 1];
}

/* A circle, a lost lock, a lock whose holder has ended. */
static bool is_explained(const struct wait_graph *graph) {
  for (uint32_t i = 0; i < graph->model->n_threads; i++)
    if (wait_graph_is_in_circle(graph, i) || wait_graph_waits_for_itself(graph, i) || thread_waits_for_lost_lock(graph->model, i) ||
        wait_graph_waits_for_ended(graph, i))
      return true;
  return false;
}

static void find_roots(struct hang_world *world) {
  const struct model *model = world->graph.model;
  world->roots = xcalloc(model->n_threads, sizeof *world->roots);
  for (uint32_t i = 0; i < model->n_threads; i++)
    if (is_root(&world->graph, i))
      world->roots[world->n_roots++] = i;
}

/* Does somebody ask for a lock that a root holds? */
static bool holds_into_wait(const struct hang_world *world) {
  const struct wait_graph *graph = &world->graph;
  for (uint32_t i = 0; i < graph->n_edges; i++) {
    const struct graph_edge *edge = &graph->edges[i];
    if (graph->model->threads[edge->from].blocked.op == TRACE_REQ && is_root(graph, edge->to))
      return true;
  }
  return false;
}

static bool are_all(const struct hang_world *world, uint8_t op) {
  for (uint32_t i = 0; i < world->n_roots; i++)
    if (world->graph.model->threads[world->roots[i]].blocked.op != op)
      return false;
  return world->n_roots;
}

/* The last signal found nobody, and the wait began behind it. */
static bool came_before(const struct hang_world *world, uint32_t thread) {
  const struct blocked *blocked = &world->graph.model->threads[thread].blocked;
  struct served served = served_of(world->graph.served, blocked->object);
  return served.vain.ordinal && served.vain.ordinal == served.last.ordinal && served.vain.ordinal < blocked->ordinal;
}

static bool was_signalled(const struct hang_world *world, uint32_t thread) {
  return served_of(world->graph.served, world->graph.model->threads[thread].blocked.object).last.ordinal;
}

/* Edges from each root to who signalled it last make a circle. */
static bool signal_each_other(const struct hang_world *world) {
  const struct wait_graph *graph = &world->graph;
  uint32_t n = graph->n_edges, n_threads = graph->model->n_threads;
  struct graph_edge *edges = xcalloc((size_t)n + world->n_roots, sizeof *edges);
  for (uint32_t i = 0; i < n; i++)
    edges[i] = graph->edges[i];
  for (uint32_t i = 0; i < world->n_roots; i++) {
    struct deed last = served_of(graph->served, graph->model->threads[world->roots[i]].blocked.object).last;
    if (last.ordinal && last.thread < n_threads && lives(graph->model, last.thread))
      edges[n++] = (struct graph_edge){world->roots[i], last.thread};
  }
  struct graph wider;
  graph_init(&wider, n_threads, edges, n);
  uint32_t *component = graph_components(&wider);
  bool found = false;
  for (uint32_t i = 0; i < n && !found; i++)
    found = edges[i].from != edges[i].to && component[edges[i].from] == component[edges[i].to];
  free(component);
  free(edges);
  graph_done(&wider);
  return found;
}

static enum hang_wakeup find_wakeup(const struct hang_world *world) {
  enum hang_wakeup wakeup = WAKEUP_NOBODY_LEFT;
  for (uint32_t i = 0; i < world->n_roots; i++) {
    if (came_before(world, world->roots[i]))
      return WAKEUP_BEFORE;
    if (!was_signalled(world, world->roots[i]))
      wakeup = WAKEUP_NEVER;
  }
  return wakeup;
}

static enum hang_kind find_kind(struct hang_world *world) {
  if (!world->n_roots)
    return HANG_NONE;
  if (!are_all(world, TRACE_WAIT) || holds_into_wait(world))
    return HANG_COMMUNICATION;
  world->wakeup = find_wakeup(world);
  bool is_circle = world->wakeup != WAKEUP_BEFORE && signal_each_other(world);
  return is_circle ? HANG_COMMUNICATION : HANG_LOST_WAKEUP;
}

struct hang_world hang_world_find(const struct model *model, const struct served_table *served) {
  struct hang_world world = {.graph = wait_graph_find(model)};
  world.graph.served = served;
  if (!world.graph.is_closed || is_explained(&world.graph))
    return world;
  find_roots(&world);
  world.kind = find_kind(&world);
  return world;
}

void hang_world_done(struct hang_world *world) {
  wait_graph_done(&world->graph);
  free(world->roots);
  *world = (struct hang_world){0};
}

bool hang_world_is_about_barriers(const struct hang_world *world) {
  return world->kind == HANG_COMMUNICATION && are_all(world, TRACE_ARRIVE) && !holds_into_wait(world);
}

/* Roots that somebody waits for, then who does, then roots that nobody waits for. */
static uint32_t list_threads(const struct hang_world *world, uint32_t *ret_threads) {
  const struct model *model = world->graph.model;
  bool *is_waited_for = xcalloc(model->n_threads, sizeof *is_waited_for);
  uint32_t n = 0;
  for (uint32_t i = 0; i < world->graph.n_edges; i++)
    is_waited_for[world->graph.edges[i].to] = true;
  for (uint32_t i = 0; i < world->n_roots && n < MAX_THREADS; i++)
    if (is_waited_for[world->roots[i]] || model->threads[world->roots[i]].is_main)
      ret_threads[n++] = world->roots[i];
  for (uint32_t i = 0; i < model->n_threads && n < MAX_THREADS; i++)
    if (lives(model, i) && !is_root(&world->graph, i))
      ret_threads[n++] = i;
  for (uint32_t i = 0; i < world->n_roots && n < MAX_THREADS; i++)
    if (!is_waited_for[world->roots[i]] && !model->threads[world->roots[i]].is_main)
      ret_threads[n++] = world->roots[i];
  free(is_waited_for);
  return n;
}

struct finding *hang_world_finding(const struct hang_world *world, const char *kind, const char *reason) {
  uint32_t threads[MAX_THREADS], n = list_threads(world, threads);
  struct finding *finding = finding_new(kind, VERDICT_OBSERVED, SEVERITY_ERROR);
  char *message = hang_message(&world->graph, threads, n);
  finding_message(finding, "%s", message);
  free(message);
  finding->is_general = true;
  hang_reason(finding, world->graph.model, reason);
  for (uint32_t i = 0; i < n; i++)
    hang_add_thread(finding, &world->graph, threads[i]);
  return finding;
}
