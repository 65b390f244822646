/* wait_without_lock - a condition wait with a mutex that the caller does not hold.
 *
 * Wrong: is_ready is read without the lock, and the wait unlocks a mutex that nobody locked. What happens is undefined; a signal
 * between the check and the wait is lost.
 * The inspector says: wait-without-lock. */
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
  while (!is_ready)
    if (pthread_cond_timedwait(&ready, &lock, &now) == ETIMEDOUT) /* BUG */
      break;
  return is_ready;
}

int main(void) {
  printf("ready: %s\n", poll_ready() ? "yes" : "no");
  return 0;
}
