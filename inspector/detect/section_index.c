/* section_index.c - the sections of one lock, chain by chain: see section_index.h. Two counting sorts, since the chains' lists
 * are in order already. */
#include "detect/section_index.h"

#include <stdlib.h>

#include "util/alloc.h"

struct lock_count {
  uint32_t n_entries, n_runs, last_chain; /* last_chain + 1 */
};

static void count_locks(const struct section_list *sections, uint32_t n_chains, struct lock_count *counts) {
  for (uint32_t chain = 0; chain < n_chains; chain++)
    for (uint32_t i = 0; i < sections[chain].n; i++) {
      struct lock_count *count = &counts[sections[chain].items[i].lock];
      count->n_entries++;
      count->n_runs += count->last_chain != chain + 1;
      count->last_chain = chain + 1;
    }
}

/* Counts become the next free places; last_chain is forgotten. */
static void place_locks(struct section_index *index, struct lock_count *counts, uint32_t n_locks) {
  uint32_t n_entries = 0, n_runs = 0;
  for (uint32_t lock = 0; lock < n_locks; lock++) {
    struct lock_count count = counts[lock];
    index->first_run[lock] = n_runs;
    counts[lock] = (struct lock_count){.n_entries = n_entries, .n_runs = n_runs};
    n_entries += count.n_entries;
    n_runs += count.n_runs;
  }
  index->first_run[n_locks] = n_runs;
  index->entries = xcalloc(n_entries, sizeof *index->entries);
  index->runs = xcalloc(n_runs, sizeof *index->runs);
}

static void add_entry(struct section_index *index, struct lock_count *count, uint32_t chain, uint32_t i) {
  uint32_t at = count->n_entries++;
  bool is_first = count->last_chain != chain + 1;
  if (is_first) {
    count->last_chain = chain + 1;
    index->runs[count->n_runs++] = (struct section_run){.chain = chain, .begin = at, .end = at, .hint = at};
  }
  index->runs[count->n_runs - 1].end = at + 1;
  const struct section *section = &index->sections[chain].items[i];
  uint32_t writer = !section->is_shared ? at + 1 : is_first ? 0 : index->entries[at - 1].writer;
  index->entries[at] = (struct section_entry){section->n, i, writer};
}

void section_index_init(struct section_index *index, const struct section_list *sections, uint32_t n_chains, uint32_t n_locks) {
  *index = (struct section_index){.sections = sections};
  index->first_run = xcalloc((size_t)n_locks + 1, sizeof *index->first_run);
  struct lock_count *counts = xcalloc(n_locks, sizeof *counts);
  count_locks(sections, n_chains, counts);
  place_locks(index, counts, n_locks);
  for (uint32_t chain = 0; chain < n_chains; chain++)
    for (uint32_t i = 0; i < sections[chain].n; i++)
      add_entry(index, &counts[sections[chain].items[i].lock], chain, i);
  free(counts);
}

void section_index_done(struct section_index *index) {
  free(index->entries);
  free(index->runs);
  free(index->first_run);
}

/* In both: bounds around the hint that double until the answer lies between, then bisection. */

uint32_t section_run_last(const struct section_index *index, struct section_run *run, uint32_t n) {
  const struct section_entry *entries = index->entries;
  uint32_t low = run->begin, high = run->end;
  for (uint32_t at = run->hint, step = 1; at >= low && at < high; step *= 2)
    if (entries[at].n <= n) {
      low = at + 1;
      at = step < run->end - at ? at + step : run->end;
    } else {
      high = at;
      at = step < at - run->begin ? at - step : run->begin;
    }
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (entries[middle].n <= n)
      low = middle + 1;
    else
      high = middle;
  }
  run->hint = low > run->begin ? low - 1 : low;
  return low == run->begin ? 0 : low;
}

uint32_t sections_within(const struct section_list *list, uint32_t n, uint32_t hint) {
  uint32_t low = 0, high = list->n;
  for (uint32_t at = hint, step = 1; at >= low && at < high; step *= 2)
    if (list->items[at].n <= n) {
      low = at + 1;
      at = step < list->n - at ? at + step : list->n;
    } else {
      high = at;
      at = step < at ? at - step : 0;
    }
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (list->items[middle].n <= n)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}
