/* reinit_live_lock - a mutex is initialised while it is held.
 *
 * Wrong: reset() makes the lock new although its caller holds it. From then on the lock is free, and a second thread walks in.
 * The inspector says: reinit-live-lock, with the place where it was locked. */
#include <pthread.h>
#include <stdio.h>

struct counter {
  pthread_mutex_t lock;
  int value;
};

static void reset(struct counter *counter) {
  pthread_mutex_init(&counter->lock, NULL); /* BUG */
  counter->value = 0;
}

int main(void) {
  struct counter counter = {.value = 7};
  pthread_mutex_init(&counter.lock, NULL);
  pthread_mutex_lock(&counter.lock);
  reset(&counter);
  printf("value %d\n", counter.value);
  return 0;
}
