/* wait_for.c - who waits for whom when the recording ends: a hang, or just the state of that moment.
 *
 * A thread points at what it waits for, and a lock at the threads that have it, so that a deadlock is a circle of arrows. What is no
 * lock has no holder: it says in words whether anybody is left to signal, post or put, and who did last; that thread is
 * pointed at, too, if it still lives, as it is where to look for the reason. Of ten thousand threads that wait for one
 * condition, two are shown. */
#include "viz/wait_for.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "util/alloc.h"
#include "viz/label.h"
#include "viz/waits.h"

enum { MAX_HOLDERS = 4, TIP_COLUMNS = 200 };

struct look {
  const char *fill, *line, *text;
};

static const struct look looks[N_HANG_STATES] = {
    [HANG_NOT] = {"#eceff1", "#78909c", "#37474f"},    [HANG_WAITS] = {"#ffecb3", "#ff8f00", "#37474f"},
    [HANG_BEHIND] = {"#f8bbd0", "#880e4f", "#37474f"}, [HANG_ROOT] = {"#e53935", "#b71c1c", "white"},
    [HANG_CIRCLE] = {"#e53935", "#b71c1c", "white"},
};

static void wait_for_start(void *state, const struct view_input *input) {
  ((struct wait_for *)state)->input = input;
}

static void wait_for_event(void *state, const struct model *model, const struct event *event) {
  struct wait_for *graph = state;
  if (wait_role_of(event->op) == WAIT_ROLE_NONE || event->object >= model->n_objects)
    return;
  while (graph->n_deeds <= event->object) {
    graph->deeds = grow(graph->deeds, graph->n_deeds, &graph->deed_capacity, sizeof *graph->deeds);
    graph->n_deeds++;
  }
  struct deeds *deeds = &graph->deeds[event->object];
  struct deed *deed = event->op == TRACE_TASK_DONE ? &deeds->done : event->op == TRACE_GET ? &deeds->got : &deeds->lets_go;
  *deed = (struct deed){
      view_time(model, event), deed->count + 1, event->thread, event->site, event->op, model->objects[event->object].n_waiters > 0};
}

const struct deed *wait_for_deed(const struct wait_for *graph, uint32_t object, uint32_t waiter) {
  const struct blocked *blocked = &graph->model->threads[waiter].blocked;
  if (object >= graph->n_deeds || blocked->object != object || blocked->op == TRACE_REQ || blocked->op == TRACE_ARRIVE)
    return NULL;
  bool is_room = wait_role_awaited(blocked->op, graph->model->objects[object].kind) == WAIT_ROLE_MAKES_ROOM;
  const struct deeds *deeds = &graph->deeds[object];
  const struct deed *deed = !is_room ? &deeds->lets_go : blocked->op == TRACE_PUT_REQ ? &deeds->got : &deeds->done;
  return deed->count ? deed : NULL;
}

/* A circle takes the blame before those who wait for what nobody is left to do. */
static const struct look *look_of(const struct wait_for *graph, uint32_t thread) {
  uint8_t state = graph->hang->states[thread];
  return &looks[state == HANG_ROOT && graph->hang->n[HANG_CIRCLE] ? HANG_BEHIND : state];
}

/* Nodes. */

static struct part *draw_node(struct wait_for *graph, const char *id, const struct look *look, char *label) {
  struct part *node = drawing_node(graph->drawing, id);
  part_set(node, "label", label);
  part_set(node, "shape", "box");
  part_set(node, "fillcolor", look->fill);
  part_set(node, "color", look->line);
  part_set(node, "fontcolor", look->text);
  part_set(node, "penwidth", "1.6");
  part_set(node, "fontname", "sans-serif");
  part_set(node, "fontsize", "12");
  part_set(node, "style", "filled,rounded");
  free(label);
  return node;
}

static struct part *draw_thread(struct wait_for *graph, uint32_t thread) {
  char id[24];
  snprintf(id, sizeof id, "thread%" PRIu32, thread);
  if (graph->thread_is_drawn[thread])
    return drawing_node(graph->drawing, id);
  graph->thread_is_drawn[thread] = true;
  struct part *node = draw_node(graph, id, look_of(graph, thread), wait_for_thread_label(graph, thread));
  char *name = names_thread(graph->names, thread), *tip = label_of(name, TIP_COLUMNS);
  part_set(node, "tooltip", tip);
  free(name);
  free(tip);
  return node;
}

