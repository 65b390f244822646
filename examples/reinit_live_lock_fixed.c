/* reinit_live_lock_fixed - reinit_live_lock, repaired: reset() leaves the lock alone. */
#include <pthread.h>
#include <stdio.h>

struct counter {
  pthread_mutex_t lock;
  int value;
};

static void reset(struct counter *counter) {
  counter->value = 0;
}

int main(void) {
  struct counter counter = {.value = 7};
  pthread_mutex_init(&counter.lock, NULL);
  pthread_mutex_lock(&counter.lock);
  reset(&counter);
  printf("value %d\n", counter.value);
  pthread_mutex_unlock(&counter.lock);
  pthread_mutex_destroy(&counter.lock);
  return 0;
}
