/* wait_without_lock_fixed - wait_without_lock, repaired: the lock is held from the check to the end of the wait. */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ready = PTHREAD_COND_INITIALIZER;
static bool is_ready;

/* Waits for no longer than until now, so that the example ends. */
static bool poll_ready(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  pthread_mutex_lock(&lock);
  while (!is_ready)
    if (pthread_cond_timedwait(&ready, &lock, &now) == ETIMEDOUT)
      break;
  bool result = is_ready;
  pthread_mutex_unlock(&lock);
  return result;
}

int main(void) {
  printf("ready: %s\n", poll_ready() ? "yes" : "no");
  return 0;
}
