/* deadlock_hang_join_fixed - the lock is given back before the thread that needs it is joined. */
#include <pthread.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_mutex_t settings = PTHREAD_MUTEX_INITIALIZER;
static int generation;

static void *worker(void *unused) {
  lucky_wait(1);
  pthread_mutex_lock(&settings);
  generation++;
  pthread_mutex_unlock(&settings);
  return unused;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, worker, NULL);
  pthread_mutex_lock(&settings);
  lucky_next();
  generation++;
  pthread_mutex_unlock(&settings);
  pthread_join(thread, NULL);
  printf("generation %d\n", generation);
  return 0;
}
