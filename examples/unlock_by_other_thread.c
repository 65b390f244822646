/* unlock_by_other_thread - one thread locks, another one unlocks.
 *
 * Wrong: main() locks the mutex to mean "busy", and the worker unlocks it when it is done. A mutex belongs to the thread that
 * locked it; a default one does not check, and the next owner loses its lock.
 * The inspector says: unlock-by-other-thread, with the place where it was locked. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t busy = PTHREAD_MUTEX_INITIALIZER;
static int result;

static void *work(void *unused) {
  result = 42;
  pthread_mutex_unlock(&busy); /* BUG */
  return unused;
}

int main(void) {
  pthread_t thread;
  pthread_mutex_lock(&busy);
  pthread_create(&thread, NULL, work, NULL);
  pthread_join(thread, NULL);
  pthread_mutex_lock(&busy);
  printf("result %d\n", result);
  pthread_mutex_unlock(&busy);
  return 0;
}
