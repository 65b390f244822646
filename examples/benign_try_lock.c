/* benign_try_lock - opposite order, but one side only tries.
 *
 * Right: steal() holds its own queue and tries the other one; when that is busy it goes home. Who does not wait cannot be part of
 * a circle of waiters.
 * The inspector says nothing; with --all: benign, try only. */
#include <pthread.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_mutex_t mine = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t theirs = PTHREAD_MUTEX_INITIALIZER;
static int jobs;

static void *balance(void *unused) {
  pthread_mutex_lock(&mine);
  pthread_mutex_lock(&theirs);
  jobs = 4;
  pthread_mutex_unlock(&theirs);
  pthread_mutex_unlock(&mine);
  lucky_next();
  return unused;
}

static void *steal(void *unused) {
  lucky_wait(1);
  pthread_mutex_lock(&theirs);
  if (pthread_mutex_trylock(&mine) == 0) {
    jobs--;
    pthread_mutex_unlock(&mine);
  }
  pthread_mutex_unlock(&theirs);
  return unused;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, NULL, balance, NULL);
  pthread_create(&second, NULL, steal, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  printf("%d jobs\n", jobs);
  return 0;
}
