/* wait_graph.c - see wait_graph.h.
 *
 * What it cannot see: locks that any thread may release (they get edges only where the world is closed), waits in calls that are not
 * recorded, which count as threads that go on. */
#include "detect/wait_graph.h"

#include <stdlib.h>

#include "util/alloc.h"

#define SEARCHED_ALL 64u /* components up to this size: the shortest circle of all */

bool thread_waits_untimed(const struct thread *thread) {
  return thread->blocked.op && !(thread->blocked.mode & (TRACE_MODE_TIMED | TRACE_MODE_TRY));
}

static void add_edge(struct wait_graph *graph, uint32_t from, uint32_t to) {
  graph->edges = grow(graph->edges, graph->n_edges, &graph->edge_capacity, sizeof *graph->edges);
  graph->edges[graph->n_edges++] = (struct graph_edge){from, to};
}

static bool is_of_file(const struct object *lock) {
  return trace_family(lock->kind) == TRACE_KIND_FILE_LOCK;
}

/* Only its holder gives it back. */
static bool has_owner_to_wait_for(const struct wait_graph *graph, const struct object *lock) {
  bool is_anybodys = trace_family(lock->kind) == TRACE_KIND_LOCK || is_of_file(lock) || lock->released_by_other;
  return !lock->is_unsure && (graph->is_closed || !is_anybodys);
}

/* A writer waits for every reader; a reader, where writers are preferred, for the writer that waits. */
static void add_edges_of_readers(struct wait_graph *graph, uint32_t thread) {
  const struct model *model = graph->model;
  const struct blocked *blocked = &model->threads[thread].blocked;
  bool reads = blocked->mode & TRACE_MODE_READ;
  if (reads && !(model->objects[blocked->object].kind & TRACE_TYPE_PREFER_WRITER))
    return;
  for (uint32_t i = 0; i < model->n_threads; i++) {
    const struct thread *other = &model->threads[i];
    bool is_queued_writer = i != thread && thread_waits_untimed(other) && other->blocked.op == TRACE_REQ &&
                            other->blocked.object == blocked->object && !(other->blocked.mode & TRACE_MODE_READ);
    if (other->state != THREAD_ENDED && (reads ? is_queued_writer : other->n_held && thread_held(other, blocked->object)))
      add_edge(graph, thread, i);
  }
}

uint32_t thread_wanted_lock(const struct model *model, uint32_t thread) {
  const struct blocked *blocked = &model->threads[thread].blocked;
  if (blocked->object >= model->n_objects || (blocked->op != TRACE_REQ && blocked->op != TRACE_WAIT))
    return NO_INDEX;
  uint32_t lock = blocked->op == TRACE_REQ ? blocked->object : model->objects[blocked->object].mutex;
  return lock < model->n_objects && !model->objects[lock].is_freed ? lock : NO_INDEX;
}

static void add_edges_of_lock(struct wait_graph *graph, uint32_t thread, uint32_t index) {
  const struct model *model = graph->model;
  const struct object *lock = &model->objects[index];
  bool takes_back = model->threads[thread].blocked.op == TRACE_WAIT;
  if (!has_owner_to_wait_for(graph, lock) || ((takes_back || is_of_file(lock)) && lock->owner == thread))
    return;
  if (lock->owner == NO_INDEX && lock->n_readers && !takes_back)
    add_edges_of_readers(graph, thread);
  if (lock->owner < model->n_threads && model->threads[lock->owner].state != THREAD_ENDED)
    add_edge(graph, thread, lock->owner);
}

static void add_edges(struct wait_graph *graph, uint32_t thread) {
  const struct model *model = graph->model;
  const struct blocked *blocked = &model->threads[thread].blocked;
  bool may_give_up = blocked->op != TRACE_WAIT && !thread_waits_untimed(&model->threads[thread]);
  if (model->threads[thread].state == THREAD_ENDED || !blocked->op || may_give_up)
    return;
  uint32_t lock = thread_wanted_lock(model, thread);
  if (lock != NO_INDEX)
    add_edges_of_lock(graph, thread, lock);
  if (blocked->op == TRACE_JOIN_REQ && blocked->target < model->n_threads && model->threads[blocked->target].state != THREAD_ENDED)
    add_edge(graph, thread, blocked->target);
}

static bool waits_for_semaphore(const struct model *model) {
  for (uint32_t i = 0; i < model->n_threads; i++)
    if (model->threads[i].blocked.op == TRACE_SEM_REQ)
      return true;
  return false;
}

/* Whether somebody besides the recorded threads may act: what a watcher saw, else what the recording tells. */
bool world_is_closed(const struct model *model) {
  const struct source_info *info = model->info;
  if (model_ended_in_order(model) || info->ended_in_order || model->is_open)
    return false;
  if (info->was_seen_stuck || model->is_seen_stuck)
    return true;
  return !info->has_wakers && !(info->has_stop_handler && waits_for_semaphore(model)) && !model_n_going_on(model);
}

bool thread_waits_for_lost_lock(const struct model *model, uint32_t thread) {
  const struct thread *t = &model->threads[thread];
  bool asks = t->blocked.op == TRACE_REQ && thread_waits_untimed(t) && t->blocked.object < model->n_objects;
  return asks && model_held_at_fork(model, t->blocked.object);
}

bool wait_graph_waits_for_itself(const struct wait_graph *graph, uint32_t thread) {
  for (uint32_t i = graph->graph.first[thread]; i < graph->graph.first[thread + 1]; i++)
    if (graph->graph.to[i] == thread)
      return true;
  return false;
}

