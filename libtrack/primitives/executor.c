/* executor.c - track_executor: a list of tasks for workers, as Python's ThreadPoolExecutor; what is submitted, and the end. worker.c has
 * the workers.
 *
 * A task's node is its future, for whoever asked for one. Finished nodes that nobody else holds go to a free list.
 * `open_lock` protects the list of open executors; it is taken before an executor's lock, that before the registry's, and around a fork all
 * are. */
#include <stdlib.h>

#include "preload/wrap.h"
#include "primitives/pool.h"

static uint32_t open_lock;
static struct track_executor *first_open;
static bool is_over; /* the process ends: no more tasks */

static void open_add(struct track_executor *e) {
  inner_lock(&open_lock);
  e->private_next = first_open;
  if (first_open)
    first_open->private_previous = e;
  first_open = e;
  inner_unlock(&open_lock);
}

static void unlink_open(struct track_executor *e) {
  if (e->private_previous)
    e->private_previous->private_next = e->private_next;
  else
    first_open = e->private_next;
  if (e->private_next)
    e->private_next->private_previous = e->private_previous;
  e->private_next = e->private_previous = NULL;
}

/* If it has not been before. */
static void open_remove(struct track_executor *e) {
  inner_lock(&open_lock);
  if (e->private_previous || first_open == e)
    unlink_open(e);
  inner_unlock(&open_lock);
}

PUBLIC int track_executor_init(struct track_executor *e, unsigned max_workers, const char *name) {
  if (!max_workers)
    return EINVAL;
  registry_use();
  *e = (struct track_executor){.private_max_workers = max_workers};
  name_init(&e->private_name, name, TRACE_KIND_EXECUTOR);
  if (is_watched())
    tell_with(SUBJECT(e, EXECUTOR), TRACE_INIT, 0, 0, max_workers, CALLER());
  open_add(e);
  return 0;
}

/* Submitting. */

static int refuse(struct track_executor *e, int answer, struct caller caller) {
  if (is_watched())
    tell_with(SUBJECT(e, EXECUTOR), TRACE_PUT_FAIL, 0, answer, 0, caller);
  inner_unlock(&e->private_lock);
  return answer;
}

static bool is_shut(const struct track_executor *e) {
  return e->private_flags & IS_SHUT || __atomic_load_n(&is_over, __ATOMIC_RELAXED);
}

/* A task needs a worker: the first one must be there. */
static int prepare(struct track_executor *e, struct track_future **ret_node, struct caller caller) {
  if (is_shut(e))
    return ECANCELED;
  int answer = e->private_n_workers ? 0 : pool_worker_start(e, caller);
  if (!answer && !(*ret_node = node_new(e)))
    answer = ENOMEM;
  return answer;
}

typedef int task_function(void *arg, void **ret_result);

static void node_make(struct track_future *f, struct track_executor *e, bool is_asked_for) {
  f->executor = e;
  f->is_asked_for = is_asked_for;
  if (!is_asked_for)
    return;
  f->private_name = (struct track_private_name){.private_given = NULL};
  f->phase = FUTURE_PENDING;
  f->n_holders = 2;
  f->over[0] = f->over[EVENT_SLEEPERS] = 0;
}

static int submit(struct track_executor *e, task_function *task, void *arg, struct track_future **ret_future, struct caller caller) {
  struct track_future *f;
  inner_lock(&e->private_lock);
  bool had_workers = e->private_n_workers;
  int answer = prepare(e, &f, caller);
  if (answer)
    return refuse(e, answer, caller);
  node_make(f, e, ret_future);
  f->task = task;
  f->arg = arg;
  if (is_watched() && ret_future)
    tell_with(SUBJECT(f, FUTURE), TRACE_INIT, 0, 0, 0, caller);
  if (is_watched())
    tell(SUBJECT(e, EXECUTOR), TRACE_PUT, 0, caller);
  append(e, f);
  uint32_t n = had_workers ? pool_staff(e, caller) : 0;
  inner_unlock(&e->private_lock);
  inner_wake(e->private_work, n);
  if (ret_future)
    *ret_future = f;
  return 0;
}

PUBLIC int track_executor_submit(struct track_executor *e, int (*task)(void *arg, void **ret_result), void *arg,
                                 struct track_future **ret_future) {
  return submit(e, task, arg, ret_future, CALLER());
}

/* A task that starves must not be run later, when its arguments are gone: it is cancelled, or runs after all and is waited for. */
static int collect(struct track_future *f, void **ret_result, struct caller caller) {
  int answer;
  do
    answer = future_result_at(f, -1, ret_result, caller);
  while (answer == EDEADLK && !event_is_set(f->over) && future_cancel_at(f, caller));
  return answer;
}

