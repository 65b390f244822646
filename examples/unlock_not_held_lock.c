/* unlock_not_held_lock - a track_lock is released that is free.
 *
 * Wrong: get() releases on its early way out, and so does its caller's clean-up. The second release answers EPERM; with another thread
 * inside, it would let a third one in, as any thread may release a track_lock.
 * The inspector says: unlock-not-held. */
#include <stdio.h>

#include <track/track.h>

static struct track_lock table = TRACK_LOCK_INIT("table");
static int values[] = {3, 4};

/* The caller holds the table. */
static int get(int index) {
  if (index >= 2) {
    track_lock_release(&table);
    return -1;
  }
  return values[index];
}

static int lookup(int index) {
  track_lock_acquire(&table);
  int value = get(index);
  track_lock_release(&table); /* BUG */
  return value;
}

int main(void) {
  printf("%d\n", lookup(1));
  printf("%d\n", lookup(7));
  return 0;
}
