/* self_deadlock_reread - a rwlock that prefers writers is read twice by one thread.
 *
 * Wrong: with PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP a reader that comes again waits behind a writer that waits for the
 * first reading to end. Here no writer comes in between, so nothing happens.
 * The inspector says: self-deadlock, potential. Under the default policy the same code is right, and it says nothing. */
#include <pthread.h>
#include <stdio.h>

static pthread_rwlock_t table;
static int width = 3, height = 4;

static int area(void) {
  pthread_rwlock_rdlock(&table); /* BUG */
  int result = width * height;
  pthread_rwlock_unlock(&table);
  return result;
}

static int describe(void) {
  pthread_rwlock_rdlock(&table);
  int result = width + area();
  pthread_rwlock_unlock(&table);
  return result;
}

int main(void) {
  pthread_rwlockattr_t attributes;
  pthread_rwlockattr_init(&attributes);
  pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
  pthread_rwlock_init(&table, &attributes);
  pthread_rwlockattr_destroy(&attributes);
  printf("%d\n", describe());
  pthread_rwlock_destroy(&table);
  return 0;
}
