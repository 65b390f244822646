/* all_of_it.c - uses every function, macro and static initialiser of the public headers, and looks at what each answers.
 *
 * Compiled as C11, C17, C++11 and C++17 by gcc and clang (check_headers.py), so it is written in what these have in common; all_used.py
 * sees to it that nothing is left out. What the primitives do in full is tested elsewhere: here every call is made once, in the two or
 * three ways in which it can end. Its argument is a folder for a recording. */
#include "track/annotate.h"
#include "track/barrier.h"
#include "track/base.h"
#include "track/condition.h"
#include "track/event.h"
#include "track/executor.h"
#include "track/local.h"
#include "track/lock.h"
#include "track/log.h"
#include "track/queue.h"
#include "track/recording.h"
#include "track/rlock.h"
#include "track/semaphore.h"
#include "track/thread.h"
#include "track/timer.h"
#include "track/track.h"
#include "track/with.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int n_failed;

static void check(int is_true, const char *text, int line) {
  if (!is_true) {
    printf("line %d: not so: %s\n", line, text);
    n_failed++;
  }
}
#define CHECK(condition) check(!!(condition), #condition, __LINE__)
#define IS(expected, expression) CHECK((expression) == (expected))

static const int64_t moment_ns = TRACK_MS(5);

/* A thread that calls a function without arguments. */
static void *call(void *function) {
  void (*f)(void);
  memcpy(&f, function, sizeof f);
  f();
  return NULL;
}

static void in_another_thread(void (*f)(void)) {
  struct track_thread t;
  IS(0, track_thread_init(&t, call, &f, NULL));
  IS(0, track_thread_start(&t));
  IS(0, track_thread_join(&t, NULL));
}

/* base.h */

TRACK_STATIC_ASSERT(TRACK_MS(1) == 1000000, "a millisecond");
TRACK_STATIC_ASSERT(TRACK_S(1) == 1000000000, "a second");
TRACK_STATIC_ASSERT(TRACK_FOREVER == -1, "a timeout that never comes");
TRACK_STATIC_ASSERT(TRACK_NAME_BYTES == 32, "31 bytes and a zero byte");

TRACK_BEGIN
int with_c_linkage(void);
TRACK_END

int with_c_linkage(void) {
  return 1;
}

/* lock.h */

static struct track_lock lock = TRACK_LOCK_INIT("static lock");

static void find_lock_busy(void) {
  IS(EBUSY, track_lock_try_acquire(&lock));
  IS(ETIMEDOUT, track_lock_acquire_timeout(&lock, moment_ns));
  IS(0, track_lock_release(&lock)); /* any thread may */
}

static void use_lock(void) {
  struct track_lock made;
  IS(0, track_lock_init(&made, NULL));
  IS(0, track_lock_acquire(&made));
  CHECK(track_lock_is_locked(&made));
  IS(EBUSY, track_lock_destroy(&made));
  IS(EBUSY, track_lock_try_acquire(&made));
  IS(ETIMEDOUT, track_lock_acquire_timeout(&made, 0));
  IS(0, track_lock_release(&made));
  CHECK(!track_lock_is_locked(&made));
  IS(EPERM, track_lock_release(&made));
  IS(0, track_lock_destroy(&made));

  IS(0, track_lock_acquire_timeout(&lock, TRACK_FOREVER));
  in_another_thread(find_lock_busy);
  IS(0, track_lock_try_acquire(&lock));
  IS(0, track_lock_release(&lock));
}

/* rlock.h */

static struct track_rlock rlock = TRACK_RLOCK_INIT("static rlock");

static void find_rlock_owned(void) {
  IS(EBUSY, track_rlock_try_acquire(&rlock));
  IS(ETIMEDOUT, track_rlock_acquire_timeout(&rlock, moment_ns));
  IS(EPERM, track_rlock_release(&rlock));
  IS(0u, track_rlock_depth(&rlock));
  CHECK(track_rlock_is_locked(&rlock));
}

