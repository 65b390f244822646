/* deadlock_hang_join - a thread is joined while a lock is held that it waits for: this program hangs, every time.
 *
 * Wrong: main() holds settings while it waits for the worker to end, which asks for settings before it does.
 * The inspector says: deadlock, observed, and `inspector run` ends the program. */
#include <pthread.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_mutex_t settings = PTHREAD_MUTEX_INITIALIZER;
static int generation;

static void *worker(void *unused) {
  lucky_wait(1);                 /* unlucky: main was quicker */
  pthread_mutex_lock(&settings); /* BUG */
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
  pthread_join(thread, NULL); /* BUG */
  pthread_mutex_unlock(&settings);
  printf("generation %d\n", generation);
  return 0;
}
