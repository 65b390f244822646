/* scope.c - see scope.h. A name means what is called exactly so, else everything whose name holds it. */
#include "viz/scope.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/text.h"

#define NS_A_SECOND 1e9
#define MARGIN 4u /* a window around a finding is wider than it by this fraction on both sides */

void scope_init(struct scope *scope, const struct scope_wish *wish, const struct finding *finding) {
  *scope = (struct scope){.wish = wish, .around = wish->is_around ? finding : NULL, .first = UINT64_MAX};
}

void scope_done(struct scope *scope) {
  free(scope->objects);
  free(scope->threads);
  free(scope->problem);
}

bool scope_needs_reading(const struct scope_wish *wish) {
  return wish->lock || wish->thread || wish->is_around;
}

static bool is_part(const struct finding *finding, uint64_t ordinal) {
  for (uint32_t i = 0; i < finding->n_threads; i++) {
    const struct finding_thread *thread = &finding->threads[i];
    bool found = thread->event == ordinal;
    for (uint32_t k = 0; k < thread->n_holds; k++)
      found |= thread->held_ordinals[k] == ordinal;
    for (uint32_t k = 0; k < thread->n_places; k++)
      found |= thread->places[k].ordinal == ordinal;
    if (found)
      return true;
  }
  return false;
}

void scope_event(struct scope *scope, const struct model *model, const struct event *event) {
  if (!scope->around || !is_part(scope->around, event->ordinal))
    return;
  uint64_t time = view_time(model, event);
  scope->first = time < scope->first ? time : scope->first;
  scope->last = time > scope->last ? time : scope->last;
  scope->has_times = true;
}

typedef char *namer(const struct names *names, uint32_t index);

/* Marks what is called so. Returns how many there are. */
static uint32_t mark(bool *marks, uint32_t n, const char *name, namer *name_of, const struct names *names) {
  bool *holding = xcalloc(n, sizeof *holding);
  uint32_t n_exact = 0, n_holding = 0;
  for (uint32_t i = 0; i < n; i++) {
    char *own = name_of(names, i);
    marks[i] = own && !strcmp(own, name);
    holding[i] = own && strstr(own, name);
    n_exact += marks[i];
    n_holding += holding[i];
    free(own);
  }
  if (!n_exact)
    memcpy(marks, holding, n * sizeof *marks);
  free(holding);
  return n_exact ? n_exact : n_holding;
}

static void missing(struct scope *scope, const char *what, const char *name) {
  char *clean = text_clean(name);
  if (!scope->problem)
    scope->problem = xasprintf("there is no %s %s in it", what, clean);
  free(clean);
}

void scope_end(struct scope *scope, const struct model *model, const struct names *names) {
  if (scope->wish->lock) {
    scope->n_objects = model->n_objects;
    scope->objects = xcalloc(scope->n_objects, sizeof *scope->objects);
    if (!mark(scope->objects, scope->n_objects, scope->wish->lock, names_object, names))
      missing(scope, "lock", scope->wish->lock);
  }
  if (scope->wish->thread) {
    scope->n_threads = model->n_threads;
    scope->threads = xcalloc(scope->n_threads, sizeof *scope->threads);
    if (!mark(scope->threads, scope->n_threads, scope->wish->thread, names_thread, names))
      missing(scope, "thread", scope->wish->thread);
  }
}

static uint64_t typed_time(double seconds, bool is_text) {
  double time = is_text ? seconds : seconds * NS_A_SECOND;
  return time <= 0 ? 0 : time < 1e19 ? (uint64_t)time : UINT64_MAX;
}

struct view_scope scope_view(const struct scope *scope, bool is_text) {
  struct view_scope view = {
      .to = UINT64_MAX, .objects = scope->objects, .n_objects = scope->n_objects, .threads = scope->threads, .n_threads = scope->n_threads};
  if (scope->has_times) {
    uint64_t margin = (scope->last - scope->first) / MARGIN + 1;
    view.from = scope->first > margin ? scope->first - margin : 0;
    view.to = scope->last < UINT64_MAX - margin ? scope->last + margin : UINT64_MAX;
  }
  if (scope->wish->from_s > 0)
    view.from = typed_time(scope->wish->from_s, is_text);
  if (scope->wish->to_s >= 0)
    view.to = typed_time(scope->wish->to_s, is_text);
  return view;
}
