/* deadlock - the same thread acquires a lock twice, and hangs.
 *
 * Document: 003_4e5799b205c8b79c.txt, section "Deadlock" (the article gives the program no name).
 * There is no other thread that could release the lock.
 * The inspector says: self-deadlock, and `inspector run` ends the program. */
#include <stdio.h>

#include <track/track.h>

int main(void) {
  static struct track_lock l = TRACK_LOCK_INIT("l");
  setlinebuf(stdout);
  printf("before first acquire\n");
  track_lock_acquire(&l);
  printf("before second acquire\n");
  track_lock_acquire(&l);
  printf("acquired lock twice\n");
  return 0;
}
