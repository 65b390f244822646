/* spans.h - nested address intervals with one lookup: the innermost that holds an address.
 *
 * Functions hold inlined calls, which hold inlined calls. Sorted by start, the wider first, each span knows the one
 * around it, so a lookup is a binary search and a short walk outwards. Overlaps that do not nest (bad debug information)
 * give some span that holds the address, or none. */
#ifndef INSPECTOR_SPANS_H
#define INSPECTOR_SPANS_H

#include <stdint.h>

#define NO_SPAN UINT32_MAX

struct span {
  uint64_t low, high;
  uint32_t value;
  uint32_t enclosing;
};

struct spans {
  struct span *items;
  uint32_t n_items, capacity;
};

/* Of equal spans the one added later counts as the inner one. Empty spans and those at address 0 (discarded by the
 * linker) are left out. */
void spans_add(struct spans *spans, uint64_t low, uint64_t high, uint32_t value);
void spans_sort(struct spans *spans);                             /* before the first lookup */
uint32_t spans_find(const struct spans *spans, uint64_t address); /* value, or NO_SPAN */
void spans_done(struct spans *spans);

#endif
