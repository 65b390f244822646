/* threading_daemon_join_timeout - a join with a timeout may return while the thread is still alive.
 *
 * Document: 000_60828196cc285c92.txt and 002_5274ab7589ed0805.txt, section "Daemon vs. Non-Daemon Threads".
 * As the text of both and the output of the older one say, the timeout is shorter than the daemon's sleep.
 * The inspector says nothing: a timeout is no mistake, and daemons may be left. */
#include <stdio.h>
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
  track_thread_join_timeout(&d, TRACK_MS(100), NULL);
  printf("d.isAlive() %s\n", track_thread_is_alive(&d) ? "True" : "False");
  track_thread_join(&t, NULL);
  return 0;
}
