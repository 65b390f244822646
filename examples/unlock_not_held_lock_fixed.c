/* unlock_not_held_lock_fixed - whoever acquires releases, on every way out of the block. */
#include <stdio.h>

#include <track/track.h>

static struct track_lock table = TRACK_LOCK_INIT("table");
static int values[] = {3, 4};

/* The caller holds the table. */
static int get(int index) {
  return index >= 2 ? -1 : values[index];
}

static int lookup(int index) {
  TRACK_WITH(&table) {
    return get(index);
  }
  return -1;
}

int main(void) {
  printf("%d\n", lookup(1));
  printf("%d\n", lookup(7));
  return 0;
}
