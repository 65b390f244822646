/* self_deadlock_rwlock - a thread that holds a rwlock for reading asks for it for writing.
 *
 * Wrong: a rwlock cannot be upgraded. The writer waits until all readers are gone, and it is one of them: this program hangs.
 * The inspector says: self-deadlock, and `inspector run` ends the program at once. */
#include <pthread.h>
#include <stdio.h>

static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static int value;

static int get_or_make(void) {
  pthread_rwlock_rdlock(&table);
  if (value == 0) {
    pthread_rwlock_wrlock(&table); /* BUG */
    value = 42;
    pthread_rwlock_unlock(&table);
  }
  int result = value;
  pthread_rwlock_unlock(&table);
  return result;
}

int main(void) {
  printf("value %d\n", get_or_make());
  return 0;
}