/* In the colour of the first that is drawn to wait for it: the most serious one. */
static struct part *draw_object(struct wait_for *graph, uint32_t object, uint32_t waiter) {
  char id[24];
  snprintf(id, sizeof id, "object%" PRIu32, object);
  if (graph->object_is_drawn[object])
    return drawing_node(graph->drawing, id);
  graph->object_is_drawn[object] = true;
  struct look look = *look_of(graph, waiter);
  look.fill = "white";
  look.text = "#263238";
  struct part *node = draw_node(graph, id, &look, wait_for_object_label(graph, object, waiter));
  part_set(node, "style", "filled");
  char *name = names_object_introduced(graph->names, object), *tip = label_of(name, TIP_COLUMNS);
  part_set(node, "tooltip", tip);
  free(name);
  free(tip);
  return node;
}

/* Edges. */

struct line {
  struct part *from, *to;
  const char *colour, *style;
};

static struct part *draw_line(struct wait_for *graph, const struct line *line, const char *tooltip) {
  struct part *edge = drawing_edge(graph->drawing, line->from, line->to);
  part_set(edge, "color", line->colour);
  part_set(edge, "style", line->style);
  part_set(edge, "penwidth", "1.8");
  part_set(edge, "tooltip", *tooltip ? tooltip : " ");
  return edge;
}

/* The text is a node of its own, which the line goes into and comes out of. Takes over the label. */
static void draw_edge(struct wait_for *graph, const struct line *line, char *label) {
  char id[24];
  snprintf(id, sizeof id, "text%" PRIu32, graph->n_texts++);
  struct part *text = *label ? drawing_node(graph->drawing, id) : NULL;
  if (!text) {
    draw_line(graph, line, "");
    free(label);
    return;
  }
  part_set(text, "label", label);
  part_set(text, "tooltip", label);
  part_set(text, "shape", "plaintext");
  part_set(text, "margin", "0.02,0.02");
  part_set(text, "height", "0.2");
  part_set(text, "fontcolor", "#455a64");
  part_set(text, "fontname", "sans-serif");
  part_set(text, "fontsize", "10");
  part_set(draw_line(graph, &(struct line){line->from, text, line->colour, line->style}, label), "arrowhead", "none");
  draw_line(graph, &(struct line){text, line->to, line->colour, line->style}, label);
  free(label);
}

static void draw_holder(struct wait_for *graph, struct part *node, uint32_t object, uint32_t holder, uint32_t waiter) {
  bool closes = graph->hang->states[waiter] == HANG_CIRCLE && graph->hang->states[holder] == HANG_CIRCLE;
  const char *colour = closes                                    ? looks[HANG_CIRCLE].line
                       : graph->hang->states[holder] == HANG_NOT ? looks[HANG_NOT].line
                                                                 : look_of(graph, waiter)->line;
  draw_edge(graph, &(struct line){node, draw_thread(graph, holder), colour, "solid"}, wait_for_hold_label(graph, object, holder));
}

/* Stuck ones first. */
static void draw_holders(struct wait_for *graph, struct part *node, uint32_t waiter) {
  uint32_t n = 0, n_drawn = 0, object = graph->model->threads[waiter].blocked.object;
  const uint32_t *holders = hang_others(graph->hang, waiter, &n);
  for (int state = HANG_CIRCLE; state >= HANG_NOT; state--)
    for (uint32_t i = 0; i < n && n_drawn < MAX_HOLDERS; i++)
      if (graph->hang->states[holders[i]] == state) {
        draw_holder(graph, node, object, holders[i], waiter);
        n_drawn++;
      }
  if (n_drawn == n)
    return;
  char id[32];
  snprintf(id, sizeof id, "holders%" PRIu32, object);
  struct part *rest = draw_node(graph, id, &looks[HANG_NOT], xasprintf("%" PRIu32 " more threads hold it", n - n_drawn));
  draw_edge(graph, &(struct line){node, rest, looks[HANG_NOT].line, "solid"}, xstrdup(""));
}

/* Who did last what the waiters wait for: it may be stuck itself, or have been too early. */
static void draw_deed(struct wait_for *graph, struct part *node, uint32_t object, uint32_t waiter) {
  const struct deed *deed = wait_for_deed(graph, object, waiter);
  if (!deed || deed->thread >= graph->model->n_threads || deed->thread == waiter ||
      (graph->model->threads[deed->thread].state == THREAD_ENDED && !deed_is_lost(deed)))
    return;
  const struct line line = {node, draw_thread(graph, deed->thread), looks[HANG_NOT].line, "dashed"};
  draw_edge(graph, &line, wait_for_deed_label(graph, deed));
}

/* A thread that is let go has to take the mutex back. */
static void draw_mutex(struct wait_for *graph, struct part *node, uint32_t condition, uint32_t waiter) {
  uint32_t mutex = graph->model->objects[condition].mutex;
  uint32_t holder = mutex < graph->model->n_objects ? graph->model->objects[mutex].owner : NO_INDEX;
  if (holder >= graph->model->n_threads)
    return;
  const struct line line = {node, draw_object(graph, mutex, waiter), looks[HANG_NOT].line, "dashed"};
  draw_edge(graph, &line, xstrdup("its mutex"));
  draw_holder(graph, draw_object(graph, mutex, waiter), mutex, holder, waiter);
}

