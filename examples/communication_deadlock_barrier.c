/* communication_deadlock_barrier - a lock is held into a barrier: this program hangs, every time.
 *
 * Wrong: the first worker waits at the barrier with totals locked; the second one asks for totals before it comes there.
 * The inspector says: communication-deadlock, and `inspector run` ends the program. */
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
  pthread_barrier_wait(&end_of_round); /* BUG */
  pthread_mutex_unlock(&totals);
  return unused;
}

static void *second_worker(void *unused) {
  lucky_wait(1);
  pthread_mutex_lock(&totals); /* BUG */
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
  pthread_join(first, NULL); /* BUG */
  pthread_join(second, NULL);
  printf("sum %d\n", sum);
  pthread_barrier_destroy(&end_of_round);
  return 0;
}
