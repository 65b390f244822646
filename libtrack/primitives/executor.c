/* executor.c - track_executor: tasks in a list under an inner lock, and the workers that take them; as Python's ThreadPoolExecutor.
 *
 * A worker is made when a task comes, none is idle and there may be more. The task's node is its future. Finished nodes that nobody else holds go to a
 * free list. A worker that is about to wait, for ever, for a future of its own pool says so under the lock; when all workers wait for futures that
 * are not over, no one is left who could run or finish anything, and the last one is told so.
 * `open_lock` protects the list of open executors; it is taken before an executor's lock, that before the registry's, and around a fork all are. */
#include <pthread.h>
#include <stdlib.h>

#include "preload/wrap.h"
#include "primitives/future.h"
#include "primitives/self.h"
#include "primitives/thread.h"

enum { IS_SHUT = 1 };
enum { SPINS = 200 };
enum lookout { NOBODY, IS_LOOKING, HAS_SEEN }; /* private_lookout */

struct track_private_worker {
  struct track_thread thread;
  struct track_executor *executor;
  struct track_private_worker *next;
  struct track_future *runs, *waits_for; /* for ever, of its own pool */
  bool is_claimed;                       /* by who joins it; it stays in the list until it is gone, as it may run something yet */
};

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

/* Nodes. */

static struct track_future *node_new(struct track_executor *e) {
  struct track_future *f = e->private_free;
  if (f)
    e->private_free = f->next;
  else
    f = aligned_alloc(_Alignof(struct track_future), sizeof *f);
  return f;
}

/* With the lock held. */
static void node_drop(struct track_executor *e, struct track_future *f) {
  if (!future_drop(f, (struct caller){0}))
    return;
  f->next = e->private_free;
  e->private_free = f;
}

static void append(struct track_executor *e, struct track_future *f) {
  f->next = NULL;
  if (e->private_last)
    e->private_last->next = f;
  else
    e->private_first = f;
  e->private_last = f;
}

static struct track_future *take_first(struct track_executor *e) {
  struct track_future *f = e->private_first;
  e->private_first = f->next;
  if (!e->private_first)
    e->private_last = NULL;
  return f;
}

/* Workers. */

static void run(struct track_executor *e, struct track_future *f, struct caller caller) {
  void *result = NULL;
  int answer = f->task(f->arg, &result);
  future_finish(f, answer, result, caller);
  if (is_watched())
    tell(SUBJECT(e, EXECUTOR), TRACE_TASK_DONE, 0, caller);
}

static bool has_work(const struct track_executor *e) { return e->private_first || e->private_flags & IS_SHUT; }

/* To fall asleep and be woken takes longer than many tasks do: one worker at a time looks out for the next task a while before it sleeps. A task
 * that comes meanwhile is left to it, and nobody is woken. */
static void look_out(struct track_executor *e) {
  __atomic_exchange_n(&e->private_lookout, IS_LOOKING, __ATOMIC_RELAXED);
  inner_unlock(&e->private_lock);
  for (int i = 0; i < SPINS && __atomic_load_n(&e->private_lookout, __ATOMIC_RELAXED) == IS_LOOKING; i++)
    cpu_relax();
  inner_lock(&e->private_lock);
  __atomic_exchange_n(&e->private_lookout, NOBODY, __ATOMIC_RELAXED);
}

/* With the lock held. */
static bool leave_to_lookout(struct track_executor *e) {
  if (__atomic_load_n(&e->private_lookout, __ATOMIC_RELAXED) != IS_LOOKING)
    return false;
  __atomic_exchange_n(&e->private_lookout, HAS_SEEN, __ATOMIC_RELAXED);
  return true;
}

static void wait_for_work(struct track_executor *e, struct caller caller) {
  if (is_watched())
    tell(SUBJECT(e, EXECUTOR), TRACE_GET_REQ, 0, caller);
  if (__atomic_load_n(&e->private_lookout, __ATOMIC_RELAXED) == NOBODY)
    look_out(e);
  while (!has_work(e))
    inner_wait(e->private_work, &e->private_lock, NO_DEADLINE);
}

/* The next task that nobody cancelled; NULL: there will be none any more. */
static struct track_future *next_task(struct track_executor *e, struct caller caller) {
  for (;;) {
    if (!has_work(e))
      wait_for_work(e, caller);
    if (!e->private_first)
      return NULL;
    struct track_future *f = take_first(e);
    if (future_begin(f)) {
      if (is_watched())
        tell(SUBJECT(e, EXECUTOR), TRACE_GET, 0, caller);
      return f;
    }
    node_drop(e, f);
  }
}

static void *worker_main(void *context) {
  struct caller caller = CALLER();
  struct track_private_worker *w = context;
  struct track_executor *e = w->executor;
  struct track_future *f;
  track_self.worker = w;
  inner_lock(&e->private_lock);
  while ((f = next_task(e, caller))) {
    w->runs = f;
    inner_unlock(&e->private_lock);
    run(e, f, caller);
    inner_lock(&e->private_lock);
    w->runs = NULL;
    node_drop(e, f);
  }
  inner_unlock(&e->private_lock);
  track_self.worker = NULL;
  return NULL;
}

/* With the lock held. */
static int worker_start(struct track_executor *e, struct caller caller) {
  struct track_private_worker *w = malloc(sizeof *w);
  char name[TRACK_NAME_BYTES];
  if (!w)
    return ENOMEM;
  size_t n = sys_append(name, sizeof name - 6, 0, e->private_name.private_given);
  n = sys_append(name, sizeof name, n, "_");
  sys_append_number(name, sizeof name, n, e->private_n_workers);
  w->executor = e;
  w->runs = w->waits_for = NULL;
  w->is_claimed = false;
  thread_init_as(&w->thread, worker_main, w, name, TRACE_KIND_EXECUTOR);
  track_thread_set_daemon(&w->thread, false);
  int answer = thread_start_at(&w->thread, (uintptr_t)worker_main, caller);
  if (answer) {
    free(w);
    return answer;
  }
  w->next = e->private_workers;
  e->private_workers = w;
  e->private_n_workers++;
  return 0;
}

