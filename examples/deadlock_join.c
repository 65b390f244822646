/* deadlock_join - a thread is joined while a lock is held that it needs.
 *
 * Wrong: main() holds settings while it waits for the worker to end; the worker takes settings before it ends. Here the worker
 * happens to be quicker.
 * The inspector says: deadlock; waiting for a thread's end is an edge of the circle like waiting for a lock. */
#include <pthread.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_mutex_t settings = PTHREAD_MUTEX_INITIALIZER;
static int generation;

static void *worker(void *unused) {
  pthread_mutex_lock(&settings); /* BUG */
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
  pthread_join(thread, NULL); /* BUG */
  pthread_mutex_unlock(&settings);
  printf("generation %d\n", generation);
  return 0;
}
