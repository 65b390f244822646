/* broken_barrier_fixed - the barrier is for as many threads as come to it, and they look at the answer. */
#include <stdio.h>

#include <track/track.h>

enum { N_WORKERS = 3 };

static struct track_barrier all_ready;

static void *work(void *unused) {
  if (track_barrier_wait_timeout(&all_ready, TRACK_S(30), NULL))
    fprintf(stderr, "not all workers came\n");
  return unused;
}

int main(void) {
  struct track_thread workers[N_WORKERS];
  track_barrier_init(&all_ready, N_WORKERS, NULL, NULL, "all ready");
  for (int i = 0; i < N_WORKERS; i++) {
    track_thread_init(&workers[i], work, NULL, NULL);
    track_thread_start(&workers[i]);
  }
  for (int i = 0; i < N_WORKERS; i++)
    track_thread_join(&workers[i], NULL);
  printf("%s\n", track_barrier_is_broken(&all_ready) ? "broken" : "whole");
  track_barrier_destroy(&all_ready);
  return 0;
}
