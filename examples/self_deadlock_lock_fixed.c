/* self_deadlock_lock_fixed - the lock is one that its holder may take again. */
#include <stdio.h>

#include <track/track.h>

static struct track_rlock list = TRACK_RLOCK_INIT("list");
static int items;

static void add(void) {
  track_rlock_acquire(&list);
  items++;
  track_rlock_release(&list);
}

static void add_all(int n) {
  track_rlock_acquire(&list);
  for (int i = 0; i < n; i++)
    add();
  track_rlock_release(&list);
}

int main(void) {
  add_all(3);
  printf("%d items\n", items);
  return 0;
}
