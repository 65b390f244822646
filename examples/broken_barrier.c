/* broken_barrier - a thread leaves before the barrier at which others wait for it.
 *
 * Wrong: the worker without work returns early, and does not come. Main waits for some time, which breaks the barrier for the other worker,
 * too; neither looks at what the wait answers, so both go on as if all had come.
 * The inspector says: broken-barrier. */
#include <sched.h>
#include <stdio.h>

#include <track/track.h>

enum { N_WORKERS = 2 };

static struct track_barrier all_ready;

static void *prepare(void *n_jobs) {
  if (*(int *)n_jobs == 0)
    return NULL;
  track_barrier_wait(&all_ready, NULL);
  return NULL;
}

/* The one with work is at the barrier before main is, in every run. */
static void let_it_come(void) {
  while (track_barrier_n_waiting(&all_ready) == 0)
    sched_yield();
}

int main(void) {
  struct track_thread workers[N_WORKERS];
  int n_jobs[N_WORKERS] = {3, 0};
  track_barrier_init(&all_ready, N_WORKERS + 1, NULL, NULL, "all ready");
  for (int i = 0; i < N_WORKERS; i++) {
    track_thread_init(&workers[i], prepare, &n_jobs[i], NULL);
    track_thread_start(&workers[i]);
  }
  let_it_come();
  track_barrier_wait_timeout(&all_ready, TRACK_MS(50), NULL); /* BUG */
  for (int i = 0; i < N_WORKERS; i++)
    track_thread_join(&workers[i], NULL);
  printf("%s\n", track_barrier_is_broken(&all_ready) ? "broken" : "whole");
  track_barrier_destroy(&all_ready);
  return 0;
}
