/* benign_recursive - a recursive mutex locked twice by its holder.
 *
 * Right: that is what PTHREAD_MUTEX_RECURSIVE is for; only the outermost unlock gives it back.
 * The inspector says nothing. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t tree;
static int nodes;

static void add(int depth) {
  pthread_mutex_lock(&tree);
  nodes++;
  if (depth > 1)
    add(depth - 1);
  pthread_mutex_unlock(&tree);
}

int main(void) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
  pthread_mutex_init(&tree, &attributes);
  pthread_mutexattr_destroy(&attributes);
  add(3);
  pthread_mutex_destroy(&tree);
  printf("%d nodes\n", nodes);
  return 0;
}
