/* deadlock_condition_fixed - deadlock_condition, repaired: no other lock is held during the wait. */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_mutex_t queue = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static bool is_filled, is_waiting;
static int lines;

static void *produce(void *unused) {
  pthread_mutex_lock(&queue);
  pthread_mutex_lock(&log_lock);
  lines++;
  pthread_mutex_unlock(&log_lock);
  pthread_mutex_unlock(&queue);
  lucky_next();
  return unused;
}

static void *consume(void *unused) {
  lucky_wait(1);
  pthread_mutex_lock(&queue);
  is_waiting = true;
  while (!is_filled)
    pthread_cond_wait(&filled, &queue);
  pthread_mutex_lock(&log_lock);
  lines++;
  pthread_mutex_unlock(&log_lock);
  pthread_mutex_unlock(&queue);
  return unused;
}

/* Once this has the lock and sees the flag, the consumer is inside the wait. */
static void wake_consumer(void) {
  while (!is_filled) {
    pthread_mutex_lock(&queue);
    if (is_waiting) {
      is_filled = true;
      pthread_cond_signal(&filled);
    }
    pthread_mutex_unlock(&queue);
    sched_yield();
  }
}

int main(void) {
  pthread_t producer, consumer;
  pthread_create(&producer, NULL, produce, NULL);
  pthread_create(&consumer, NULL, consume, NULL);
  wake_consumer();
  pthread_join(producer, NULL);
  pthread_join(consumer, NULL);
  printf("%d lines\n", lines);
  return 0;
}
