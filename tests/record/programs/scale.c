/* 10,000 threads one after another, 500 at once, 200,000 locks, 200 of them held at once: nothing of ours has a cap. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { OVER_TIME = 10000, AT_ONCE = 500, LOCKS = 200000, HELD = 200 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t all;
static int count;

static void *once(void *argument) {
  pthread_mutex_lock(&lock);
  count++;
  pthread_mutex_unlock(&lock);
  if (argument)
    pthread_barrier_wait(&all);
  return NULL;
}

static void start(pthread_t *thread, const pthread_attr_t *attributes, void *argument) {
  if (pthread_create(thread, attributes, once, argument))
    abort();
}

static void threads(void) {
  static pthread_t thread[AT_ONCE];
  pthread_attr_t small;
  for (int i = 0; i < OVER_TIME; i++) {
    start(&thread[0], NULL, NULL);
    pthread_join(thread[0], NULL);
  }
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 65536);
  pthread_barrier_init(&all, NULL, AT_ONCE);
  for (int i = 0; i < AT_ONCE; i++)
    start(&thread[i], &small, &all);
  for (int i = 0; i < AT_ONCE; i++)
    pthread_join(thread[i], NULL);
  pthread_barrier_destroy(&all);
}

static void locks(void) {
  pthread_mutex_t *many = malloc(LOCKS * sizeof *many);
  if (!many)
    abort();
  for (int i = 0; i < LOCKS; i++)
    pthread_mutex_init(&many[i], NULL);
  for (int i = 0; i < LOCKS; i++) {
    pthread_mutex_lock(&many[i]);
    pthread_mutex_unlock(&many[i]);
  }
  for (int i = 0; i < HELD; i++)
    pthread_mutex_lock(&many[i]);
  for (int i = 0; i < HELD; i++)
    pthread_mutex_unlock(&many[i]);
  for (int i = 0; i < LOCKS; i++)
    pthread_mutex_destroy(&many[i]);
  free(many);
}

int main(void) {
  threads();
  locks();
  printf("%d\n", count);
  return 0;
}
