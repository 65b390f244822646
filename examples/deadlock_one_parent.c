/* deadlock_one_parent - a lock held by the thread that starts two others guards neither against the other.
 *
 * Wrong: main() holds setup while its two children run, but it starts both at once. Their opposite orders are as dangerous as
 * without setup. (Compare benign_parent_holds, where each child has its own parent.)
 * The inspector says: deadlock. */
#include <pthread.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_mutex_t setup = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t disk = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t net = PTHREAD_MUTEX_INITIALIZER;
static int steps;

static void *load(void *unused) {
  pthread_mutex_lock(&disk);
  pthread_mutex_lock(&net); /* BUG */
  steps++;
  pthread_mutex_unlock(&net);
  pthread_mutex_unlock(&disk);
  lucky_next();
  return unused;
}

static void *connect_all(void *unused) {
  lucky_wait(1);
  pthread_mutex_lock(&net);
  pthread_mutex_lock(&disk); /* BUG */
  steps++;
  pthread_mutex_unlock(&disk);
  pthread_mutex_unlock(&net);
  return unused;
}

int main(void) {
  pthread_t first, second;
  pthread_mutex_lock(&setup);
  pthread_create(&first, NULL, load, NULL);
  pthread_create(&second, NULL, connect_all, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  pthread_mutex_unlock(&setup);
  printf("%d steps\n", steps);
  return 0;
}
