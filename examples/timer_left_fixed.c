/* timer_left_fixed - the timer is cancelled when the answer is there, and its thread waited for. */
#include <stdio.h>

#include <track/track.h>

static struct track_timer too_late;

static void complain(void *what) {
  printf("no %s in time\n", (const char *)what);
}

static void ask(char *what) {
  track_timer_init(&too_late, TRACK_S(50), complain, what, "too late");
  track_timer_start(&too_late);
  printf("here is your %s\n", what);
  track_timer_cancel(&too_late);
  track_timer_join(&too_late);
  track_timer_destroy(&too_late);
}

int main(void) {
  static char what[] = "answer";
  setlinebuf(stdout);
  ask(what);
  return 0;
}
