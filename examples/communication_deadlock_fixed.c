/* communication_deadlock_fixed - the cook lights the stove first, and waits then. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t orders, stove_is_lit;

static void *cook(void *unused) {
  sem_post(&stove_is_lit);
  sem_wait(&orders);
  return unused;
}

static void *wait_at_table(void *unused) {
  sem_wait(&stove_is_lit);
  sem_post(&orders);
  return unused;
}

int main(void) {
  pthread_t in_the_kitchen, outside;
  sem_init(&orders, 0, 0);
  sem_init(&stove_is_lit, 0, 0);
  pthread_create(&in_the_kitchen, NULL, cook, NULL);
  pthread_create(&outside, NULL, wait_at_table, NULL);
  pthread_join(in_the_kitchen, NULL);
  pthread_join(outside, NULL);
  printf("served\n");
  sem_destroy(&orders);
  sem_destroy(&stove_is_lit);
  return 0;
}
