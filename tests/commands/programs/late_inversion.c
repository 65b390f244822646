/* Two threads take two locks in opposite order, the second long after the first is done: bare, this never hangs. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

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
  return unused;
}

static void *late(void *unused) {
  usleep(100000);
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
