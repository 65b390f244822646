/* notify_without_lock - a flag is set and its condition signalled without the mutex that the waiter uses.
 *
 * Fragile: that the flag is atomic does not help. Set and signalled between the waiter's check and its sleep, the wake-up is lost
 * and the waiter sleeps for ever. In this run it sleeps already.
 * The inspector says: notify-without-lock, as a note: it sees the signal, but not the flag. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ready = PTHREAD_COND_INITIALIZER;
static atomic_bool is_ready;

static void *consume(void *unused) {
  pthread_mutex_lock(&lock);
  lucky_next();
  while (!is_ready)
    pthread_cond_wait(&ready, &lock);
  pthread_mutex_unlock(&lock);
  return unused;
}

static void *produce(void *unused) {
  is_ready = true;
  pthread_cond_signal(&ready); /* BUG */
  return unused;
}

/* In its turn the consumer has the lock; when it can be locked here, the consumer is inside the wait. */
static void await_consumer(void) {
  lucky_wait(1);
  pthread_mutex_lock(&lock);
  pthread_mutex_unlock(&lock);
}

int main(void) {
  pthread_t consumer, producer;
  pthread_create(&consumer, NULL, consume, NULL);
  await_consumer();
  pthread_create(&producer, NULL, produce, NULL);
  pthread_join(producer, NULL);
  pthread_join(consumer, NULL);
  printf("consumed\n");
  return 0;
}
