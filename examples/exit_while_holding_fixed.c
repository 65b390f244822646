/* exit_while_holding_fixed - exit_while_holding, repaired: unlocked before exit(). */
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
  pthread_mutex_unlock(&cache);
  exit(EXIT_SUCCESS);
}

int main(void) {
  atexit(flush_cache);
  pthread_mutex_lock(&cache);
  give_up();
}
