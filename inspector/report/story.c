/* story.c - see story.h. */
#include "report/story.h"

#include <stdlib.h>
#include <string.h>

#include "report/wording.h"
#include "util/alloc.h"

static uint32_t actor_of(struct story *story, const char *name) {
  if (!name)
    return STORY_NOBODY;
  for (uint32_t i = 0; i < story->n_actors; i++)
    if (story->actors[i] && !strcmp(story->actors[i], name))
      return i;
  story->actors[story->n_actors] = name;
  return story->n_actors++;
}

static void add(struct story *story, struct story_step step) {
  story->steps[story->n_steps++] = step;
}

/* In a circle of one thread, it is there several times. */
static uint32_t actor_of_thread(const struct story *story, uint32_t number) {
  for (uint32_t i = 0; i < number && story->actors[number]; i++)
    if (story->actors[i] && !strcmp(story->actors[i], story->actors[number]))
      return i;
  return number;
}

static void add_thread(struct story *story, const struct finding *finding, uint32_t number) {
  const struct finding_thread *thread = &finding->threads[number];
  uint32_t actor = actor_of_thread(story, number);
  for (uint32_t i = 0; i < thread->n_places; i++)
    add(story, (struct story_step){STORY_PLACE, number, i, actor_of(story, thread->places[i].thread_name), thread->places[i].ordinal,
                                   &thread->places[i].stack});
  for (uint32_t i = 0; i < thread->n_holds; i++)
    add(story, (struct story_step){STORY_HOLD, number, i, actor, thread->held_ordinals[i], &thread->held_stacks[i]});
  add(story, (struct story_step){STORY_DEED, number, 0, actor, thread->event, &thread->stack});
}

static int compare(uint64_t a, uint64_t b) {
  return a < b ? -1 : a > b;
}

static int compare_times(const void *a, const void *b) {
  const struct story_step *x = a, *y = b;
  int order = compare(x->ordinal, y->ordinal);
  return order ? order : compare(x->kind, y->kind) ? compare(x->kind, y->kind) : compare(x->index, y->index);
}

static int compare_steps(const void *a, const void *b) {
  const struct story_step *x = a, *y = b;
  int order = compare(x->kind, y->kind);
  if (!order)
    order = x->kind == STORY_PLACE ? compare(x->ordinal, y->ordinal) : compare(x->thread, y->thread);
  return order ? order : compare_times(a, b);
}

struct story story_of(const struct finding *finding) {
  size_t n_steps = finding->n_threads, n_actors = finding->n_threads;
  for (uint32_t i = 0; i < finding->n_threads; i++) {
    n_steps += finding->threads[i].n_holds + finding->threads[i].n_places;
    n_actors += finding->threads[i].n_places;
  }
  struct story story = {.steps = xcalloc(n_steps, sizeof *story.steps), .actors = xcalloc(n_actors, sizeof *story.actors)};
  for (uint32_t i = 0; i < finding->n_threads; i++)
    story.actors[story.n_actors++] = finding->threads[i].name;
  for (uint32_t i = 0; i < finding->n_threads; i++)
    add_thread(&story, finding, i);
  qsort(story.steps, story.n_steps, sizeof *story.steps, finding->n_threads > 1 ? compare_steps : compare_times);
  return story;
}

void story_done(struct story *story) {
  free(story->steps);
  free(story->actors);
  *story = (struct story){0};
}

char *story_step_text(const struct finding *finding, const struct story_step *step) {
  const struct finding_thread *thread = &finding->threads[step->thread];
  char *event = wording_event(finding, step->ordinal), *made = NULL, *text = NULL;
  switch (step->kind) {
  case STORY_PLACE:
    made = wording_place(&thread->places[step->index]);
    text = xasprintf("%s%s", made, event);
    break;
  case STORY_HOLD:
    text = xasprintf("%s acquires %s here%s", thread->name ? thread->name : "a thread",
                     thread->hold_names[step->index] ? thread->hold_names[step->index] : "a lock", event);
    break;
  case STORY_DEED:
    made = wording_deed(thread);
    text = xasprintf("%s%s%s", thread->name ? thread->name : "a thread", made, event);
    break;
  }
  free(made);
  free(event);
  return text;
}
