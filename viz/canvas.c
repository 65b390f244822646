/* canvas.c - see canvas.h. A node's size is in inches and its position that of its centre; y grows upwards in Graphviz. */
#include "viz/canvas.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

#define POINTS_AN_INCH 72.0
#define ARROW 7.0 /* length of an arrowhead */

void canvas_begin(struct canvas *canvas, struct drawing *drawing) {
  *canvas = (struct canvas){.drawing = drawing};
  struct part *root = drawing_root(drawing);
  part_set(root, "layout", "nop2");
  part_set(root, "outputorder", "nodesfirst"); /* arrows over boxes */
  part_set(root, "pad", "0.15");
  part_set(root, "bgcolor", "white");
}

struct part *canvas_box(struct canvas *canvas, struct rectangle where, const char *fill, const char *line) {
  char id[24];
  snprintf(id, sizeof id, "n%u", canvas->n_nodes++);
  struct part *box = drawing_node(canvas->drawing, id);
  part_set(box, "shape", "box");
  part_set(box, "fixedsize", "shape");
  part_set(box, "fontname", "sans-serif");
  part_set(box, "style", "filled");
  part_set(box, "label", "");
  part_set(box, "tooltip", " ");
  part_set(box, "fillcolor", fill);
  part_set(box, "color", strcmp(line, "none") ? line : "transparent");
  part_set(box, "penwidth", strcmp(line, "none") ? "0.7" : "0");
  part_setf(box, "pos", "%.2f,%.2f!", (where.left + where.right) / 2, -(where.top + where.bottom) / 2);
  part_setf(box, "width", "%.4f", (where.right - where.left) / POINTS_AN_INCH);
  part_setf(box, "height", "%.4f", (where.bottom - where.top) / POINTS_AN_INCH);
  return box;
}

/* Graphviz aligns each line by the mark at its end. */
static char *aligned(const char *label, enum align align) {
  static const char marks[] = {[ALIGN_LEFT] = 'l', [ALIGN_CENTRE] = 'n', [ALIGN_RIGHT] = 'r'};
  char *text = xasprintf("%s\\n", label);
  size_t n = strlen(label);
  bool is_ended = !n || align == ALIGN_CENTRE;
  for (char *at = text; (at = strchr(at, '\\')); at += 2) {
    is_ended |= at == text + n - 2 && at[1] == 'l';
    if (at[1] == 'n')
      at[1] = marks[align];
  }
  if (is_ended)
    text[n] = '\0';
  return text;
}

void box_text(struct part *box, enum align align, double size, const char *label) {
  char *text = aligned(label, align);
  part_set(box, "label", text);
  part_setf(box, "fontsize", "%.1f", size);
  part_set(box, "margin", "0.05,0.01");
  free(text);
}

struct part *canvas_text(struct canvas *canvas, struct rectangle where, enum align align, double size, const char *label) {
  struct part *box = canvas_box(canvas, where, "transparent", "none");
  box_text(box, align, size, label);
  return box;
}

void canvas_line(struct canvas *canvas, struct point_at from, struct point_at to, const char *colour) {
  double half = 0.5;
  bool is_upright = fabs(to.x - from.x) < fabs(to.y - from.y);
  struct rectangle where = {from.x, from.y, to.x, to.y};
  if (is_upright) {
    where.left -= half;
    where.right += half;
  } else {
    where.top -= half;
    where.bottom += half;
  }
  canvas_box(canvas, where, colour, "none");
}

/* A cubic curve that leaves and arrives nearly straight up or down when it has to go far, else a straight line. */
struct part *canvas_arrow(struct canvas *canvas, struct part *const ends[2], struct point_at from, struct point_at to, const char *colour) {
  struct part *arrow = drawing_edge(canvas->drawing, ends[0], ends[1]);
  double dx = to.x - from.x, dy = to.y - from.y, length = hypot(dx, dy);
  double head = length > 2 * ARROW ? ARROW : length / 2;
  struct point_at base = {to.x, to.y};
  if (length > 0) {
    base.x -= dx / length * head;
    base.y -= dy / length * head;
  }
  part_setf(arrow, "pos", "e,%.2f,%.2f %.2f,%.2f %.2f,%.2f %.2f,%.2f %.2f,%.2f", to.x, -to.y, from.x, -from.y,
            from.x + (base.x - from.x) / 3, -(from.y + (base.y - from.y) / 3), from.x + (base.x - from.x) * 2 / 3,
            -(from.y + (base.y - from.y) * 2 / 3), base.x, -base.y);
  part_set(arrow, "color", colour);
  part_set(arrow, "arrowsize", "0.7");
  part_set(arrow, "penwidth", "1");
  return arrow;
}
