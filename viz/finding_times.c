/* finding_times.c - see finding_times.h. Ordinals only rise while a trace is read: one sorted list and one place in it are enough. */
#include "viz/finding_times.h"

#include <stdlib.h>

#include "util/alloc.h"

struct finding_moment {
  uint64_t ordinal;
  uint32_t item;
};

static void add_moment(struct finding_times *times, uint64_t ordinal, uint32_t item) {
  if (!ordinal)
    return;
  times->moments = grow(times->moments, times->n_moments, &times->capacity, sizeof *times->moments);
  times->moments[times->n_moments++] = (struct finding_moment){ordinal, item};
}

static void add_finding(struct finding_times *times, const struct finding *finding) {
  uint32_t item = times->n_items++;
  times->items[item] = (struct finding_time){finding, UINT64_MAX, 0};
  for (uint32_t i = 0; i < finding->n_threads; i++) {
    const struct finding_thread *thread = &finding->threads[i];
    add_moment(times, thread->event, item);
    for (uint32_t k = 0; k < thread->n_holds; k++)
      add_moment(times, thread->held_ordinals[k], item);
    for (uint32_t k = 0; k < thread->n_places; k++)
      add_moment(times, thread->places[k].ordinal, item);
  }
}

static int compare_moments(const void *a, const void *b) {
  const struct finding_moment *x = a, *y = b;
  return (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

void finding_times_init(struct finding_times *times, const struct findings *findings, uint32_t trace, uint32_t limit) {
  *times = (struct finding_times){.items = xcalloc(limit, sizeof *times->items)};
  for (size_t i = 0; i < findings->n_items && times->n_items < limit; i++)
    if (findings->items[i]->source == trace)
      add_finding(times, findings->items[i]);
  if (times->n_moments)
    qsort(times->moments, times->n_moments, sizeof *times->moments, compare_moments);
}

void finding_times_done(struct finding_times *times) {
  free(times->items);
  free(times->moments);
}

void finding_times_event(struct finding_times *times, const struct model *model, const struct event *event) {
  while (times->next < times->n_moments && times->moments[times->next].ordinal < event->ordinal)
    times->next++;
  for (; times->next < times->n_moments && times->moments[times->next].ordinal == event->ordinal; times->next++) {
    struct finding_time *item = &times->items[times->moments[times->next].item];
    uint64_t time = view_time(model, event);
    item->first = time < item->first ? time : item->first;
    item->last = time > item->last ? time : item->last;
  }
}
