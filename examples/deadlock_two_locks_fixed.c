/* deadlock_two_locks_fixed - deadlock_two_locks, repaired: everybody takes accounts before journal. */
#include <pthread.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_mutex_t accounts = PTHREAD_MUTEX_INITIALIZER; /* taken before journal */
static pthread_mutex_t journal = PTHREAD_MUTEX_INITIALIZER;
static int balance, lines;

static void *deposit(void *unused) {
  pthread_mutex_lock(&accounts);
  balance += 10;
  pthread_mutex_lock(&journal);
  lines++;
  pthread_mutex_unlock(&journal);
  pthread_mutex_unlock(&accounts);
  lucky_next();
  return unused;
}

static void *audit(void *unused) {
  lucky_wait(1);
  pthread_mutex_lock(&accounts);
  pthread_mutex_lock(&journal);
  lines++;
  balance += 0;
  pthread_mutex_unlock(&journal);
  pthread_mutex_unlock(&accounts);
  return unused;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, NULL, deposit, NULL);
  pthread_create(&second, NULL, audit, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  printf("balance %d, %d lines\n", balance, lines);
  return 0;
}
