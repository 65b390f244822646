/* track.c - libtrack's primitives. */
#include "primitives.h"

#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#include "track/track.h"

static volatile unsigned long counter;

static void lock_loop(struct track_lock *lock, unsigned long operations) {
  for (unsigned long i = 0; i < operations; i++) {
    track_lock_acquire(lock);
    counter++;
    track_lock_release(lock);
  }
}

static double run_lock(unsigned long operations) {
  static struct track_lock lock = TRACK_LOCK_INIT("lock");
  double begin = now_ns();
  lock_loop(&lock, operations);
  return now_ns() - begin;
}

static void contended_body(const struct worker *worker) {
  lock_loop(worker->argument, worker->operations);
}

static double run_lock_contended(unsigned long operations) {
  struct track_lock lock = TRACK_LOCK_INIT("lock");
  counter = 0;
  double ns = run_threads(2, operations / 2, contended_body, &lock);
  expect(counter == operations / 2 * 2, "a count under a lock");
  must(track_lock_destroy(&lock), "track_lock_destroy");
  return ns;
}

static double run_rlock(unsigned long operations) {
  static struct track_rlock lock = TRACK_RLOCK_INIT("rlock");
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    track_rlock_acquire(&lock);
    track_rlock_acquire(&lock);
    counter++;
    track_rlock_release(&lock);
    track_rlock_release(&lock);
  }
  double end = now_ns();
  expect(track_rlock_depth(&lock) == 0, "a lock's depth");
  return end - begin;
}

struct table {
  struct track_condition turned;
  unsigned turn;
};

static void condition_body(const struct worker *worker) {
  struct table *table = worker->argument;
  track_condition_acquire(&table->turned);
  for (unsigned long i = 0; i < worker->operations; i++) {
    while (table->turn != worker->number)
      track_condition_wait(&table->turned);
    table->turn = 1 - worker->number;
    track_condition_notify(&table->turned, 1);
  }
  track_condition_release(&table->turned);
}

static double run_condition(unsigned long operations) {
  struct table table = {.turned = TRACK_CONDITION_INIT("turned")};
  double ns = run_threads(2, operations, condition_body, &table);
  must(track_condition_destroy(&table.turned), "track_condition_destroy");
  return ns;
}

static double run_semaphore(unsigned long operations) {
  struct track_semaphore semaphore = TRACK_SEMAPHORE_INIT(0, "semaphore");
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    track_semaphore_release(&semaphore, 1);
    counter++;
    track_semaphore_acquire(&semaphore);
  }
  double end = now_ns();
  expect(track_semaphore_value(&semaphore) == 0, "a semaphore's value");
  must(track_semaphore_destroy(&semaphore), "track_semaphore_destroy");
  return end - begin;
}

static void semaphore_body(const struct worker *worker) {
  struct track_semaphore *semaphores = worker->argument;
  for (unsigned long i = 0; i < worker->operations; i++) {
    track_semaphore_acquire(&semaphores[worker->number]);
    track_semaphore_release(&semaphores[1 - worker->number], 1);
  }
}

static double run_semaphore_between(unsigned long operations) {
  struct track_semaphore semaphores[2] = {TRACK_SEMAPHORE_INIT(0, "first"), TRACK_SEMAPHORE_INIT(1, "second")};
  double ns = run_threads(2, operations, semaphore_body, semaphores);
  for (int i = 0; i < 2; i++)
    must(track_semaphore_destroy(&semaphores[i]), "track_semaphore_destroy");
  return ns;
}

static double run_event(unsigned long operations) {
  static struct track_event event = TRACK_EVENT_INIT("event");
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    track_event_set(&event);
    track_event_wait(&event);
    track_event_clear(&event);
  }
  double end = now_ns();
  expect(!track_event_is_set(&event), "clearing an event");
  return end - begin;
}

static void event_body(const struct worker *worker) {
  struct track_event *events = worker->argument;
  for (unsigned long i = 0; i < worker->operations; i++) {
    track_event_wait(&events[worker->number]);
    track_event_clear(&events[worker->number]);
    track_event_set(&events[1 - worker->number]);
  }
}

static double run_event_between(unsigned long operations) {
  struct track_event events[2] = {TRACK_EVENT_INIT("first"), TRACK_EVENT_INIT("second")};
  track_event_set(&events[0]);
  double ns = run_threads(2, operations, event_body, events);
  for (int i = 0; i < 2; i++)
    must(track_event_destroy(&events[i]), "track_event_destroy");
  return ns;
}

static void barrier_body(const struct worker *worker) {
  for (unsigned long i = 0; i < worker->operations; i++)
    track_barrier_wait(worker->argument, NULL);
}

static double run_barrier(unsigned long operations) {
  struct track_barrier barrier;
  must(track_barrier_init(&barrier, 2, NULL, NULL, "barrier"), "track_barrier_init");
  double ns = run_threads(2, operations, barrier_body, &barrier);
  must(track_barrier_destroy(&barrier), "track_barrier_destroy");
  return ns;
}

