/* graph.c - see graph.h. Nodes and edges come out in the order of their making, attributes in the order of their names, so that the same
 * calls give the same bytes. */
#include "viz/graph.h"

#include <errno.h>
#include <cgraph.h>
#include <stdarg.h>
#include <stdlib.h>

#include "util/alloc.h"

struct drawing {
  Agraph_t *graph;
};

/* libcgraph takes names and values that it does not change as char *. */
static char *unconst(const char *text) {
  return (char *)(uintptr_t)text;
}

static struct part *part_of(void *object) {
  return object;
}

struct drawing *drawing_new(const char *name) {
  struct drawing *drawing = xcalloc(1, sizeof *drawing);
  drawing->graph = agopen(unconst(name), Agdirected, NULL);
  return drawing;
}

void drawing_free(struct drawing *drawing) {
  if (!drawing)
    return;
  agclose(drawing->graph);
  free(drawing);
}

struct part *drawing_root(const struct drawing *drawing) {
  return part_of(drawing->graph);
}

struct part *drawing_node(struct drawing *drawing, const char *id) {
  return part_of(agnode(drawing->graph, unconst(id), 1));
}

struct part *drawing_edge(struct drawing *drawing, struct part *from, struct part *to) {
  return part_of(agedge(drawing->graph, (Agnode_t *)(void *)from, (Agnode_t *)(void *)to, NULL, 1));
}

struct part *drawing_group(struct drawing *drawing, const char *id) {
  return part_of(agsubg(drawing->graph, unconst(id), 1));
}

void group_add(struct part *group, struct part *node) {
  agsubnode((Agraph_t *)(void *)group, (Agnode_t *)(void *)node, 1);
}

void part_set(struct part *part, const char *attribute, const char *value) {
  agsafeset(part, unconst(attribute), unconst(value), unconst(""));
}

void part_setf(struct part *part, const char *attribute, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *value = NULL;
  if (vasprintf(&value, format, arguments) >= 0)
    part_set(part, attribute, value);
  free(value);
  va_end(arguments);
}

struct Agraph_s *drawing_graph(const struct drawing *drawing) {
  return drawing->graph;
}

int drawing_write(const struct drawing *drawing, FILE *out) {
  errno = 0;
  if (agwrite(drawing->graph, out) == 0 && !ferror(out))
    return 0;
  return errno ? -errno : -EIO;
}
