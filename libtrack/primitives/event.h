/* event.h - the word of a track_event, which timers and futures have too. */
#ifndef TRACK_PRIMITIVES_EVENT_H
#define TRACK_PRIMITIVES_EVENT_H

#include "primitives/futex.h"
#include "primitives/tell.h"
#include "track/event.h"

/* Two words: the flag, and how many sleep. */
enum { EVENT_SLEEPERS = 1 };

/* False: it was set before. */
HIDDEN bool event_set(uint32_t *word);
HIDDEN bool event_is_set(const uint32_t *word);
HIDDEN bool event_has_waiters(const uint32_t *word);
/* False: the deadline has passed. */
HIDDEN bool event_wait(uint32_t *word, int64_t deadline);
/* Tells and waits: 0 or ETIMEDOUT. */
HIDDEN int event_await(struct subject subject, uint32_t *word, int64_t timeout_ns, struct caller caller);

#endif
