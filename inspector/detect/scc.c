/* scc.c - strongly connected components: see scc.h. */
#include "detect/scc.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

void graph_init(struct graph *graph, uint32_t n_vertices, const struct graph_edge *edges, uint32_t n_edges) {
  *graph = (struct graph){.n_vertices = n_vertices};
  graph->first = xcalloc((size_t)n_vertices + 2, sizeof *graph->first);
  graph->to = xcalloc(n_edges, sizeof *graph->to);
  graph->edge = xcalloc(n_edges, sizeof *graph->edge);
  for (uint32_t i = 0; i < n_edges; i++)
    graph->first[edges[i].from + 2]++;
  for (uint32_t v = 1; v <= n_vertices; v++)
    graph->first[v + 1] += graph->first[v];
  for (uint32_t i = 0; i < n_edges; i++) {
    uint32_t at = graph->first[edges[i].from + 1]++;
    graph->to[at] = edges[i].to;
    graph->edge[at] = i;
  }
}

void graph_done(struct graph *graph) {
  free(graph->first);
  free(graph->to);
  free(graph->edge);
}

struct tarjan {
  const struct graph *graph;
  uint32_t *component;         /* result */
  uint32_t *number, *low, *at; /* by vertex; number 0: not visited */
  uint32_t *path, *stack;      /* path of the search, vertices without a component yet */
  uint32_t n_path, n_stack, next;
};

static void vertex_enter(struct tarjan *tarjan, uint32_t vertex) {
  tarjan->number[vertex] = tarjan->low[vertex] = ++tarjan->next;
  tarjan->at[vertex] = tarjan->graph->first[vertex];
  tarjan->path[tarjan->n_path++] = vertex;
  tarjan->stack[tarjan->n_stack++] = vertex;
}

static void vertex_leave(struct tarjan *tarjan, uint32_t vertex) {
  tarjan->n_path--;
  if (tarjan->n_path) {
    uint32_t *low = &tarjan->low[tarjan->path[tarjan->n_path - 1]];
    *low = *low < tarjan->low[vertex] ? *low : tarjan->low[vertex];
  }
  if (tarjan->low[vertex] != tarjan->number[vertex])
    return;
  uint32_t member;
  do {
    member = tarjan->stack[--tarjan->n_stack];
    tarjan->component[member] = vertex;
    tarjan->low[member] = UINT32_MAX;
  } while (member != vertex);
}

static void visit_from(struct tarjan *tarjan, uint32_t root) {
  vertex_enter(tarjan, root);
  while (tarjan->n_path) {
    uint32_t vertex = tarjan->path[tarjan->n_path - 1];
    if (tarjan->at[vertex] == tarjan->graph->first[vertex + 1]) {
      vertex_leave(tarjan, vertex);
      continue;
    }
    uint32_t to = tarjan->graph->to[tarjan->at[vertex]++];
    if (!tarjan->number[to])
      vertex_enter(tarjan, to);
    else if (tarjan->low[to] != UINT32_MAX && tarjan->number[to] < tarjan->low[vertex])
      tarjan->low[vertex] = tarjan->number[to];
  }
}

uint32_t *graph_components(const struct graph *graph) {
  size_t n = graph->n_vertices;
  struct tarjan tarjan = {.graph = graph, .component = xcalloc(n, sizeof *tarjan.component)};
  uint32_t *memory = xcalloc(n * 5, sizeof *memory);
  tarjan.number = memory;
  tarjan.low = memory + n;
  tarjan.at = memory + 2 * n;
  tarjan.path = memory + 3 * n;
  tarjan.stack = memory + 4 * n;
  for (uint32_t v = 0; v < n; v++)
    if (!tarjan.number[v])
      visit_from(&tarjan, v);
  free(memory);
  return tarjan.component;
}
