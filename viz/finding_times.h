/* finding_times.h - when the events of each finding of a trace happened, noted while the trace passes by. */
#ifndef VIZ_FINDING_TIMES_H
#define VIZ_FINDING_TIMES_H

#include "viz/view.h"

struct finding_time {
  const struct finding *finding;
  uint64_t first, last; /* first > last: none of its events was met */
};

struct finding_moment;

struct finding_times {
  struct finding_time *items;
  uint32_t n_items;
  struct finding_moment *moments; /* by ordinal */
  uint32_t n_moments, capacity, next;
};

/* Of the first `limit` findings that are about the trace. */
void finding_times_init(struct finding_times *times, const struct findings *findings, uint32_t trace, uint32_t limit);
void finding_times_done(struct finding_times *times);

/* Events in their order. */
void finding_times_event(struct finding_times *times, const struct model *model, const struct event *event);

#endif
