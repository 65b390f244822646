/* steering.c - see steering.h. */
#include "commands/steering.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

/* Frames of one address are listed with the calls inlined there, all with the same offset; which is that before the return address. */
static void add_frames(struct trace_steer_place *place, const struct stack *stack) {
  for (uint32_t i = 0; i < stack->n_frames && place->n_frames < TRACE_STEER_FRAMES; i++) {
    const struct frame *frame = &stack->frames[i];
    if (frame->is_tail) /* the walk in the program does not meet it */
      continue;
    if (!frame->module)
      break;
    struct trace_steer_frame address = {.module = trace_steer_module(frame->module, (uint32_t)strlen(frame->module)),
                                        .offset = frame->offset + 1};
    const struct trace_steer_frame *last = place->n_frames ? &place->frames[place->n_frames - 1] : NULL;
    if (!last || last->module != address.module || last->offset != address.offset)
      place->frames[place->n_frames++] = address;
  }
}

/* The places of a finding are in the order of its threads. */
bool steering_init(struct trace_steer *steer, const struct finding *finding) {
  *steer = (struct trace_steer){0};
  if (finding->n_threads < 2 || finding->n_threads > TRACE_STEER_PLACES)
    return false;
  for (uint32_t i = 0; i < finding->n_threads; i++) {
    add_frames(&steer->places[i], &finding->threads[i].stack);
    if (!steer->places[i].n_frames)
      return false;
  }
  steer->n_places = finding->n_threads;
  return true;
}

/* A short pause is enough where threads come near each other anyhow; a long one where one of them comes late, by a sleep or much work.
 * Where a thread that is held back keeps another one from coming, it is to pass: so some attempts hold back all but one. Where the place is
 * visited often, only a later visit may be the right one. */
void steering_attempt(struct trace_steer *steer, unsigned attempt) {
  static const struct {
    uint32_t wait_ms, waits, skip;
    bool leaves_out;
  } ways[] = {{200, 8, 0, false}, {1000, 4, 0, false}, {300, 8, 0, true},  {6000, 2, 0, false},
              {300, 8, 1, true},  {300, 10, 3, false}, {3000, 3, 0, true}, {12000, 1, 0, false}};
  const uint32_t n_ways = sizeof ways / sizeof *ways, way = (attempt - 1) % n_ways;
  steer->wait_ms = ways[way].wait_ms;
  steer->waits = ways[way].waits;
  steer->n_met = 0;
  for (uint32_t i = 0; i < steer->n_places; i++) {
    struct trace_steer_place *place = &steer->places[i];
    place->is_gate = !ways[way].leaves_out || i != attempt % steer->n_places;
    place->skip = ways[way].skip * (1 + (attempt - 1) / n_ways);
    place->backoff = place->n_visits = place->n_held_back = place->n_in_vain = 0;
  }
}

void steering_listen(struct trace_steer *steer, const struct trace_steer *told) {
  steer->n_met = told->n_met;
  for (uint32_t i = 0; i < steer->n_places; i++) {
    steer->places[i].n_visits = told->places[i].n_visits;
    steer->places[i].n_held_back = told->places[i].n_held_back;
    steer->places[i].n_in_vain = told->places[i].n_in_vain;
  }
}

static char *told_of(const struct trace_steer_place *place, const struct finding_thread *thread) {
  const char *name = thread->name ? thread->name : "a thread";
  if (!place->n_visits)
    return xasprintf("%s never came to its place", name);
  return xasprintf("%s came to its place %" PRIu32 " time%s and was held back %" PRIu32 " time%s", name, place->n_visits,
                   place->n_visits == 1 ? "" : "s", place->n_held_back, place->n_held_back == 1 ? "" : "s");
}

char *steering_told(const struct trace_steer *steer, const struct finding *finding) {
  char *text = xstrdup("");
  for (uint32_t i = 0; i < steer->n_places; i++) {
    char *one = told_of(&steer->places[i], &finding->threads[i]), *longer = xasprintf("%s%s%s", text, i ? ", " : "", one);
    free(one);
    free(text);
    text = longer;
  }
  if (!steer->n_met)
    return text;
  char *longer = xasprintf("%s; they stood there together, but the program went on", text);
  free(text);
  return longer;
}
