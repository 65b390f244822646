/* wait_without_lock_refused_fixed - the flag is looked at and the condition waited on in one section. */
#include <stdio.h>

#include <track/track.h>

static struct track_condition ready = TRACK_CONDITION_INIT("ready");
static bool is_ready;

static int await_ready(void) {
  int rounds = 0;
  TRACK_WITH(&ready) {
    while (!is_ready && ++rounds < 3)
      track_condition_wait_timeout(&ready, TRACK_MS(1));
  }
  return rounds;
}

int main(void) {
  printf("%d rounds\n", await_ready());
  return 0;
}
