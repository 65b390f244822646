/* view.h - the contract of every picture: it looks at one trace while it passes by, and at what was found in it, and draws.
 *
 * A view has no globals, prints nothing and knows no format. It sees the model as it is after each event. At the trace's end, while
 * names can be looked up, it draws into a struct drawing that render.c makes a file of. */
#ifndef VIZ_VIEW_H
#define VIZ_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "findings/finding.h"
#include "findings/names.h"
#include "model/model.h"
#include "viz/graph.h"

/* Which part of the trace is wanted. Times are in the trace's own unit: see view_time(). */
struct view_scope {
  uint64_t from, to;
  const bool *objects;
  uint32_t n_objects; /* NULL: all */
  const bool *threads;
  uint32_t n_threads; /* NULL: all */
};

struct view_input {
  const struct findings *findings; /* of all traces, resolved, benign ones too */
  const struct finding *finding;   /* the one to show; NULL: none in particular */
  uint32_t trace;                  /* its number: struct finding's source */
  bool is_bare;                    /* title and reason stand beside the picture already */
  const char *note;                /* to be said in the picture; NULL: nothing */
  struct view_scope scope;
};

struct view {
  const char *name;
  const char *engine; /* Graphviz's: dot, nop2 */
  size_t state_size;  /* zeroed */
  bool needs_none;    /* it draws no findings: the detectors need not run */
  void (*start)(void *state, const struct view_input *input);
  void (*event)(void *state, const struct model *model, const struct event *event); /* NULL: the findings are enough */
  void (*draw)(void *state, const struct model *model, const struct names *names, struct drawing *drawing);
  void (*done)(void *state);
};

#define VIEW(name) extern const struct view view_##name;
#include "viz/views.def"
#undef VIEW

/* Text traces have no times: there, an event is the unit. */
static inline uint64_t view_time(const struct model *model, const struct event *event) {
  return model->info->is_text ? event->ordinal : event->time_ns;
}

static inline bool scope_has_object(const struct view_scope *scope, uint32_t object) {
  return !scope->objects || (object < scope->n_objects && scope->objects[object]);
}

static inline bool scope_has_thread(const struct view_scope *scope, uint32_t thread) {
  return !scope->threads || (thread < scope->n_threads && scope->threads[thread]);
}

#endif
