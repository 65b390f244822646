/* lock_stats.h - the numbers of each lock of a recording, and their names once the recording has been read. */
#ifndef INSPECTOR_LOCK_STATS_H
#define INSPECTOR_LOCK_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "commands/histogram.h"
#include "commands/tally.h"

/* Kept small: a program may have a million locks. */
struct lock_stats {
  uint32_t first_object; /* of its place: tells kind and first site */
  uint32_t pid;
  uint64_t acquisitions; /* by tries too */
  uint64_t contended;    /* those that had to wait */
  uint64_t failed;       /* tries and timed ones that did not get it */
  uint64_t sections;     /* ended ones; hold.count of them were timed at both ends */
  struct histogram wait, hold;
  struct tally sites, threads;
};

struct lock_row;

struct stats_table {
  struct lock_row *rows;
  uint32_t n_rows, capacity;
  uint64_t n_locks; /* also those that were cut off */
  uint64_t sections, timed_sections;
};

/* Order of struct lock_stats or lock_row, for qsort_r(): greatest first by the column that `context` points to. */
typedef int stats_compare(const void *a, const void *b, void *context);

struct stats_order {
  stats_compare *compare;
  void *context;
  uint32_t limit; /* rows wanted; 0: all */
  bool is_quiet;  /* trouble with the trace has been said before */
};

/* Read one trace and add the rows of its locks. Returns 0, or EXIT_TROUBLE after a line; what was read before a damage is in
 * the table. */
int stats_add_trace(struct stats_table *table, const char *path, const struct stats_order *order);

/* Sort the rows of all traces and cut after the limit. */
void stats_cut(struct stats_table *table, const struct stats_order *order);
void stats_table_done(struct stats_table *table);

#endif
