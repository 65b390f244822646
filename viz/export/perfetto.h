/* perfetto.h - what the parts of the Chrome JSON export share; private to perfetto*.c.
 *
 *   perfetto.c          the exporter: document, processes, the names of tracks
 *   perfetto_lanes.c    who holds and waits for what from when to when
 *   perfetto_slices.c   which slice goes to which track, so that they nest
 *   perfetto_softs.c    slices whose end nobody timed
 *   perfetto_arrows.c   who let whom go on
 *   perfetto_write.c    one line each of the file */
#ifndef VIZ_PERFETTO_H
#define VIZ_PERFETTO_H

#include "detect/key_map.h"
#include "viz/export/exporter.h"
#include "viz/export/labels.h"

enum { MAX_ROWS = 4, ROW_ASYNC = MAX_ROWS, MAX_SOFTS = 8 };
enum slice_kind { SLICE_HOLD, SLICE_WAIT, SLICE_STUCK };

/* Something that a thread has begun. */
struct slice {
  uint64_t begin;
  uint64_t ordinal;        /* of its first event; 0: inherited from the parent process */
  uint32_t object, target; /* target: thread that is joined; either may be NO_INDEX */
  uint32_t site;
  uint8_t kind; /* enum slice_kind */
  uint8_t op;   /* of a wait: what it waits in */
  uint8_t mode;
  uint8_t row; /* 0: the thread's own track; others: slices that do not nest there; ROW_ASYNC: a track of its own */
};

struct slice_end {
  uint64_t time;
  uint64_t ordinal; /* 0: it does not end in this trace */
  uint64_t at_most; /* untimed: it ended before; 0 not known either */
  uint32_t site;
  bool is_timed;
  bool is_success; /* of a wait */
};

/* A slice that has ended in order, at a time that was not read from the clock. */
struct soft {
  struct slice slice;
  struct slice_end end;
  uint64_t serial;
  bool is_final; /* somebody has got the lock since */
};

/* Where an arrow may begin. */
struct point {
  uint64_t time, ordinal;
  uint64_t soft; /* serial of the soft slice that ends there; 0 none */
  uint32_t thread, object, target, site;
  uint8_t op;
  bool is_used, is_written; /* is_written: there is a slice of no length to begin at */
};

struct lane {
  uint64_t now;            /* each begin, end and mark of a thread gets a time of its own: a nanosecond more than the one before at least */
  uint64_t raw;            /* time of its last event, as recorded */
  uint32_t tids[MAX_ROWS]; /* 0: not used yet */
  uint64_t busy[MAX_ROWS]; /* by row: end of the last slice written there */
  struct slice *open;      /* in order of their begins */
  uint32_t n_open, capacity, n_holds;
  struct soft softs[MAX_SOFTS];
  uint32_t n_softs;
  bool is_used;
  struct point creation, end;
};

struct object_state {
  struct point last[2]; /* [0] lets others go on, [1] makes room in a queue */
  uint32_t holder;      /* who holds it, or was the last to; NO_INDEX nobody */
  uint32_t n_waiting;   /* threads that have asked for it as a lock */
  uint32_t round;       /* of a barrier */
};

struct perfetto {
  struct export_output *output;
  FILE *out;
  const char *separator; /* before the next line */
  const struct export_process *process;
  uint32_t pid;
  struct lane *lanes;
  uint32_t n_lanes, lane_capacity;
  struct object_state *objects;
  uint32_t n_objects, object_capacity;
  uint32_t n_waiting;
  uint64_t counted_at;  /* time of the last value of the counter */
  uint64_t first, last; /* times of what has been seen of the process */
  uint64_t n_flows, n_async, n_softs;
  struct key_map used_ids; /* of processes and threads */
  uint32_t next_id;        /* for those that have none, or one that is used already */
};

/* perfetto.c */
uint32_t perfetto_tid(struct perfetto *perfetto, uint32_t thread, uint8_t row);

/* perfetto_lanes.c */
void perfetto_lanes_event(struct perfetto *perfetto, const struct event *event);
void perfetto_lanes_end(struct perfetto *perfetto);

/* perfetto_slices.c: a slice is named by its index in lane->open, until another one of the lane begins or ends. NO_INDEX: none. */
uint32_t perfetto_find_hold(const struct lane *lane, uint32_t object);
uint32_t perfetto_find_wait(const struct lane *lane);
/* Behind those that began before. */
void perfetto_slice_open(struct perfetto *perfetto, uint32_t thread, struct slice slice);
void perfetto_slice_close(struct perfetto *perfetto, uint32_t thread, uint32_t index, struct slice_end end);
/* ... at a time that the clock has not told. Returns the serial of the soft slice. */
uint64_t perfetto_slice_close_softly(struct perfetto *perfetto, uint32_t thread, uint32_t index, struct slice_end end);

/* perfetto_softs.c */
void perfetto_soft_add(struct perfetto *perfetto, uint32_t thread, const struct soft *soft);
/* The thread is known to have got to `limit`, by its clock if that `is_timed`: what ended before is written. */
void perfetto_softs_settle(struct perfetto *perfetto, uint32_t thread, uint64_t limit, bool is_timed);
/* Somebody got what was given up at the point, at this time: it was given up just before, if that can be. */
void perfetto_softs_stretch(struct perfetto *perfetto, struct point *point, uint64_t time);
/* Somebody got it without having waited: it was given up before that. */
void perfetto_softs_keep(struct perfetto *perfetto, const struct point *point);

/* perfetto_arrows.c */
/* Where the arrow to this event begins, in `time` as far as its end is timed already; NULL: there is none. Before the wait that it ends is
 * closed. */
struct point *perfetto_arrow_source(struct perfetto *perfetto, const struct event *event, const struct slice *wait);
void perfetto_arrow_draw(struct perfetto *perfetto, struct point *from, const struct event *event, uint64_t time);
/* A slice of no length, for events that no other slice shows. */
void perfetto_mark(struct perfetto *perfetto, const struct event *event, uint64_t time);
/* The event lets others go on: remembers where. `soft`: serial, if it ends a soft slice. */
void perfetto_point_note(struct perfetto *perfetto, const struct event *event, uint64_t time, uint64_t soft);

/* perfetto_write.c */
void perfetto_write_name(struct perfetto *perfetto, const char *what, uint32_t tid, const char *name, const char *suffix);
void perfetto_write_sort_index(struct perfetto *perfetto, const char *what, uint32_t tid, uint32_t index);
void perfetto_write_slice(struct perfetto *perfetto, uint32_t thread, const struct slice *slice, const struct slice_end *end);
void perfetto_write_mark(struct perfetto *perfetto, const struct point *point);
void perfetto_write_flow(struct perfetto *perfetto, const char *category, const struct point *from, const struct point *to);
void perfetto_write_waiting(struct perfetto *perfetto, uint64_t time);

#endif
