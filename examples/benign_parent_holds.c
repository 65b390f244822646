/* benign_parent_holds - the children take locks in opposite order, but each parent holds a third lock while its child lives.
 *
 * Right: a parent takes token, starts its child, joins it and gives token back. The children cannot meet, although neither of
 * them ever touches token. (Compare deadlock_one_parent, where one parent has both.)
 * The inspector says nothing; with --all: benign, guarded by token, held by the parents. */
#include <pthread.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_mutex_t token = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t black = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t white = PTHREAD_MUTEX_INITIALIZER;
static int games;

static void play(pthread_mutex_t *own, pthread_mutex_t *other) {
  pthread_mutex_lock(own);
  pthread_mutex_lock(other);
  games++;
  pthread_mutex_unlock(other);
  pthread_mutex_unlock(own);
}

static void *play_black(void *unused) {
  play(&black, &white);
  return unused;
}

static void *play_white(void *unused) {
  play(&white, &black);
  return unused;
}

static void host(void *(*player)(void *)) {
  pthread_t child;
  pthread_mutex_lock(&token);
  pthread_create(&child, NULL, player, NULL);
  pthread_join(child, NULL);
  pthread_mutex_unlock(&token);
}

static void *first_host(void *unused) {
  host(play_black);
  lucky_next();
  return unused;
}

static void *second_host(void *unused) {
  lucky_wait(1);
  host(play_white);
  return unused;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, NULL, first_host, NULL);
  pthread_create(&second, NULL, second_host, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  printf("%d games\n", games);
  return 0;
}
