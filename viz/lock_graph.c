/* lock_graph.c - the lock-order graph: an arrow from A to B says that B was asked for while A was held.
 *
 * What matters is on cycles, so those are drawn, in groups with what was found about them; the rest is one line, unless the whole
 * graph is small. Graphviz's dot takes half a minute for 3,000 nodes: it never gets more than a few hundred. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "findings/own_code.h"
#include "util/alloc.h"
#include "viz/label.h"
#include "viz/lock_graph.h"

enum { SMALL_LOCKS = 30, SMALL_ORDERS = 60, MAX_HEADLINES = 4, MAX_CUT_ORDERS = 60, MAX_LABELLED = 60 };
enum { NAME_COLUMNS = 40, PLACE_COLUMNS = 60, REASON_COLUMNS = 75, TIP_COLUMNS = 200 };

#define COLOUR_HUNG "#c62828"

static void lock_graph_start(void *state, const struct view_input *input) {
  ((struct lock_graph *)state)->input = input;
}

static void lock_graph_event(void *state, const struct model *model, const struct event *event) {
  lock_orders_event(&((struct lock_graph *)state)->orders, model, event);
}

/* Texts. */

static char *lock_name(const struct lock_graph *graph, uint32_t lock) {
  if (!IS_END(lock))
    return names_object(graph->names, lock);
  char *thread = names_thread(graph->names, END_THREAD(lock)), *name = xasprintf("end of %s", thread);
  free(thread);
  return name;
}

static char *site_text(const struct lock_graph *graph, uint32_t site) {
  struct stack stack = names_site(graph->names, site);
  char *text = label_stack(&stack);
  stack_done(&stack);
  return text;
}

static const char *colour_of(const struct finding *finding) {
  if (!finding || finding->verdict == VERDICT_POTENTIAL)
    return "#ef6c00";
  return finding->verdict == VERDICT_BENIGN ? "#2e7d32" : COLOUR_HUNG;
}

/* What was found, and why it has its verdict. */
static char *headline(const struct finding *finding) {
  char *what = xasprintf("%s %s, %s%s%s", finding->id, finding->kind, verdict_text(finding->verdict), finding->benign ? ": " : "",
                         finding->benign ? finding->benign : "");
  char *labels[] = {label_wrapped(what, REASON_COLUMNS, 1), label_wrapped(finding->reason ? finding->reason : "", REASON_COLUMNS, 3)};
  char *text = xasprintf("%s%s", labels[0], finding->reason ? labels[1] : "");
  free(what);
  free(labels[0]);
  free(labels[1]);
  return text;
}

static void append(char **text, const char *more) {
  char *longer = xasprintf("%s%s", *text, more);
  free(*text);
  *text = longer;
}

static bool is_in(struct lock_graph *graph, const struct finding *finding, uint32_t component) {
  return cycles_shows(graph, finding) && graph->vertices[cycles_vertex(graph, cycles_asked(&finding->threads[0]))].component == component;
}

/* The findings of a component, most serious first. */
static char *component_text(struct lock_graph *graph, const struct component *component) {
  char *text = xstrdup(component->is_hung ? "The program hangs here: when the recording ends, these threads wait for each other\\l" : "");
  uint32_t n = 0;
  for (size_t i = 0; i < graph->input->findings->n_items; i++) {
    const struct finding *finding = graph->input->findings->items[i];
    if (!is_in(graph, finding, component->id) || n++ >= MAX_HEADLINES)
      continue;
    char *line = headline(finding);
    append(&text, line);
    free(line);
  }
  if (!n && !component->is_hung)
    append(&text,
           "A cycle that no finding names: its places look like another\\lfinding's, or it is longer than was searched (--max-cycle)\\l");
  char *more = n > MAX_HEADLINES ? xasprintf("and %" PRIu32 " more\\l", n - MAX_HEADLINES) : NULL;
  if (more)
    append(&text, more);
  free(more);
  if (component->is_cut)
    append(&text, "Too many to draw them all: only some that can deadlock are here\\l");
  return text;
}

/* Drawing. */

