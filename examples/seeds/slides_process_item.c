/* slides_process_item - several threads count items without a lock, and miss some.
 *
 * Document: 001_3ed68fe808206ad4.txt, section "access to shared resources", the counter of processed items.
 * To increment is to read, to add and to write: what another thread wrote in between is lost. How many are missed varies, and may be none.
 * The inspector says nothing yet: it does not look at accesses to memory. */
#include <stdio.h>

#include <track/track.h>

enum { N_THREADS = 2, N_ITEMS = 10000 };

static volatile int counter; /* volatile, so that each increment is one */

static void process_item(void) {
  counter = counter + 1;
}

static void *process_all(void *unused) {
  for (int i = 0; i < N_ITEMS; i++)
    process_item();
  return unused;
}

int main(void) {
  struct track_thread threads[N_THREADS];
  for (int i = 0; i < N_THREADS; i++) {
    track_thread_init(&threads[i], process_all, NULL, NULL);
    track_thread_start(&threads[i]);
  }
  for (int i = 0; i < N_THREADS; i++)
    track_thread_join(&threads[i], NULL);
  printf("counted %d of %d items\n", counter, N_THREADS * N_ITEMS);
  return 0;
}
