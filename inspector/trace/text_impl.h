/* text_impl.h - the text source from inside: names, sites, and the little state that tells an impossible line. */
#ifndef INSPECTOR_TEXT_IMPL_H
#define INSPECTOR_TEXT_IMPL_H

#include "trace/intern.h"
#include "trace/source_impl.h"
#include "trace/text_parse.h"

/* A place that a thread holds in read mode. */
struct text_share {
  uint32_t place, count;
};

/* Beside info.threads[i]; lines are 0 for never. */
struct text_thread {
  uint64_t n_events, first_line, fork_line, end_line, join_line;
  uint32_t monitor; /* waits with wait(l) for this lock's own condition, NO_INDEX: no */
  uint32_t given_up, given_up_depth; /* an rlock that it waits with: place + 1, how deep it was held */
  struct text_share *shares;
  uint32_t n_shares, share_capacity;
};

/* Beside info.places[i]. */
struct text_place {
  uint64_t since_line; /* exclusive hold */
  uint32_t owner, depth, n_readers;
  uint16_t kind;    /* 0 not known yet */
  bool is_explicit; /* the trace said so, rather than the operation */
};

enum { TEXT_PENDING = 8, TEXT_SITE_TABLE = 1 << 20 };

struct text_source {
  struct source source;
  char *memory; /* freed or unmapped when closed */
  size_t mapped_bytes;
  const char *begin, *end, *at;
  uint64_t line;    /* number of the line that is being read */
  bool is_recorded; /* `#! events: recorded`: every line is one event and nothing is refused */
  bool transactions_known, has_transactions;
  bool ended_is_given, saw_exit;
  uint16_t mutex;       /* kind of a lock that only acquisitions tell of */
  uint32_t n_alive;     /* threads that acted and did not end */
  uint32_t last_thread; /* of the line before; NO_INDEX none */
  struct span last_thread_text;
  char *scratch;
  size_t scratch_bytes;
  struct arena arena;
  struct intern thread_names, object_names, variable_names, given_threads, given_objects;
  uint32_t *object_places, *variable_places;
  uint32_t object_capacity, variable_capacity;
  struct text_thread *threads;
  struct text_place *places;
  uint32_t *small_sites; /* site of location i, 0 none */
  struct intern large_sites;
  uint32_t *large_site_numbers;
  uint32_t large_site_capacity;
  uint32_t thread_capacity, thread_info_capacity, place_capacity, place_info_capacity, name_capacity, site_capacity;
  struct event pending[TEXT_PENDING]; /* of a line that stands for several events */
  uint32_t n_pending, next_pending;
};

/* text_names.c: numbers for what is named. */
uint32_t text_thread(struct text_source *text, struct span name);
uint32_t text_thread_known(const struct text_source *text, struct span name); /* NO_INDEX: not seen yet */
uint32_t text_object(struct text_source *text, struct span name, uint32_t hash);
uint32_t text_object_known(const struct text_source *text, struct span name);
uint32_t text_variable(struct text_source *text, struct span name, uint32_t hash);
uint32_t text_site(struct text_source *text, int32_t loc);
void text_name_thread(struct text_source *text, struct span spelled, struct span name);
void text_name_object(struct text_source *text, struct span spelled, struct span name);
void text_names_done(struct text_source *text);

/* text_state.c: can this event be, after those before? It may turn REL into REL_ODD and set the mode a release had.
 * False: the stream ends, source.error says why. */
bool text_thread_acts(struct text_source *text, uint32_t thread);
bool text_apply(struct text_source *text, struct event *event);

/* text_events.c: the events that a parsed line stands for, into pending. False as above. */
bool text_deliver(struct text_source *text, const struct text_line *line);

bool text_fail(struct text_source *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
