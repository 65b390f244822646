/* tally.h - how often each of a few keys occurred: the call sites and threads of one lock. */
#ifndef INSPECTOR_TALLY_H
#define INSPECTOR_TALLY_H

#include <stdint.h>

struct tally_entry {
  uint32_t key;
  uint64_t count, contended, wait_ns;
  uint64_t hold_ns; /* of threads: of those sections that were timed at both ends, */
  uint32_t n_timed; /* so many */
};

struct tally {
  struct tally_entry *entries; /* ascending by key */
  uint32_t n, capacity;
  uint32_t last; /* position found last: most locks are taken at the same place again */
};

/* The entry of `key`, new ones zeroed; valid until the next call. */
struct tally_entry *tally_at(struct tally *tally, uint32_t key);

/* For qsort() of entries: longest wait, then most often, first. */
int tally_compare(const void *a, const void *b);

/* Sort like that; no tally_at() after it. */
void tally_sort(struct tally *tally);
void tally_done(struct tally *tally);

#endif