static struct part *draw_vertex(struct lock_graph *graph, uint32_t lock, const char *colour) {
  char id[24];
  snprintf(id, sizeof id, IS_END(lock) ? "thread%u" : "lock%u", END_THREAD(lock));
  struct part *node = drawing_node(graph->drawing, id);
  struct vertex *vertex = &graph->vertices[cycles_vertex(graph, lock)];
  if (vertex->is_drawn)
    return node;
  vertex->is_drawn = true;
  char *name = lock_name(graph, lock), *whole = IS_END(lock) ? xstrdup(name) : names_object_introduced(graph->names, lock);
  char *labels[] = {label_of(name, NAME_COLUMNS), label_of(whole, TIP_COLUMNS)};
  part_set(node, "label", labels[0]);
  part_set(node, "tooltip", labels[1]);
  part_set(node, "shape", IS_END(lock) ? "cds" : "box");
  part_set(node, "style", "filled,rounded");
  part_set(node, "color", colour);
  part_set(node, "fillcolor", "white");
  part_set(node, "penwidth", "1.6");
  part_set(node, "fontname", "sans-serif");
  part_set(node, "fontsize", "12");
  free(name);
  free(whole);
  free(labels[0]);
  free(labels[1]);
  return node;
}

/* "T1 (worker) holds A, taken in f a.c:3\nasks for B in g a.c:4" */
static char *order_tooltip(const struct lock_graph *graph, const struct lock_order *order) {
  char *thread = names_thread(graph->names, order->thread), *names[] = {lock_name(graph, order->held), lock_name(graph, order->asked)};
  char *sites[] = {site_text(graph, order->held_site), site_text(graph, order->asked_site)};
  char *plain[] = {xasprintf("%s holds %s%s%s", thread ? thread : "a thread", names[0], *sites[0] ? ", taken in " : "", sites[0]),
                   xasprintf("asks for %s%s%s (%" PRIu64 "×)", names[1], *sites[1] ? " in " : "", sites[1], order->count)};
  char *labels[] = {label_of(plain[0], TIP_COLUMNS), label_of(plain[1], TIP_COLUMNS)};
  char *text = xasprintf("%s\\n%s", labels[0], labels[1]);
  char *const used[] = {thread, names[0], names[1], sites[0], sites[1], plain[0], plain[1], labels[0], labels[1]};
  for (size_t i = 0; i < sizeof used / sizeof *used; i++)
    free(used[i]);
  return text;
}

/* "T2 (deposit)  3×" over "deposit deadlock_two_locks.c:18": on a cycle, where there is room. */
static char *order_label(const struct lock_graph *graph, const struct lock_order *order, const struct claim *claim) {
  char *name = names_thread(graph->names, claim->thread ? claim->thread->thread : order->thread);
  char *place = claim->thread ? label_stack(&claim->thread->stack) : site_text(graph, order->asked_site);
  char *count = order->count > 1 ? xasprintf("  %" PRIu64 "×", order->count) : xstrdup("");
  char *first = xasprintf("%s%s%s", name ? name : "?", order->has_more_threads ? " and others" : "", count);
  char *labels[] = {label_of(first, PLACE_COLUMNS), label_of(place, PLACE_COLUMNS)};
  char *text = xasprintf("  %s  \\n  %s  ", labels[0], labels[1]);
  char *const used[] = {name, place, count, first, labels[0], labels[1]};
  for (size_t i = 0; i < sizeof used / sizeof *used; i++)
    free(used[i]);
  return text;
}

static void draw_line(struct part *line, const char *colour, const struct lock_order *order, bool is_cyclic) {
  part_set(line, "color", colour);
  part_set(line, "penwidth", is_cyclic ? "1.8" : "1");
  if (order->is_tried)
    part_set(line, "style", "dashed");
}

/* A label of an edge may hang out of the frame around its cycle, a node does not: the line goes into the text and comes out again. */
static struct part *draw_text(struct lock_graph *graph, uint32_t index, const char *colour, const char *text) {
  char id[24];
  snprintf(id, sizeof id, "order%" PRIu32, index);
  struct part *node = drawing_node(graph->drawing, id);
  part_set(node, "label", text);
  part_set(node, "shape", "plaintext");
  part_set(node, "margin", "0.02,0.02");
  part_set(node, "height", "0.2");
  part_set(node, "fontname", "sans-serif");
  part_set(node, "fontsize", "10");
  part_set(node, "fontcolor", colour);
  return node;
}

