/* waits.h - waiting as pictures and exports tell it: which events let others go on, which end a wait, and the words for it. */
#ifndef VIZ_WAITS_H
#define VIZ_WAITS_H

#include "model/event.h"

/* What an event does for those that wait at its object. Releases of locks are told apart by who holds what, not here. */
enum wait_role {
  WAIT_ROLE_NONE,
  WAIT_ROLE_LETS_GO,    /* signal, post, set, put, arrival ... */
  WAIT_ROLE_MAKES_ROOM, /* of a queue: get, task done */
};

enum wait_role wait_role_of(uint8_t op);

/* For whom waits in this operation, at an object of this kind: who lets it go on? */
enum wait_role wait_role_awaited(uint8_t op, uint16_t kind);

/* Did the thread get what it waited for? */
bool wait_succeeds(const struct event *event);

/* "waits for", "never gets", "waits at" ...: what somebody does who waits in this operation. */
const char *wait_verb(uint8_t op, bool is_stuck);

#endif
