/* exit_while_holding - exit() is called with a lock held.
 *
 * Wrong: exit() runs the atexit handlers and the destructors of static objects; one that wants the lock hangs. (Here it only
 * tries.)
 * The inspector says: exit-while-holding, with the place where the lock was taken. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_mutex_t cache = PTHREAD_MUTEX_INITIALIZER;

static void flush_cache(void) {
  if (pthread_mutex_trylock(&cache) != 0) {
    printf("cache is locked, not flushed\n");
    return;
  }
  printf("cache flushed\n");
  pthread_mutex_unlock(&cache);
}

static void give_up(void) {
  exit(EXIT_SUCCESS); /* BUG */
}

int main(void) {
  atexit(flush_cache);
  pthread_mutex_lock(&cache);
  give_up();
}