static struct part *draw_waiter(struct wait_for *graph, const struct wait_group *group) {
  char id[24];
  if (!group->is_rest)
    return draw_thread(graph, group->thread);
  snprintf(id, sizeof id, "rest%" PRIu32, group->thread);
  struct part *node = draw_node(graph, id, look_of(graph, group->thread), wait_for_rest_label(graph, group));
  part_set(node, "peripheries", "2");
  return node;
}

static void draw_wait(struct wait_for *graph, struct part *waiter, struct part *to, const struct wait_group *group) {
  bool is_limited = wait_is_limited(&graph->model->threads[group->thread].blocked);
  const struct line line = {waiter, to, look_of(graph, group->thread)->line, is_limited ? "dashed" : "solid"};
  draw_edge(graph, &line, group->is_rest ? xstrdup("") : wait_for_wait_label(graph, group->thread));
}

static void draw_group(struct wait_for *graph, const struct wait_group *group) {
  const struct blocked *blocked = &graph->model->threads[group->thread].blocked;
  struct part *waiter = draw_waiter(graph, group);
  if (blocked->op == TRACE_JOIN_REQ && blocked->target < graph->model->n_threads)
    draw_wait(graph, waiter, draw_thread(graph, blocked->target), group);
  if (blocked->object >= graph->model->n_objects)
    return;
  bool is_new = !graph->object_is_drawn[blocked->object];
  struct part *object = draw_object(graph, blocked->object, group->thread);
  draw_wait(graph, waiter, object, group);
  if (!is_new)
    return;
  draw_holders(graph, object, group->thread);
  draw_deed(graph, object, blocked->object, group->thread);
  if (blocked->op == TRACE_WAIT)
    draw_mutex(graph, object, blocked->object, group->thread);
}

/* The whole. */

static void draw_title(struct wait_for *graph) {
  struct part *root = drawing_root(graph->drawing);
  char *title = wait_for_title(graph);
  part_set(root, "label", title);
  free(title);
  part_set(root, "labelloc", "t");
  part_set(root, "fontname", "sans-serif");
  part_set(root, "fontsize", "13");
  part_set(root, "nodesep", "0.4");
  part_set(root, "ranksep", "0.25");
  part_set(root, "pad", "0.2");
  part_set(root, "pack", "24"); /* what does not hang together stands in rows of four; dot loses labels of edges then */
  part_set(root, "packmode", "array_4");
  part_set(root, "bgcolor", "white");
}

static void draw_note(struct wait_for *graph, char *text) {
  static const struct look look = {"#eceff1", "#90a4ae", "#455a64"};
  struct part *node = draw_node(graph, "note", &look, text);
  part_set(node, "shape", "note");
  part_set(node, "style", "filled");
  part_set(node, "fontsize", "11");
}

static void wait_for_draw(void *state, const struct model *model, const struct names *names, struct drawing *drawing) {
  struct wait_for *graph = state;
  graph->model = model;
  graph->names = names;
  graph->drawing = drawing;
  graph->hang = hang_new(model);
  graph->thread_is_drawn = xcalloc(model->n_threads + 1, sizeof *graph->thread_is_drawn);
  graph->object_is_drawn = xcalloc(model->n_objects + 1, sizeof *graph->object_is_drawn);
  wait_for_plan(graph);
  draw_title(graph);
  for (uint32_t i = 0; i < graph->n_groups; i++)
    draw_group(graph, &graph->groups[i]);
  if (!graph->n_waiting)
    draw_note(graph, xasprintf("%" PRIu32 " thread%s, %" PRIu64 " events: no wait is left at the end", model->n_threads,
                               model->n_threads == 1 ? "" : "s", model->info->n_events));
  else if (graph->n_left)
    draw_note(graph, xasprintf("%" PRIu32 " more thread%s wait%s for other things", graph->n_left, graph->n_left == 1 ? "" : "s",
                               graph->n_left == 1 ? "s" : ""));
}

static void wait_for_done(void *state) {
  struct wait_for *graph = state;
  hang_free(graph->hang);
  free(graph->deeds);
  free(graph->groups);
  free(graph->thread_is_drawn);
  free(graph->object_is_drawn);
}

const struct view view_wait_for = {
    .name = "wait_for",
    .engine = "dot",
    .state_size = sizeof(struct wait_for),
    .needs_none = true,
    .start = wait_for_start,
    .event = wait_for_event,
    .draw = wait_for_draw,
    .done = wait_for_done,
};
