/* threading_barrier_abort - threads that wait at a barrier are let go because not all will come.
 *
 * Document: 002_5274ab7589ed0805.txt, section "Synchronizing Threads".
 * The barrier is for one thread more than there are, so all stand at it until it is aborted. Each waits for the one before, as in
 * threading_barrier.
 * The inspector says: broken-barrier, as a note: the program wanted it so and each thread looks at the answer. */
#include <errno.h>
#include <stdio.h>

#include <track/track.h>

#include "seed.h"

enum { N_THREADS = 3 };

static struct track_barrier barrier;

static void *worker(void *unused) {
  const char *name = track_thread_name(track_thread_current());
  unsigned worker_id;
  printf("%s waiting for barrier with %u others\n", name, track_barrier_n_waiting(&barrier));
  if (track_barrier_wait(&barrier, &worker_id) == ECANCELED)
    printf("%s aborting\n", name);
  else
    printf("%s after barrier %u\n", name, worker_id);
  return unused;
}

int main(void) {
  struct track_thread threads[N_THREADS];
  track_barrier_init(&barrier, N_THREADS + 1, NULL, NULL, "barrier");
  for (int i = 0; i < N_THREADS; i++) {
    char name[16];
    snprintf(name, sizeof name, "worker-%d", i);
    track_thread_init(&threads[i], worker, NULL, name);
    printf("%s starting\n", name);
    track_thread_start(&threads[i]);
    while (track_barrier_n_waiting(&barrier) <= (unsigned)i)
      pause_ms(1);
  }
  track_barrier_abort(&barrier);
  for (int i = 0; i < N_THREADS; i++)
    track_thread_join(&threads[i], NULL);
  track_barrier_destroy(&barrier);
  return 0;
}
