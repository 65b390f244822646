/* glib.c - GLib: its mutexes, conditions, threads, queue and pool; an event and a timer of its mutex and condition. */
#include "primitives.h"

#include <fcntl.h>
#include <glib.h>
#include <stdint.h>
#include <unistd.h>

static volatile unsigned long counter;

static void lock_loop(GMutex *lock, unsigned long operations) {
  for (unsigned long i = 0; i < operations; i++) {
    g_mutex_lock(lock);
    counter++;
    g_mutex_unlock(lock);
  }
}

static double run_lock(unsigned long operations) {
  static GMutex lock;
  double begin = now_ns();
  lock_loop(&lock, operations);
  return now_ns() - begin;
}

static void contended_body(const struct worker *worker) {
  lock_loop(worker->argument, worker->operations);
}

static double run_lock_contended(unsigned long operations) {
  static GMutex lock;
  counter = 0;
  double ns = run_threads(2, operations / 2, contended_body, &lock);
  expect(counter == operations / 2 * 2, "a count under a lock");
  return ns;
}

static double run_rlock(unsigned long operations) {
  static GRecMutex lock;
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    g_rec_mutex_lock(&lock);
    g_rec_mutex_lock(&lock);
    counter++;
    g_rec_mutex_unlock(&lock);
    g_rec_mutex_unlock(&lock);
  }
  return now_ns() - begin;
}

struct table {
  GMutex lock;
  GCond turned;
  unsigned turn;
};

static void condition_body(const struct worker *worker) {
  struct table *table = worker->argument;
  g_mutex_lock(&table->lock);
  for (unsigned long i = 0; i < worker->operations; i++) {
    while (table->turn != worker->number)
      g_cond_wait(&table->turned, &table->lock);
    table->turn = 1 - worker->number;
    g_cond_signal(&table->turned);
  }
  g_mutex_unlock(&table->lock);
}

static double run_condition(unsigned long operations) {
  static struct table table;
  table.turn = 0;
  return run_threads(2, operations, condition_body, &table);
}

struct event {
  GMutex lock;
  GCond changed;
  gboolean is_set;
};

static void event_set(struct event *e) {
  g_mutex_lock(&e->lock);
  e->is_set = TRUE;
  g_cond_broadcast(&e->changed);
  g_mutex_unlock(&e->lock);
}

static void event_clear(struct event *e) {
  g_mutex_lock(&e->lock);
  e->is_set = FALSE;
  g_mutex_unlock(&e->lock);
}

static void event_wait(struct event *e) {
  g_mutex_lock(&e->lock);
  while (!e->is_set)
    g_cond_wait(&e->changed, &e->lock);
  g_mutex_unlock(&e->lock);
}

static double run_event(unsigned long operations) {
  static struct event event;
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    event_set(&event);
    event_wait(&event);
    event_clear(&event);
  }
  return now_ns() - begin;
}

static void event_body(const struct worker *worker) {
  struct event *events = worker->argument;
  for (unsigned long i = 0; i < worker->operations; i++) {
    event_wait(&events[worker->number]);
    event_clear(&events[worker->number]);
    event_set(&events[1 - worker->number]);
  }
}

static double run_event_between(unsigned long operations) {
  static struct event events[2];
  event_set(&events[0]);
  return run_threads(2, operations, event_body, events);
}

static gpointer count_thread(gpointer argument) {
  counter++;
  return argument;
}

static double run_thread(unsigned long operations) {
  counter = 0;
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++)
    g_thread_join(g_thread_new("thread", count_thread, NULL));
  double end = now_ns();
  expect(counter == operations, "the number of threads that ran");
  return end - begin;
}

struct timer {
  GMutex lock;
  GCond changed;
  gboolean is_cancelled;
};

static gpointer timer_thread(gpointer argument) {
  struct timer *t = argument;
  gint64 end = g_get_monotonic_time() + 3600 * G_TIME_SPAN_SECOND;
  gboolean has_come = FALSE;
  g_mutex_lock(&t->lock);
  while (!t->is_cancelled && !has_come)
    has_come = !g_cond_wait_until(&t->changed, &t->lock, end);
  g_mutex_unlock(&t->lock);
  expect(!has_come, "a cancelled timer's silence");
  return NULL;
}

static double run_timer(unsigned long operations) {
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    struct timer timer = {0};
    GThread *thread = g_thread_new("timer", timer_thread, &timer);
    g_mutex_lock(&timer.lock);
    timer.is_cancelled = TRUE;
    g_cond_signal(&timer.changed);
    g_mutex_unlock(&timer.lock);
    g_thread_join(thread);
  }
  return now_ns() - begin;
}

static double run_local(unsigned long operations) {
  static GPrivate key = G_PRIVATE_INIT(NULL);
  uintptr_t sum = 0;
  g_private_set(&key, item_of(0));
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++)
    sum += (uintptr_t)g_private_get(&key);
  double end = now_ns();
  expect(sum == operations, "a thread's own value");
  return end - begin;
}

static double run_queue(unsigned long operations) {
  GAsyncQueue *queue = g_async_queue_new();
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    g_async_queue_push(queue, item_of(i));
    expect_item(i, g_async_queue_pop(queue));
  }
  double end = now_ns();
  g_async_queue_unref(queue);
  return end - begin;
}

static void queue_body(const struct worker *worker) {
  GAsyncQueue *queue = worker->argument;
  for (unsigned long i = 0; i < worker->operations; i++) {
    if (worker->number == 0)
      g_async_queue_push(queue, item_of(i));
    else
      expect_item(i, g_async_queue_pop(queue));
  }
}

static double run_queue_between(unsigned long operations) {
  GAsyncQueue *queue = g_async_queue_new();
  double ns = run_threads(2, operations, queue_body, queue);
  g_async_queue_unref(queue);
  return ns;
}

static void task(gpointer item, gpointer argument) {
  (void)item;
  (void)argument;
  task_count();
}

static double run_executor(unsigned long operations) {
  tasks_forget();
  double begin = now_ns();
  GThreadPool *pool = g_thread_pool_new(task, NULL, N_POOL_THREADS, TRUE, NULL);
  for (unsigned long i = 0; i < operations; i++)
    g_thread_pool_push(pool, item_of(i), NULL);
  g_thread_pool_free(pool, FALSE, TRUE);
  double end = now_ns();
  expect(tasks_counted() == operations, "the number of tasks that ran");
  return end - begin;
}

/* Its messages go to descriptor 2. */
static double run_log(unsigned long operations) {
  int old = dup(STDERR_FILENO);
  int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  expect(dup2(null, STDERR_FILENO) == STDERR_FILENO, "opening /dev/null");
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++)
    g_message("line %lu", i);
  double end = now_ns();
  dup2(old, STDERR_FILENO);
  close(old);
  close(null);
  return end - begin;
}

case_run *const interface_runs[N_CASES] = {
    [CASE_LOCK] = run_lock,
    [CASE_LOCK_ALONE] = run_lock,
    [CASE_LOCK_CONTENDED] = run_lock_contended,
    [CASE_RLOCK] = run_rlock,
    [CASE_CONDITION] = run_condition,
    [CASE_EVENT] = run_event,
    [CASE_EVENT_BETWEEN] = run_event_between,
    [CASE_THREAD] = run_thread,
    [CASE_TIMER] = run_timer,
    [CASE_LOCAL] = run_local,
    [CASE_QUEUE] = run_queue,
    [CASE_QUEUE_BETWEEN] = run_queue_between,
    [CASE_EXECUTOR] = run_executor,
    [CASE_LOG] = run_log,
};
