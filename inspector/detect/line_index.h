/* line_index.h - from numbers of a chain's events back to threads and how many of their events were done.
 *
 * Closures count the events of chains; a witness says of each thread how many of its events are executed, as whoever reads
 * the trace counts them: a line of a text trace is one, though it may stand for several (a condition wait releases and
 * waits). Nearly always both numbers rise together, so that runs of them are kept. */
#ifndef INSPECTOR_LINE_INDEX_H
#define INSPECTOR_LINE_INDEX_H

#include <stdint.h>

/* Event n of the chain is in the thread's line `line`, the next one in the next, and so on to the next run. */
struct line_run {
  uint32_t n, thread, line;
};

struct line_runs {
  struct line_run *items;
  uint32_t n, capacity;
};

struct line_thread {
  uint64_t ordinal; /* of its last event */
  uint32_t line;    /* of its last event: how many it has */
};

struct line_index {
  struct line_runs *chains;
  uint32_t n_chains, chain_capacity;
  struct line_thread *threads;
  uint32_t n_threads, thread_capacity;
};

/* Event n of the chain is the thread's next one. */
void line_index_note(struct line_index *index, uint32_t chain, uint32_t n, uint32_t thread, uint64_t ordinal);
/* Lines of the thread so far. */
uint32_t line_index_lines(const struct line_index *index, uint32_t thread);
/* The first n events of the chain, as whole lines of each thread: raises lines[thread]. Returns the thread whose line is begun and
 * not done; NO_INDEX if there is none. */
uint32_t line_index_stops(const struct line_index *index, uint32_t chain, uint32_t n, uint32_t *lines);
void line_index_done(struct line_index *index);

#endif
