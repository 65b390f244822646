/* unlock_not_held_fixed - unlock_not_held, repaired: the function that locks is the one that unlocks. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t table = PTHREAD_MUTEX_INITIALIZER;
static int values[] = {3, 4};

/* The caller holds the table. */
static int get(int index) {
  if (index >= 2)
    return -1;
  return values[index];
}

static int lookup(int index) {
  pthread_mutex_lock(&table);
  int value = get(index);
  pthread_mutex_unlock(&table);
  return value;
}

int main(void) {
  printf("%d\n", lookup(1));
  printf("%d\n", lookup(7));
  return 0;
}
