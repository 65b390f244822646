/* unlock_not_held - a mutex is unlocked that nobody holds.
 *
 * Wrong: get() unlocks on its early way out, and so does its caller's clean-up. The second unlock of a default mutex is undefined;
 * with another thread inside, it lets a third one in.
 * The inspector says: unlock-not-held. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t table = PTHREAD_MUTEX_INITIALIZER;
static int values[] = {3, 4};

/* The caller holds the table. */
static int get(int index) {
  if (index >= 2) {
    pthread_mutex_unlock(&table);
    return -1;
  }
  return values[index];
}

static int lookup(int index) {
  pthread_mutex_lock(&table);
  int value = get(index);
  pthread_mutex_unlock(&table); /* BUG */
  return value;
}

int main(void) {
  printf("%d\n", lookup(1));
  printf("%d\n", lookup(7));
  return 0;
}
