/* tasks.c - rooms of thread, timer, local, queue, executor, log. */
#include <errno.h>
#include <stdlib.h>

#include "rooms.h"

static struct track_queue queue;
static uint64_t sum_put, sum_got;
static void queue_enter(void) {
  HOLDS(track_queue_init(&queue, 5, "queue") == 0);
}
static void take_item(int64_t timeout_ns) {
  void *item = NULL;
  if (track_queue_get_timeout(&queue, &item, timeout_ns))
    return;
  __atomic_fetch_add(&sum_got, (uint64_t)(uintptr_t)item, __ATOMIC_RELAXED);
  HOLDS(track_queue_task_done(&queue) == 0);
}
static void queue_round(unsigned thread) {
  uintptr_t item = stress_random(1000);
  if (thread >= 2)
    take_item(stress_random(3) ? TRACK_MS(100) : (int64_t)stress_random(20000));
  else if (!track_queue_put_timeout(&queue, (void *)item, stress_random(3) ? TRACK_MS(100) : (int64_t)stress_random(20000)))
    __atomic_fetch_add(&sum_put, item, __ATOMIC_RELAXED);
  if (thread == 0 && !stress_random(500))
    track_queue_join_timeout(&queue, TRACK_MS(1));
}
static void queue_check(void) {
  while (!track_queue_is_empty(&queue))
    take_item(0);
  HOLDS(track_queue_join(&queue) == 0);
  HOLDS(sum_put == sum_got);
  HOLDS(track_queue_task_done(&queue) == EINVAL);
  HOLDS(track_queue_destroy(&queue) == 0);
}
const struct room queue_room = {"queue", 4, queue_enter, queue_round, NULL, queue_check};

static struct track_executor executor;
static uint64_t n_run, n_wanted;
static int square(void *arg, void **ret_result) {
  uintptr_t n = (uintptr_t)arg;
  __atomic_fetch_add(&n_run, 1, __ATOMIC_RELAXED);
  *ret_result = (void *)(n * n);
  return n == 13 ? EDOM : 0;
}
static void executor_enter(void) {
  HOLDS(track_executor_init(&executor, 3, "executor") == 0);
}
static void one_task(void) {
  uintptr_t n = stress_random(20);
  struct track_future *future;
  void *result = NULL;
  HOLDS(track_executor_submit(&executor, square, (void *)n, &future) == 0);
  bool is_cancelled = !stress_random(4) && track_future_cancel(future) == 0;
  int answer = track_future_result(future, TRACK_FOREVER, &result);
  if (is_cancelled)
    HOLDS(answer == ECANCELED);
  else {
    HOLDS(answer == (n == 13 ? EDOM : 0));
    HOLDS(result == (void *)(n * n));
    __atomic_fetch_add(&n_wanted, 1, __ATOMIC_RELAXED);
  }
  track_future_release(future);
}
static void many_tasks(void) {
  void *args[8], *results[8];
  for (uintptr_t i = 0; i < 8; i++)
    args[i] = (void *)i;
  HOLDS(track_executor_map(&executor, square, args, results, 8) == 0);
  for (uintptr_t i = 0; i < 8; i++)
    HOLDS(results[i] == (void *)(i * i));
  __atomic_fetch_add(&n_wanted, 8, __ATOMIC_RELAXED);
}
static void executor_round(unsigned thread) {
  if (stress_random(8))
    one_task();
  else if (stress_random(2))
    many_tasks();
  else if (!track_executor_submit(&executor, square, NULL, NULL))
    __atomic_fetch_add(&n_wanted, 1, __ATOMIC_RELAXED);
  (void)thread;
}
static void executor_check(void) {
  HOLDS(track_executor_shutdown(&executor, true, false) == 0);
  HOLDS(n_run == n_wanted);
  HOLDS(track_executor_destroy(&executor) == 0);
}
const struct room executor_room = {"executor", 3, executor_enter, executor_round, NULL, executor_check};

