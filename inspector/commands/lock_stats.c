/* lock_stats.c - follows every lock through the model: one row a place (address or name), whatever objects lived there.
 *
 * A wait runs from the request to the acquisition. A section's length is known only if its release was stamped by the
 * clock: most releases carry their thread's last known time, then the section is counted, not measured. */
#include "commands/lock_stats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "commands/lock_row.h"
#include "commands/paths.h"
#include "commands/usage.h"
#include "findings/names.h"
#include "findings/symbolize.h"
#include "model/model.h"
#include "trace/source.h"
#include "util/alloc.h"

enum { BATCH = 4096 };

/* Timed and clock calls always pass through the real function between two stamps: from here on it must have slept. */
enum { TIMED_CONTENDED_NS = 10000 };

struct collector {
  struct model *model;
  struct lock_stats *locks; /* by place */
  uint32_t n_locks, capacity;
  uint64_t *last_ns; /* by thread: time of its last event */
  uint32_t n_threads, thread_capacity;
};

static struct lock_stats *lock_of(struct collector *collector, const struct event *event) {
  while (collector->n_locks <= event->place) {
    collector->locks = grow(collector->locks, collector->n_locks, &collector->capacity, sizeof *collector->locks);
    collector->locks[collector->n_locks++].first_object = NO_INDEX;
  }
  struct lock_stats *lock = &collector->locks[event->place];
  if (lock->first_object == NO_INDEX)
    lock->first_object = event->object;
  return lock;
}

/* How long the thread has been waiting for the lock; 0 if it has not. */
static uint64_t waited_ns(const struct collector *collector, const struct event *event) {
  const struct model *model = collector->model;
  const struct blocked *blocked = event->thread < model->n_threads ? &model->threads[event->thread].blocked : NULL;
  if (!blocked || blocked->op != TRACE_REQ || blocked->object != event->object || event->time_ns < blocked->time_ns)
    return 0;
  return event->time_ns - blocked->time_ns;
}

static void count_acquisition(struct collector *collector, const struct event *event) {
  struct lock_stats *lock = lock_of(collector, event);
  uint64_t wait_ns = waited_ns(collector, event);
  bool is_contended = (event->mode & TRACE_MODE_WAITED) || wait_ns >= TIMED_CONTENDED_NS;
  if (!is_contended)
    wait_ns = 0;
  struct tally_entry *entries[] = {tally_at(&lock->sites, event->site), tally_at(&lock->threads, event->thread)};
  for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
    entries[i]->count++;
    entries[i]->contended += is_contended;
    entries[i]->wait_ns += wait_ns;
  }
  lock->acquisitions++;
  lock->contended += is_contended;
  if (is_contended)
    histogram_add(&lock->wait, wait_ns);
}

static void count_failure(struct collector *collector, const struct event *event) {
  struct lock_stats *lock = lock_of(collector, event);
  lock->failed++;
  tally_at(&lock->threads, event->thread);
  uint64_t wait_ns = waited_ns(collector, event);
  tally_at(&lock->sites, event->site)->wait_ns += wait_ns;
  if (wait_ns)
    histogram_add(&lock->wait, wait_ns);
}

static void count_release(struct collector *collector, const struct event *event, uint64_t last_ns) {
  const struct model *model = collector->model;
  const struct held *held = event->thread < model->n_threads ? thread_held(&model->threads[event->thread], event->object) : NULL;
  if (!held || !held_ends(held, event))
    return;
  struct lock_stats *lock = lock_of(collector, event);
  lock->sections++;
  if (event->time_ns <= last_ns || event->time_ns < held->time_ns)
    return;
  histogram_add(&lock->hold, event->time_ns - held->time_ns);
  struct tally_entry *owner = tally_at(&lock->threads, event->thread);
  owner->hold_ns += event->time_ns - held->time_ns;
  owner->n_timed++;
}