static void use_rlock(void) {
  struct track_rlock made;
  IS(0, track_rlock_init(&made, "made"));
  IS(0, track_rlock_acquire(&made));
  IS(EBUSY, track_rlock_destroy(&made));
  IS(0, track_rlock_release(&made));
  IS(0, track_rlock_destroy(&made));

  IS(0, track_rlock_acquire(&rlock));
  IS(0, track_rlock_try_acquire(&rlock));
  IS(0, track_rlock_acquire_timeout(&rlock, 0));
  IS(3u, track_rlock_depth(&rlock));
  in_another_thread(find_rlock_owned);
  for (int i = 0; i < 3; i++)
    IS(0, track_rlock_release(&rlock));
  CHECK(!track_rlock_is_locked(&rlock));
  IS(EPERM, track_rlock_release(&rlock));
}

/* condition.h */

static struct track_condition condition = TRACK_CONDITION_INIT("static condition");
static int turn;

static bool is_turn_of(void *number) {
  return turn == *(int *)number;
}

/* Waits for turn 1 in each of the ways there are, and gives turns back. */
static void take_turns(void) {
  int one = 1;
  IS(0, track_condition_acquire(&condition));
  while (turn != 1)
    IS(0, track_condition_wait(&condition));
  turn = 2;
  IS(0, track_condition_notify(&condition, 1));
  while (turn != 1)
    IS(0, track_condition_wait_timeout(&condition, TRACK_FOREVER));
  turn = 2;
  IS(0, track_condition_notify_all(&condition));
  IS(0, track_condition_wait_for(&condition, is_turn_of, &one, TRACK_S(60)));
  IS(0, track_condition_release(&condition));
}

static void give_turn(void) {
  int two = 2;
  turn = 1;
  IS(0, track_condition_notify(&condition, 7));
  IS(0, track_condition_wait_for(&condition, is_turn_of, &two, TRACK_FOREVER));
}

static void use_condition_with_others(void) {
  struct track_thread other;
  void (*f)(void) = take_turns;
  IS(0, track_thread_init(&other, call, &f, "other"));
  IS(0, track_condition_acquire(&condition));
  IS(0, track_thread_start(&other));
  give_turn();
  give_turn();
  turn = 1;
  IS(0, track_condition_notify_all(&condition));
  IS(0, track_condition_release(&condition));
  IS(0, track_thread_join(&other, NULL));
}

static void refuse_without_lock(struct track_condition *c) {
  int none = -1;
  IS(EPERM, track_condition_wait(c));
  IS(EPERM, track_condition_wait_timeout(c, moment_ns));
  IS(EPERM, track_condition_wait_for(c, is_turn_of, &none, moment_ns));
  IS(EPERM, track_condition_notify(c, 1));
  IS(EPERM, track_condition_notify_all(c));
  IS(EPERM, track_condition_release(c));
}

static void use_condition(void) {
  struct track_condition own, given_lock, given_rlock;
  int none = -1;
  IS(0, track_condition_init(&own, "own"));
  IS(0, track_condition_init_lock(&given_lock, &lock, "given lock"));
  IS(0, track_condition_init_rlock(&given_rlock, &rlock, NULL));
  refuse_without_lock(&own);
  refuse_without_lock(&given_lock);
  refuse_without_lock(&given_rlock);

  IS(0, track_condition_acquire(&own));
  IS(ETIMEDOUT, track_condition_wait_timeout(&own, moment_ns));
  IS(ETIMEDOUT, track_condition_wait_for(&own, is_turn_of, &none, moment_ns));
  IS(0, track_condition_notify(&own, 1)); /* nobody waits */
  IS(EBUSY, track_condition_destroy(&own));
  IS(0, track_condition_release(&own));

  IS(0, track_condition_acquire(&given_rlock));
  IS(0, track_rlock_acquire(&rlock));
  IS(ETIMEDOUT, track_condition_wait_timeout(&given_rlock, moment_ns));
  IS(2u, track_rlock_depth(&rlock));
  IS(0, track_rlock_release(&rlock));
  IS(0, track_condition_release(&given_rlock));

  IS(0, track_condition_destroy(&own));
  IS(0, track_condition_destroy(&given_lock));
  IS(0, track_condition_destroy(&given_rlock));
  use_condition_with_others();
}

/* semaphore.h */

static struct track_semaphore semaphore = TRACK_SEMAPHORE_INIT(2, "static semaphore");
static struct track_bounded_semaphore bounded = TRACK_BOUNDED_SEMAPHORE_INIT(2, "static bounded semaphore");

