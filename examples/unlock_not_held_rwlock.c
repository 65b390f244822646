/* unlock_not_held_rwlock - a rwlock is unlocked once too often.
 *
 * Wrong: the reader's number goes below zero, and from then on the lock lets nobody in, or everybody.
 * The inspector says: unlock-not-held. */
#include <pthread.h>
#include <stdio.h>

static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static int entries = 5;

static int count(void) {
  pthread_rwlock_rdlock(&table);
  int result = entries;
  pthread_rwlock_unlock(&table);
  return result;
}

int main(void) {
  int n = count();
  pthread_rwlock_unlock(&table); /* BUG */
  printf("%d entries\n", n);
  return 0;
}
