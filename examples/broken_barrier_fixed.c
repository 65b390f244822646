/* broken_barrier_fixed - every worker comes to the barrier, with work or without, and main looks at the answer. */
#include <stdio.h>

#include <track/track.h>

enum { N_WORKERS = 2 };

static struct track_barrier all_ready;

static void *prepare(void *n_jobs) {
  int n_prepared = 0;
  while (n_prepared < *(int *)n_jobs)
    n_prepared++;
  track_barrier_wait(&all_ready, NULL);
  return NULL;
}

int main(void) {
  struct track_thread workers[N_WORKERS];
  int n_jobs[N_WORKERS] = {3, 0};
  track_barrier_init(&all_ready, N_WORKERS + 1, NULL, NULL, "all ready");
  for (int i = 0; i < N_WORKERS; i++) {
    track_thread_init(&workers[i], prepare, &n_jobs[i], NULL);
    track_thread_start(&workers[i]);
  }
  if (track_barrier_wait_timeout(&all_ready, TRACK_S(50), NULL))
    printf("not all workers came\n");
  for (int i = 0; i < N_WORKERS; i++)
    track_thread_join(&workers[i], NULL);
  printf("%s\n", track_barrier_is_broken(&all_ready) ? "broken" : "whole");
  track_barrier_destroy(&all_ready);
  return 0;
}