static void use_semaphore(void) {
  struct track_semaphore made;
  IS(0, track_semaphore_init(&made, 0, "made"));
  IS(EBUSY, track_semaphore_try_acquire(&made));
  IS(ETIMEDOUT, track_semaphore_acquire_timeout(&made, moment_ns));
  IS(EINVAL, track_semaphore_release(&made, 0));
  IS(0, track_semaphore_release(&made, 3));
  IS(EOVERFLOW, track_semaphore_release(&made, UINT32_MAX));
  IS(3u, track_semaphore_value(&made));
  IS(0, track_semaphore_acquire(&made));
  IS(0, track_semaphore_try_acquire(&made));
  IS(0, track_semaphore_acquire_timeout(&made, TRACK_FOREVER));
  IS(0u, track_semaphore_value(&made));
  IS(0, track_semaphore_destroy(&made));
  IS(2u, track_semaphore_value(&semaphore));
}

static void use_bounded_semaphore(void) {
  struct track_bounded_semaphore made;
  IS(0, track_bounded_semaphore_init(&made, 1, "made"));
  IS(EOVERFLOW, track_bounded_semaphore_release(&made, 1));
  IS(0, track_bounded_semaphore_acquire(&made));
  IS(EBUSY, track_bounded_semaphore_try_acquire(&made));
  IS(ETIMEDOUT, track_bounded_semaphore_acquire_timeout(&made, moment_ns));
  IS(EOVERFLOW, track_bounded_semaphore_release(&made, 2));
  IS(0u, track_bounded_semaphore_value(&made));
  IS(0, track_bounded_semaphore_release(&made, 1));
  IS(1u, track_bounded_semaphore_value(&made));
  IS(0, track_bounded_semaphore_destroy(&made));

  IS(0, track_bounded_semaphore_try_acquire(&bounded));
  IS(0, track_bounded_semaphore_acquire_timeout(&bounded, 0));
  IS(0, track_bounded_semaphore_release(&bounded, 2));
}

/* event.h */

static struct track_event event = TRACK_EVENT_INIT("static event");

static void wait_for_event(void) {
  IS(0, track_event_wait(&event));
}

static void use_event(void) {
  struct track_event made;
  IS(0, track_event_init(&made, NULL));
  CHECK(!track_event_is_set(&made));
  IS(ETIMEDOUT, track_event_wait_timeout(&made, 0));
  IS(ETIMEDOUT, track_event_wait_timeout(&made, moment_ns));
  IS(0, track_event_set(&made));
  CHECK(track_event_is_set(&made));
  IS(0, track_event_wait(&made));
  IS(0, track_event_wait_timeout(&made, TRACK_FOREVER));
  IS(0, track_event_clear(&made));
  CHECK(!track_event_is_set(&made));
  IS(0, track_event_destroy(&made));

  struct track_thread waiter;
  void (*f)(void) = wait_for_event;
  IS(0, track_thread_init(&waiter, call, &f, "waiter"));
  IS(0, track_thread_start(&waiter));
  IS(0, track_event_set(&event));
  IS(0, track_thread_join(&waiter, NULL));
}

/* barrier.h */

static struct track_barrier barrier;
static unsigned second_index;

static int count_action(void *count) {
  ++*(int *)count;
  return 0;
}

static int fail_action(void *unused) {
  (void)unused;
  return EIO;
}

static void come_to_barrier(void) {
  IS(0, track_barrier_wait(&barrier, &second_index));
}

static void come_to_broken_barrier(void) {
  IS(ECANCELED, track_barrier_wait(&barrier, NULL));
}

static void meet_at_barrier(void) {
  struct track_thread t;
  void (*f)(void) = come_to_barrier;
  unsigned index = 9;
  IS(0, track_thread_init(&t, call, &f, NULL));
  IS(0, track_thread_start(&t));
  IS(0, track_barrier_wait_timeout(&barrier, TRACK_FOREVER, &index));
  IS(0, track_thread_join(&t, NULL));
  CHECK(index + second_index == 1 && index <= 1);
}

