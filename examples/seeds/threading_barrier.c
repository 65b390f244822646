/* threading_barrier - three threads go on together.
 *
 * Document: 002_5274ab7589ed0805.txt, section "Synchronizing Threads".
 * What the wait answers is the order of arrival. The article sleeps between the starts; here the next thread starts when the one before
 * stands at the barrier.
 * The inspector says nothing. */
#include <stdio.h>

#include <track/track.h>

#include "seed.h"

enum { N_THREADS = 3 };

static struct track_barrier barrier;

static void *worker(void *unused) {
  const char *name = track_thread_name(track_thread_current());
  unsigned worker_id;
  printf("%s waiting for barrier with %u others\n", name, track_barrier_n_waiting(&barrier));
  track_barrier_wait(&barrier, &worker_id);
  printf("%s after barrier %u\n", name, worker_id);
  return unused;
}

int main(void) {
  struct track_thread threads[N_THREADS];
  track_barrier_init(&barrier, N_THREADS, NULL, NULL, "barrier");
  for (int i = 0; i < N_THREADS; i++) {
    char name[16];
    snprintf(name, sizeof name, "worker-%d", i);
    track_thread_init(&threads[i], worker, NULL, name);
    printf("%s starting\n", name);
    track_thread_start(&threads[i]);
    while (i + 1 < N_THREADS && track_barrier_n_waiting(&barrier) <= (unsigned)i)
      pause_ms(1);
  }
  for (int i = 0; i < N_THREADS; i++)
    track_thread_join(&threads[i], NULL);
  track_barrier_destroy(&barrier);
  return 0;
}
