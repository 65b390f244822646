/* timer_left - a timer is started, and then forgotten.
 *
 * Wrong: the answer came in time, but nobody cancels the timer that would have said that it did not. It fires when the program thinks of
 * something else, or holds up the end of the process, as here.
 * The inspector says: timer-left. */
#include <stdio.h>

#include <track/track.h>

static struct track_timer too_late;

static void complain(void *what) {
  printf("no %s in time\n", (const char *)what);
}

static void ask(char *what) {
  track_timer_init(&too_late, TRACK_MS(50), complain, what, "too late");
  track_timer_start(&too_late); /* BUG */
  printf("here is your %s\n", what);
}

int main(void) {
  static char what[] = "answer";
  setlinebuf(stdout);
  ask(what);
  return 0;
}