static void use_barrier(void) {
  int count = 0;
  IS(EINVAL, track_barrier_init(&barrier, 0, NULL, NULL, NULL));
  IS(0, track_barrier_init(&barrier, 2, count_action, &count, "barrier"));
  IS(2u, track_barrier_parties(&barrier));
  meet_at_barrier();
  IS(1, count);
  IS(0u, track_barrier_n_waiting(&barrier));
  IS(ETIMEDOUT, track_barrier_wait_timeout(&barrier, moment_ns, NULL));
  CHECK(track_barrier_is_broken(&barrier));
  in_another_thread(come_to_broken_barrier);
  IS(0, track_barrier_reset(&barrier));
  CHECK(!track_barrier_is_broken(&barrier));
  IS(0, track_barrier_abort(&barrier));
  IS(ECANCELED, track_barrier_wait(&barrier, NULL));
  IS(0, track_barrier_destroy(&barrier));

  IS(0, track_barrier_init(&barrier, 1, fail_action, NULL, NULL));
  IS(EIO, track_barrier_wait(&barrier, NULL));
  CHECK(track_barrier_is_broken(&barrier));
  IS(0, track_barrier_destroy(&barrier));
}

/* thread.h */

static struct track_event may_end = TRACK_EVENT_INIT("may end");

static void *look_around(void *arg) {
  struct track_thread *self = track_thread_current(), *all[8];
  size_t n = track_thread_enumerate(all, 8);
  bool is_listed = false;
  for (size_t i = 0; i < n && i < 8; i++)
    is_listed |= all[i] == self;
  CHECK(self == arg);
  CHECK(is_listed);
  IS(n, track_thread_active_count());
  IS(EDEADLK, track_thread_join(self, NULL));
  IS(EINVAL, track_thread_join(track_thread_main(), NULL));
  IS(gettid(), track_thread_native_id(self));
  IS(0, track_event_wait(&may_end));
  return &may_end;
}

static void use_thread(void) {
  struct track_thread t;
  void *result = NULL;
  IS(0, track_thread_init(&t, look_around, &t, "looker"));
  IS(0, strcmp(track_thread_name(&t), "looker"));
  IS(0, track_thread_set_name(&t, "renamed"));
  IS(0, strcmp(track_thread_name(&t), "renamed"));
  IS(0u, track_thread_ident(&t));
  IS(0, track_thread_native_id(&t));
  CHECK(!track_thread_is_alive(&t) && !track_thread_is_daemon(&t));
  IS(EINVAL, track_thread_join(&t, NULL));
  IS(0, track_thread_set_daemon(&t, true));
  CHECK(track_thread_is_daemon(&t));

  IS(0, track_thread_start(&t));
  CHECK(track_thread_is_alive(&t));
  CHECK(track_thread_ident(&t) != 0);
  IS(EINVAL, track_thread_start(&t));
  IS(EINVAL, track_thread_set_daemon(&t, false));
  IS(ETIMEDOUT, track_thread_join_timeout(&t, moment_ns, NULL));
  IS(0, track_event_set(&may_end));
  IS(0, track_thread_join(&t, &result));
  IS((void *)&may_end, result);
  IS(0, track_thread_join_timeout(&t, TRACK_FOREVER, NULL));
  CHECK(!track_thread_is_alive(&t));

  CHECK(track_thread_current() == track_thread_main());
  IS(0, strcmp(track_thread_name(track_thread_main()), "MainThread"));
  IS(EDEADLK, track_thread_join(track_thread_main(), NULL));
  IS(1u, track_thread_active_count());
}

static uint64_t low_level_ident;

static void *tell_ident(void *told) {
  low_level_ident = track_thread_ident(track_thread_current());
  track_event_set((struct track_event *)told);
  return NULL;
}

static void use_low_level(void) {
  static struct track_event told = TRACK_EVENT_INIT("told");
  uint64_t ident = 0;
  IS(0, track_start_new_thread(tell_ident, &told, &ident));
  IS(0, track_event_wait(&told));
  CHECK(ident != 0 && ident == low_level_ident);
}

struct seen {
  int n_acquired;
  const void *object;
  int64_t time_ns;
  char name[TRACK_NAME_BYTES];
};

static void see(const struct track_trace_event *traced, void *arg) {
  struct seen *seen = (struct seen *)arg;
  if (strcmp(traced->operation, "acq") != 0)
    return;
  seen->n_acquired++;
  seen->object = traced->object;
  seen->time_ns = traced->time_ns;
  snprintf(seen->name, sizeof seen->name, "%s", traced->object_name);
}

