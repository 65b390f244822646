/* deadlock_join_fixed - deadlock_join, repaired: the lock is released before the join. */
#include <pthread.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_mutex_t settings = PTHREAD_MUTEX_INITIALIZER;
static int generation;

static void *worker(void *unused) {
  pthread_mutex_lock(&settings);
  generation++;
  pthread_mutex_unlock(&settings);
  lucky_next();
  return unused;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, worker, NULL);
  lucky_wait(1);
  pthread_mutex_lock(&settings);
  generation++;
  pthread_mutex_unlock(&settings);
  pthread_join(thread, NULL);
  printf("generation %d\n", generation);
  return 0;
}
