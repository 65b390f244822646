/* deadlock_once - an initialiser takes a lock that others hold while they ask for the initialisation.
 *
 * Wrong: load() runs once, and takes registry. enter() holds registry and then makes sure that load() has run: when another
 * thread is inside load() at that moment, each waits for the other.
 * The inspector says: deadlock; whoever runs the initialiser holds the once control until it is done. */
#include <pthread.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_once_t loaded = PTHREAD_ONCE_INIT;
static pthread_mutex_t registry = PTHREAD_MUTEX_INITIALIZER;
static int entries;

static void load(void) {
  pthread_mutex_lock(&registry); /* BUG */
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
  pthread_mutex_lock(&registry);
  pthread_once(&loaded, load); /* BUG */
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