/* On a cycle and where there is room: returns the node of the text. */
static struct part *draw_told_order(struct lock_graph *graph, uint32_t index, const char *colour, const char *tooltip) {
  const struct lock_order *order = &graph->orders.items[index];
  char *label = order_label(graph, order, &graph->claims[index]);
  struct part *text = draw_text(graph, index, colour, label);
  struct part *lines[] = {drawing_edge(graph->drawing, draw_vertex(graph, order->held, colour), text),
                          drawing_edge(graph->drawing, text, draw_vertex(graph, order->asked, colour))};
  part_set(text, "tooltip", tooltip);
  for (int i = 0; i < 2; i++) {
    draw_line(lines[i], colour, order, true);
    part_set(lines[i], "tooltip", tooltip);
  }
  part_set(lines[0], "arrowhead", "none");
  free(label);
  return text;
}

static void draw_plain_order(struct lock_graph *graph, uint32_t index, const char *colour, const char *tooltip) {
  const struct lock_order *order = &graph->orders.items[index];
  struct part *edge = drawing_edge(graph->drawing, draw_vertex(graph, order->held, colour), draw_vertex(graph, order->asked, colour));
  bool is_cyclic = cycles_component_of(graph, index) != NO_INDEX;
  draw_line(edge, colour, order, is_cyclic);
  part_set(edge, "tooltip", tooltip);
  part_set(edge, "labeltooltip", tooltip);
  if (order->count > 1 && !is_cyclic)
    part_setf(edge, "label", " %" PRIu64 "×", order->count);
  part_set(edge, "fontname", "sans-serif");
  part_set(edge, "fontsize", "10");
  part_set(edge, "fontcolor", "#607d8b");
}

/* Labels are what takes dot its time. */
static void draw_order(struct lock_graph *graph, struct part *group, uint32_t index, const char *colour) {
  char *tooltip = order_tooltip(graph, &graph->orders.items[index]);
  if (group && graph->n_drawn_orders <= MAX_LABELLED)
    group_add(group, draw_told_order(graph, index, colour, tooltip));
  else
    draw_plain_order(graph, index, colour, tooltip);
  free(tooltip);
}

static bool is_claimed(const struct claim *claim) {
  return claim->is_hung || (claim->finding && claim->finding->verdict > VERDICT_BENIGN);
}

static void draw_cyclic(struct lock_graph *graph, struct part *group, uint32_t index, const char *colour) {
  const struct lock_order *order = &graph->orders.items[index];
  const struct claim *claim = &graph->claims[index];
  const char *own = claim->is_hung ? COLOUR_HUNG : claim->finding ? colour_of(claim->finding) : colour;
  group_add(group, draw_vertex(graph, order->held, own));
  group_add(group, draw_vertex(graph, order->asked, own));
  draw_order(graph, group, index, own);
}

static void draw_component(struct lock_graph *graph, const struct component *component, uint32_t number) {
  const char *colour = component->is_hung ? COLOUR_HUNG : colour_of(component->worst);
  char id[32];
  snprintf(id, sizeof id, "cluster%u", number);
  struct part *group = drawing_group(graph->drawing, id);
  char *text = component_text(graph, component);
  part_set(group, "label", text);
  part_set(group, "labeljust", "l");
  part_set(group, "fontname", "sans-serif");
  part_set(group, "fontsize", "11");
  part_set(group, "fontcolor", colour);
  part_set(group, "color", colour);
  part_set(group, "style", "rounded");
  part_set(group, "tooltip", " ");
  free(text);
  for (uint32_t i = 0, n = 0; i < graph->orders.n; i++) {
    if (cycles_component_of(graph, i) != component->id || (component->is_cut && (!is_claimed(&graph->claims[i]) || n++ >= MAX_CUT_ORDERS)))
      continue;
    draw_cyclic(graph, group, i, colour);
  }
}

static void draw_note(struct lock_graph *graph, const char *id, const char *text) {
  struct part *node = drawing_node(graph->drawing, id);
  part_set(node, "label", text);
  part_set(node, "shape", "note");
  part_set(node, "style", "filled");
  part_set(node, "fillcolor", "#eceff1");
  part_set(node, "color", "#90a4ae");
  part_set(node, "fontcolor", "#455a64");
  part_set(node, "fontname", "sans-serif");
  part_set(node, "fontsize", "11");
}

