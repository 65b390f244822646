/* thread_misused_fixed - the thread is made anew, which it may be when it was joined, and joined again. */
#include <stdio.h>

#include <track/track.h>

static struct track_thread worker;
static int n_runs;

static void *work(void *unused) {
  n_runs++;
  return unused;
}

static void run(void) {
  track_thread_init(&worker, work, NULL, "worker");
  track_thread_start(&worker);
  track_thread_join(&worker, NULL);
}

int main(void) {
  run();
  run();
  printf("%d runs\n", n_runs);
  return 0;
}
