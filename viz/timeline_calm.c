/* timeline_calm.c - what a timeline says first when nothing hangs: who waited most, for what, and who let them wait.
 *
 * A picture without a word leaves the reader to guess whether anything is wrong. Joins are left out: to wait for the end of threads is what
 * a main thread is there for. */
#include <stdlib.h>

#include "util/alloc.h"
#include "viz/label.h"
#include "viz/timeline_paint.h"

enum { MAX_NAMED = 3 };

struct waiter {
  uint32_t thread;
  uint8_t op; /* what it waited in */
  uint64_t waited;
};

static int compare_waiters(const void *a, const void *b) {
  const struct waiter *x = a, *y = b;
  if (x->waited != y->waited)
    return x->waited < y->waited ? 1 : -1;
  return (x->thread > y->thread) - (x->thread < y->thread);
}

/* Of the object, longest first. */
static struct waiter *waiters_of(const struct painter *painter, uint32_t object, uint32_t *ret_n) {
  const struct plan *plan = &painter->plan;
  struct waiter *waiters = xcalloc(plan->n_tracks, sizeof *waiters);
  for (uint32_t i = 0; i < plan->n_tracks; i++)
    waiters[i].thread = plan->tracks[i].thread;
  for (uint32_t i = 0; i < painter->timeline->n_bars; i++) {
    const struct bar *bar = &painter->timeline->bars[i];
    const struct track *track = bar->kind == BAR_WAIT && bar->object == object ? plan_track(plan, bar->thread) : NULL;
    if (!track)
      continue;
    waiters[track - plan->tracks].waited += bar->total;
    waiters[track - plan->tracks].op = bar->op;
  }
  if (plan->n_tracks)
    qsort(waiters, plan->n_tracks, sizeof *waiters, compare_waiters);
  *ret_n = 0;
  while (*ret_n < plan->n_tracks && waiters[*ret_n].waited)
    ++*ret_n;
  return waiters;
}

static void append(char **text, char *more) {
  char *longer = xasprintf("%s%s", *text, more);
  free(*text);
  free(more);
  *text = longer;
}

/* "worker 1 44 ms, worker 2 42 ms and 3 more" */
static void append_waiters(const struct painter *painter, char **text, const struct waiter *waiters, uint32_t n) {
  for (uint32_t i = 0; i < n && i < MAX_NAMED; i++) {
    char *name = names_thread(painter->names, waiters[i].thread), *time = label_duration(waiters[i].waited, painter->is_text);
    append(text, xasprintf("%s%s %s", i ? ", " : "", name, time));
    free(name);
    free(time);
  }
  if (n > MAX_NAMED)
    append(text, xasprintf(" and %u more", n - MAX_NAMED));
}

/* Of a barrier: who came last how often, as far as the others waited long enough for an arrow. */
static void append_last(const struct painter *painter, char **text, uint32_t object) {
  uint32_t n = 0, n_by_best = 0, best = NO_INDEX;
  for (uint32_t i = 0; i < painter->marks.n; i++) {
    const struct mark *mark = &painter->marks.items[i];
    uint32_t n_same = 0;
    if (mark->object != object || mark->waiter != NO_INDEX)
      continue;
    for (uint32_t k = 0; k < painter->marks.n; k++)
      n_same += painter->marks.items[k].thread == mark->thread && painter->marks.items[k].object == object;
    n++;
    if (n_same > n_by_best) {
      n_by_best = n_same;
      best = mark->thread;
    }
  }
  if (best == NO_INDEX)
    return;
  char *name = names_thread(painter->names, best);
  append(text, xasprintf("; %s came last %u of %u times", name, n_by_best, n));
  free(name);
}

static uint32_t most_waited(const struct plan *plan) {
  uint32_t best = NO_INDEX;
  uint64_t waited = 0;
  for (uint32_t i = 0; i < plan->n_locks; i++)
    if (plan->locks[i].waited > waited) {
      waited = plan->locks[i].waited;
      best = plan->locks[i].object;
    }
  return best;
}

static const char *preposition(uint8_t op) {
  return op == TRACE_ARRIVE ? "at" : op == TRACE_PUT_REQ ? "for room in" : "for";
}

char *painter_calm_sentence(const struct painter *painter) {
  uint32_t object = most_waited(&painter->plan), n = 0;
  struct waiter *waiters = object == NO_INDEX ? NULL : waiters_of(painter, object, &n);
  if (!n) {
    free(waiters);
    return xstrdup("Nothing hangs, and no thread waits for a lock, a condition or another object");
  }
  char *name = names_object(painter->names, object);
  char *text = xasprintf("Nothing hangs. Most waiting is %s %s: ", preposition(waiters[0].op), name);
  append_waiters(painter, &text, waiters, n);
  append_last(painter, &text, object);
  free(waiters);
  free(name);
  return text;
}
