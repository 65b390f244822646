/* built.c - event, timer, queue and pool of mutexes and conditions. */
#include "built.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

void built_event_set(struct built_event *e) {
  pthread_mutex_lock(&e->lock);
  e->is_set = true;
  pthread_cond_broadcast(&e->changed);
  pthread_mutex_unlock(&e->lock);
}

void built_event_clear(struct built_event *e) {
  pthread_mutex_lock(&e->lock);
  e->is_set = false;
  pthread_mutex_unlock(&e->lock);
}

void built_event_wait(struct built_event *e) {
  pthread_mutex_lock(&e->lock);
  while (!e->is_set)
    pthread_cond_wait(&e->changed, &e->lock);
  pthread_mutex_unlock(&e->lock);
}

static void *run_timer(void *argument) {
  struct built_timer *t = argument;
  struct timespec end;
  clock_gettime(CLOCK_REALTIME, &end);
  end.tv_sec += t->interval_s;
  int error = 0;
  pthread_mutex_lock(&t->lock);
  while (!t->is_cancelled && error == 0)
    error = pthread_cond_timedwait(&t->changed, &t->lock, &end);
  pthread_mutex_unlock(&t->lock);
  if (error == ETIMEDOUT)
    t->fire(t->arg);
  return NULL;
}

void built_timer_start(struct built_timer *t, int interval_s, void (*fire)(void *arg), void *arg) {
  *t = (struct built_timer){
      .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER, .interval_s = interval_s, .fire = fire, .arg = arg};
  must(pthread_create(&t->thread, NULL, run_timer, t), "pthread_create");
}

void built_timer_cancel(struct built_timer *t) {
  pthread_mutex_lock(&t->lock);
  t->is_cancelled = true;
  pthread_cond_signal(&t->changed);
  pthread_mutex_unlock(&t->lock);
}

void built_timer_join(struct built_timer *t) {
  must(pthread_join(t->thread, NULL), "pthread_join");
}

void built_queue_init(struct built_queue *q, size_t maxsize) {
  *q = (struct built_queue){
      .lock = PTHREAD_MUTEX_INITIALIZER, .not_empty = PTHREAD_COND_INITIALIZER, .not_full = PTHREAD_COND_INITIALIZER, .maxsize = maxsize};
}

void built_queue_destroy(struct built_queue *q) {
  free(q->items);
}

static void queue_grow(struct built_queue *q) {
  size_t capacity = q->capacity ? 2 * q->capacity : 16;
  void **items = malloc(capacity * sizeof *items);
  must(items ? 0 : ENOMEM, "malloc");
  for (size_t i = 0; i < q->size; i++)
    items[i] = q->items[(q->first + i) & (q->capacity - 1)];
  free(q->items);
  q->items = items;
  q->capacity = capacity;
  q->first = 0;
}

void built_queue_put(struct built_queue *q, void *item) {
  pthread_mutex_lock(&q->lock);
  while (q->maxsize && q->size == q->maxsize)
    pthread_cond_wait(&q->not_full, &q->lock);
  if (q->size == q->capacity)
    queue_grow(q);
  q->items[(q->first + q->size++) & (q->capacity - 1)] = item;
  pthread_cond_signal(&q->not_empty);
  pthread_mutex_unlock(&q->lock);
}

void *built_queue_get(struct built_queue *q) {
  pthread_mutex_lock(&q->lock);
  while (q->size == 0)
    pthread_cond_wait(&q->not_empty, &q->lock);
  void *item = q->items[q->first];
  q->first = (q->first + 1) & (q->capacity - 1);
  q->size--;
  if (q->maxsize)
    pthread_cond_signal(&q->not_full);
  pthread_mutex_unlock(&q->lock);
  return item;
}

struct built_task {
  struct built_task *next;
  void (*run)(void *arg);
  void *arg;
};

/* The oldest task, waited for; NULL when there is none and there will be none. */
static struct built_task *pool_take(struct built_pool *p) {
  pthread_mutex_lock(&p->lock);
  while (!p->first && !p->is_closed)
    pthread_cond_wait(&p->not_empty, &p->lock);
  struct built_task *task = p->first;
  if (task && !(p->first = task->next))
    p->end = &p->first;
  pthread_mutex_unlock(&p->lock);
  return task;
}

static void *run_pool(void *argument) {
  struct built_task *task;
  while ((task = pool_take(argument))) {
    task->run(task->arg);
    free(task);
  }
  return NULL;
}

void built_pool_init(struct built_pool *p) {
  *p = (struct built_pool){.lock = PTHREAD_MUTEX_INITIALIZER, .not_empty = PTHREAD_COND_INITIALIZER, .end = &p->first};
  for (int i = 0; i < N_POOL_THREADS; i++)
    must(pthread_create(&p->threads[i], NULL, run_pool, p), "pthread_create");
}

void built_pool_submit(struct built_pool *p, void (*run)(void *arg), void *arg) {
  struct built_task *task = malloc(sizeof *task);
  must(task ? 0 : ENOMEM, "malloc");
  *task = (struct built_task){NULL, run, arg};
  pthread_mutex_lock(&p->lock);
  *p->end = task;
  p->end = &task->next;
  pthread_cond_signal(&p->not_empty);
  pthread_mutex_unlock(&p->lock);
}

void built_pool_shutdown(struct built_pool *p) {
  pthread_mutex_lock(&p->lock);
  p->is_closed = true;
  pthread_cond_broadcast(&p->not_empty);
  pthread_mutex_unlock(&p->lock);
  for (int i = 0; i < N_POOL_THREADS; i++)
    must(pthread_join(p->threads[i], NULL), "pthread_join");
}
