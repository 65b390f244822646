/* worker.c - the workers of a track_executor: they take tasks, wait for them, end and are joined.
 *
 * A worker that is about to wait, for ever, for a future of its own pool says so under the lock; when all workers wait for futures that are
 * not over, no one is left who could run or finish anything, and the last one is told so. */
#include <pthread.h>

#include "preload/wrap.h"
#include "primitives/pool.h"

enum { SPINS = 200 };
enum lookout { NOBODY, IS_LOOKING, HAS_SEEN }; /* private_lookout */

static void run(struct track_executor *e, struct track_future *f, struct caller caller) {
  void *result = NULL;
  int answer = f->task(f->arg, &result);
  future_finish(f, answer, result, caller);
  if (is_watched())
    tell(SUBJECT(e, EXECUTOR), TRACE_TASK_DONE, 0, caller);
}

static bool has_work(const struct track_executor *e) {
  return e->private_first || e->private_flags & IS_SHUT;
}

/* To fall asleep and be woken takes longer than many tasks do: one worker at a time looks out for the next task a while before it sleeps. A
 * task that comes meanwhile is left to it, and nobody is woken. */
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
int pool_worker_start(struct track_executor *e, struct caller caller) {
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
uint32_t pool_staff(struct track_executor *e, struct caller caller) {
  if (leave_to_lookout(e))
    return 0;
  uint32_t n = inner_signal(e->private_work, 1);
  if (!n && e->private_n_workers < e->private_max_workers)
    pool_worker_start(e, caller); /* without it the others will do the work */
  return n;
}

/* The end. */

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

/* Several may wait at once: each joins what it claims, and the last one to come back knows that all are gone. */
void pool_join_workers(struct track_executor *e) {
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
}

/* Starvation. */

static bool waits_in_vain(const struct track_future *f) {
  return f && !event_is_set(f->over);
}

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

bool executor_is_own(const struct track_executor *e) {
  return is_own_worker(e);
}

static void forget_worker(struct track_private_worker *w) {
  if (w->runs)
    future_abandon(w->runs);
  free(w);
}

/* In the child the workers do not exist: what they had begun and what is queued is cancelled there, and new ones are made for new tasks.
 * But one that forked goes on there. */
void pool_reset_in_child(struct track_executor *e) {
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
