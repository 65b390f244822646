/* others.c - read-write locks, semaphores, conditions, barriers and the threads themselves. */
#include "workload.h"

#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>

static volatile unsigned long counter;

static void rwlock_body(const struct worker *worker) {
  pthread_rwlock_t *lock = worker->argument;
  for (unsigned long i = 0; i < worker->operations; i++) {
    if (i % 16 == 15) {
      pthread_rwlock_wrlock(lock);
      counter++;
    } else {
      pthread_rwlock_rdlock(lock);
      (void)counter;
    }
    pthread_rwlock_unlock(lock);
  }
}

double run_rwlock(unsigned long operations) {
  pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
  return run_threads(thread_count(), operations / thread_count(), rwlock_body, &lock);
}

double run_semaphore(unsigned long operations) {
  sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    sem_post(&semaphore);
    counter++;
    sem_wait(&semaphore);
  }
  double end = now_ns();
  sem_destroy(&semaphore);
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

double run_condition(unsigned long operations) {
  struct table table = {.lock = PTHREAD_MUTEX_INITIALIZER, .turned = PTHREAD_COND_INITIALIZER};
  return run_threads(2, operations, condition_body, &table);
}

static void barrier_body(const struct worker *worker) {
  for (unsigned long i = 0; i < worker->operations; i++)
    pthread_barrier_wait(worker->argument);
}

double run_barrier(unsigned long operations) {
  pthread_barrier_t barrier;
  must(pthread_barrier_init(&barrier, NULL, thread_count()), "pthread_barrier_init");
  double ns = run_threads(thread_count(), operations, barrier_body, &barrier);
  pthread_barrier_destroy(&barrier);
  return ns;
}

static void *do_nothing(void *argument) {
  return argument;
}

double run_create_join(unsigned long operations) {
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    pthread_t thread;
    must(pthread_create(&thread, NULL, do_nothing, NULL), "pthread_create");
    must(pthread_join(thread, NULL), "pthread_join");
  }
  return now_ns() - begin;
}
