/* wait_without_lock_refused - a track_condition is waited on by a thread that does not hold its lock.
 *
 * Wrong: is_ready is read without the lock. The wait answers EPERM at once, and the loop around it is a busy one (ended here after three
 * rounds).
 * The inspector says: wait-without-lock. */
#include <stdio.h>

#include <track/track.h>

static struct track_condition ready = TRACK_CONDITION_INIT("ready");
static bool is_ready;

static int await_ready(void) {
  int rounds = 0;
  while (!is_ready && ++rounds < 3)
    track_condition_wait(&ready); /* BUG */
  return rounds;
}

int main(void) {
  printf("%d rounds\n", await_ready());
  return 0;
}
