/* queue.c - track_queue: a ring under an inner lock, with three things to wait for, as in Python's queue.Queue.
 *
 * Every event of it is told with the lock held, so their numbers are the order in which things happened. */
#include "track/queue.h"

#include <stdlib.h>
#include <string.h>

#include "preload/wrap.h"
#include "primitives/inner.h"

enum { IS_SHUT = 1 };
enum { FIRST_CAPACITY = 16 };

PUBLIC int track_queue_init(struct track_queue *q, size_t maxsize, const char *name) {
  *q = (struct track_queue){.private_maxsize = maxsize};
  name_init(&q->private_name, name, TRACE_KIND_QUEUE);
  if (is_watched())
    tell_with(SUBJECT(q, QUEUE), TRACE_INIT, 0, 0, maxsize, CALLER());
  return 0;
}

static bool has_waiters(const struct track_queue *q) {
  return q->private_not_empty[WAIT_WAITERS] || q->private_not_full[WAIT_WAITERS] || q->private_all_done[WAIT_WAITERS];
}

PUBLIC int track_queue_destroy(struct track_queue *q) {
  inner_lock(&q->private_lock);
  int answer = has_waiters(q) ? EBUSY : 0;
  void **items = q->private_items;
  if (!answer) {
    q->private_items = NULL;
    q->private_capacity = q->private_size = 0;
  }
  inner_unlock(&q->private_lock);
  if (!answer)
    free(items);
  if (is_watched())
    tell_with(SUBJECT(q, QUEUE), TRACE_DESTROY, 0, answer, 0, CALLER());
  return answer;
}

static bool is_shut(const struct track_queue *q) {
  return q->private_flags & IS_SHUT;
}
static bool is_full(const struct track_queue *q) {
  return q->private_maxsize && q->private_size >= q->private_maxsize;
}

/* The ring's older half moves to the new end where it was wrapped around. */
static bool grow(struct track_queue *q) {
  size_t capacity = q->private_capacity ? 2 * q->private_capacity : FIRST_CAPACITY;
  void **items = malloc(capacity * sizeof *items);
  if (!items)
    return false;
  size_t to_end = q->private_capacity - q->private_first;
  size_t n_old = q->private_size < to_end ? q->private_size : to_end;
  if (n_old)
    memcpy(items, q->private_items + q->private_first, n_old * sizeof *items);
  if (q->private_size > n_old)
    memcpy(items + n_old, q->private_items, (q->private_size - n_old) * sizeof *items);
  free(q->private_items);
  q->private_items = items;
  q->private_capacity = capacity;
  q->private_first = 0;
  return true;
}

static void append(struct track_queue *q, void *item) {
  q->private_items[(q->private_first + q->private_size) & (q->private_capacity - 1)] = item;
  q->private_size++;
  q->private_unfinished++;
}

static void *take(struct track_queue *q) {
  void *item = q->private_items[q->private_first];
  q->private_first = (q->private_first + 1) & (q->private_capacity - 1);
  q->private_size--;
  return item;
}

/* How long a call may wait and how it is told; `mode` gets TRACE_MODE_WAITED. */
struct patience {
  int64_t timeout_ns;
  unsigned mode;
  struct caller caller;
};
#define PATIENCE(timeout_ns_) ((struct patience){(timeout_ns_), mode_of_timeout(timeout_ns_), CALLER()})

/* With the lock held, until `is_ready`. 0, EBUSY, ETIMEDOUT. */
static int wait_until(struct track_queue *q, bool (*is_ready)(const struct track_queue *), uint32_t *wait, unsigned request,
                      struct patience *p) {
  if (is_ready(q))
    return 0;
  if (!p->timeout_ns)
    return EBUSY;
  if (is_watched())
    tell(SUBJECT(q, QUEUE), request, p->mode, p->caller);
  p->mode |= TRACE_MODE_WAITED;
  int64_t deadline = deadline_in(p->timeout_ns);
  for (bool is_in_time = true; !is_ready(q);) {
    if (!is_in_time)
      return ETIMEDOUT;
    is_in_time = inner_wait(wait, &q->private_lock, deadline);
  }
  return 0;
}

static int fail(struct track_queue *q, unsigned op, int answer, const struct patience *p) {
  if (is_watched())
    tell_with(SUBJECT(q, QUEUE), op, p->mode, answer, 0, p->caller);
  inner_unlock(&q->private_lock);
  return answer;
}

static bool may_put(const struct track_queue *q) {
  return is_shut(q) || !is_full(q);
}

static int put(struct track_queue *q, void *item, struct patience p) {
  inner_lock(&q->private_lock);
  int answer = LIKELY(may_put(q)) ? 0 : wait_until(q, may_put, q->private_not_full, TRACE_PUT_REQ, &p);
  if (!answer && is_shut(q))
    answer = ECANCELED;
  if (!answer && q->private_size == q->private_capacity && !grow(q))
    answer = ENOMEM;
  uint32_t n_others = answer == ENOMEM ? inner_signal(q->private_not_full, 1) : 0; /* the room that it was woken for is another's */
  if (UNLIKELY(answer)) {
    fail(q, TRACE_PUT_FAIL, answer, &p);
    inner_wake(q->private_not_full, n_others);
    return answer;
  }
  if (is_watched())
    tell(SUBJECT(q, QUEUE), TRACE_PUT, p.mode, p.caller);
  append(q, item);
  uint32_t n = inner_signal(q->private_not_empty, 1);
  inner_unlock(&q->private_lock);
  inner_wake(q->private_not_empty, n);
  return 0;
}

