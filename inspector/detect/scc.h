/* scc.h - strongly connected components of a directed graph (Tarjan, without recursion). */
#ifndef INSPECTOR_SCC_H
#define INSPECTOR_SCC_H

#include <stdint.h>

struct graph_edge {
  uint32_t from, to;
};

/* Adjacency lists: the edges of vertex v are to[first[v]] .. to[first[v + 1] - 1], which were edges[edge[...]]. */
struct graph {
  uint32_t n_vertices;
  uint32_t *first, *to, *edge;
};

void graph_init(struct graph *graph, uint32_t n_vertices, const struct graph_edge *edges, uint32_t n_edges);
void graph_done(struct graph *graph);

/* Component of each vertex; two vertices are on a common cycle iff they are equal. The caller frees. */
uint32_t *graph_components(const struct graph *graph);

#endif
