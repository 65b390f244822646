/* threading_rlock - a re-entrant lock can be had again by its holder.
 *
 * Document: 002_5274ab7589ed0805.txt and 000_60828196cc285c92.txt, section "Re-entrant Locks".
 * Nothing else is changed from threading_lock_reacquire.
 * The inspector says: exit-while-holding, as the lock is never released. */
#include <stdio.h>

#include <track/track.h>

static struct track_rlock lock = TRACK_RLOCK_INIT("lock");

static const char *truth(bool is_true) {
  return is_true ? "True" : "False";
}

int main(void) {
  printf("First try : %s\n", truth(track_rlock_acquire(&lock) == 0));
  printf("Second try: %s\n", truth(track_rlock_acquire_timeout(&lock, 0) == 0));
  return 0;
}
