/* unlock_not_held_rwlock_fixed - unlock_not_held_rwlock, repaired: one unlock a lock. */
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
  printf("%d entries\n", n);
  return 0;
}
