/* spans.c - see spans.h. */
#include "findings/spans.h"

#include <stdlib.h>

#include "util/alloc.h"

void spans_add(struct spans *spans, uint64_t low, uint64_t high, uint32_t value) {
  /* 0: GNU ld's mark of what it discarded, 1: the same in old range lists, the highest ones: lld's. */
  if (low <= 1 || low >= high || low >= UINT64_MAX - 1)
    return;
  spans->items = grow(spans->items, spans->n_items, &spans->capacity, sizeof *spans->items);
  uint32_t n = spans->n_items++;
  spans->items[n] = (struct span){.low = low, .high = high, .value = value, .enclosing = n};
}

static int compare_spans(const void *a, const void *b) {
  const struct span *x = a, *y = b;
  if (x->low != y->low)
    return x->low < y->low ? -1 : 1;
  if (x->high != y->high)
    return x->high > y->high ? -1 : 1;
  return (x->enclosing > y->enclosing) - (x->enclosing < y->enclosing); /* still the order of adding */
}

void spans_sort(struct spans *spans) {
  if (spans->n_items)
    qsort(spans->items, spans->n_items, sizeof *spans->items, compare_spans);
  for (uint32_t i = 0; i < spans->n_items; i++) {
    uint32_t around = i ? i - 1 : NO_SPAN;
    while (around != NO_SPAN && spans->items[around].high <= spans->items[i].low)
      around = spans->items[around].enclosing;
    spans->items[i].enclosing = around;
  }
}

uint32_t spans_find(const struct spans *spans, uint64_t address) {
  uint32_t first = 0, behind = spans->n_items;
  while (first < behind) {
    uint32_t middle = first + (behind - first) / 2;
    if (spans->items[middle].low <= address)
      first = middle + 1;
    else
      behind = middle;
  }
  uint32_t at = first ? first - 1 : NO_SPAN;
  while (at != NO_SPAN && spans->items[at].high <= address)
    at = spans->items[at].enclosing;
  return at == NO_SPAN ? NO_SPAN : spans->items[at].value;
}

void spans_done(struct spans *spans) {
  free(spans->items);
  *spans = (struct spans){0};
}
