/* broken_barrier - a barrier for more threads than ever come to it.
 *
 * Wrong: the barrier is for the three workers and main, but main does not come. Nobody goes on before the time of the first is over, which
 * breaks the barrier for all; and what the wait answers is not looked at.
 * The inspector says: broken-barrier. */
#include <stdio.h>

#include <track/track.h>

enum { N_WORKERS = 3 };

static struct track_barrier all_ready;

static void *work(void *unused) {
  track_barrier_wait_timeout(&all_ready, TRACK_MS(50), NULL); /* BUG */
  return unused;
}

int main(void) {
  struct track_thread workers[N_WORKERS];
  track_barrier_init(&all_ready, N_WORKERS + 1, NULL, NULL, "all ready");
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
