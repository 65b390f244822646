/* rooms.c - their list. */
#include "rooms.h"

const struct room *const rooms[] = {
    &lock_room,    &rlock_room, &handover_room, &store_room, &turn_room,    &semaphore_room, &bounded_room, &event_room, &stack_event_room,
    &barrier_room, &queue_room, &executor_room, &pools_room, &threads_room, &timer_room,     &local_room,   &log_room,
};
const unsigned n_rooms = sizeof rooms / sizeof *rooms;
