/* threading_daemon_join - a daemon thread may be joined, and then it is waited for.
 *
 * Document: 002_5274ab7589ed0805.txt and 000_60828196cc285c92.txt, section "Daemon vs. Non-Daemon Threads".
 * The inspector says nothing. */
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

static void *serve(void *unused) {
  track_log(TRACK_DEBUG, "Starting");
  pause_ms(20);
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
  track_thread_join(&d, NULL);
  track_thread_join(&t, NULL);
  return 0;
}
