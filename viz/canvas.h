/* canvas.h - drawing by hand: everything at its place in points, y downwards. For Graphviz's engine nop2, which moves nothing. */
#ifndef VIZ_CANVAS_H
#define VIZ_CANVAS_H

#include <stdint.h>

#include "viz/graph.h"

struct canvas {
  struct drawing *drawing;
  uint32_t n_nodes;
};

struct rectangle {
  double left, top, right, bottom;
};

struct point_at {
  double x, y;
};

enum align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

/* Sets what holds for the whole drawing. */
void canvas_begin(struct canvas *canvas, struct drawing *drawing);

/* A filled box. Graphviz's `fill` and `line` colours; "none" for no line. */
struct part *canvas_box(struct canvas *canvas, struct rectangle where, const char *fill, const char *line);

/* Text (escaped by label.h; "\n" between lines, or "\l" behind each) in a box of its own without a frame. */
struct part *canvas_text(struct canvas *canvas, struct rectangle where, enum align align, double size, const char *label);

/* Puts text into a box. */
void box_text(struct part *box, enum align align, double size, const char *label);

/* A box of one colour, a point wide or high. */
void canvas_line(struct canvas *canvas, struct point_at from, struct point_at to, const char *colour);

/* An arrow that bends a little when it is steep; it belongs to two boxes, which Graphviz wants to know. */
struct part *canvas_arrow(struct canvas *canvas, struct part *const ends[2], struct point_at from, struct point_at to, const char *colour);

#endif
