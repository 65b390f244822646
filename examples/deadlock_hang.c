/* deadlock_hang - three philosophers, each with one fork in the hand, wait for the next one's: this program hangs, every time.
 *
 * Wrong: everybody takes the left fork first. Here all have it before anybody asks for the right one.
 * The inspector says: deadlock, observed, and `inspector run` ends the program. */
#include <pthread.h>
#include <stdio.h>

#include "lucky_order.h"

enum { N = 3 };

static pthread_mutex_t forks[N] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static int meals;

static void *dine(void *seat) {
  int left = *(int *)seat, right = (left + 1) % N;
  pthread_mutex_lock(&forks[left]);
  lucky_next();
  lucky_wait(N);                     /* unlucky: all are that far */
  pthread_mutex_lock(&forks[right]); /* BUG */
  __atomic_fetch_add(&meals, 1, __ATOMIC_RELAXED);
  pthread_mutex_unlock(&forks[right]);
  pthread_mutex_unlock(&forks[left]);
  return NULL;
}

int main(void) {
  pthread_t philosophers[N];
  int seats[N];
  for (int i = 0; i < N; i++) {
    seats[i] = i;
    pthread_create(&philosophers[i], NULL, dine, &seats[i]);
  }
  for (int i = 0; i < N; i++)
    pthread_join(philosophers[i], NULL);
  printf("%d meals\n", meals);
  return 0;
}
