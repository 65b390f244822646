/* deadlock_two_locks - two threads take the same two locks in opposite order.
 *
 * Wrong: deposit() takes accounts, then journal; audit() takes journal, then accounts. When each has its first lock, both wait
 * for ever. In this run they happen to come one after the other, and nothing hangs.
 * The inspector says: deadlock, with both threads, both locks and the four places where they are taken. */
#include <pthread.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_mutex_t accounts = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t journal = PTHREAD_MUTEX_INITIALIZER;
static int balance, lines;

static void *deposit(void *unused) {
  pthread_mutex_lock(&accounts);
  balance += 10;
  pthread_mutex_lock(&journal); /* BUG */
  lines++;
  pthread_mutex_unlock(&journal);
  pthread_mutex_unlock(&accounts);
  lucky_next();
  return unused;
}

static void *audit(void *unused) {
  lucky_wait(1);
  pthread_mutex_lock(&journal);
  lines++;
  pthread_mutex_lock(&accounts); /* BUG */
  balance += 0;
  pthread_mutex_unlock(&accounts);
  pthread_mutex_unlock(&journal);
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
