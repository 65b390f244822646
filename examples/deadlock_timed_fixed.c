/* deadlock_timed_fixed - deadlock_timed, repaired: both take the printer first, so that neither can run into the limit. */
#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "lucky_order.h"

static pthread_mutex_t printer = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t scanner = PTHREAD_MUTEX_INITIALIZER;
static int copies;

static int lock_within_a_minute(pthread_mutex_t *lock) {
  struct timespec limit;
  clock_gettime(CLOCK_MONOTONIC, &limit);
  limit.tv_sec += 60;
  return pthread_mutex_clocklock(lock, CLOCK_MONOTONIC, &limit);
}

static void copy(pthread_mutex_t *first, pthread_mutex_t *second) {
  pthread_mutex_lock(first);
  if (lock_within_a_minute(second) == 0) {
    copies++;
    pthread_mutex_unlock(second);
  }
  pthread_mutex_unlock(first);
  lucky_next();
}

static void *print(void *unused) {
  copy(&printer, &scanner);
  return unused;
}

static void *scan(void *unused) {
  lucky_wait(1);
  copy(&printer, &scanner);
  return unused;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, NULL, print, NULL);
  pthread_create(&second, NULL, scan, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  printf("%d copies\n", copies);
  return 0;
}
