/* replay.h - is a claimed execution of a trace's steps possible, and are its threads then stuck?
 *
 * The independent check of what the analysis predicts: it shares the trace reader with it and nothing else. Every step is
 * executed on a model of the primitives, one after the other: per thread in the order of the trace, each read sees the value
 * that it saw, a lock has one owner, a thread runs after it was started, a join waits for the end. Then every request of the
 * claim has to block on what the thread of the next one holds. Linear in the trace. */
#ifndef INSPECTOR_REPLAY_H
#define INSPECTOR_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/source.h"

enum replay_answer { REPLAY_HOLDS, REPLAY_FAILS, REPLAY_UNKNOWN };

struct replay_stop {
  uint32_t thread;
  uint64_t n; /* how many of its events are executed; a line of a text trace is one */
};

struct replay_claim {
  const uint64_t *requests; /* ordinals of the events that block, each on the thread of the next */
  uint32_t n_requests;
  const struct replay_stop *stops; /* executed in the order of the trace; threads not named do nothing ... */
  size_t n_stops;
  const uint64_t *order; /* ... or, if not NULL, exactly these ordinals in this order */
  size_t n_order;
};

struct replay;

/* Read the trace. Returns 0, or -errno with *ret_problem set to one line (caller frees). */
int replay_open(const char *path, struct replay **ret_replay, char **ret_problem);
void replay_close(struct replay *replay); /* accepts NULL */

/* The same from events in memory: read them in any number of parts, then say that these were all. `info` must outlive the replay. */
struct replay *replay_new(void);
void replay_read(struct replay *replay, const struct source_info *info, const struct event *events, size_t n);
void replay_ready(struct replay *replay);

const struct source_info *replay_info(const struct replay *replay);

/* *ret_why is one line that says why not, NULL when it holds (caller frees). */
enum replay_answer replay_check(struct replay *replay, const struct replay_claim *claim, char **ret_why);

#endif
