/* served.h - who served a condition, semaphore, event, queue ... last, and who took of it: what is told of a wait that nobody ends. */
#ifndef INSPECTOR_SERVED_H
#define INSPECTOR_SERVED_H

#include "detect/detector.h"

struct deed {
  uint32_t thread, site;
  uint64_t ordinal; /* 0: nobody ever did */
};

struct served {
  struct deed last;  /* posted, signalled, set, put */
  struct deed vain;  /* the last signal that no thread was waiting for */
  struct deed taken; /* a unit of a semaphore, an item of a queue */
};

/* By object. */
struct served_table {
  struct served *items;
  uint32_t n, capacity;
};

#define SERVED_OPS                                                                                                                         \
  (OP_BIT(TRACE_SIGNAL) | OP_BIT(TRACE_BROADCAST) | OP_BIT(TRACE_POST) | OP_BIT(TRACE_SET) | OP_BIT(TRACE_PUT) | OP_BIT(TRACE_SEM_WAIT) |  \
   OP_BIT(TRACE_GET))

/* Before the event's step. */
void served_see(struct served_table *table, const struct model *model, const struct event *event);
void served_done(struct served_table *table);

/* All zeros if nothing was seen of it. */
struct served served_of(const struct served_table *table, uint32_t object);

#endif
