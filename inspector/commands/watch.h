/* watch.h - sees from outside when a recorded process is stuck for good, and ends it. */
#ifndef INSPECTOR_WATCH_H
#define INSPECTOR_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "commands/trace_folder.h"

struct watched;

struct watch {
  const struct trace_folder *folder;
  uint64_t patience_ns; /* how long a process must be stuck before it is ended */
  uint32_t last_bell;
  struct watched *stuck; /* recordings seen stuck, not yet ended */
  uint32_t n_stuck, stuck_capacity;
  bool ended_one; /* result: at least one process was ended */
};

void watch_init(struct watch *watch, const struct trace_folder *folder, uint64_t patience_ns);
void watch_done(struct watch *watch);

/* Look once; cheap as long as nobody rings. */
void watch_look(struct watch *watch);

/* Is a process of this recording still running (the program's own end was seen)? */
bool watch_anybody_runs(const struct trace_folder *folder);

#endif