static bool may_get(const struct track_queue *q) {
  return q->private_size || is_shut(q);
}

static int get(struct track_queue *q, void **ret_item, struct patience p) {
  inner_lock(&q->private_lock);
  int answer = LIKELY(may_get(q)) ? 0 : wait_until(q, may_get, q->private_not_empty, TRACE_GET_REQ, &p);
  if (!answer && !q->private_size)
    answer = ECANCELED;
  if (UNLIKELY(answer))
    return fail(q, TRACE_GET_FAIL, answer, &p);
  void *item = take(q);
  if (is_watched())
    tell(SUBJECT(q, QUEUE), TRACE_GET, p.mode, p.caller);
  uint32_t n = inner_signal(q->private_not_full, 1);
  inner_unlock(&q->private_lock);
  inner_wake(q->private_not_full, n);
  if (ret_item)
    *ret_item = item;
  return 0;
}

static int as_timeout(int answer) {
  return answer == EBUSY ? ETIMEDOUT : answer;
}

PUBLIC int track_queue_put(struct track_queue *q, void *item) {
  return put(q, item, PATIENCE(INT64_C(-1)));
}
PUBLIC int track_queue_try_put(struct track_queue *q, void *item) {
  return put(q, item, PATIENCE(INT64_C(0)));
}
PUBLIC int track_queue_put_timeout(struct track_queue *q, void *item, int64_t timeout_ns) {
  return as_timeout(put(q, item, PATIENCE(timeout_ns)));
}
PUBLIC int track_queue_get(struct track_queue *q, void **ret_item) {
  return get(q, ret_item, PATIENCE(INT64_C(-1)));
}
PUBLIC int track_queue_try_get(struct track_queue *q, void **ret_item) {
  return get(q, ret_item, PATIENCE(INT64_C(0)));
}
PUBLIC int track_queue_get_timeout(struct track_queue *q, void **ret_item, int64_t timeout_ns) {
  return as_timeout(get(q, ret_item, PATIENCE(timeout_ns)));
}

static size_t size_of(const struct track_queue *q) {
  uint32_t *lock = (uint32_t *)(uintptr_t)&q->private_lock;
  inner_lock(lock);
  size_t size = q->private_size;
  inner_unlock(lock);
  return size;
}

PUBLIC size_t track_queue_size(const struct track_queue *q) {
  return size_of(q);
}
PUBLIC bool track_queue_is_empty(const struct track_queue *q) {
  return !size_of(q);
}
PUBLIC bool track_queue_is_full(const struct track_queue *q) {
  return q->private_maxsize && size_of(q) >= q->private_maxsize;
}

PUBLIC int track_queue_task_done(struct track_queue *q) {
  struct patience p = {.caller = CALLER()};
  inner_lock(&q->private_lock);
  if (!q->private_unfinished)
    return fail(q, TRACE_TASK_DONE_FAIL, EINVAL, &p);
  if (is_watched())
    tell(SUBJECT(q, QUEUE), TRACE_TASK_DONE, 0, p.caller);
  uint32_t n = --q->private_unfinished ? 0 : inner_signal(q->private_all_done, WAKE_ALL);
  inner_unlock(&q->private_lock);
  inner_wake(q->private_all_done, n);
  return 0;
}

static bool is_done(const struct track_queue *q) {
  return !q->private_unfinished;
}

static int join(struct track_queue *q, struct patience p) {
  inner_lock(&q->private_lock);
  int answer = wait_until(q, is_done, q->private_all_done, TRACE_AWAIT, &p);
  if (answer)
    return fail(q, TRACE_AWAIT_FAIL, as_timeout(answer), &p);
  if (is_watched())
    tell(SUBJECT(q, QUEUE), TRACE_PASS, p.mode, p.caller);
  inner_unlock(&q->private_lock);
  return 0;
}

PUBLIC int track_queue_join(struct track_queue *q) {
  return join(q, PATIENCE(INT64_C(-1)));
}
PUBLIC int track_queue_join_timeout(struct track_queue *q, int64_t timeout_ns) {
  return join(q, PATIENCE(timeout_ns));
}

PUBLIC int track_queue_shutdown(struct track_queue *q, bool now) {
  inner_lock(&q->private_lock);
  if (is_watched())
    tell_with(SUBJECT(q, QUEUE), TRACE_SHUTDOWN, 0, 0, now, CALLER());
  q->private_flags |= IS_SHUT;
  if (now) {
    q->private_unfinished -= q->private_size < q->private_unfinished ? q->private_size : q->private_unfinished;
    q->private_size = 0;
  }
  uint32_t n_getters = inner_signal(q->private_not_empty, WAKE_ALL), n_putters = inner_signal(q->private_not_full, WAKE_ALL);
  uint32_t n_joiners = q->private_unfinished ? 0 : inner_signal(q->private_all_done, WAKE_ALL);
  inner_unlock(&q->private_lock);
  inner_wake(q->private_not_empty, n_getters);
  inner_wake(q->private_not_full, n_putters);
  inner_wake(q->private_all_done, n_joiners);
  return 0;
}
