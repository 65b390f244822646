/* active_pool.h - the names of the threads that are at work, logged whenever one comes or goes. */
#ifndef ACTIVE_POOL_H
#define ACTIVE_POOL_H

#include <stdio.h>
#include <string.h>

#include <track/track.h>

enum { ACTIVE_POOL_SIZE = 8 };

struct active_pool {
  struct track_lock lock;
  const char *word; /* what the log lines begin with */
  const char *names[ACTIVE_POOL_SIZE];
  size_t n;
};

/* With the pool's lock held. */
static inline void active_pool_log(const struct active_pool *pool) {
  char text[128] = "";
  for (size_t i = 0, end = 0; i < pool->n && end < sizeof text; i++)
    end += (size_t)snprintf(text + end, sizeof text - end, "%s'%s'", i ? ", " : "", pool->names[i]);
  track_log(TRACK_DEBUG, "%s: [%s]", pool->word, text);
}

static inline void active_pool_enter(struct active_pool *pool, const char *name) {
  TRACK_WITH(&pool->lock) {
    if (pool->n < ACTIVE_POOL_SIZE)
      pool->names[pool->n++] = name;
    active_pool_log(pool);
  }
}

static inline void active_pool_leave(struct active_pool *pool, const char *name) {
  TRACK_WITH(&pool->lock) {
    size_t i = 0;
    while (i < pool->n && strcmp(pool->names[i], name) != 0)
      i++;
    if (i < pool->n)
      memmove(&pool->names[i], &pool->names[i + 1], (--pool->n - i) * sizeof *pool->names);
    active_pool_log(pool);
  }
}

#endif
