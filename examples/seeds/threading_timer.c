/* threading_timer - two timers, one of them cancelled in time.
 *
 * Document: 002_5274ab7589ed0805.txt and 000_60828196cc285c92.txt, section "Timer Threads".
 * The first runs after main has returned: it is no daemon, so the process waits for it. The second never does (its time is long, so that
 * this is so on a busy machine too).
 * The inspector says: timer-left, for the first, which nobody waited for or cancelled. */
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

static void delayed(void *unused) {
  (void)unused;
  track_log(TRACK_DEBUG, "worker running");
}

int main(void) {
  static struct track_timer t1, t2;
  track_log_configure("(%(threadName)-10s) %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  track_timer_init(&t1, TRACK_MS(300), delayed, NULL, "t1");
  track_timer_init(&t2, TRACK_S(30), delayed, NULL, "t2");

  track_log(TRACK_DEBUG, "starting timers");
  track_timer_start(&t1);
  track_timer_start(&t2);

  track_log(TRACK_DEBUG, "waiting before canceling %s", "t2");
  pause_ms(200);
  track_log(TRACK_DEBUG, "canceling %s", "t2");
  track_timer_cancel(&t2);
  track_log(TRACK_DEBUG, "done");
  return 0;
}
