/* Several bugs, some of them in the same functions: lock orders that PAIRS pairs of threads turn around one after the other, and wrong
 * unlocks. */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "guard.h"

#ifndef PAIRS
#define PAIRS 1
#endif
#ifdef RENAMED
#define unrelated(x) something_else(x)
#endif

struct queue {
  pthread_mutex_t head, tail;
};

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER, second = PTHREAD_MUTEX_INITIALIZER, third = PTHREAD_MUTEX_INITIALIZER;
static struct {
  int n;
  pthread_mutex_t locks[3];
} server = {.locks = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER}};
static struct queue *queue;
static struct guard *guard, *log_guard;
static volatile int is_done;

int unrelated(int number) {
  return number * 7;
}

static void take(pthread_mutex_t *mutex) {
  pthread_mutex_lock(mutex);
}

static void both(pthread_mutex_t *a, pthread_mutex_t *b) {
  take(a);
  take(b);
  pthread_mutex_unlock(b);
  pthread_mutex_unlock(a);
}

static void guarded(struct guard *a, struct guard *b) {
  guard_take(a);
  guard_take(b);
  guard_drop(b);
  guard_drop(a);
}

static void plain(void) {
  static pthread_mutex_t local = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&local);
  pthread_mutex_lock(&third);
  pthread_mutex_unlock(&third);
  pthread_mutex_unlock(&local);
  pthread_mutex_lock(&server.locks[1]);
  pthread_mutex_lock(&second);
  pthread_mutex_unlock(&second);
  pthread_mutex_unlock(&server.locks[1]);
}

static void reversed(void) {
  pthread_mutex_lock(&second);
  pthread_mutex_lock(&server.locks[1]);
  pthread_mutex_unlock(&server.locks[1]);
  pthread_mutex_unlock(&second);
}

static void *forward(void *argument) {
  both(&first, &second);
  both(&first, &third);
  both(&queue->head, &queue->tail);
  guarded(guard, log_guard);
  plain();
  is_done = 1;
  return argument;
}

static void *backward(void *argument) {
  while (!is_done)
    sched_yield();
  both(&second, &first);
  both(&third, &first);
  both(&queue->tail, &queue->head);
  guarded(log_guard, guard);
  reversed();
  return argument;
}

static struct queue *queue_new(void) {
  struct queue *made = malloc(sizeof *made);
  pthread_mutex_init(&made->head, NULL);
  pthread_mutex_init(&made->tail, NULL);
  return made;
}

int main(void) {
  queue = queue_new();
  guard = guard_new();
  log_guard = guard_new();
  pthread_mutex_unlock(&server.locks[0]);
  pthread_mutex_unlock(&queue->head);
  pthread_mutex_unlock(&queue->tail);
  for (int i = 0; i < PAIRS; i++) {
    pthread_t threads[2];
    is_done = 0;
    pthread_create(&threads[0], NULL, forward, NULL);
    pthread_create(&threads[1], NULL, backward, NULL);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
  }
  return unrelated(0);
}
