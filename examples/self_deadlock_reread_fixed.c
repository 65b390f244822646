/* self_deadlock_reread_fixed - self_deadlock_reread, repaired: the table is read once. */
#include <pthread.h>
#include <stdio.h>

static pthread_rwlock_t table;
static int width = 3, height = 4;

/* The caller holds the table. */
static int area(void) {
  return width * height;
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
