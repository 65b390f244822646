/* deadlock_rwlock_fixed - deadlock_rwlock, repaired: refresh() gives the cache back before it wants the table. */
#include <pthread.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static pthread_mutex_t cache = PTHREAD_MUTEX_INITIALIZER;
static int table_value = 1, cached_value;

static void *lookup(void *unused) {
  pthread_rwlock_rdlock(&table);
  pthread_mutex_lock(&cache);
  cached_value = table_value;
  pthread_mutex_unlock(&cache);
  pthread_rwlock_unlock(&table);
  lucky_next();
  return unused;
}

static void *refresh(void *unused) {
  lucky_wait(1);
  pthread_mutex_lock(&cache);
  int value = cached_value;
  pthread_mutex_unlock(&cache);
  pthread_rwlock_wrlock(&table);
  table_value = value + 1;
  pthread_rwlock_unlock(&table);
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
