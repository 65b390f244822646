/* hang.c - see hang.h.
 *
 * Threads and objects are one graph: an edge from a thread to the lock that it asks for or the thread that it joins, and from a lock to
 * everybody who holds it. To get a lock, all of them have to leave it (a writer waits for every reader), so one that is stuck is
 * enough: whatever reaches a circle is stuck behind it. Waits with a timeout make no edge, and neither do locks that another thread may
 * release, as long as one is left. */
#include "viz/hang.h"

#include <stdlib.h>
#include <string.h>

#include "detect/scc.h"
#include "util/alloc.h"

struct edges {
  struct graph_edge *items;
  uint32_t n, capacity;
};

static void add_edge(struct edges *edges, uint32_t from, uint32_t to) {
  edges->items = grow(edges->items, edges->n, &edges->capacity, sizeof *edges->items);
  edges->items[edges->n++] = (struct graph_edge){from, to};
}

/* Holders. */

static bool *asked_objects(const struct model *model) {
  bool *is_asked = xcalloc(model->n_objects + 1, sizeof *is_asked);
  for (uint32_t i = 0; i < model->n_threads; i++)
    if (model->threads[i].blocked.op == TRACE_REQ && model->threads[i].blocked.object < model->n_objects)
      is_asked[model->threads[i].blocked.object] = true;
  return is_asked;
}

static bool holds(const struct model *model, uint32_t thread, const struct held *held) {
  const struct object *object = &model->objects[held->object];
  return held->mode & TRACE_MODE_READ ? object->n_readers > 0 : object->owner == thread;
}

/* Of all that `thread` holds and somebody asks for: counts it at first_holder[object + 1], or puts it in. */
static void list_held(struct hang *hang, const bool *is_asked, uint32_t thread, uint32_t *next) {
  const struct model *model = hang->model;
  for (uint32_t k = 0; k < model->threads[thread].n_held; k++) {
    const struct held *held = &model->threads[thread].held[k];
    if (held->object >= model->n_objects || !is_asked[held->object] || !holds(model, thread, held))
      continue;
    if (next)
      hang->holders[next[held->object]++] = thread;
    else
      hang->first_holder[held->object + 1]++;
  }
}

static void find_holders(struct hang *hang) {
  const struct model *model = hang->model;
  bool *is_asked = asked_objects(model);
  hang->first_holder = xcalloc(model->n_objects + 2, sizeof *hang->first_holder);
  for (uint32_t i = 0; i < model->n_threads; i++)
    list_held(hang, is_asked, i, NULL);
  for (uint32_t i = 0; i < model->n_objects; i++)
    hang->first_holder[i + 1] += hang->first_holder[i];
  uint32_t *next = xcalloc(model->n_objects + 1, sizeof *next);
  memcpy(next, hang->first_holder, model->n_objects * sizeof *next);
  hang->holders = xcalloc(hang->first_holder[model->n_objects] + 1, sizeof *hang->holders);
  for (uint32_t i = 0; i < model->n_threads; i++)
    list_held(hang, is_asked, i, next);
  free(next);
  free(is_asked);
}

const uint32_t *hang_others(const struct hang *hang, uint32_t thread, uint32_t *ret_n) {
  const struct model *model = hang->model;
  const struct blocked *blocked = &model->threads[thread].blocked;
  *ret_n = 0;
  if (blocked->op == TRACE_JOIN_REQ && blocked->target < model->n_threads) {
    *ret_n = 1;
    return &blocked->target;
  }
  if (blocked->op != TRACE_REQ || blocked->object >= model->n_objects)
    return NULL;
  *ret_n = hang->first_holder[blocked->object + 1] - hang->first_holder[blocked->object];
  return hang->holders + hang->first_holder[blocked->object];
}

uint32_t hang_waits_for(const struct hang *hang, uint32_t thread) {
  uint32_t n = 0, best = NO_INDEX;
  const uint32_t *others = hang_others(hang, thread, &n);
  bool in_circle = hang->states[thread] == HANG_CIRCLE;
  for (uint32_t i = 0; i < n; i++) {
    bool is_next = in_circle && hang->states[others[i]] == HANG_CIRCLE && hang->component[others[i]] == hang->component[thread];
    if (is_next)
      return others[i];
    if (best == NO_INDEX || hang->states[others[i]] > hang->states[best])
      best = others[i];
  }
  return best;
}

/* The graph: threads, then objects. */

static void add_wait(struct edges *edges, const struct model *model, uint32_t thread) {
  const struct blocked *blocked = &model->threads[thread].blocked;
  if (wait_is_limited(blocked))
    return;
  if (blocked->op == TRACE_JOIN_REQ && blocked->target < model->n_threads && model->threads[blocked->target].state != THREAD_ENDED)
    add_edge(edges, thread, blocked->target);
  else if (blocked->op == TRACE_REQ && blocked->object < model->n_objects)
    add_edge(edges, thread, model->n_threads + blocked->object);
}

/* Has its holder to release it? What any thread may release is lost only when no thread is left. */
static bool is_its_holders(const struct hang *hang, const struct object *object) {
  bool is_anybodys = object->released_by_other || trace_family(object->kind) == TRACE_KIND_LOCK;
  return !is_anybodys || hang->nobody_goes_on;
}

