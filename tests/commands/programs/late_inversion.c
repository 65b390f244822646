/* Two threads take two locks in opposite order, the second when the first is done, or has not been for long: bare, this does not hang. */
#include <pthread.h>
#include <stdio.h>

#include "in_turn.h"

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static int n;

static void both(pthread_mutex_t *first, pthread_mutex_t *second) {
  pthread_mutex_lock(first);
  pthread_mutex_lock(second);
  n++;
  pthread_mutex_unlock(second);
  pthread_mutex_unlock(first);
}

static void *early(void *unused) {
  for (int i = 0; i < 100; i++)
    both(&a, &b);
  turn_is_over();
  return unused;
}

static void *late(void *unused) {
  wait_for_turn();
  both(&b, &a);
  return unused;
}

int main(void) {
  pthread_t threads[2];
  pthread_create(&threads[0], NULL, early, NULL);
  pthread_create(&threads[1], NULL, late, NULL);
  for (int i = 0; i < 2; i++)
    pthread_join(threads[i], NULL);
  printf("%d\n", n);
  return 0;
}