static void acquire_and_release(void) {
  IS(0, track_lock_acquire(&lock));
  IS(0, track_lock_release(&lock));
}

static void use_trace(void) {
  struct seen seen = {0, NULL, 0, {0}};
  track_set_trace(see, &seen);
  in_another_thread(acquire_and_release);
  track_set_trace(NULL, NULL);
  in_another_thread(acquire_and_release);
  IS(1, seen.n_acquired);
  IS((const void *)&lock, seen.object);
  CHECK(seen.time_ns > 0);
  IS(0, strcmp(seen.name, "static lock"));
}

/* timer.h */

static void fire(void *fired) {
  track_event_set((struct track_event *)fired);
}

static void use_timer(void) {
  struct track_timer t;
  struct track_event fired = TRACK_EVENT_INIT("fired");
  IS(EINVAL, track_timer_init(&t, -1, fire, &fired, NULL));
  IS(0, track_timer_init(&t, moment_ns, fire, &fired, "fires"));
  IS(0, strcmp(track_timer_name(&t), "fires"));
  IS(EINVAL, track_timer_join(&t));
  IS(0, track_timer_start(&t));
  IS(EINVAL, track_timer_start(&t));
  IS(0, track_timer_join(&t));
  CHECK(track_event_is_set(&fired));
  IS(0, track_timer_cancel(&t));
  IS(0, track_timer_destroy(&t));

  IS(0, track_event_clear(&fired));
  IS(0, track_timer_init(&t, TRACK_S(600), fire, &fired, "is cancelled"));
  IS(0, track_timer_set_daemon(&t, true));
  IS(0, track_timer_start(&t));
  IS(EINVAL, track_timer_set_daemon(&t, false));
  IS(EBUSY, track_timer_destroy(&t));
  IS(0, track_timer_cancel(&t));
  IS(0, track_timer_join(&t));
  CHECK(!track_event_is_set(&fired));
  IS(0, track_timer_destroy(&t));
}

/* local.h */

static int n_made, n_dropped;

static void *make_value(void *arg) {
  n_made++;
  return arg;
}

static void drop_value(void *value) {
  (void)value;
  n_dropped++;
}

static struct track_local local = TRACK_LOCAL_INIT(make_value, &n_made, drop_value, "static local");

static void use_value(void) {
  IS((void *)&n_made, track_local_get(&local));
  IS(0, track_local_set(&local, &n_dropped));
  IS((void *)&n_dropped, track_local_get(&local));
}

static void use_local(void) {
  struct track_local made;
  IS(0, track_local_init(&made, NULL, NULL, NULL));
  CHECK(track_local_get(&made) == NULL);
  IS(0, track_local_set(&made, &made));
  IS((void *)&made, track_local_get(&made));
  IS(0, track_local_destroy(&made));

  in_another_thread(use_value);
  CHECK(n_made == 1 && n_dropped == 1);
  use_value();
  CHECK(n_made == 2 && n_dropped == 1);
  IS(0, track_local_destroy(&local));
  IS(2, n_dropped);
}

/* executor.h */

static struct track_executor executor;
static struct track_event task_may_end = TRACK_EVENT_INIT("task may end"), task_runs = TRACK_EVENT_INIT("task runs");

static int give_back(void *arg, void **ret_result) {
  *ret_result = arg;
  return arg ? 0 : EIO;
}

static int run_until_told(void *arg, void **ret_result) {
  track_event_set(&task_runs);
  track_event_wait(&task_may_end);
  *ret_result = arg;
  return 0;
}

static int wait_for_own_pool(void *unused, void **ret_result) {
  struct track_future *f;
  IS(0, track_executor_submit(&executor, give_back, &executor, &f));
  IS(EDEADLK, track_future_result(f, TRACK_FOREVER, ret_result));
  IS(EDEADLK, track_executor_shutdown(&executor, true, false));
  track_future_release(f);
  *ret_result = unused;
  return 0;
}

