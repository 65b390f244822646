/* threading_simple - five threads that run the same function.
 *
 * Document: 002_5274ab7589ed0805.txt and 000_60828196cc285c92.txt, section "Thread Objects".
 * Nobody joins them: the library waits for them when main returns, as Python does.
 * The inspector says: unjoined-thread. */
#include <stdio.h>

#include <track/track.h>

enum { N_THREADS = 5 };

static void *worker(void *unused) {
  printf("Worker\n");
  return unused;
}

int main(void) {
  static struct track_thread threads[N_THREADS];
  for (int i = 0; i < N_THREADS; i++) {
    track_thread_init(&threads[i], worker, NULL, NULL);
    track_thread_start(&threads[i]);
  }
  return 0;
}
