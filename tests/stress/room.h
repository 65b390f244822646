/* room.h - a room is one primitive under stress: some threads that go round until the time is over, and what must hold afterwards. */
#ifndef STRESS_ROOM_H
#define STRESS_ROOM_H

#include <stdint.h>

#include "track/track.h"

enum { ROOM_THREADS = 4 };

struct room {
  const char *name;
  unsigned n_threads;             /* 1 to ROOM_THREADS */
  void (*enter)(void);            /* before the threads; may be NULL */
  void (*round)(unsigned thread); /* once around; must come back */
  void (*leave)(unsigned thread); /* when the time is over, so that nobody is left waiting for this thread; may be NULL */
  void (*check)(void);            /* after the threads; may be NULL */
};

extern const struct room *const rooms[];
extern const unsigned n_rooms;

/* Ends the process with a line that says what did not hold. */
#define HOLDS(condition) ((condition) ? (void)0 : stress_failed(__FILE__, __LINE__, #condition))
_Noreturn void stress_failed(const char *file, int line, const char *what);

/* Pseudo-random, of each thread its own. */
uint32_t stress_random(uint32_t limit);
bool stress_is_over(void);

#endif