/* With the lock held: how many sleeping workers must be woken for the task that was appended. */
static uint32_t staff(struct track_executor *e, struct caller caller) {
  if (leave_to_lookout(e))
    return 0;
  uint32_t n = inner_signal(e->private_work, 1);
  if (!n && e->private_n_workers < e->private_max_workers)
    worker_start(e, caller); /* without it the others will do the work */
  return n;
}

/* Submitting. */

static int refuse(struct track_executor *e, int answer, struct caller caller) {
  if (is_watched())
    tell_with(SUBJECT(e, EXECUTOR), TRACE_PUT_FAIL, 0, answer, 0, caller);
  inner_unlock(&e->private_lock);
  return answer;
}

static bool is_shut(const struct track_executor *e) { return e->private_flags & IS_SHUT || __atomic_load_n(&is_over, __ATOMIC_RELAXED); }

/* A task needs a worker: the first one must be there. */
static int prepare(struct track_executor *e, struct track_future **ret_node, struct caller caller) {
  if (is_shut(e))
    return ECANCELED;
  int answer = e->private_n_workers ? 0 : worker_start(e, caller);
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
  uint32_t n = had_workers ? staff(e, caller) : 0;
  inner_unlock(&e->private_lock);
  inner_wake(e->private_work, n);
  if (ret_future)
    *ret_future = f;
  return 0;
}

PUBLIC int track_executor_submit(struct track_executor *e, int (*task)(void *arg, void **ret_result), void *arg, struct track_future **ret_future) {
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

static struct track_private_worker *claim_worker(struct track_executor *e) {
  inner_lock(&e->private_lock);
  struct track_private_worker *w = e->private_workers;
  while (w && w->is_claimed)
    w = w->next;
  if (w)
    w->is_claimed = true;
  inner_unlock(&e->private_lock);
  return w;
}

/* With the lock held. */
static void unlink_worker(struct track_executor *e, struct track_private_worker *w) {
  struct track_private_worker **at = &e->private_workers;
  while (*at != w)
    at = &(*at)->next;
  *at = w->next;
  e->private_n_workers--;
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

/* Several may wait at once: each joins what it claims, and the last one to come back knows that all are gone. Then nothing is left of the
 * executor, with or without a destroy. */
static void join_workers(struct track_executor *e) {
  for (struct track_private_worker *w; (w = claim_worker(e));) {
    thread_wait(&w->thread, NO_DEADLINE);
    inner_lock(&e->private_lock);
    unlink_worker(e, w);
    uint32_t n = e->private_n_workers ? 0 : inner_signal(e->private_gone, WAKE_ALL);
    inner_unlock(&e->private_lock);
    inner_wake(e->private_gone, n);
    free(w);
  }
  inner_lock(&e->private_lock);
  while (e->private_n_workers)
    inner_wait(e->private_gone, &e->private_lock, NO_DEADLINE);
  inner_unlock(&e->private_lock);
  open_remove(e);
  free_nodes(e);
}

static bool is_own_worker(const struct track_executor *e) { return track_self.worker && track_self.worker->executor == e; }

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

/* Starvation. */

static bool waits_in_vain(const struct track_future *f) { return f && !event_is_set(f->over); }

/* With the lock held. Workers that are yet to be made could run something. */
static bool all_wait(const struct track_executor *e) {
  const struct track_private_worker *w = e->private_workers;
  while (w && waits_in_vain(w->waits_for))
    w = w->next;
  return !w && e->private_n_workers == e->private_max_workers;
}

bool executor_starve(struct track_future *f) {
  struct track_executor *e = f->executor;
  inner_lock(&e->private_lock);
  track_self.worker->waits_for = f;
  bool is_starved = all_wait(e);
  if (is_starved)
    track_self.worker->waits_for = NULL;
  inner_unlock(&e->private_lock);
  return is_starved;
}

void executor_feed(struct track_future *f) {
  inner_lock(&f->executor->private_lock);
  track_self.worker->waits_for = NULL;
  inner_unlock(&f->executor->private_lock);
}

bool executor_is_own(const struct track_executor *e) { return is_own_worker(e); }

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

static void forget_worker(struct track_private_worker *w) {
  if (w->runs)
    future_abandon(w->runs);
  free(w);
}

/* In the child the workers do not exist: what they had begun and what is queued is cancelled there, and new ones are made for new tasks. But
 * one that forked goes on there. */
static void reset_in_child(struct track_executor *e) {
  struct track_private_worker *own = is_own_worker(e) ? track_self.worker : NULL;
  e->private_lock = 0;
  e->private_lookout = NOBODY;
  for (int i = 0; i < 3; i++)
    e->private_work[i] = e->private_gone[i] = 0;
  for (struct track_private_worker *w = e->private_workers, *next; w; w = next) {
    next = w->next;
    if (w != own)
      forget_worker(w);
  }
  e->private_workers = own;
  e->private_n_workers = own != NULL;
  if (own) {
    own->next = NULL;
    own->is_claimed = false;
  }
  while (e->private_first)
    future_abandon(take_first(e));
}

void executors_after_fork(bool is_child) {
  for (struct track_executor *e = first_open; e; e = e->private_next)
    if (is_child)
      reset_in_child(e);
    else
      inner_unlock(&e->private_lock);
  if (is_child)
    open_lock = 0;
  else
    inner_unlock(&open_lock);
}
