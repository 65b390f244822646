/* deadlock_rwlock - a reader and a writer of a table, each with the cache's mutex in the other order.
 *
 * Wrong: lookup() holds the table for reading and then wants the cache; refresh() holds the cache and then wants the table for
 * writing. A writer waits for readers, so this is a circle although one side only reads.
 * The inspector says: deadlock. */
#include <pthread.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static pthread_mutex_t cache = PTHREAD_MUTEX_INITIALIZER;
static int table_value = 1, cached_value;

static void *lookup(void *unused) {
  pthread_rwlock_rdlock(&table);
  pthread_mutex_lock(&cache); /* BUG */
  cached_value = table_value;
  pthread_mutex_unlock(&cache);
  pthread_rwlock_unlock(&table);
  lucky_next();
  return unused;
}

static void *refresh(void *unused) {
  lucky_wait(1);
  pthread_mutex_lock(&cache);
  pthread_rwlock_wrlock(&table); /* BUG */
  table_value = cached_value + 1;
  pthread_rwlock_unlock(&table);
  pthread_mutex_unlock(&cache);
  return unused;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, NULL, lookup, NULL);
  pthread_create(&second, NULL, refresh, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  printf("value %d\n", table_value);
  return 0;
}
