/* barrier_misuse_fixed - barrier_misuse, repaired: destroyed when the workers have ended. */
#include <pthread.h>
#include <stdio.h>

static pthread_barrier_t meeting;

static void *work(void *unused) {
  pthread_barrier_wait(&meeting);
  return unused;
}

int main(void) {
  pthread_t first, second;
  pthread_barrier_init(&meeting, NULL, 2);
  pthread_create(&first, NULL, work, NULL);
  pthread_create(&second, NULL, work, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  pthread_barrier_destroy(&meeting);
  printf("both passed\n");
  return 0;
}
