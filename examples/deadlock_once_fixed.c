/* deadlock_once_fixed - deadlock_once, repaired: the initialisation is asked for before the lock is taken. */
#include <pthread.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_once_t loaded = PTHREAD_ONCE_INIT;
static pthread_mutex_t registry = PTHREAD_MUTEX_INITIALIZER;
static int entries;

static void load(void) {
  pthread_mutex_lock(&registry);
  entries = 100;
  pthread_mutex_unlock(&registry);
}

static void *first_user(void *unused) {
  pthread_once(&loaded, load);
  lucky_next();
  return unused;
}

static void *enter(void *unused) {
  lucky_wait(1);
  pthread_once(&loaded, load);
  pthread_mutex_lock(&registry);
  entries++;
  pthread_mutex_unlock(&registry);
  return unused;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, NULL, first_user, NULL);
  pthread_create(&second, NULL, enter, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  printf("%d entries\n", entries);
  return 0;
}
