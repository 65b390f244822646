/* communication_deadlock_barrier_fixed - the lock is given back before the barrier. */
#include <pthread.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_mutex_t totals = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t end_of_round;
static int sum;

static void *first_worker(void *unused) {
  pthread_mutex_lock(&totals);
  lucky_next();
  sum += 1;
  pthread_mutex_unlock(&totals);
  pthread_barrier_wait(&end_of_round);
  return unused;
}

static void *second_worker(void *unused) {
  lucky_wait(1);
  pthread_mutex_lock(&totals);
  sum += 2;
  pthread_mutex_unlock(&totals);
  pthread_barrier_wait(&end_of_round);
  return unused;
}

int main(void) {
  pthread_t first, second;
  pthread_barrier_init(&end_of_round, NULL, 2);
  pthread_create(&first, NULL, first_worker, NULL);
  pthread_create(&second, NULL, second_worker, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  printf("sum %d\n", sum);
  pthread_barrier_destroy(&end_of_round);
  return 0;
}
