/* deadlock_three_locks_fixed - deadlock_three_locks, repaired: everybody takes the fork with the lower number first. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

#include "lucky_order.h"

enum { SEATS = 3 };

static pthread_mutex_t forks[SEATS] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static int meals;

static void *philosopher(void *argument) {
  int seat = (int)(intptr_t)argument, next = (seat + 1) % SEATS;
  int lower = seat < next ? seat : next, upper = seat < next ? next : seat;
  lucky_wait(seat);
  pthread_mutex_lock(&forks[lower]);
  pthread_mutex_lock(&forks[upper]);
  meals++;
  pthread_mutex_unlock(&forks[upper]);
  pthread_mutex_unlock(&forks[lower]);
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
