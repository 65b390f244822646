/* wait_for_plan.c - which waits get room. A thread that somebody waits for, and one of a circle, always stands by itself; of the others,
 * many that wait for the same are one node with a number. */
#include <stdlib.h>

#include "util/alloc.h"
#include "viz/wait_for.h"

enum { MAX_GROUPS = 32, NAMED = 2, FEW = 3 };

struct wait {
  const struct blocked *blocked;
  uint32_t thread;
  uint8_t state;
  bool is_wanted; /* somebody waits for this thread */
};

static int compare_numbers(uint64_t x, uint64_t y) {
  return (x > y) - (x < y);
}

/* The same thing, in the same way? 0: yes. */
static int compare_targets(const struct blocked *x, const struct blocked *y) {
  int order = compare_numbers(x->op, y->op);
  if (!order)
    order = compare_numbers(x->object, y->object);
  if (!order)
    order = compare_numbers(x->target, y->target);
  return order ? order : compare_numbers(wait_is_limited(x), wait_is_limited(y));
}

static int compare_waits(const void *a, const void *b) {
  const struct wait *x = a, *y = b;
  int order = compare_numbers(y->state, x->state);
  if (!order)
    order = compare_numbers(y->is_wanted, x->is_wanted);
  if (!order && !x->is_wanted)
    order = compare_targets(x->blocked, y->blocked);
  return order ? order : compare_numbers(x->thread, y->thread);
}

static bool *find_wanted(const struct hang *hang) {
  const struct model *model = hang->model;
  bool *is_wanted = xcalloc(model->n_threads + 1, sizeof *is_wanted), *is_seen = xcalloc(model->n_objects + 1, sizeof *is_seen);
  for (uint32_t i = 0; i < model->n_threads; i++) {
    const struct blocked *blocked = &model->threads[i].blocked;
    if (hang->states[i] == HANG_NOT || (blocked->object < model->n_objects && is_seen[blocked->object]))
      continue;
    if (blocked->object < model->n_objects)
      is_seen[blocked->object] = true;
    uint32_t n = 0;
    const uint32_t *others = hang_others(hang, i, &n);
    for (uint32_t k = 0; k < n; k++)
      is_wanted[others[k]] = true;
  }
  free(is_seen);
  return is_wanted;
}

static struct wait *list_waits(struct wait_for *graph) {
  const struct model *model = graph->model;
  struct wait *waits = xcalloc(model->n_threads + 1, sizeof *waits);
  bool *is_wanted = find_wanted(graph->hang);
  for (uint32_t i = 0; i < model->n_threads; i++) {
    const struct thread *thread = &model->threads[i];
    if (graph->hang->states[i] != HANG_NOT)
      waits[graph->n_waiting++] =
          (struct wait){&thread->blocked, i, graph->hang->states[i], is_wanted[i] || graph->hang->states[i] == HANG_CIRCLE};
    else
      graph->n_going_on += thread->state != THREAD_UNKNOWN && thread->state != THREAD_ENDED;
  }
  free(is_wanted);
  if (graph->n_waiting)
    qsort(waits, graph->n_waiting, sizeof *waits, compare_waits);
  return waits;
}

static void add_group(struct wait_for *graph, uint32_t thread, uint32_t n, bool is_rest) {
  if (graph->n_groups == MAX_GROUPS) {
    graph->n_left += n;
    return;
  }
  graph->groups = grow(graph->groups, graph->n_groups, &graph->group_capacity, sizeof *graph->groups);
  graph->groups[graph->n_groups++] = (struct wait_group){thread, n, is_rest};
}

void wait_for_plan(struct wait_for *graph) {
  struct wait *waits = list_waits(graph);
  for (uint32_t i = 0, n; i < graph->n_waiting; i += n) {
    n = 1;
    while (!waits[i].is_wanted && i + n < graph->n_waiting && waits[i + n].state == waits[i].state &&
           !compare_targets(waits[i].blocked, waits[i + n].blocked))
      n++;
    uint32_t named = n <= FEW ? n : NAMED;
    for (uint32_t k = 0; k < named; k++)
      add_group(graph, waits[i + k].thread, 1, false);
    if (n > named)
      add_group(graph, waits[i + named].thread, n - named, true);
  }
  free(waits);
}
