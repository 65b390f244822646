/* self_deadlock_errorcheck_fixed - self_deadlock_errorcheck, repaired: the helper expects the lock to be held. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t list;
static int items;

static void add(void) {
  items++;
}

int main(void) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
  pthread_mutex_init(&list, &attributes);
  pthread_mutexattr_destroy(&attributes);

  pthread_mutex_lock(&list);
  add();
  pthread_mutex_unlock(&list);
  pthread_mutex_destroy(&list);
  printf("%d items\n", items);
  return 0;
}
