/* timeline.h - what the parts of the timeline share; private to timeline*.c.
 *
 *   timeline_lanes.c    bars while the events pass by: who held and waited for what from when to when
 *   timeline_arrows.c   who let whom go on
 *   timeline_merge.c    fewer bars where there are too many
 *   timeline_plan.c     which threads and locks are shown, and where
 *   timeline_bars.c     a bar: place, colours, texts
 *   timeline_marks.c    signals that nobody heard, and who came last to a barrier
 *   timeline_frame.c    title, legend, axis
 *   timeline.c          the view: lanes, arrows
 *   timeline_json.c     the same for a page that draws by itself */
#ifndef VIZ_TIMELINE_H
#define VIZ_TIMELINE_H

#include "viz/view.h"

enum { MAX_ROWS = 6, KEPT_BARS = 100000, MAX_SOFT = 8 };

enum bar_kind { BAR_HOLD, BAR_WAIT, BAR_STUCK };

struct bar {
  uint64_t begin, end;
  uint64_t latest;         /* it may have ended as late as this: releases are not always stamped */
  uint64_t total;          /* of merged ones: how much of it is filled */
  uint32_t thread, object; /* object NO_INDEX: a thread */
  uint32_t target;         /* a thread that is joined, else NO_INDEX */
  uint32_t site;
  uint32_t count;    /* 1: not merged */
  uint64_t majority; /* of the total, by which `object` and `target` lead */
  bool is_mixed;     /* others are in it, too */
  uint8_t row;
  uint8_t kind;
  uint8_t op;   /* of a wait: what it waits for */
  bool is_read; /* a hold: shared */
};

/* More than one thing, and none of them more than all others together? */
static inline bool bar_is_several(const struct bar *bar) {
  return bar->is_mixed && bar->majority < bar->total / 2;
}

/* What a thread has begun. */
struct open_bar {
  struct bar bar;
  bool is_used;
};

struct lane {
  uint64_t begin, end, now; /* of the thread's events */
  bool is_used, has_ended;
  struct open_bar holds[MAX_ROWS]; /* by row */
  struct open_bar wait;
  uint64_t wait_ordinal;
  uint32_t soft[MAX_SOFT]; /* bars whose end may be later, since the clock was read last */
  uint32_t n_soft;
};

enum arrow_kind { ARROW_HANDOVER, ARROW_NOTIFY, ARROW_BARRIER, ARROW_THREAD, N_ARROW_KINDS };

struct mark_in_time {
  uint64_t time;
  uint32_t thread;
  uint32_t bar; /* that ended then, + 1; 0 none */
  uint8_t row;
};

struct arrow_in_time {
  struct mark_in_time from, to;
  uint64_t weight; /* how long was waited */
  uint32_t object;
  uint8_t kind;
};

/* What happened last at an object that lets others go on: [0] release, signal, post, set, put, arrival, [1] get, task done. */
struct object_marks {
  struct mark_in_time last[2];
  bool is_used[2];
  struct mark_in_time unheard; /* the last signal when nobody was waiting */
  uint32_t n_unheard;
  uint32_t n_open; /* bars of holding it that have not ended */
};

struct timeline {
  const struct view_input *input;
  struct bar *bars;
  uint32_t n_bars, bar_capacity;
  uint32_t bar_limit; /* merge when there are so many */
  struct lane *lanes;
  uint32_t n_lanes, lane_capacity;
  struct object_marks *marks;
  uint32_t n_marks, mark_capacity;
  struct mark_in_time *creations, *ends; /* by thread */
  uint32_t n_creations, creation_capacity, n_ends, end_capacity;
  struct arrow_in_time *arrows;
  uint32_t n_arrows, arrow_capacity;
  uint64_t n_arrows_left; /* not kept: short waits */
  uint64_t n_deep;        /* holds beyond the rows */
  uint64_t last;          /* time of the last event */
  struct hang *hang;      /* at the trace's end */
};

struct object_marks *marks_of(struct timeline *timeline, uint32_t object);
struct lane *lane_of(struct timeline *timeline, uint32_t thread);
void lanes_event(struct timeline *timeline, const struct model *model, const struct event *event);
void lanes_end(struct timeline *timeline, const struct model *model);

/* Before lanes_event() closes the wait that the event ends. */
void arrows_event(struct timeline *timeline, const struct model *model, const struct event *event);
/* Keeps the `n` that somebody waited longest for. */
void arrows_cut(struct timeline *timeline, uint32_t n);

/* The thread that would have to end this wait that never ends, and in which row it holds what is wanted; NO_INDEX: nobody in particular. */
uint32_t stuck_behind(const struct timeline *timeline, const struct bar *bar, uint8_t *ret_row);

/* Which thread is where, top to bottom. */
struct track {
  uint32_t thread;
  uint32_t n_rows;
  double top, bottom;
  uint64_t waited; /* in sum; UINT64_MAX: it is part of the finding, or never went on */
  bool is_found;   /* a finding is about it */
  struct part *head;
};

struct shown_lock {
  uint32_t object;
  uint64_t held, waited;
  bool is_found; /* a finding is about it */
};

struct plan {
  struct track *tracks; /* in order of threads */
  uint32_t n_tracks;
  uint32_t n_left_tracks;
  struct shown_lock *locks; /* most important first */
  uint32_t n_locks;
  uint64_t from, to;
  bool has_stuck; /* and so a time after the last event */
  bool is_merged, has_several, has_waits;
  bool has_focus; /* one finding is shown: what is not part of it is grey */
};

struct plan_limits {
  uint32_t n_tracks, n_bars;
};

/* Cuts the timeline down to what is shown. */
void plan_make(struct plan *plan, struct timeline *timeline, const struct model *model, const struct plan_limits *limits);
void plan_done(struct plan *plan);
struct track *plan_track(const struct plan *plan, uint32_t thread); /* NULL: not shown */
uint32_t plan_lock(const struct plan *plan, uint32_t object);       /* index; NO_INDEX: none */
bool plan_is_found(const struct plan *plan, uint32_t object);       /* is a finding about it? */

bool plan_is_in_focus(const struct plan *plan, const struct bar *bar); /* is it not grey? */

/* A word at a moment of a thread, in a row of its own below the bars. */
struct mark {
  uint64_t time;
  uint32_t thread, object;
  uint32_t waiter; /* a signal that nobody heard: who waits for the next one; NO_INDEX: the last one at a barrier */
  uint64_t waits_from;
  uint32_t count; /* such signals */
  uint8_t row;
};

struct marks {
  struct mark *items; /* by thread and time */
  uint32_t n, capacity;
};

/* Makes room for them in the plan's tracks. */
void marks_make(struct marks *marks, const struct timeline *timeline, const struct plan *plan);
void marks_done(struct marks *marks);

/* Merges neighbours until there are at most `n`, or as few as it gets. */
void bars_merge(struct timeline *timeline, uint32_t n);

#endif
