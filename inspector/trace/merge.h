/* merge.h - the lanes of a recording as one order of events.
 *
 * Times are not exact, so they only choose among what the semantics allow: S events of an object come by their sequence
 * numbers, a lock is not acquired while somebody else holds it, a thread does not begin before its CREATE nor is it joined
 * before its end. A lane whose next event may not come yet is parked with the place, thread or handle that it waits for and
 * woken from there; the others are in a heap by time. One lane runs as long as its next event is the earliest.
 *
 * When every lane is parked, the recording lacks something: the earliest lane gets its way, and that is counted. */
#ifndef INSPECTOR_MERGE_H
#define INSPECTOR_MERGE_H

#include "trace/lane.h"

struct lane_heap {
  struct lane_key {
    uint64_t time; /* ready: of the next event; parked: when to stop waiting */
    uint32_t lane;
  } * items;
  uint32_t n;
};

enum wait_for { WAIT_NONE, WAIT_NUMBER, WAIT_LOCK, WAIT_RELEASE, WAIT_BEGIN, WAIT_END, WAIT_HANDLE };

struct merge {
  struct catalog *catalog;
  const struct native_file *file;
  struct lane *lanes;
  uint32_t n_lanes;
  struct lane *current; /* in no heap; NULL: pick one */
  uint64_t limit;       /* the current lane runs up to this time: another one is ready, or has been parked long enough */
  struct lane_heap ready, parked;
  /* Ticks that a parked lane may fall behind. */
  uint64_t patience;        /* for a number: no end, unless events are known to be missing */
  uint64_t a_while;         /* for what cannot be recorded later than what waits for it, but for the clocks' differences */
  uint64_t grace;           /* ticks an object's first number may be late in a forked child's recording */
  uint64_t skew;            /* ticks a release may be late where the lock is ended in some odd way, before it counts as held */
  struct map first_numbers; /* there: the smallest number met of a place that has not started */
  uint32_t n_unborn;        /* threads created that have not begun */
  uint32_t *listed;         /* handles that lanes wait for */
  uint32_t n_listed, listed_capacity;
  uint64_t ordinal;
  uint64_t start_ticks, ns_per_tick; /* the latter in 2^-32 */
};

void merge_init(struct merge *merge, struct catalog *catalog, const struct native_file *file);
void merge_done(struct merge *merge);
size_t merge_read(struct merge *merge, struct event *events, size_t capacity);

/* merge_setup.c: from now on a number may be missing. */
void merge_note_losses(struct merge *merge);

/* merge_wait.c */
void merge_ready(struct merge *merge, struct lane *lane, uint64_t time);
struct lane *merge_pop_ready(struct merge *merge);
struct lane *merge_exchange(struct merge *merge, struct lane *lane, uint64_t time);
/* The current lane, whose next event has this time, waits for a number or for the lock: WAIT_NUMBER,
 * WAIT_LOCK, or WAIT_RELEASE. */
void merge_park_at_place(struct merge *merge, struct lane *lane, enum wait_for what, uint32_t place, uint32_t number, uint64_t time);
void merge_park_in_list(struct merge *merge, struct lane *lane, uint32_t *list, uint64_t time);
void merge_wake_place(struct merge *merge, uint32_t place);
void merge_wake_list(struct merge *merge, uint32_t *list, bool is_excused);
void merge_force(struct merge *merge);

#endif
