/* slides_daemon_join_timeout - a join that waits for some time only, and the thread is still alive.
 *
 * Document: 001_3ed68fe808206ad4.txt, section "threading module", the program with join(1).
 * The inspector says nothing. */
#include <stdio.h>
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
  track_thread_join_timeout(&d, TRACK_MS(100), NULL);
  printf("d.isAlive() value: %s\n", track_thread_is_alive(&d) ? "True" : "False");
  track_thread_join(&t, NULL);
  return 0;
}
