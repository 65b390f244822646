/* line_index.c - from numbers of a chain's events back to threads and their lines: see line_index.h. */
#include "detect/line_index.h"

#include <stdbool.h>
#include <stdlib.h>

#include "model/event.h"
#include "util/alloc.h"

static struct line_thread *line_thread(struct line_index *index, uint32_t thread) {
  while (index->n_threads <= thread) {
    index->threads = grow(index->threads, index->n_threads, &index->thread_capacity, sizeof *index->threads);
    index->threads[index->n_threads++] = (struct line_thread){0};
  }
  return &index->threads[thread];
}

static struct line_runs *line_runs(struct line_index *index, uint32_t chain) {
  while (index->n_chains <= chain) {
    index->chains = grow(index->chains, index->n_chains, &index->chain_capacity, sizeof *index->chains);
    index->chains[index->n_chains++] = (struct line_runs){0};
  }
  return &index->chains[chain];
}

void line_index_note(struct line_index *index, uint32_t chain, uint32_t n, uint32_t thread, uint64_t ordinal) {
  struct line_thread *t = line_thread(index, thread);
  t->line += t->ordinal != ordinal;
  t->ordinal = ordinal;
  struct line_runs *runs = line_runs(index, chain);
  const struct line_run *last = runs->n ? &runs->items[runs->n - 1] : NULL;
  if (last && last->thread == thread && last->line + (n - last->n) == t->line)
    return;
  runs->items = grow(runs->items, runs->n, &runs->capacity, sizeof *runs->items);
  runs->items[runs->n++] = (struct line_run){n, thread, t->line};
}

uint32_t line_index_lines(const struct line_index *index, uint32_t thread) {
  return thread < index->n_threads ? index->threads[thread].line : 0;
}

/* How many runs begin within the first n events. */
static uint32_t runs_within(const struct line_runs *runs, uint32_t n) {
  uint32_t low = 0, high = runs->n;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (runs->items[middle].n <= n)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Numbers without an event lie between runs, and a line whose last events come later is not done: both end before the next run. */
uint32_t line_index_stops(const struct line_index *index, uint32_t chain, uint32_t n, uint32_t *lines) {
  const struct line_runs *runs = chain < index->n_chains ? &index->chains[chain] : NULL;
  uint32_t begun = NO_INDEX;
  for (uint32_t i = 0, end = runs ? runs_within(runs, n) : 0; i < end; i++) {
    const struct line_run *run = &runs->items[i], *next = i + 1 < runs->n ? run + 1 : NULL;
    uint32_t line = i + 1 < end ? UINT32_MAX : run->line + (n - run->n);
    bool goes_on = next && next->thread == run->thread;
    uint32_t last = goes_on ? next->line - 1 : index->threads[run->thread].line;
    if (goes_on && i + 1 == end && line == next->line)
      begun = run->thread;
    line = line < last ? line : last;
    if (lines[run->thread] < line)
      lines[run->thread] = line;
  }
  return begun;
}

void line_index_done(struct line_index *index) {
  for (uint32_t i = 0; i < index->n_chains; i++)
    free(index->chains[i].items);
  free(index->chains);
  free(index->threads);
  *index = (struct line_index){0};
}
