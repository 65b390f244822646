/* benign_gate_lock - opposite order, but always behind a third lock.
 *
 * Right: whoever takes left or right holds gate. Only one thread can be between its two locks, so nobody can block it.
 * The inspector says nothing; with --all: benign, guarded by gate. */
#include <pthread.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t left = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t right = PTHREAD_MUTEX_INITIALIZER;
static int moves;

static void move(pthread_mutex_t *from, pthread_mutex_t *to) {
  pthread_mutex_lock(&gate);
  pthread_mutex_lock(from);
  pthread_mutex_lock(to);
  moves++;
  pthread_mutex_unlock(to);
  pthread_mutex_unlock(from);
  pthread_mutex_unlock(&gate);
  lucky_next();
}

static void *to_right(void *unused) {
  move(&left, &right);
  return unused;
}

static void *to_left(void *unused) {
  lucky_wait(1);
  move(&right, &left);
  return unused;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, NULL, to_right, NULL);
  pthread_create(&second, NULL, to_left, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  printf("%d moves\n", moves);
  return 0;
}
