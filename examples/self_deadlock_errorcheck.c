/* self_deadlock_errorcheck - the same with an error-checking mutex, which refuses instead of hanging.
 *
 * Wrong: the second lock answers EDEADLK, and nobody looks.
 * The inspector says: self-deadlock, as a note: the mutex itself kept the program from hanging. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t list;
static int items;

static void add(void) {
  pthread_mutex_lock(&list); /* BUG */
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
