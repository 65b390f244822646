/* benign_early_release - hand over hand: the first lock is given back before the third is taken.
 *
 * Right: walk() takes a, then b, gives a back, then takes c. restart() takes c, then a. The three steps a-b, b-c, c-a look like a
 * circle, but walk() never holds a and asks for c, and two threads are not enough to hold all three.
 * The inspector says nothing; with --all: benign, early release. */
#include <pthread.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t b = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t c = PTHREAD_MUTEX_INITIALIZER;
static int steps;

static void *walk(void *unused) {
  pthread_mutex_lock(&a);
  pthread_mutex_lock(&b);
  steps++;
  pthread_mutex_unlock(&a);
  pthread_mutex_lock(&c);
  steps++;
  pthread_mutex_unlock(&b);
  pthread_mutex_unlock(&c);
  lucky_next();
  return unused;
}

static void *restart(void *unused) {
  lucky_wait(1);
  pthread_mutex_lock(&c);
  pthread_mutex_lock(&a);
  steps = 0;
  pthread_mutex_unlock(&a);
  pthread_mutex_unlock(&c);
  return unused;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, NULL, walk, NULL);
  pthread_create(&second, NULL, restart, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  printf("%d steps\n", steps);
  return 0;
}