struct rest {
  uint32_t n_locks, n_orders;               /* not on cycles */
  uint32_t n_left_locks, n_left_components; /* on cycles, not drawn */
};

static struct rest count_rest(struct lock_graph *graph) {
  struct rest rest = {.n_locks = graph->n_vertices, .n_orders = graph->orders.n};
  for (uint32_t i = 0; i < graph->n_components; i++) {
    const struct component *component = &graph->components[i];
    rest.n_locks -= component->n_locks;
    rest.n_orders -= component->n_orders;
    rest.n_left_locks += component->is_drawn ? 0 : component->n_locks;
    rest.n_left_components += !component->is_drawn;
  }
  return rest;
}

static void draw_acyclic(struct lock_graph *graph, const struct rest *rest) {
  for (uint32_t i = 0; graph->is_small && i < graph->orders.n; i++)
    if (cycles_component_of(graph, i) == NO_INDEX)
      draw_order(graph, NULL, i, "#78909c");
  if (graph->is_small || !rest->n_orders)
    return;
  char *text = rest->n_locks ? xasprintf("%" PRIu32 " lock%s in %" PRIu32 " order%s without cycles", rest->n_locks,
                                         rest->n_locks == 1 ? "" : "s", rest->n_orders, rest->n_orders == 1 ? "" : "s")
                             : xasprintf("%" PRIu32 " order%s between the cycles", rest->n_orders, rest->n_orders == 1 ? "" : "s");
  draw_note(graph, "rest", text);
  free(text);
}

static void draw_notes(struct lock_graph *graph) {
  struct rest rest = count_rest(graph);
  draw_acyclic(graph, &rest);
  if (rest.n_left_components) {
    char *text =
        xasprintf("%" PRIu32 " more group%s of cycles, %" PRIu32 " locks: too many to draw;\\n'inspector check' lists what was found",
                  rest.n_left_components, rest.n_left_components == 1 ? "" : "s", rest.n_left_locks);
    draw_note(graph, "left", text);
    free(text);
  }
  if (!graph->orders.n)
    draw_note(graph, "nothing", "No lock was asked for while another one was held");
}

static void draw_title(struct lock_graph *graph) {
  struct part *root = drawing_root(graph->drawing);
  const char *path = graph->model->info->program ? graph->model->info->program : graph->model->info->path;
  char *name = label_of(path ? base_name(path) : "?", NAME_COLUMNS),
       *note = graph->input->note ? label_of(graph->input->note, TIP_COLUMNS) : NULL;
  part_setf(
      root, "label",
      "Lock order of %s%s%s: an arrow from A to B, B was asked for while A was held\\n"
      "red: a cycle that can deadlock, orange: perhaps (potential), green: one that cannot, grey: no cycle; dashed arrow: only tried\\n ",
      name, note ? ", " : "", note ? note : "");
  part_set(root, "labelloc", "t");
  part_set(root, "fontname", "sans-serif");
  part_set(root, "fontsize", "12");
  part_set(root, "nodesep", "0.5");
  part_set(root, "ranksep", "0.4");
  part_set(root, "pad", "0.2");
  if (!graph->is_small) { /* in rows of four; dot loses the labels of edges when it packs, and only small graphs have those */
    part_set(root, "pack", "24");
    part_set(root, "packmode", "array_4");
  }
  part_set(root, "bgcolor", "white");
  free(name);
  free(note);
}

static void lock_graph_draw(void *state, const struct model *model, const struct names *names, struct drawing *drawing) {
  struct lock_graph *graph = state;
  graph->model = model;
  graph->names = names;
  graph->drawing = drawing;
  cycles_find(graph);
  graph->is_small = graph->n_vertices <= SMALL_LOCKS && graph->orders.n <= SMALL_ORDERS;
  draw_title(graph);
  for (uint32_t i = 0; i < graph->n_components; i++)
    if (graph->components[i].is_drawn)
      draw_component(graph, &graph->components[i], i);
  draw_notes(graph);
}

static void lock_graph_done(void *state) {
  struct lock_graph *graph = state;
  cycles_done(graph);
}

const struct view view_lock_graph = {
    .name = "lock_graph",
    .engine = "dot",
    .state_size = sizeof(struct lock_graph),
    .start = lock_graph_start,
    .event = lock_graph_event,
    .draw = lock_graph_draw,
    .done = lock_graph_done,
};
