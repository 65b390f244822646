/* deadlock_one_parent_fixed - deadlock_one_parent, repaired: the second child is started when the first has ended. */
#include <pthread.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_mutex_t setup = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t disk = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t net = PTHREAD_MUTEX_INITIALIZER;
static int steps;

static void *load(void *unused) {
  pthread_mutex_lock(&disk);
  pthread_mutex_lock(&net);
  steps++;
  pthread_mutex_unlock(&net);
  pthread_mutex_unlock(&disk);
  lucky_next();
  return unused;
}

static void *connect_all(void *unused) {
  lucky_wait(1);
  pthread_mutex_lock(&net);
  pthread_mutex_lock(&disk);
  steps++;
  pthread_mutex_unlock(&disk);
  pthread_mutex_unlock(&net);
  return unused;
}

int main(void) {
  pthread_t first, second;
  pthread_mutex_lock(&setup);
  pthread_create(&first, NULL, load, NULL);
  pthread_join(first, NULL);
  pthread_create(&second, NULL, connect_all, NULL);
  pthread_join(second, NULL);
  pthread_mutex_unlock(&setup);
  printf("%d steps\n", steps);
  return 0;
}
