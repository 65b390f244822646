/* self_deadlock - a thread locks a mutex that it holds.
 *
 * Wrong: add_all() holds the list's lock and calls add(), which takes it too. A mutex is not recursive unless it is made so:
 * this program hangs, every time.
 * The inspector says: self-deadlock, and `inspector run` ends the program at once. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t list = PTHREAD_MUTEX_INITIALIZER;
static int items;

static void add(void) {
  pthread_mutex_lock(&list); /* BUG */
  items++;
  pthread_mutex_unlock(&list);
}

static void add_all(int n) {
  pthread_mutex_lock(&list);
  for (int i = 0; i < n; i++)
    add();
  pthread_mutex_unlock(&list);
}

int main(void) {
  add_all(3);
  printf("%d items\n", items);
  return 0;
}
