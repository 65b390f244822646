/* hang_world.h - nobody goes on: which kind of hang is it?
 *
 * Only where the world is closed (wait_graph.h), and where no circle of locks and joins and no lock without a holder explains it. Then what
 * is left, at the root of all waiting, are waits that any thread could have ended. */
#ifndef INSPECTOR_HANG_WORLD_H
#define INSPECTOR_HANG_WORLD_H

#include "detect/served.h"
#include "detect/wait_graph.h"

enum hang_kind {
  HANG_NONE,          /* the world is open, or another kind explains it */
  HANG_COMMUNICATION, /* semaphores, barriers, queues ...; a lock held into a condition wait; conditions in a circle */
  HANG_LOST_WAKEUP,   /* conditions */
};

/* Why nobody signals. */
enum hang_wakeup { WAKEUP_BEFORE, WAKEUP_NEVER, WAKEUP_NOBODY_LEFT };

struct hang_world {
  struct wait_graph graph;
  enum hang_kind kind;
  enum hang_wakeup wakeup;
  uint32_t *roots; /* threads in waits of that kind */
  uint32_t n_roots;
};

struct hang_world hang_world_find(const struct model *model, const struct served_table *served);
void hang_world_done(struct hang_world *world);

/* Are all roots at barriers, with no lock held into them? */
bool hang_world_is_about_barriers(const struct hang_world *world);

/* A finding of this kind about all who are at the root of it. */
struct finding *hang_world_finding(const struct hang_world *world, const char *kind, const char *reason);

#endif