static struct edges make_edges(const struct hang *hang) {
  const struct model *model = hang->model;
  struct edges edges = {0};
  for (uint32_t i = 0; i < model->n_threads; i++)
    add_wait(&edges, model, i);
  for (uint32_t i = 0; i < model->n_objects; i++)
    for (uint32_t k = hang->first_holder[i]; k < hang->first_holder[i + 1] && is_its_holders(hang, &model->objects[i]); k++)
      add_edge(&edges, model->n_threads + i, hang->holders[k]);
  return edges;
}

/* In a circle: a component of two vertices or more, or a thread that joins itself. */
static void mark_circles(struct hang *hang, const struct graph *graph, const struct edges *edges) {
  const struct model *model = hang->model;
  hang->component = graph_components(graph);
  uint32_t *sizes = xcalloc(graph->n_vertices + 1, sizeof *sizes);
  for (uint32_t i = 0; i < graph->n_vertices; i++)
    sizes[hang->component[i]]++;
  for (uint32_t i = 0; i < model->n_threads; i++)
    if (sizes[hang->component[i]] > 1)
      hang->states[i] = HANG_CIRCLE;
  for (uint32_t i = 0; i < edges->n; i++)
    if (edges->items[i].from == edges->items[i].to)
      hang->states[edges->items[i].from] = HANG_CIRCLE;
  free(sizes);
}

static bool waits_for_ended_holder(const struct hang *hang, uint32_t thread) {
  uint32_t n = 0;
  const uint32_t *others = hang_others(hang, thread, &n);
  const struct blocked *blocked = &hang->model->threads[thread].blocked;
  if (blocked->op != TRACE_REQ || !thread_waits_on(hang->model, thread) || !is_its_holders(hang, &hang->model->objects[blocked->object]))
    return false;
  for (uint32_t i = 0; i < n; i++)
    if (hang->model->threads[others[i]].state == THREAD_ENDED)
      return true;
  return false;
}

static void mark_roots(struct hang *hang) {
  for (uint32_t i = 0; i < hang->model->n_threads; i++) {
    uint32_t n = 0;
    hang_others(hang, i, &n);
    if (hang->states[i] == HANG_WAITS &&
        (waits_for_ended_holder(hang, i) || (hang->nobody_goes_on && !n && thread_waits_on(hang->model, i))))
      hang->states[i] = HANG_ROOT;
  }
}

/* Everybody who waits for somebody stuck, against the edges. */
static void mark_behind(struct hang *hang, const struct edges *edges, uint32_t n_vertices) {
  struct edges back = {0};
  for (uint32_t i = 0; i < edges->n; i++)
    add_edge(&back, edges->items[i].to, edges->items[i].from);
  struct graph graph;
  graph_init(&graph, n_vertices, back.items, back.n);
  bool *is_stuck = xcalloc(n_vertices + 1, sizeof *is_stuck);
  uint32_t *stack = xcalloc(n_vertices + 1, sizeof *stack), n = 0, n_threads = hang->model->n_threads;
  for (uint32_t i = 0; i < n_threads; i++)
    if (hang_is_stuck(hang, i)) {
      is_stuck[i] = true;
      stack[n++] = i;
    }
  while (n) {
    uint32_t at = stack[--n];
    if (at < n_threads && hang->states[at] == HANG_WAITS)
      hang->states[at] = HANG_BEHIND;
    for (uint32_t k = graph.first[at]; k < graph.first[at + 1]; k++)
      if (!is_stuck[graph.to[k]]) {
        is_stuck[graph.to[k]] = true;
        stack[n++] = graph.to[k];
      }
  }
  free(stack);
  free(is_stuck);
  graph_done(&graph);
  free(back.items);
}

static void judge(struct hang *hang) {
  const struct model *model = hang->model;
  struct edges edges = make_edges(hang);
  struct graph graph;
  uint32_t n_vertices = model->n_threads + model->n_objects;
  for (uint32_t i = 0; i < model->n_threads; i++)
    hang->states[i] = model->threads[i].blocked.op && model->threads[i].state != THREAD_ENDED ? HANG_WAITS : HANG_NOT;
  graph_init(&graph, n_vertices, edges.items, edges.n);
  mark_circles(hang, &graph, &edges);
  mark_roots(hang);
  mark_behind(hang, &edges, n_vertices);
  for (uint32_t i = 0; hang->nobody_goes_on && i < model->n_threads; i++)
    if (hang->states[i] == HANG_WAITS)
      hang->states[i] = HANG_BEHIND;
  for (uint32_t i = 0; i < model->n_threads; i++)
    hang->n[hang->states[i]]++;
  graph_done(&graph);
  free(edges.items);
}

struct hang *hang_new(const struct model *model) {
  struct hang *hang = xcalloc(1, sizeof *hang);
  hang->model = model;
  hang->nobody_goes_on = !model_n_going_on(model) && !model_ended_in_order(model);
  hang->states = xcalloc(model->n_threads + 1, sizeof *hang->states);
  find_holders(hang);
  judge(hang);
  return hang;
}

void hang_free(struct hang *hang) {
  if (!hang)
    return;
  free(hang->states);
  free(hang->component);
  free(hang->first_holder);
  free(hang->holders);
  free(hang);
}
