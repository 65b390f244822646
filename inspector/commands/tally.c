/* tally.c - a sorted array, searched in halves: a lock has few sites, and few locks have many threads. */
#include "commands/tally.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

static uint32_t tally_position(const struct tally *tally, uint32_t key) {
  uint32_t low = 0, high = tally->n;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (tally->entries[middle].key < key)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

struct tally_entry *tally_at(struct tally *tally, uint32_t key) {
  if (tally->last < tally->n && tally->entries[tally->last].key == key)
    return &tally->entries[tally->last];
  uint32_t at = tally_position(tally, key);
  tally->last = at;
  if (at < tally->n && tally->entries[at].key == key)
    return &tally->entries[at];
  if (tally->n == tally->capacity) { /* from one: most have few, and there may be a million */
    tally->capacity = tally->capacity ? tally->capacity * 2 : 1;
    tally->entries = xreallocarray(tally->entries, tally->capacity, sizeof *tally->entries);
  }
  memmove(&tally->entries[at + 1], &tally->entries[at], (tally->n - at) * sizeof *tally->entries);
  tally->entries[at] = (struct tally_entry){.key = key};
  tally->n++;
  return &tally->entries[at];
}

int tally_compare(const void *a, const void *b) {
  const struct tally_entry *x = a, *y = b;
  if (x->wait_ns != y->wait_ns)
    return x->wait_ns < y->wait_ns ? 1 : -1;
  if (x->count != y->count)
    return x->count < y->count ? 1 : -1;
  return (x->key > y->key) - (x->key < y->key);
}

void tally_sort(struct tally *tally) {
  if (tally->n)
    qsort(tally->entries, tally->n, sizeof *tally->entries, tally_compare);
}

void tally_done(struct tally *tally) {
  free(tally->entries);
  *tally = (struct tally){0};
}
