/* lock_cycles.c - the cycles of the lock-order graph and what is known about them: findings, and threads that hang there. */
#include <stdlib.h>
#include <string.h>

#include "detect/scc.h"
#include "util/alloc.h"
#include "viz/hang.h"
#include "viz/lock_graph.h"

enum { MAX_LOCKS = 120, MAX_ORDERS = 200 };

uint32_t cycles_vertex(struct lock_graph *graph, uint32_t lock) {
  uint32_t *index = key_map_at(&graph->vertex_index, ((uint64_t)lock + 1) * UINT64_C(0x9e3779b97f4a7c15));
  if (!*index) {
    graph->vertices = grow(graph->vertices, graph->n_vertices, &graph->vertex_capacity, sizeof *graph->vertices);
    graph->vertices[graph->n_vertices] = (struct vertex){.lock = lock, .component = NO_INDEX};
    *index = ++graph->n_vertices;
  }
  return *index - 1;
}

/* Findings. */

uint32_t cycles_asked(const struct finding_thread *thread) {
  return thread->wants != NO_INDEX || thread->wants_thread == NO_INDEX ? thread->wants : END_OF(thread->wants_thread);
}

bool cycles_shows(const struct lock_graph *graph, const struct finding *finding) {
  if (finding->source != graph->input->trace || !finding->n_threads)
    return false;
  if (strcmp(finding->kind, "deadlock") && strcmp(finding->kind, "self-deadlock"))
    return false;
  for (uint32_t i = 0; i < finding->n_threads; i++)
    if (cycles_asked(&finding->threads[i]) == NO_INDEX)
      return false;
  return true;
}

/* Orders that only a finding knows: over joins, and of a lock with itself. */
static void add_found_orders(struct lock_graph *graph) {
  for (size_t f = 0; f < graph->input->findings->n_items; f++) {
    const struct finding *finding = graph->input->findings->items[f];
    for (uint32_t i = 0; cycles_shows(graph, finding) && i < finding->n_threads; i++) {
      const struct finding_thread *thread = &finding->threads[i],
                                  *before = &finding->threads[(i + finding->n_threads - 1) % finding->n_threads];
      struct lock_order *order = lock_order_at(&graph->orders, cycles_asked(before), cycles_asked(thread));
      if (order->count)
        continue;
      *order =
          (struct lock_order){.held = order->held, .asked = order->asked, .thread = thread->thread, .asked_site = thread->site, .count = 1};
    }
  }
}

/* Findings come most serious first. */
static void claim_orders(struct lock_graph *graph) {
  graph->claims = xcalloc(graph->orders.n, sizeof *graph->claims);
  for (size_t f = 0; f < graph->input->findings->n_items; f++) {
    const struct finding *finding = graph->input->findings->items[f];
    for (uint32_t i = 0; cycles_shows(graph, finding) && i < finding->n_threads; i++) {
      const struct finding_thread *thread = &finding->threads[i],
                                  *before = &finding->threads[(i + finding->n_threads - 1) % finding->n_threads];
      struct lock_order *order = lock_order_at(&graph->orders, cycles_asked(before), cycles_asked(thread));
      struct claim *claim = &graph->claims[order - graph->orders.items];
      if (!claim->finding || finding->verdict > claim->finding->verdict)
        *claim = (struct claim){false, finding, thread};
    }
  }
}

/* The orders in which the threads of a circle stand: what each holds, and what it asks for. All of them are there: lock_orders_end(). */
static void claim_hung(struct lock_graph *graph) {
  const struct model *model = graph->model;
  struct hang *hang = hang_new(model);
  for (uint32_t i = 0; i < model->n_threads; i++) {
    const struct thread *thread = &model->threads[i];
    if (hang->states[i] != HANG_CIRCLE || thread->blocked.op != TRACE_REQ)
      continue;
    for (uint32_t k = 0; k < thread->n_held; k++)
      if (thread->held[k].object != thread->blocked.object)
        graph->claims[lock_order_at(&graph->orders, thread->held[k].object, thread->blocked.object) - graph->orders.items].is_hung = true;
  }
  hang_free(hang);
}

/* Cycles. */

