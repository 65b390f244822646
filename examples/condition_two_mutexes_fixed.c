/* condition_two_mutexes_fixed - condition_two_mutexes, repaired: one mutex for everything the condition is about. */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_mutex_t state_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool reader_may_go, writer_may_go;

static void *reader(void *unused) {
  pthread_mutex_lock(&state_lock);
  lucky_next();
  while (!reader_may_go)
    pthread_cond_wait(&changed, &state_lock);
  pthread_mutex_unlock(&state_lock);
  return unused;
}

static void *writer(void *unused) {
  pthread_mutex_lock(&state_lock);
  lucky_next();
  while (!writer_may_go)
    pthread_cond_wait(&changed, &state_lock);
  pthread_mutex_unlock(&state_lock);
  return unused;
}

/* A thread in its turn has the lock; when it can be locked here, the thread is inside the wait. */
static void await_turn(int turn, pthread_mutex_t *lock) {
  lucky_wait(turn);
  pthread_mutex_lock(lock);
  pthread_mutex_unlock(lock);
}

static void let_go(pthread_mutex_t *lock, bool *may_go) {
  pthread_mutex_lock(lock);
  *may_go = true;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(lock);
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, NULL, reader, NULL);
  await_turn(1, &state_lock);
  pthread_create(&second, NULL, writer, NULL);
  await_turn(2, &state_lock);
  let_go(&state_lock, &reader_may_go);
  let_go(&state_lock, &writer_may_go);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  printf("both woke up\n");
  return 0;
}
