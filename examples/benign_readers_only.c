/* benign_readers_only - opposite order, but everybody only reads.
 *
 * Right: readers do not exclude each other. (Under the default policy of glibc, a waiting writer does not hold readers up either.)
 * The inspector says nothing; with --all: benign, readers only. */
#include <pthread.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_rwlock_t users = PTHREAD_RWLOCK_INITIALIZER;
static pthread_rwlock_t groups = PTHREAD_RWLOCK_INITIALIZER;
static int n_users = 2, n_groups = 3;

static void *count_members(void *ret_sum) {
  pthread_rwlock_rdlock(&users);
  pthread_rwlock_rdlock(&groups);
  *(int *)ret_sum = n_users + n_groups;
  pthread_rwlock_unlock(&groups);
  pthread_rwlock_unlock(&users);
  lucky_next();
  return NULL;
}

static void *count_groups(void *ret_sum) {
  lucky_wait(1);
  pthread_rwlock_rdlock(&groups);
  pthread_rwlock_rdlock(&users);
  *(int *)ret_sum = n_groups + n_users;
  pthread_rwlock_unlock(&users);
  pthread_rwlock_unlock(&groups);
  return NULL;
}

int main(void) {
  pthread_t first, second;
  int members, all;
  pthread_create(&first, NULL, count_members, &members);
  pthread_create(&second, NULL, count_groups, &all);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  printf("%d and %d\n", members, all);
  return 0;
}
