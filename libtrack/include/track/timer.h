/* timer.h - track_timer: a thread that calls a function after an interval, unless cancelled (Python's threading.Timer).
 *
 * Not a daemon by default: the process waits for it at its end. Callable from any thread, not from signal handlers. */
#ifndef TRACK_TIMER_H
#define TRACK_TIMER_H

#include "track/thread.h"

TRACK_BEGIN

struct track_timer {
  struct track_private_name private_name;
  struct track_thread private_thread;
  int64_t private_interval_ns;
  void (*private_fire)(void *arg);
  void *private_arg;
  uint32_t private_state[2]; /* as a track_event's: set when cancelled */
};

/* Prepare a timer that will call fire(arg), `interval_ns` after its start; nothing is allocated. Returns 0, or EINVAL when that is
 * negative. */
int track_timer_init(struct track_timer *t, int64_t interval_ns, void (*fire)(void *arg), void *arg, const char *name);

/* Returns 0, or EINVAL once it was started. */
int track_timer_set_daemon(struct track_timer *t, bool is_daemon);

/* Start it, once. Returns 0, EINVAL when it was started before, EAGAIN or ENOMEM. */
int track_timer_start(struct track_timer *t);

/* Keep it from firing, if it has not yet: harmless before the start (it will not fire then), after it fired, and in its own function.
 * Returns 0. */
int track_timer_cancel(struct track_timer *t);

/* Wait until it has fired (its function returned) or was cancelled. Returns 0, EINVAL before the start, EDEADLK in its own function. */
int track_timer_join(struct track_timer *t);

/* Its name, which is that of its thread. */
const char *track_timer_name(const struct track_timer *t);

/* End its life. Returns 0, or EBUSY while its thread is alive. */
int track_timer_destroy(struct track_timer *t);

TRACK_END
#endif
