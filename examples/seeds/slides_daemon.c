/* slides_daemon - a daemon thread is left when the process ends.
 *
 * Document: 001_3ed68fe808206ad4.txt, section "threading module", the first program with a daemon.
 * It never says that it exits.
 * The inspector says: unjoined-thread, for the one that is no daemon. */
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

static void *serve(void *unused) {
  track_log(TRACK_DEBUG, "starting...");
  pause_ms(2000);
  track_log(TRACK_DEBUG, "exiting...");
  return unused;
}

static void *work(void *unused) {
  track_log(TRACK_DEBUG, "starting...");
  track_log(TRACK_DEBUG, "exiting...");
  return unused;
}

int main(void) {
  static struct track_thread d, t;
  track_log_configure("%(threadName)s %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  track_thread_init(&d, serve, NULL, "daemon");
  track_thread_set_daemon(&d, true);
  track_thread_init(&t, work, NULL, "non_daemon");
  track_thread_start(&d);
  track_thread_start(&t);
  return 0;
}
