/* self_deadlock_rwlock_fixed - self_deadlock_rwlock, repaired: read, release, take it for writing and look again. */
#include <pthread.h>
#include <stdio.h>

static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static int value;

static int get_or_make(void) {
  pthread_rwlock_rdlock(&table);
  int result = value;
  pthread_rwlock_unlock(&table);
  if (result != 0)
    return result;
  pthread_rwlock_wrlock(&table);
  if (value == 0)
    value = 42;
  result = value;
  pthread_rwlock_unlock(&table);
  return result;
}

int main(void) {
  printf("value %d\n", get_or_make());
  return 0;
}
