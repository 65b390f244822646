/* clock.c - vector clocks over chains, and numbered snapshots of them: see clock.h. */
#include "detect/clock.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

static void clock_extend(struct clock *clock, uint32_t n) {
  if (n <= clock->n)
    return;
  if (n > clock->capacity) {
    uint32_t capacity = clock->capacity * 2 > n ? clock->capacity * 2 : n;
    clock->at = xreallocarray(clock->at, capacity, sizeof *clock->at);
    clock->capacity = capacity;
  }
  memset(clock->at + clock->n, 0, (n - clock->n) * sizeof *clock->at);
  clock->n = n;
}

bool clock_raise(struct clock *clock, uint32_t chain, uint32_t n) {
  if (clock_get(clock, chain) >= n)
    return false;
  clock_extend(clock, chain + 1);
  clock->at[chain] = n;
  return true;
}

void clock_done(struct clock *clock) {
  free(clock->at);
  *clock = (struct clock){0};
}

bool clock_join(struct clock *clock, const struct clock *from) {
  bool rose = false;
  for (uint32_t i = 0; i < from->n; i++)
    rose |= clock_raise(clock, i, from->at[i]);
  return rose;
}

bool clock_join_stamp(struct clock *clock, const struct versions *versions, struct stamp stamp) {
  if (!stamp.n || clock_get(clock, stamp.chain) >= stamp.n)
    return false; /* knowing an event means knowing all that it knew */
  clock_raise(clock, stamp.chain, stamp.n);
  for (uint32_t i = version_begin(versions, stamp.version); i < version_end(versions, stamp.version); i++)
    clock_raise(clock, versions->parts[i].chain, versions->parts[i].n);
  return true;
}

uint32_t versions_add(struct versions *versions, const struct clock *clock, uint32_t without) {
  uint32_t first = versions->n_parts;
  for (uint32_t i = 0; i < clock->n; i++) {
    if (!clock->at[i] || i == without)
      continue;
    versions->parts = grow(versions->parts, versions->n_parts, &versions->part_capacity, sizeof *versions->parts);
    versions->parts[versions->n_parts++] = (struct version_part){i, clock->at[i]};
  }
  if (versions->n_parts == first)
    return 0;
  versions->end = grow(versions->end, versions->n, &versions->capacity, sizeof *versions->end);
  versions->end[versions->n++] = versions->n_parts;
  return versions->n;
}

void versions_done(struct versions *versions) {
  free(versions->parts);
  free(versions->end);
  *versions = (struct versions){0};
}