PUBLIC int track_executor_map(struct track_executor *e, int (*task)(void *arg, void **ret_result), void **args, void **results, size_t n) {
  struct caller caller = CALLER();
  struct track_future **futures = calloc(n ? n : 1, sizeof *futures);
  if (!futures)
    return ENOMEM;
  int answer = 0;
  size_t n_submitted = 0;
  for (; n_submitted < n && !answer; n_submitted += !answer)
    answer = submit(e, task, args[n_submitted], &futures[n_submitted], caller);
  for (size_t i = 0; i < n_submitted; i++) {
    int failure = collect(futures[i], results ? &results[i] : NULL, caller);
    answer = answer ? answer : failure;
    track_future_release(futures[i]);
  }
  free(futures);
  return answer;
}

/* The end. */

static void cancel_pending(struct track_executor *e, struct caller caller) {
  while (e->private_first) {
    struct track_future *f = take_first(e);
    future_cancel_at(f, caller);
    node_drop(e, f);
  }
}

static void free_nodes(struct track_executor *e) {
  inner_lock(&e->private_lock);
  struct track_future *f = e->private_free;
  e->private_free = NULL;
  inner_unlock(&e->private_lock);
  for (struct track_future *next; f; f = next) {
    next = f->next;
    free(f);
  }
}

/* Afterwards nothing is left of the executor, with or without a destroy. */
static void join_workers(struct track_executor *e) {
  pool_join_workers(e);
  open_remove(e);
  free_nodes(e);
}

static void close_down(struct track_executor *e, bool is_cancelling, struct caller caller) {
  inner_lock(&e->private_lock);
  e->private_flags |= IS_SHUT;
  if (is_cancelling)
    cancel_pending(e, caller);
  uint32_t n = inner_signal(e->private_work, WAKE_ALL);
  inner_unlock(&e->private_lock);
  inner_wake(e->private_work, n);
}

int executor_shutdown_at(struct track_executor *e, bool wait, bool is_cancelling, struct caller caller) {
  if (is_watched())
    tell(SUBJECT(e, EXECUTOR), TRACE_SHUTDOWN, 0, caller);
  close_down(e, is_cancelling, caller);
  if (!wait)
    return 0;
  int answer = is_own_worker(e) ? EDEADLK : 0;
  if (is_watched())
    tell(SUBJECT(e, EXECUTOR), TRACE_AWAIT, 0, caller);
  if (!answer)
    join_workers(e);
  if (is_watched() && answer)
    tell_with(SUBJECT(e, EXECUTOR), TRACE_AWAIT_FAIL, 0, answer, 0, caller);
  else if (is_watched())
    tell(SUBJECT(e, EXECUTOR), TRACE_PASS, TRACE_MODE_WAITED, caller);
  return answer;
}

PUBLIC int track_executor_shutdown(struct track_executor *e, bool wait, bool cancel_pending) {
  return executor_shutdown_at(e, wait, cancel_pending, CALLER());
}

static bool is_at_work(struct track_executor *e) {
  inner_lock(&e->private_lock);
  bool is_so = !(e->private_flags & IS_SHUT) || e->private_n_workers;
  inner_unlock(&e->private_lock);
  return is_so;
}

PUBLIC int track_executor_destroy(struct track_executor *e) {
  struct caller caller = CALLER();
  if (is_own_worker(e)) {
    if (is_watched())
      tell_with(SUBJECT(e, EXECUTOR), TRACE_AWAIT_FAIL, 0, EDEADLK, 0, caller);
    return EDEADLK;
  }
  if (is_at_work(e))
    executor_shutdown_at(e, true, false, caller);
  open_remove(e);
  free_nodes(e);
  if (is_watched())
    tell_with(SUBJECT(e, EXECUTOR), TRACE_DESTROY, 0, 0, 0, caller);
  return 0;
}

/* What was submitted is done first, then the workers end and are joined with all other threads. Nothing is told: nobody shut them down. */
void executors_shut_down(void) {
  __atomic_store_n(&is_over, true, __ATOMIC_RELAXED);
  inner_lock(&open_lock);
  for (struct track_executor *e = first_open; e; e = e->private_next)
    close_down(e, false, (struct caller){0});
  inner_unlock(&open_lock);
}

void executors_before_fork(void) {
  inner_lock(&open_lock);
  for (struct track_executor *e = first_open; e; e = e->private_next)
    inner_lock(&e->private_lock);
}

void executors_after_fork(bool is_child) {
  for (struct track_executor *e = first_open; e; e = e->private_next)
    if (is_child)
      pool_reset_in_child(e);
    else
      inner_unlock(&e->private_lock);
  if (is_child)
    open_lock = 0;
  else
    inner_unlock(&open_lock);
}
