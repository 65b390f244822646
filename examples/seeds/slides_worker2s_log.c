/* slides_worker2s_log - slides_worker2s with log lines instead of prints.
 *
 * Document: 001_3ed68fe808206ad4.txt, section "threading module", the program with worker2s and worker3s that logs.
 * The lines look as in the output that the slides show.
 * The inspector says: unjoined-thread, for each of the three. */
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

static void *worker2s(void *unused) {
  track_log(TRACK_DEBUG, "starting...");
  pause_ms(20);
  track_log(TRACK_DEBUG, "exiting...");
  return unused;
}

static void *worker3s(void *unused) {
  track_log(TRACK_DEBUG, "starting...");
  pause_ms(30);
  track_log(TRACK_DEBUG, "exiting...");
  return unused;
}

int main(void) {
  static struct track_thread t1, t2, t3;
  track_log_configure("[%(levelname)s] %(threadName)s %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  track_thread_init(&t1, worker3s, NULL, "wait_3");
  track_thread_init(&t2, worker2s, NULL, "wait_2");
  track_thread_init(&t3, worker2s, NULL, NULL);
  track_thread_start(&t1);
  track_thread_start(&t2);
  track_thread_start(&t3);
  return 0;
}
