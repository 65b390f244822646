/* benign_address_reuse - the same two addresses in opposite order, but they are different locks by then.
 *
 * Right: the first thread destroys its locks, and the second one makes new ones in the same memory, in swapped roles.
 * The inspector says nothing; with --all: benign, different lock. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static pthread_mutex_t memory[2];
static sem_t memory_is_free;
static int sum;

static void use(pthread_mutex_t *outer, pthread_mutex_t *inner) {
  pthread_mutex_init(outer, NULL);
  pthread_mutex_init(inner, NULL);
  pthread_mutex_lock(outer);
  pthread_mutex_lock(inner);
  sum++;
  pthread_mutex_unlock(inner);
  pthread_mutex_unlock(outer);
  pthread_mutex_destroy(inner);
  pthread_mutex_destroy(outer);
}

static void *first_user(void *unused) {
  use(&memory[0], &memory[1]);
  sem_post(&memory_is_free);
  return unused;
}

static void *second_user(void *unused) {
  sem_wait(&memory_is_free);
  use(&memory[1], &memory[0]);
  return unused;
}

int main(void) {
  pthread_t first, second;
  sem_init(&memory_is_free, 0, 0);
  pthread_create(&first, NULL, first_user, NULL);
  pthread_create(&second, NULL, second_user, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  sem_destroy(&memory_is_free);
  printf("sum %d\n", sum);
  return 0;
}