static void use_futures(void) {
  struct track_future *running, *waiting;
  void *result = NULL;
  IS(0, track_executor_submit(&executor, run_until_told, &running, &running));
  IS(0, track_event_wait(&task_runs));
  IS(0, track_executor_submit(&executor, give_back, &executor, &waiting));
  CHECK(track_future_is_running(running) && !track_future_is_done(running));
  IS(EBUSY, track_future_cancel(running));
  IS(ETIMEDOUT, track_future_result(waiting, moment_ns, &result));
  IS(0, track_future_cancel(waiting));
  IS(0, track_future_cancel(waiting));
  CHECK(track_future_is_cancelled(waiting) && track_future_is_done(waiting));
  IS(ECANCELED, track_future_result(waiting, TRACK_FOREVER, NULL));
  IS(0, track_event_set(&task_may_end));
  IS(0, track_future_result(running, TRACK_FOREVER, &result));
  IS((void *)&running, result);
  CHECK(track_future_is_done(running) && !track_future_is_cancelled(running));
  track_future_release(running);
  track_future_release(waiting);
  track_future_release(NULL);
}

static void use_executor(void) {
  int numbers[3] = {1, 2, 3};
  void *args[3] = {&numbers[0], &numbers[1], &numbers[2]}, *results[3] = {NULL, NULL, NULL};
  struct track_future *failing, *waiting;
  IS(EINVAL, track_executor_init(&executor, 0, NULL));
  IS(0, track_executor_init(&executor, 1, "pool"));
  use_futures();
  IS(0, track_executor_map(&executor, give_back, args, results, 3));
  IS(0, memcmp(args, results, sizeof args));
  IS(0, track_executor_submit(&executor, give_back, NULL, &failing));
  IS(EIO, track_future_result(failing, TRACK_FOREVER, NULL));
  track_future_release(failing);
  IS(0, track_executor_submit(&executor, wait_for_own_pool, NULL, &waiting));
  IS(0, track_future_result(waiting, TRACK_FOREVER, NULL));
  track_future_release(waiting);
  IS(0, track_executor_shutdown(&executor, true, false));
  IS(ECANCELED, track_executor_submit(&executor, give_back, &executor, NULL));
  IS(0, track_executor_shutdown(&executor, false, true));
  IS(0, track_executor_destroy(&executor));
}

/* queue.h */

static struct track_queue queue;

static void take_all(void) {
  void *item;
  while (track_queue_get(&queue, &item) == 0)
    IS(0, track_queue_task_done(&queue));
}

static void use_queue_alone(void) {
  int a, b, c;
  void *item = NULL;
  IS(EBUSY, track_queue_try_get(&queue, &item));
  IS(ETIMEDOUT, track_queue_get_timeout(&queue, &item, moment_ns));
  IS(0, track_queue_put(&queue, &a));
  IS(0, track_queue_try_put(&queue, &b));
  IS(EBUSY, track_queue_try_put(&queue, &c));
  IS(ETIMEDOUT, track_queue_put_timeout(&queue, &c, moment_ns));
  CHECK(track_queue_is_full(&queue) && !track_queue_is_empty(&queue));
  IS(2u, track_queue_size(&queue));
  IS(0, track_queue_get(&queue, &item));
  IS((void *)&a, item);
  IS(0, track_queue_put_timeout(&queue, &c, 0));
  IS(0, track_queue_try_get(&queue, &item));
  IS((void *)&b, item);
  IS(0, track_queue_get_timeout(&queue, NULL, TRACK_FOREVER));
  CHECK(track_queue_is_empty(&queue) && !track_queue_is_full(&queue));
  IS(ETIMEDOUT, track_queue_join_timeout(&queue, moment_ns));
  for (int i = 0; i < 3; i++)
    IS(0, track_queue_task_done(&queue));
  IS(EINVAL, track_queue_task_done(&queue));
  IS(0, track_queue_join(&queue));
}

static void use_queue(void) {
  struct track_thread consumer;
  void (*f)(void) = take_all;
  IS(0, track_queue_init(&queue, 2, "queue"));
  use_queue_alone();
  IS(0, track_thread_init(&consumer, call, &f, "consumer"));
  IS(0, track_thread_start(&consumer));
  for (int i = 0; i < 10; i++)
    IS(0, track_queue_put(&queue, NULL));
  IS(0, track_queue_join_timeout(&queue, TRACK_FOREVER));
  IS(0, track_queue_shutdown(&queue, false));
  IS(0, track_thread_join(&consumer, NULL));
  IS(ECANCELED, track_queue_put(&queue, NULL));
  IS(ECANCELED, track_queue_get(&queue, NULL));
  IS(0, track_queue_shutdown(&queue, true));
  IS(0, track_queue_destroy(&queue));
}