bool wait_graph_waits_for_ended(const struct wait_graph *graph, uint32_t thread) {
  const struct model *model = graph->model;
  uint32_t index = thread_wanted_lock(model, thread);
  if (!graph->is_closed || index == NO_INDEX)
    return false;
  const struct object *lock = &model->objects[index];
  return lock->owner < model->n_threads && model->threads[lock->owner].state == THREAD_ENDED;
}

static bool waits_for_stuck(const struct wait_graph *graph, uint32_t thread) {
  for (uint32_t i = graph->graph.first[thread]; i < graph->graph.first[thread + 1]; i++)
    if (graph->is_stuck[graph->graph.to[i]])
      return true;
  return false;
}

/* Who is in a circle, and then, until nobody is new, who is behind. */
static void mark_stuck(struct wait_graph *graph) {
  uint32_t n = graph->model->n_threads;
  for (uint32_t i = 0; i < n; i++) {
    bool is_left_over = graph->is_closed && graph->model->threads[i].state != THREAD_ENDED && graph->model->threads[i].blocked.op;
    graph->is_stuck[i] = is_left_over || wait_graph_is_in_circle(graph, i) || wait_graph_waits_for_itself(graph, i) ||
                         thread_waits_for_lost_lock(graph->model, i);
  }
  for (bool has_changed = graph->n_edges; has_changed;) {
    has_changed = false;
    for (uint32_t i = 0; i < n; i++)
      if (!graph->is_stuck[i] && waits_for_stuck(graph, i))
        has_changed = graph->is_stuck[i] = true;
  }
}

struct wait_graph wait_graph_find(const struct model *model) {
  uint32_t n = model->n_threads;
  struct wait_graph graph = {.model = model, .is_closed = world_is_closed(model)};
  for (uint32_t i = 0; i < n; i++)
    add_edges(&graph, i);
  graph_init(&graph.graph, n, graph.edges, graph.n_edges);
  graph.component = graph_components(&graph.graph);
  graph.members = xcalloc(n + 1, sizeof *graph.members);
  for (uint32_t i = 0; i < n; i++)
    graph.members[graph.component[i]]++;
  graph.is_stuck = xcalloc(n + 1, sizeof *graph.is_stuck);
  mark_stuck(&graph);
  return graph;
}

void wait_graph_done(struct wait_graph *graph) {
  graph_done(&graph->graph);
  free(graph->edges);
  free(graph->component);
  free(graph->members);
  free(graph->is_stuck);
  *graph = (struct wait_graph){0};
}

struct search {
  uint32_t *before, *queue; /* by thread: whence it was reached, + 1 */
};

/* Breadth first from `start`, inside its component, back to it. Returns the last thread before it, NO_INDEX: none. */
static uint32_t search_back(const struct wait_graph *graph, uint32_t start, struct search *search) {
  const struct graph *g = &graph->graph;
  uint32_t n = 0;
  for (uint32_t i = 0; i < g->n_vertices; i++)
    search->before[i] = 0;
  search->queue[n++] = start;
  for (uint32_t at = 0; at < n; at++) {
    uint32_t from = search->queue[at];
    for (uint32_t i = g->first[from]; i < g->first[from + 1]; i++) {
      uint32_t to = g->to[i];
      if (to == start && from != start)
        return from;
      if (to == start || search->before[to] || graph->component[to] != graph->component[start])
        continue;
      search->before[to] = from + 1;
      search->queue[n++] = to;
    }
  }
  return NO_INDEX;
}

/* From the search's last thread back to the first, which is put in front. */
static uint32_t unwind(const struct search *search, uint32_t start, uint32_t last, uint32_t *ret_threads) {
  uint32_t n = 1, at = last;
  for (; at != start; at = search->before[at] - 1)
    n++;
  at = last;
  for (uint32_t i = n; i-- > 1; at = search->before[at] - 1)
    ret_threads[i] = at;
  ret_threads[0] = start;
  return n;
}

static void rotate(uint32_t *threads, uint32_t n) {
  uint32_t smallest = 0, *copy = xcalloc(n, sizeof *copy);
  for (uint32_t i = 0; i < n; i++) {
    copy[i] = threads[i];
    if (threads[i] < threads[smallest])
      smallest = i;
  }
  for (uint32_t i = 0; i < n; i++)
    threads[i] = copy[(smallest + i) % n];
  free(copy);
}

uint32_t wait_graph_circle(const struct wait_graph *graph, uint32_t thread, uint32_t *ret_threads) {
  uint32_t n_threads = graph->model->n_threads, best = 0;
  bool search_all = graph->members[graph->component[thread]] <= SEARCHED_ALL;
  struct search search = {xcalloc(n_threads, sizeof(uint32_t)), xcalloc(n_threads, sizeof(uint32_t))};
  uint32_t *found = xcalloc(n_threads, sizeof *found);
  for (uint32_t start = search_all ? 0 : thread; start < n_threads; start++) {
    if (graph->component[start] != graph->component[thread])
      continue;
    uint32_t last = search_back(graph, start, &search);
    uint32_t n = last == NO_INDEX ? 0 : unwind(&search, start, last, found);
    for (uint32_t i = 0; n && (!best || n < best) && i < n; i++)
      ret_threads[i] = found[i];
    best = n && (!best || n < best) ? n : best;
    if (!search_all)
      break;
  }
  rotate(ret_threads, best);
  free(search.before);
  free(search.queue);
  free(found);
  return best;
}
