/* clock.h - vector clocks over chains, and numbered snapshots of them.
 *
 * A chain is a sequence of threads of which each starts after the one before was joined (see chains.h), so it is
 * totally ordered and one component a chain is enough. Clocks are dense and end at their last component that is not 0;
 * snapshots keep only the components that are not 0, since most threads know few others. */
#ifndef INSPECTOR_CLOCK_H
#define INSPECTOR_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock {
  uint32_t *at; /* chain -> number of its events inside */
  uint32_t n, capacity;
};

static inline uint32_t clock_get(const struct clock *clock, uint32_t chain) {
  return chain < clock->n ? clock->at[chain] : 0;
}

/* True if the component rose. */
bool clock_raise(struct clock *clock, uint32_t chain, uint32_t n);
void clock_done(struct clock *clock);

struct version_part {
  uint32_t chain, n;
};

/* Version 0 is the empty clock. */
struct versions {
  struct version_part *parts;
  uint32_t n_parts, part_capacity;
  uint32_t *end; /* behind the last part of each version */
  uint32_t n, capacity;
};

/* A snapshot of the clock without component `without` (the chain's own: it changes at every event). */
uint32_t versions_add(struct versions *versions, const struct clock *clock, uint32_t without);
void versions_done(struct versions *versions);

static inline uint32_t version_begin(const struct versions *versions, uint32_t version) {
  return version > 1 ? versions->end[version - 2] : 0;
}
static inline uint32_t version_end(const struct versions *versions, uint32_t version) {
  return version ? versions->end[version - 1] : 0;
}

/* An event seen from outside: event number n of its chain, and what it knows of the other chains. n is 0 for no event. */
struct stamp {
  uint32_t chain, n, version;
};

bool clock_join_stamp(struct clock *clock, const struct versions *versions, struct stamp stamp);
bool clock_join(struct clock *clock, const struct clock *from);

#endif
