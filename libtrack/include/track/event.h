/* event.h - track_event: a flag that threads wait for (Python's threading.Event).
 *
 * Who waits when it is set goes on, even if it is cleared at once. Callable from any thread; set, clear and is_set are
 * async-signal-safe, too. No cancellation points. What was written before set() is seen by whoever it let go on. A waiter may
 * destroy and free the event as soon as its wait returned, though set() may not have. */
#ifndef TRACK_EVENT_H
#define TRACK_EVENT_H

#include "track/base.h"

TRACK_BEGIN

struct track_event {
  struct track_private_name private_name;
  uint32_t private_state[2]; /* see primitives/event.c */
};

/* A static or automatic event, not set; the name is not copied. */
#define TRACK_EVENT_INIT(name)                                                                                                             \
  {                                                                                                                                        \
    TRACK_PRIVATE_NAME(name), {                                                                                                            \
      0, 0                                                                                                                                 \
    }                                                                                                                                      \
  }

/* Make an event, not set. Returns 0. */
int track_event_init(struct track_event *e, const char *name);

/* End its life. Returns 0, or EBUSY while threads wait for it. */
int track_event_destroy(struct track_event *e);

/* Set the flag and wake all who wait; clear it. Both return 0. */
int track_event_set(struct track_event *e);
int track_event_clear(struct track_event *e);

bool track_event_is_set(const struct track_event *e);

/* Wait until it is set. Returns 0. */
int track_event_wait(struct track_event *e);

/* The same for `timeout_ns` at most (-1: for ever). Returns 0 when it was set, else ETIMEDOUT. */
int track_event_wait_timeout(struct track_event *e, int64_t timeout_ns);

TRACK_END
#endif