static void find_components(struct lock_graph *graph) {
  graph->ends = xcalloc(graph->orders.n, sizeof *graph->ends);
  for (uint32_t i = 0; i < graph->orders.n; i++) {
    graph->ends[i].from = cycles_vertex(graph, graph->orders.items[i].held);
    graph->ends[i].to = cycles_vertex(graph, graph->orders.items[i].asked);
  }
  struct graph adjacency;
  graph_init(&adjacency, graph->n_vertices, graph->ends, graph->orders.n);
  uint32_t *components = graph_components(&adjacency);
  for (uint32_t i = 0; i < graph->n_vertices; i++)
    graph->vertices[i].component = components[i];
  free(components);
  graph_done(&adjacency);
}

uint32_t cycles_component_of(const struct lock_graph *graph, uint32_t order) {
  uint32_t from = graph->vertices[graph->ends[order].from].component, to = graph->vertices[graph->ends[order].to].component;
  return from == to ? from : NO_INDEX;
}

static struct component *component_at(struct lock_graph *graph, uint32_t id, uint32_t *by_id) {
  if (!by_id[id]) {
    graph->components = grow(graph->components, graph->n_components, &graph->component_capacity, sizeof *graph->components);
    graph->components[graph->n_components] = (struct component){.id = id};
    by_id[id] = ++graph->n_components;
  }
  return &graph->components[by_id[id] - 1];
}

static int compare_components(const void *a, const void *b) {
  const struct component *x = a, *y = b;
  int verdicts[] = {x->worst ? (int)x->worst->verdict : -1, y->worst ? (int)y->worst->verdict : -1};
  if (x->is_hung != y->is_hung)
    return x->is_hung ? -1 : 1;
  if (verdicts[0] != verdicts[1])
    return verdicts[0] < verdicts[1] ? 1 : -1;
  if (x->n_locks != y->n_locks)
    return x->n_locks > y->n_locks ? 1 : -1;
  return x->id > y->id ? 1 : -1;
}

/* What has an order inside; a lock alone has one only by a finding. */
static void list_components(struct lock_graph *graph) {
  uint32_t *by_id = xcalloc(graph->n_vertices, sizeof *by_id);
  for (uint32_t i = 0; i < graph->orders.n; i++) {
    if (cycles_component_of(graph, i) == NO_INDEX)
      continue;
    struct component *component = component_at(graph, cycles_component_of(graph, i), by_id);
    const struct finding *found = graph->claims[i].finding;
    component->n_orders++;
    component->is_hung |= graph->claims[i].is_hung;
    if (found && (!component->worst || found->verdict > component->worst->verdict))
      component->worst = found;
  }
  for (uint32_t i = 0; i < graph->n_vertices; i++)
    if (by_id[graph->vertices[i].component])
      graph->components[by_id[graph->vertices[i].component] - 1].n_locks++;
  free(by_id);
  if (graph->n_components)
    qsort(graph->components, graph->n_components, sizeof *graph->components, compare_components);
}

static void choose_components(struct lock_graph *graph) {
  uint32_t n_locks = 0, n_orders = 0;
  for (uint32_t i = 0; i < graph->n_components; i++) {
    struct component *component = &graph->components[i];
    component->is_cut = component->n_locks > MAX_LOCKS || component->n_orders > MAX_ORDERS;
    component->is_drawn = component->is_cut ? !i && (component->is_hung || (component->worst && component->worst->verdict > VERDICT_BENIGN))
                                            : n_locks + component->n_locks <= MAX_LOCKS && n_orders + component->n_orders <= MAX_ORDERS;
    if (component->is_drawn && !component->is_cut) {
      n_locks += component->n_locks;
      n_orders += component->n_orders;
      graph->n_drawn_orders = n_orders;
    }
  }
}

void cycles_find(struct lock_graph *graph) {
  lock_orders_end(&graph->orders, graph->model);
  add_found_orders(graph);
  claim_orders(graph);
  claim_hung(graph);
  find_components(graph);
  list_components(graph);
  choose_components(graph);
}

void cycles_done(struct lock_graph *graph) {
  lock_orders_done(&graph->orders);
  key_map_done(&graph->vertex_index);
  free(graph->vertices);
  free(graph->claims);
  free(graph->ends);
  free(graph->components);
}
