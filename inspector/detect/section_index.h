/* section_index.h - the sections of one lock, chain by chain, so that the newest ones inside a set are found by bisection. */
#ifndef INSPECTOR_SECTION_INDEX_H
#define INSPECTOR_SECTION_INDEX_H

#include "detect/closure.h"

struct section_entry {
  uint32_t n;      /* where it begins */
  uint32_t index;  /* in its chain's list */
  uint32_t writer; /* entry of the newest writing section of the run up to here, + 1; 0: none */
};

/* One lock's sections in one chain: entries[begin] .. entries[end - 1]. */
struct section_run {
  uint32_t chain, begin, end;
  uint32_t hint; /* where the last search ended: the next one is mostly near */
};

struct section_index {
  const struct section_list *sections;
  struct section_entry *entries;
  struct section_run *runs;
  uint32_t *first_run; /* by lock; those of lock l end where those of l + 1 begin */
};

void section_index_init(struct section_index *index, const struct section_list *sections, uint32_t n_chains, uint32_t n_locks);
void section_index_done(struct section_index *index);

/* The run's last entry that begins within the first n events of its chain, + 1; 0: none. */
uint32_t section_run_last(const struct section_index *index, struct section_run *run, uint32_t n);
/* How many of the chain's sections begin within its first n events; about `hint`, if the last answer is given. */
uint32_t sections_within(const struct section_list *list, uint32_t n, uint32_t hint);

#endif