static void *count_thread(void *argument) {
  counter++;
  return argument;
}

static double run_thread(unsigned long operations) {
  counter = 0;
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    struct track_thread thread;
    track_thread_init(&thread, count_thread, NULL, NULL);
    must(track_thread_start(&thread), "track_thread_start");
    must(track_thread_join(&thread, NULL), "track_thread_join");
  }
  double end = now_ns();
  expect(counter == operations, "the number of threads that ran");
  return end - begin;
}

static void fire(void *argument) {
  (void)argument;
  expect(0, "a cancelled timer's silence");
}

static double run_timer(unsigned long operations) {
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    struct track_timer timer;
    track_timer_init(&timer, TRACK_S(3600), fire, NULL, NULL);
    must(track_timer_start(&timer), "track_timer_start");
    track_timer_cancel(&timer);
    must(track_timer_join(&timer), "track_timer_join");
  }
  return now_ns() - begin;
}

static double run_local(unsigned long operations) {
  struct track_local local = TRACK_LOCAL_INIT(NULL, NULL, NULL, "local");
  uintptr_t sum = 0;
  must(track_local_set(&local, item_of(0)), "track_local_set");
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++)
    sum += (uintptr_t)track_local_get(&local);
  double end = now_ns();
  expect(sum == operations, "a thread's own value");
  track_local_destroy(&local);
  return end - begin;
}

static double run_queue(unsigned long operations) {
  struct track_queue queue;
  track_queue_init(&queue, 0, "queue");
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    void *item = NULL;
    track_queue_put(&queue, item_of(i));
    track_queue_get(&queue, &item);
    expect_item(i, item);
  }
  double end = now_ns();
  must(track_queue_destroy(&queue), "track_queue_destroy");
  return end - begin;
}

static void queue_body(const struct worker *worker) {
  struct track_queue *queue = worker->argument;
  for (unsigned long i = 0; i < worker->operations; i++) {
    void *item = NULL;
    if (worker->number == 0) {
      must(track_queue_put(queue, item_of(i)), "track_queue_put");
    } else {
      track_queue_get(queue, &item);
      expect_item(i, item);
    }
  }
}

static double queue_between(unsigned long operations, size_t maxsize) {
  struct track_queue queue;
  track_queue_init(&queue, maxsize, "queue");
  double ns = run_threads(2, operations, queue_body, &queue);
  must(track_queue_destroy(&queue), "track_queue_destroy");
  return ns;
}

static double run_queue_between(unsigned long operations) {
  return queue_between(operations, 0);
}

static double run_queue_bounded(unsigned long operations) {
  return queue_between(operations, QUEUE_BOUND);
}

static int task(void *argument, void **ret_result) {
  (void)argument;
  (void)ret_result;
  task_count();
  return 0;
}

static double run_executor(unsigned long operations) {
  struct track_executor executor;
  tasks_forget();
  double begin = now_ns();
  must(track_executor_init(&executor, N_POOL_THREADS, "pool"), "track_executor_init");
  for (unsigned long i = 0; i < operations; i++)
    track_executor_submit(&executor, task, NULL, NULL);
  track_executor_shutdown(&executor, true, false);
  double end = now_ns();
  expect(tasks_counted() == operations, "the number of tasks that ran");
  must(track_executor_destroy(&executor), "track_executor_destroy");
  return end - begin;
}

static double run_log(unsigned long operations) {
  int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  must(track_log_configure(NULL, TRACK_DEBUG, null), "track_log_configure");
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++)
    track_log(TRACK_INFO, "line %lu", i);
  double end = now_ns();
  must(track_log_configure(NULL, TRACK_DEBUG, STDERR_FILENO), "track_log_configure");
  close(null);
  return end - begin;
}

case_run *const interface_runs[N_CASES] = {
    [CASE_LOCK] = run_lock,
    [CASE_LOCK_ALONE] = run_lock,
    [CASE_LOCK_CONTENDED] = run_lock_contended,
    [CASE_RLOCK] = run_rlock,
    [CASE_CONDITION] = run_condition,
    [CASE_SEMAPHORE] = run_semaphore,
    [CASE_SEMAPHORE_BETWEEN] = run_semaphore_between,
    [CASE_EVENT] = run_event,
    [CASE_EVENT_BETWEEN] = run_event_between,
    [CASE_BARRIER] = run_barrier,
    [CASE_THREAD] = run_thread,
    [CASE_TIMER] = run_timer,
    [CASE_LOCAL] = run_local,
    [CASE_QUEUE] = run_queue,
    [CASE_QUEUE_BETWEEN] = run_queue_between,
    [CASE_QUEUE_BOUNDED] = run_queue_bounded,
    [CASE_EXECUTOR] = run_executor,
    [CASE_LOG] = run_log,
};
