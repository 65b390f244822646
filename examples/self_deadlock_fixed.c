/* self_deadlock_fixed - self_deadlock, repaired: the inner work is a function that expects the lock to be held. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t list = PTHREAD_MUTEX_INITIALIZER;
static int items;

/* The caller holds the list. */
static void add_locked(void) {
  items++;
}

static void add_all(int n) {
  pthread_mutex_lock(&list);
  for (int i = 0; i < n; i++)
    add_locked();
  pthread_mutex_unlock(&list);
}

int main(void) {
  add_all(3);
  printf("%d items\n", items);
  return 0;
}
