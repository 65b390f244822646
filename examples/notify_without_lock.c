/* notify_without_lock - a condition is signalled without the mutex that its waiters use.
 *
 * Not wrong by POSIX, and here it works, because the flag is set under the lock. But when the flag is ever set without it, the
 * signal can come between the waiter's check and its wait, and is lost.
 * The inspector says: notify-without-lock, as a note. */
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ready = PTHREAD_COND_INITIALIZER;
static bool is_waiting, is_ready;

static void *consume(void *unused) {
  pthread_mutex_lock(&lock);
  is_waiting = true;
  while (!is_ready)
    pthread_cond_wait(&ready, &lock);
  pthread_mutex_unlock(&lock);
  return unused;
}

/* Returns when the consumer is inside its wait. */
static void await_consumer(void) {
  for (bool seen = false; !seen; sched_yield()) {
    pthread_mutex_lock(&lock);
    seen = is_waiting;
    pthread_mutex_unlock(&lock);
  }
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, consume, NULL);
  await_consumer();
  pthread_mutex_lock(&lock);
  is_ready = true;
  pthread_mutex_unlock(&lock);
  pthread_cond_signal(&ready); /* BUG */
  pthread_join(thread, NULL);
  printf("consumed\n");
  return 0;
}
