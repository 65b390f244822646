/* watch.h - sees from outside when a recorded process is stuck for good, and ends it. */
#ifndef INSPECTOR_WATCH_H
#define INSPECTOR_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "commands/trace_folder.h"

enum on_deadlock { ON_DEADLOCK_REPORT, ON_DEADLOCK_ABORT, ON_DEADLOCK_WAIT };

struct watched;

struct watch {
  const struct trace_folder *folder;
  enum on_deadlock on_deadlock;
  bool is_silent; /* nothing is said while the program runs */
  uint32_t last_bell;
  struct watched *watched; /* processes that live */
  uint32_t n_watched, capacity;
  uint64_t next_look_ns;
  char **over;    /* recordings of processes that have ended: sorted, ended by NULL */
  bool ended_one; /* result: at least one process was ended */
};

void watch_init(struct watch *watch, const struct trace_folder *folder, enum on_deadlock on_deadlock);
void watch_done(struct watch *watch);

/* Look once; cheap where nobody waits, and seldom where it is not. */
void watch_look(struct watch *watch);

/* Is a process of this recording still running (the program's own end was seen)? */
bool watch_anybody_runs(const struct trace_folder *folder);

#endif
