/* posix.c - pthreads; what they lack is built of them (built.h). */
#include "built.h"
#include "primitives.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>

static volatile unsigned long counter;

static void lock_loop(pthread_mutex_t *lock, unsigned long operations) {
  for (unsigned long i = 0; i < operations; i++) {
    pthread_mutex_lock(lock);
    counter++;
    pthread_mutex_unlock(lock);
  }
}

static double run_lock(unsigned long operations) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  double begin = now_ns();
  lock_loop(&lock, operations);
  return now_ns() - begin;
}

static void contended_body(const struct worker *worker) {
  lock_loop(worker->argument, worker->operations);
}

static double run_lock_contended(unsigned long operations) {
  pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  counter = 0;
  double ns = run_threads(2, operations / 2, contended_body, &lock);
  expect(counter == operations / 2 * 2, "a count under a lock");
  return ns;
}

static double run_rlock(unsigned long operations) {
  pthread_mutexattr_t attributes;
  pthread_mutex_t lock;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
  must(pthread_mutex_init(&lock, &attributes), "pthread_mutex_init");
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    pthread_mutex_lock(&lock);
    pthread_mutex_lock(&lock);
    counter++;
    pthread_mutex_unlock(&lock);
    pthread_mutex_unlock(&lock);
  }
  double end = now_ns();
  pthread_mutex_destroy(&lock);
  pthread_mutexattr_destroy(&attributes);
  return end - begin;
}

struct table {
  pthread_mutex_t lock;
  pthread_cond_t turned;
  unsigned turn;
};

static void condition_body(const struct worker *worker) {
  struct table *table = worker->argument;
  pthread_mutex_lock(&table->lock);
  for (unsigned long i = 0; i < worker->operations; i++) {
    while (table->turn != worker->number)
      pthread_cond_wait(&table->turned, &table->lock);
    table->turn = 1 - worker->number;
    pthread_cond_signal(&table->turned);
  }
  pthread_mutex_unlock(&table->lock);
}

static double run_condition(unsigned long operations) {
  struct table table = {.lock = PTHREAD_MUTEX_INITIALIZER, .turned = PTHREAD_COND_INITIALIZER};
  return run_threads(2, operations, condition_body, &table);
}

static double run_semaphore(unsigned long operations) {
  sem_t semaphore;
  int value;
  sem_init(&semaphore, 0, 0);
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    sem_post(&semaphore);
    counter++;
    sem_wait(&semaphore);
  }
  double end = now_ns();
  sem_getvalue(&semaphore, &value);
  expect(value == 0, "a semaphore's value");
  sem_destroy(&semaphore);
  return end - begin;
}

static void semaphore_body(const struct worker *worker) {
  sem_t *semaphores = worker->argument;
  for (unsigned long i = 0; i < worker->operations; i++) {
    sem_wait(&semaphores[worker->number]);
    sem_post(&semaphores[1 - worker->number]);
  }
}

static double run_semaphore_between(unsigned long operations) {
  sem_t semaphores[2];
  for (unsigned i = 0; i < 2; i++)
    sem_init(&semaphores[i], 0, i);
  return run_threads(2, operations, semaphore_body, semaphores);
}

static double run_event(unsigned long operations) {
  static struct built_event event = BUILT_EVENT_INIT;
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    built_event_set(&event);
    built_event_wait(&event);
    built_event_clear(&event);
  }
  return now_ns() - begin;
}

static void event_body(const struct worker *worker) {
  struct built_event *events = worker->argument;
  for (unsigned long i = 0; i < worker->operations; i++) {
    built_event_wait(&events[worker->number]);
    built_event_clear(&events[worker->number]);
    built_event_set(&events[1 - worker->number]);
  }
}

static double run_event_between(unsigned long operations) {
  struct built_event events[2] = {BUILT_EVENT_INIT, BUILT_EVENT_INIT};
  built_event_set(&events[0]);
  return run_threads(2, operations, event_body, events);
}

static void barrier_body(const struct worker *worker) {
  for (unsigned long i = 0; i < worker->operations; i++)
    pthread_barrier_wait(worker->argument);
}

static double run_barrier(unsigned long operations) {
  pthread_barrier_t barrier;
  must(pthread_barrier_init(&barrier, NULL, 2), "pthread_barrier_init");
  double ns = run_threads(2, operations, barrier_body, &barrier);
  pthread_barrier_destroy(&barrier);
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
    pthread_t thread;
    must(pthread_create(&thread, NULL, count_thread, NULL), "pthread_create");
    must(pthread_join(thread, NULL), "pthread_join");
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
    struct built_timer timer;
    built_timer_start(&timer, 3600, fire, NULL);
    built_timer_cancel(&timer);
    built_timer_join(&timer);
  }
  return now_ns() - begin;
}

static double run_local(unsigned long operations) {
  pthread_key_t key;
  uintptr_t sum = 0;
  must(pthread_key_create(&key, NULL), "pthread_key_create");
  must(pthread_setspecific(key, item_of(0)), "pthread_setspecific");
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++)
    sum += (uintptr_t)pthread_getspecific(key);
  double end = now_ns();
  expect(sum == operations, "a thread's own value");
  pthread_key_delete(key);
  return end - begin;
}

static double run_queue(unsigned long operations) {
  struct built_queue queue;
  built_queue_init(&queue, 0);
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    built_queue_put(&queue, item_of(i));
    expect_item(i, built_queue_get(&queue));
  }
  double end = now_ns();
  built_queue_destroy(&queue);
  return end - begin;
}

static void queue_body(const struct worker *worker) {
  struct built_queue *queue = worker->argument;
  for (unsigned long i = 0; i < worker->operations; i++) {
    if (worker->number == 0)
      built_queue_put(queue, item_of(i));
    else
      expect_item(i, built_queue_get(queue));
  }
}

static double queue_between(unsigned long operations, size_t maxsize) {
  struct built_queue queue;
  built_queue_init(&queue, maxsize);
  double ns = run_threads(2, operations, queue_body, &queue);
  built_queue_destroy(&queue);
  return ns;
}

static double run_queue_between(unsigned long operations) {
  return queue_between(operations, 0);
}

static double run_queue_bounded(unsigned long operations) {
  return queue_between(operations, QUEUE_BOUND);
}

static void task(void *argument) {
  (void)argument;
  task_count();
}

static double run_executor(unsigned long operations) {
  struct built_pool pool;
  tasks_forget();
  double begin = now_ns();
  built_pool_init(&pool);
  for (unsigned long i = 0; i < operations; i++)
    built_pool_submit(&pool, task, NULL);
  built_pool_shutdown(&pool);
  double end = now_ns();
  expect(tasks_counted() == operations, "the number of tasks that ran");
  return end - begin;
}

static double run_log(unsigned long operations) {
  FILE *file = fopen("/dev/null", "w");
  expect(file != NULL, "opening /dev/null");
  setvbuf(file, NULL, _IOLBF, 4096);
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++)
    fprintf(file, "[%s] (%-10s) line %lu\n", "INFO", "MainThread", i);
  double end = now_ns();
  fclose(file);
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
