/* built.h - what pthreads leave to their user, in the plain way: a mutex, a condition and a loop around its wait. */
#ifndef TRACK_BENCH_BUILT_H
#define TRACK_BENCH_BUILT_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "primitives.h"

struct built_event {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool is_set;
};
#define BUILT_EVENT_INIT                                                                                                                   \
  { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false }

void built_event_set(struct built_event *e);
void built_event_clear(struct built_event *e);
void built_event_wait(struct built_event *e);

/* A thread that calls fire(arg) after interval_s, unless cancelled before. */
struct built_timer {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  pthread_t thread;
  bool is_cancelled;
  int interval_s;
  void (*fire)(void *arg);
  void *arg;
};

void built_timer_start(struct built_timer *t, int interval_s, void (*fire)(void *arg), void *arg);
void built_timer_cancel(struct built_timer *t);
void built_timer_join(struct built_timer *t);

/* A ring that grows, or holds maxsize items at most. */
struct built_queue {
  pthread_mutex_t lock;
  pthread_cond_t not_empty, not_full;
  void **items;
  size_t capacity, first, size, maxsize;
};

void built_queue_init(struct built_queue *q, size_t maxsize);
void built_queue_destroy(struct built_queue *q);
void built_queue_put(struct built_queue *q, void *item);
void *built_queue_get(struct built_queue *q);

struct built_task;

/* Threads that run tasks from a list. */
struct built_pool {
  pthread_mutex_t lock;
  pthread_cond_t not_empty;
  struct built_task *first, **end;
  bool is_closed;
  pthread_t threads[N_POOL_THREADS];
};

void built_pool_init(struct built_pool *p);
void built_pool_submit(struct built_pool *p, void (*run)(void *arg), void *arg);
void built_pool_shutdown(struct built_pool *p);

#endif
