/* deadlock_hang_fixed - three philosophers who take the fork with the lower number first.
 * Repaired: nobody holds a fork that somebody with a lower one waits for. */
#include <pthread.h>
#include <stdio.h>

enum { N = 3 };

static pthread_mutex_t forks[N] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static int meals;

static void *dine(void *seat) {
  int left = *(int *)seat, right = (left + 1) % N, first = left < right ? left : right, second = left + right - first;
  pthread_mutex_lock(&forks[first]);
  pthread_mutex_lock(&forks[second]);
  __atomic_fetch_add(&meals, 1, __ATOMIC_RELAXED);
  pthread_mutex_unlock(&forks[second]);
  pthread_mutex_unlock(&forks[first]);
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