/* with.h */

static int leave_by_return(void) {
  TRACK_WITH(&lock) {
    return track_lock_is_locked(&lock);
  }
  return -1;
}

static void use_with(void) {
  IS(1, leave_by_return());
  CHECK(!track_lock_is_locked(&lock));
  TRACK_WITH(&rlock) {
    TRACK_WITH(&rlock) {
      IS(2u, track_rlock_depth(&rlock));
      break;
    }
    IS(1u, track_rlock_depth(&rlock));
  }
  TRACK_WITH(&condition) {
    IS(0, track_condition_notify(&condition, 1));
  }
  TRACK_WITH(&semaphore) {
    IS(1u, track_semaphore_value(&semaphore));
  }
  TRACK_WITH(&bounded) {
    IS(1u, track_bounded_semaphore_value(&bounded));
  }
  CHECK(track_semaphore_value(&semaphore) == 2 && track_bounded_semaphore_value(&bounded) == 2);

  IS(0, track_executor_init(&executor, 2, NULL));
  TRACK_WITH(&executor) {
    IS(0, track_executor_submit(&executor, give_back, &executor, NULL));
  }
  IS(ECANCELED, track_executor_submit(&executor, give_back, &executor, NULL));
  IS(0, track_executor_destroy(&executor));
}

/* log.h */

static void use_log(void) {
  int pipe_ends[2];
  char text[256] = "";
  IS(0, pipe(pipe_ends));
  IS(0, track_log_configure("%(levelname)s|%(threadName)-12s|%(message)s", TRACK_INFO, pipe_ends[1]));
  IS(EINVAL, track_log_configure("%(nonsense)s", TRACK_DEBUG, 2));
  track_log(TRACK_DEBUG, "not written");
  track_log(TRACK_INFO, "one %d", 1);
  track_log(TRACK_WARNING, "two");
  track_log(TRACK_ERROR, "three");
  IS(0, track_log_configure(NULL, TRACK_ERROR, 2));
  IS(0, close(pipe_ends[1]));
  CHECK(read(pipe_ends[0], text, sizeof text - 1) > 0);
  IS(0, strcmp(text, "INFO|MainThread  |one 1\nWARNING|MainThread  |two\nERROR|MainThread  |three\n"));
  IS(0, close(pipe_ends[0]));
}

/* annotate.h and recording.h */

static void use_annotations(void) {
  int home_made = 0;
  track_created(&home_made, "home made");
  track_before_acquire(&home_made, 0);
  track_acquired(&home_made, 0);
  track_named(&home_made, "better name");
  track_before_release(&home_made, 0);
  track_try_failed(&home_made, TRACK_SHARED);
  track_acquired(&home_made, TRACK_SHARED | TRACK_TRIED);
  track_before_release(&home_made, TRACK_SHARED);
  track_destroyed(&home_made);
}

static int n_files(const char *folder) {
  int n = 0;
  DIR *directory = opendir(folder);
  for (struct dirent *entry; directory && (entry = readdir(directory));)
    n += entry->d_name[0] != '.';
  if (directory)
    closedir(directory);
  return n;
}

static void use_recording(const char *folder) {
  IS(EINVAL, track_stop());
  IS(0, track_start(folder));
  IS(EALREADY, track_start(folder));
  track_name(&lock, "a name for reports");
  acquire_and_release();
  use_annotations();
  IS(0, track_stop());
  IS(EINVAL, track_stop());
  IS(1, n_files(folder));
}

int main(int argc, char **argv) {
  IS(1, with_c_linkage());
  use_thread(); /* first: it counts the threads */
  use_lock();
  use_rlock();
  use_condition();
  use_semaphore();
  use_bounded_semaphore();
  use_event();
  use_barrier();
  use_low_level();
  use_trace();
  use_timer();
  use_local();
  use_executor();
  use_queue();
  use_with();
  use_log();
  if (argc > 1)
    use_recording(argv[1]);
  printf("%d checks failed\n", n_failed);
  return n_failed != 0;
}
