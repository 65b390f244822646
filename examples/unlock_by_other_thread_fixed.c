/* unlock_by_other_thread_fixed - unlock_by_other_thread, repaired: what one thread takes and another one gives is a semaphore. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t idle;
static int result;

static void *work(void *unused) {
  result = 42;
  sem_post(&idle);
  return unused;
}

int main(void) {
  pthread_t thread;
  sem_init(&idle, 0, 0);
  pthread_create(&thread, NULL, work, NULL);
  pthread_join(thread, NULL);
  sem_wait(&idle);
  printf("result %d\n", result);
  sem_destroy(&idle);
  return 0;
}
