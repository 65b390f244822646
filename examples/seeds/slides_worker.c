/* slides_worker - five threads that get their number as an argument.
 *
 * Document: 001_3ed68fe808206ad4.txt, section "threading module", its first program.
 * The inspector says: unjoined-thread. */
#include <stdio.h>

#include <track/track.h>

enum { N_THREADS = 5 };

static void *worker(void *number) {
  printf("thread worker nr. %d\n", *(int *)number);
  return NULL;
}

int main(void) {
  static struct track_thread threads[N_THREADS];
  static int numbers[N_THREADS];
  for (int i = 0; i < N_THREADS; i++) {
    numbers[i] = i;
    track_thread_init(&threads[i], worker, &numbers[i], NULL);
    track_thread_start(&threads[i]);
  }
  return 0;
}
