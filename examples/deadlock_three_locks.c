/* deadlock_three_locks - three philosophers, three forks, everybody takes the left one first.
 *
 * Wrong: fork 0 then 1, fork 1 then 2, fork 2 then 0: a circle of three threads. No two of them alone could block each other.
 * The inspector says: deadlock of three threads, with all three edges. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

#include "lucky_order.h"

enum { SEATS = 3 };

static pthread_mutex_t forks[SEATS] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static int meals;

static void *philosopher(void *argument) {
  int seat = (int)(intptr_t)argument;
  lucky_wait(seat);
  pthread_mutex_lock(&forks[seat]);
  pthread_mutex_lock(&forks[(seat + 1) % SEATS]); /* BUG */
  meals++;
  pthread_mutex_unlock(&forks[(seat + 1) % SEATS]);
  pthread_mutex_unlock(&forks[seat]);
  lucky_next();
  return NULL;
}

int main(void) {
  pthread_t threads[SEATS];
  for (int seat = 0; seat < SEATS; seat++)
    pthread_create(&threads[seat], NULL, philosopher, (void *)(intptr_t)seat);
  for (int seat = 0; seat < SEATS; seat++)
    pthread_join(threads[seat], NULL);
  printf("%d meals\n", meals);
  return 0;
}
