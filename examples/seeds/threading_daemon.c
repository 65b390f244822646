/* threading_daemon - the process does not wait for a daemon thread.
 *
 * Document: 002_5274ab7589ed0805.txt and 000_60828196cc285c92.txt, section "Daemon vs. Non-Daemon Threads".
 * The daemon never says that it exits: the process is over before it wakes up (two seconds, as in the older edition).
 * The inspector says: unjoined-thread, for the other one; a daemon has to be joined by nobody. */
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

static void *serve(void *unused) {
  track_log(TRACK_DEBUG, "Starting");
  pause_ms(2000);
  track_log(TRACK_DEBUG, "Exiting");
  return unused;
}

static void *work(void *unused) {
  track_log(TRACK_DEBUG, "Starting");
  track_log(TRACK_DEBUG, "Exiting");
  return unused;
}

int main(void) {
  static struct track_thread d, t;
  track_log_configure("(%(threadName)-10s) %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  track_thread_init(&d, serve, NULL, "daemon");
  track_thread_set_daemon(&d, true);
  track_thread_init(&t, work, NULL, "non-daemon");
  track_thread_start(&d);
  track_thread_start(&t);
  return 0;
}
