/* closure.h - the sync-preserving closure: which events must have happened before, if these have.
 *
 * A set of events is given by a clock: the first at[k] events of every chain k. Its closure is the least superset that
 * is closed under the hard order (snapshots carry it) and in which, of two conflicting critical sections of one lock
 * that have both begun, the one that is earlier in the trace has also ended. A set closed in this way can be executed in
 * trace order; so if it stops short of the requests of a lock-order cycle, every one of them blocks (SPDOffline,
 * PLDI 2023, arXiv 2304.03692; work list instead of a fixpoint, readers of a rwlock: own).
 *
 * The set only grows between two closure_begin(); each section is looked at once at most. */
#ifndef INSPECTOR_CLOSURE_H
#define INSPECTOR_CLOSURE_H

#include <stdbool.h>
#include <stdint.h>

#include "detect/clock.h"

/* One critical section, by its outermost acquisition. */
struct section {
  uint64_t ordinal; /* of the acquisition in the trace */
  uint32_t n;       /* its number in its chain */
  uint32_t lock;
  uint32_t release_n, release_version; /* of the release; release_n 0: never */
  uint32_t site;
  uint32_t outer : 31; /* the newest section that its chain was in when it began, + 1; 0: none */
  uint32_t is_shared : 1;
};

_Static_assert(sizeof(struct section) == 32, "one for every acquire of a shared lock");

struct section_list {
  struct section *items;
  uint32_t n, capacity;
};

struct closure;

/* sections[k]: those of chain k in its order, for all locks below n_locks whose order may matter. Both must outlive the closure. */
struct closure *closure_new(const struct versions *versions, const struct section_list *sections, uint32_t n_chains, uint32_t n_locks);
void closure_free(struct closure *closure); /* accepts NULL */

void closure_begin(struct closure *closure); /* the empty set */
void closure_add(struct closure *closure, struct stamp stamp);
/* What was added since closure_begin() is a union of closed sets: of its sections only open ones are looked at, so that a
 * closure costs what it adds, not what it starts from. */
void closure_trust(struct closure *closure);
/* False if a section had to end that never ends in the trace: no execution holds the set. */
bool closure_close(struct closure *closure);
/* Whoever holds the lock in `chain` holds it last: what is inside of its sections in other chains ends, too. In whatever order sections
 * come, that is so. False if one never ends. To be used without closure_close(). */
bool closure_end_others(struct closure *closure, uint32_t lock, uint32_t chain, bool is_shared);
/* Rises whenever the set does. */
uint64_t closure_growth(const struct closure *closure);
/* Chains and sections looked at so far: what it cost, told the same on every machine. */
uint64_t closure_cost(const struct closure *closure);
/* How many events of the chain are inside. */
const uint32_t *closure_set(const struct closure *closure); /* by chain */
uint32_t closure_at(const struct closure *closure, uint32_t chain);

#endif