/* Pools that come and go with work in them. */
static void pools_round(unsigned thread) {
  struct track_executor e;
  uint64_t n_done = 0;
  (void)thread;
  HOLDS(track_executor_init(&e, 1 + stress_random(3), NULL) == 0);
  TRACK_WITH(&e) {
    for (uint32_t i = stress_random(5); i; i--)
      HOLDS(track_executor_submit(&e, square, NULL, NULL) == 0), n_done++;
  }
  __atomic_fetch_add(&n_wanted, n_done, __ATOMIC_RELAXED);
  HOLDS(track_executor_submit(&e, square, NULL, NULL) == ECANCELED);
  HOLDS(track_executor_destroy(&e) == 0);
}
const struct room pools_room = {"pools", 1, NULL, pools_round, NULL, NULL};

static void *add_one(void *arg) {
  return __atomic_fetch_add((int *)arg, 1, __ATOMIC_RELAXED), arg;
}
static void *join_it(void *arg) {
  HOLDS(track_thread_join(arg, NULL) == 0);
  return NULL;
}
static void threads_round(unsigned thread) {
  struct track_thread worker, joiner;
  int n = 0;
  void *result = NULL;
  (void)thread;
  track_thread_init(&worker, add_one, &n, NULL);
  track_thread_set_daemon(&worker, stress_random(2));
  HOLDS(track_thread_start(&worker) == 0);
  HOLDS(track_thread_start(&worker) == EINVAL);
  track_thread_init(&joiner, join_it, &worker, NULL);
  HOLDS(track_thread_start(&joiner) == 0);
  HOLDS(track_thread_join(&worker, &result) == 0);
  HOLDS(result == &n && n == 1);
  HOLDS(!track_thread_is_alive(&worker));
  HOLDS(track_thread_join(&joiner, NULL) == 0);
  HOLDS(track_thread_active_count() >= 2);
}
const struct room threads_room = {"threads", 2, NULL, threads_round, NULL, NULL};

static uint64_t n_fired, n_set;
static void fire(void *arg) {
  __atomic_fetch_add((uint64_t *)arg, 1, __ATOMIC_RELAXED);
}
static void timer_round(unsigned thread) {
  struct track_timer timer;
  uint64_t fired = 0;
  (void)thread;
  HOLDS(track_timer_init(&timer, (int64_t)stress_random(100000), fire, &fired, NULL) == 0);
  HOLDS(track_timer_start(&timer) == 0);
  bool is_cancelled = stress_random(2);
  if (is_cancelled)
    track_timer_cancel(&timer);
  HOLDS(track_timer_join(&timer) == 0);
  HOLDS(is_cancelled || fired == 1);
  HOLDS(track_timer_destroy(&timer) == 0);
  __atomic_fetch_add(&n_fired, fired, __ATOMIC_RELAXED);
  n_set++;
}
const struct room timer_room = {"timer", 1, NULL, timer_round, NULL, NULL};

static struct track_local value;
static int n_values;
static void *make_value(void *unused) {
  return (void)unused, __atomic_fetch_add(&n_values, 1, __ATOMIC_RELAXED), calloc(1, sizeof(int));
}
static void drop_value(void *memory) {
  __atomic_fetch_sub(&n_values, 1, __ATOMIC_RELAXED);
  free(memory);
}
static void *use_value(void *unused) {
  (void)unused;
  for (int i = 0; i < 3; i++)
    HOLDS((*(int *)track_local_get(&value))++ == i);
  return NULL;
}
static void local_enter(void) {
  track_local_init(&value, make_value, NULL, drop_value);
}
static void local_round(unsigned thread) {
  struct track_thread worker;
  (void)thread;
  (*(int *)track_local_get(&value))++;
  track_thread_init(&worker, use_value, NULL, NULL);
  HOLDS(track_thread_start(&worker) == 0);
  HOLDS(track_thread_join(&worker, NULL) == 0);
}
static void local_check(void) {
  HOLDS(track_local_destroy(&value) == 0);
  HOLDS(n_values == 0);
}
const struct room local_room = {"local", 2, local_enter, local_round, NULL, local_check};

static void log_round(unsigned thread) {
  track_log(TRACK_DEBUG, "round of %u", thread);
}
const struct room log_room = {"log", 2, NULL, log_round, NULL, NULL};
