/* deadlock_rlock - the program of the deadlock with a lock that its holder may take again.
 *
 * Document: 003_4e5799b205c8b79c.txt, section "Deadlock", where it names the RLock as the way out (and shows no program).
 * It is released as often as it was acquired.
 * The inspector says nothing. */
#include <stdio.h>

#include <track/track.h>

int main(void) {
  static struct track_rlock l = TRACK_RLOCK_INIT("l");
  printf("before first acquire\n");
  track_rlock_acquire(&l);
  printf("before second acquire\n");
  track_rlock_acquire(&l);
  printf("acquired lock twice\n");
  track_rlock_release(&l);
  track_rlock_release(&l);
  return 0;
}
