/* threading_simpleargs - each thread is told what to do by its argument.
 *
 * Document: 002_5274ab7589ed0805.txt and 000_60828196cc285c92.txt, section "Thread Objects".
 * The argument is a pointer; each thread has a number of its own to point to.
 * The inspector says: unjoined-thread. */
#include <stdio.h>

#include <track/track.h>

enum { N_THREADS = 5 };

static void *worker(void *number) {
  printf("Worker: %d\n", *(int *)number);
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
