/* deadlock_condition - a condition wait takes its mutex back while another lock is held.
 *
 * Wrong: everybody locks queue before log. But consume() sleeps on the condition with log held: the wait gives queue back and
 * takes it again when it wakes, now after log. produce() meanwhile can hold queue and want log.
 * The inspector says: deadlock, with the wait as the place where the second thread blocks. */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_mutex_t queue = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static bool is_filled;
static int lines;

static void *consume(void *unused) {
  pthread_mutex_lock(&queue);
  pthread_mutex_lock(&log_lock);
  lines++;
  lucky_next();
  while (!is_filled)
    pthread_cond_wait(&filled, &queue); /* BUG */
  pthread_mutex_unlock(&log_lock);
  pthread_mutex_unlock(&queue);
  lucky_next();
  return unused;
}

static void *produce(void *unused) {
  lucky_wait(2);
  pthread_mutex_lock(&queue);
  pthread_mutex_lock(&log_lock); /* BUG */
  lines++;
  pthread_mutex_unlock(&log_lock);
  pthread_mutex_unlock(&queue);
  return unused;
}

/* In its turn the consumer has the queue; when it can be locked here, the consumer is inside the wait. */
static void wake_consumer(void) {
  lucky_wait(1);
  pthread_mutex_lock(&queue);
  is_filled = true;
  pthread_cond_signal(&filled);
  pthread_mutex_unlock(&queue);
}

int main(void) {
  pthread_t producer, consumer;
  pthread_create(&consumer, NULL, consume, NULL);
  pthread_create(&producer, NULL, produce, NULL);
  wake_consumer();
  pthread_join(consumer, NULL);
  pthread_join(producer, NULL);
  printf("%d lines\n", lines);
  return 0;
}
