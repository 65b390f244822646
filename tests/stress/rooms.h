/* rooms.h - all rooms. */
#ifndef STRESS_ROOMS_H
#define STRESS_ROOMS_H

#include "room.h"

extern const struct room lock_room, rlock_room, handover_room, store_room, turn_room;
extern const struct room semaphore_room, bounded_room, event_room, stack_event_room, barrier_room;
extern const struct room queue_room, executor_room, pools_room, threads_room, timer_room, local_room, log_room;

#endif
