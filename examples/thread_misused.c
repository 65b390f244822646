/* thread_misused - a thread is started again when it has come to its end.
 *
 * Wrong: a thread runs once. The second start answers EINVAL, and nothing runs; the program does not look and counts on it.
 * The inspector says: thread-misused. */
#include <stdio.h>

#include <track/track.h>

static struct track_thread worker;
static int n_runs;

static void *work(void *unused) {
  n_runs++;
  return unused;
}

static void run_again(void) {
  track_thread_start(&worker); /* BUG */
}

int main(void) {
  track_thread_init(&worker, work, NULL, "worker");
  track_thread_start(&worker);
  track_thread_join(&worker, NULL);
  run_again();
  printf("%d runs\n", n_runs);
  return 0;
}
