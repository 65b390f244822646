/* threading_lock_reacquire - a lock cannot be had twice, not even by the same thread.
 *
 * Document: 002_5274ab7589ed0805.txt and 000_60828196cc285c92.txt, section "Re-entrant Locks".
 * The second acquire does not wait: it would for ever.
 * The inspector says: exit-while-holding, as the lock is never released. */
#include <stdio.h>

#include <track/track.h>

static struct track_lock lock = TRACK_LOCK_INIT("lock");

static const char *truth(bool is_true) {
  return is_true ? "True" : "False";
}

int main(void) {
  printf("First try : %s\n", truth(track_lock_acquire(&lock) == 0));
  printf("Second try: %s\n", truth(track_lock_acquire_timeout(&lock, 0) == 0));
  return 0;
}
