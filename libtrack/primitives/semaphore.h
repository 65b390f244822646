/* semaphore.h - both kinds on behalf of a caller, for TRACK_WITH. */
#ifndef TRACK_PRIMITIVES_SEMAPHORE_H
#define TRACK_PRIMITIVES_SEMAPHORE_H

#include "record/thread_state.h"
#include "track/semaphore.h"

HIDDEN int semaphore_acquire_at(struct track_semaphore *s, struct caller caller);
HIDDEN int semaphore_release_at(struct track_semaphore *s, struct caller caller);
HIDDEN int bounded_semaphore_acquire_at(struct track_bounded_semaphore *s, struct caller caller);
HIDDEN int bounded_semaphore_release_at(struct track_bounded_semaphore *s, struct caller caller);

#endif