/* Remember the thread's time; returns the one before. */
static uint64_t advance(struct collector *collector, const struct event *event) {
  while (collector->n_threads <= event->thread) {
    collector->last_ns = grow(collector->last_ns, collector->n_threads, &collector->thread_capacity, sizeof *collector->last_ns);
    collector->n_threads++;
  }
  uint64_t last_ns = collector->last_ns[event->thread];
  collector->last_ns[event->thread] = event->time_ns;
  return last_ns;
}

static void collect(struct collector *collector, const struct event *event) {
  uint64_t last_ns = advance(collector, event);
  if (event->object == NO_INDEX || event->object >= collector->model->n_objects ||
      !event_is_lock_kind(collector->model->objects[event->object].kind))
    return;
  if (event->op == TRACE_ACQ)
    count_acquisition(collector, event);
  else if (event->op == TRACE_TRYFAIL)
    count_failure(collector, event);
  else if (event->op == TRACE_REL || event->op == TRACE_REL_ODD)
    count_release(collector, event, last_ns);
}

static void collect_all(struct collector *collector, struct source *source) {
  struct event *events = xcalloc(BATCH, sizeof *events);
  for (size_t n; (n = source_read(source, events, BATCH));) {
    collector->model->info = source_info(source);
    for (size_t i = 0; i < n; i++) {
      model_judge(collector->model, &events[i]);
      collect(collector, &events[i]);
      model_apply(collector->model, &events[i]);
    }
  }
  collector->model->info = source_info(source);
  free(events);
}

/* Drop the places that are no locks or were never asked for. */
static void locks_compact(struct collector *collector, struct stats_table *table) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < collector->n_locks; i++) {
    struct lock_stats *lock = &collector->locks[i];
    lock->pid = collector->model->info->pid;
    table->sections += lock->sections;
    table->timed_sections += lock->hold.count;
    if (lock->acquisitions || lock->failed)
      collector->locks[kept++] = *lock;
    else
      lock_stats_done(lock);
  }
  collector->n_locks = kept;
  table->n_locks += kept;
}

static void locks_hand_over(struct collector *collector, struct stats_table *table, const struct stats_order *order) {
  locks_compact(collector, table);
  if (collector->n_locks)
    qsort_r(collector->locks, collector->n_locks, sizeof *collector->locks, order->compare, order->context);
  struct symbols *symbols = symbols_new(collector->model->info);
  struct names *names = names_new(collector->model, symbols);
  for (uint32_t i = 0; i < collector->n_locks; i++)
    if (order->limit && i >= order->limit) {
      lock_stats_done(&collector->locks[i]);
    } else {
      table->rows = grow(table->rows, table->n_rows, &table->capacity, sizeof *table->rows);
      table->rows[table->n_rows++] = lock_row(collector->model, &collector->locks[i], names);
    }
  names_free(names);
  symbols_free(symbols);
}

int stats_add_trace(struct stats_table *table, const char *path, const struct stats_order *order) {
  struct source *source = NULL;
  char *error = NULL;
  if (source_open(path, &source, &error)) {
    if (!order->is_quiet)
      complain("%s", error);
    free(error);
    return EXIT_TROUBLE;
  }
  struct collector collector = {.model = model_new(source_info(source))};
  collect_all(&collector, source);
  locks_hand_over(&collector, table, order);
  int status = order->is_quiet ? EXIT_CLEAN : source_complain(source);
  free(collector.locks);
  free(collector.last_ns);
  model_free(collector.model);
  source_close(source);
  return status;
}

void stats_cut(struct stats_table *table, const struct stats_order *order) {
  if (table->n_rows)
    qsort_r(table->rows, table->n_rows, sizeof *table->rows, order->compare, order->context);
  while (order->limit && table->n_rows > order->limit)
    lock_row_done(&table->rows[--table->n_rows]);
}

void stats_table_done(struct stats_table *table) {
  for (uint32_t i = 0; i < table->n_rows; i++)
    lock_row_done(&table->rows[i]);
  free(table->rows);
  *table = (struct stats_table){0};
}
