/* join_detached_fixed - join_detached, repaired: a thread that is waited for is not detached. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t may_end;

static void *work(void *unused) {
  sem_wait(&may_end);
  return unused;
}

int main(void) {
  pthread_t thread;
  sem_init(&may_end, 0, 0);
  pthread_create(&thread, NULL, work, NULL);
  sem_post(&may_end);
  if (pthread_join(thread, NULL) != 0)
    printf("cannot wait for the worker\n");
  sem_destroy(&may_end);
  return 0;
}
