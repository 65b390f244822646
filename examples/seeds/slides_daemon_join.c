/* slides_daemon_join - a daemon thread that is joined comes to its end.
 *
 * Document: 001_3ed68fe808206ad4.txt, section "threading module", the program that joins the daemon.
 * The inspector says nothing. */
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

static void *serve(void *unused) {
  track_log(TRACK_DEBUG, "starting...");
  pause_ms(20);
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
  track_thread_join(&d, NULL);
  track_thread_join(&t, NULL);
  return 0;
}
