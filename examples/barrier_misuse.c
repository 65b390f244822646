/* barrier_misuse - threads meet at a barrier that was destroyed.
 *
 * Wrong: main() cleans up before its workers have met. What happens then is undefined; glibc lets these two pass.
 * The inspector says: barrier-misuse, with the place where the barrier was destroyed. */
#include <pthread.h>
#include <stdio.h>

static pthread_barrier_t meeting;

static void *work(void *unused) {
  pthread_barrier_wait(&meeting); /* BUG */
  return unused;
}

int main(void) {
  pthread_t first, second;
  pthread_barrier_init(&meeting, NULL, 2);
  pthread_barrier_destroy(&meeting);
  pthread_create(&first, NULL, work, NULL);
  pthread_create(&second, NULL, work, NULL);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  printf("both passed\n");
  return 0;
}
