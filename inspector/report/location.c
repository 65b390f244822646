/* location.c - see location.h. */
#include "report/location.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "findings/names.h"
#include "report/source_paths.h"
#include "util/alloc.h"

static const struct frame *frame_with_file(const struct stack *stack, bool must_be_own) {
  for (uint32_t i = 0; i < stack->n_frames; i++)
    if (stack->frames[i].file && (stack->frames[i].is_own || !must_be_own))
      return &stack->frames[i];
  return NULL;
}

static void set_path(struct location *location, const struct summary *summary, const char *file, uint64_t line) {
  location->path = source_path(summary->paths, file, &location->is_inside);
  location->line = line;
}

/* The file of a text trace lies where it is, not where sources are looked for. */
static void set_trace(struct location *location, const struct summary *summary, const char *trace, uint64_t line) {
  char *whole = realpath(trace, NULL);
  set_path(location, summary, whole ? whole : trace, line);
  free(whole);
}

struct location location_of_stack(const struct summary *summary, const struct finding *finding, const struct stack *stack,
                                  uint64_t ordinal) {
  struct location location = {0};
  const struct frame *own = stack->n_frames ? stack_own_frame(stack) : NULL;
  location.frame = frame_with_file(stack, true);
  if (!location.frame && own && !own->is_own)
    location.frame = frame_with_file(stack, false);
  if (location.frame) {
    set_path(&location, summary, location.frame->file, location.frame->line > 0 ? (uint64_t)location.frame->line : 0);
    return location;
  }
  location.frame = own;
  if (finding->by_name && finding->trace && ordinal) {
    set_trace(&location, summary, finding->trace, ordinal);
  } else if (own && own->module) {
    set_path(&location, summary, own->module, 0);
    location.is_stand_in = true;
  }
  return location;
}

void location_done(struct location *location) {
  free(location->path);
  location->path = NULL;
}

/* The better one of both; frees the other. */
static struct location better(struct location a, struct location b) {
  int order = a.path && b.path ? 0 : b.path ? 1 : -1;
  if (!order)
    order = (int)a.is_stand_in - (int)b.is_stand_in;
  if (!order)
    order = (int)b.is_inside - (int)a.is_inside;
  if (!order)
    order = strcmp(a.path, b.path);
  bool is_b = order > 0 || (!order && b.line < a.line);
  location_done(is_b ? &a : &b);
  return is_b ? b : a;
}

struct location location_of_finding(const struct summary *summary, const struct finding *finding) {
  struct location best = {0};
  for (uint32_t i = 0; i < finding->n_threads; i++) {
    const struct finding_thread *thread = &finding->threads[i];
    best = better(best, location_of_stack(summary, finding, &thread->stack, thread->event));
  }
  for (uint32_t i = 0; i < finding->n_threads && (!best.path || best.is_stand_in); i++) {
    const struct finding_thread *thread = &finding->threads[i];
    for (uint32_t k = 0; k < thread->n_holds; k++)
      best = better(best, location_of_stack(summary, finding, &thread->held_stacks[k], thread->held_ordinals[k]));
    for (uint32_t k = 0; k < thread->n_places; k++)
      best = better(best, location_of_stack(summary, finding, &thread->places[k].stack, thread->places[k].ordinal));
  }
  if (!best.path && finding->trace) {
    set_trace(&best, summary, finding->trace, 0);
    best.is_stand_in = true;
  }
  return best;
}

char *location_text(const struct location *location) {
  if (!location->path)
    return xstrdup("?");
  return location->line ? xasprintf("%s:%" PRIu64, location->path, location->line) : xstrdup(location->path);
}
