/* queue.h - track_queue: items from thread to thread, first in first out (Python's queue.Queue).
 *
 * Callable from any thread, not from signal handlers; no cancellation points. Items are pointers that the queue does not look at; NULL is
 * one like any other. The memory for items grows by doubling and stays until destroy. */
#ifndef TRACK_QUEUE_H
#define TRACK_QUEUE_H

#include "track/base.h"

TRACK_BEGIN

struct track_queue {
  struct track_private_name private_name;
  void **private_items; /* a ring */
  size_t private_capacity, private_first, private_size, private_maxsize, private_unfinished;
  uint32_t private_lock, private_flags;
  uint32_t private_not_empty[3], private_not_full[3], private_all_done[3];
  uint32_t private_reserved;
};

/* Make a queue of at most `maxsize` items, 0: as many as memory holds. Returns 0. */
int track_queue_init(struct track_queue *q, size_t maxsize, const char *name);

/* End its life; items that are left are forgotten. Returns 0, or EBUSY while threads wait at it. */
int track_queue_destroy(struct track_queue *q);

/* Append an item, waiting while the queue is full: for ever, not at all, for `timeout_ns` at most (-1: for ever). Returns 0; EBUSY (try) or
 * ETIMEDOUT when it is full; ECANCELED after the shutdown; ENOMEM. */
int track_queue_put(struct track_queue *q, void *item);
int track_queue_try_put(struct track_queue *q, void *item);
int track_queue_put_timeout(struct track_queue *q, void *item, int64_t timeout_ns);

/* Take the oldest item into ret_item (may be NULL), waiting while there is none. Returns 0; EBUSY (try) or ETIMEDOUT when there is none;
 * ECANCELED when it is empty after the shutdown. */
int track_queue_get(struct track_queue *q, void **ret_item);
int track_queue_try_get(struct track_queue *q, void **ret_item);
int track_queue_get_timeout(struct track_queue *q, void **ret_item, int64_t timeout_ns);

/* At this moment: how many items, none, as many as may be. */
size_t track_queue_size(const struct track_queue *q);
bool track_queue_is_empty(const struct track_queue *q);
bool track_queue_is_full(const struct track_queue *q);

/* Say that an item which was got is dealt with. Returns 0, or EINVAL when that was said for all that were put. */
int track_queue_task_done(struct track_queue *q);

/* Wait until all items that were put are dealt with; for `timeout_ns` at most (-1: for ever). Return 0 or ETIMEDOUT. */
int track_queue_join(struct track_queue *q);
int track_queue_join_timeout(struct track_queue *q, int64_t timeout_ns);

/* Take no more items: puts are refused from now on, gets when it is empty; who waits is told. `now` forgets the items that are left, and
 * they count as dealt with. Returns 0. */
int track_queue_shutdown(struct track_queue *q, bool now);

TRACK_END
#endif
