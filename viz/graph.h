/* graph.h - a drawing as a graph of libcgraph: nodes, edges, groups and their attributes.
 *
 * Attributes are Graphviz's own (graphviz.org/doc/info/attrs.html). What a traced program wrote goes through label.h first. */
#ifndef VIZ_GRAPH_H
#define VIZ_GRAPH_H

#include <stdio.h>

struct drawing;
struct part; /* a node, an edge, a group or the whole; belongs to the drawing */
struct Agraph_s;

struct drawing *drawing_new(const char *name);
void drawing_free(struct drawing *drawing); /* accepts NULL */

struct part *drawing_root(const struct drawing *drawing);
struct part *drawing_node(struct drawing *drawing, const char *id); /* a new one, or the one of that id */
struct part *drawing_edge(struct drawing *drawing, struct part *from, struct part *to);
struct part *drawing_group(struct drawing *drawing, const char *id); /* of nodes: "cluster..." draws a frame */
void group_add(struct part *group, struct part *node);

void part_set(struct part *part, const char *attribute, const char *value);
void part_setf(struct part *part, const char *attribute, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* For render.c. */
struct Agraph_s *drawing_graph(const struct drawing *drawing);

/* The graph as DOT. Returns 0 or -errno. */
int drawing_write(const struct drawing *drawing, FILE *out);

#endif
