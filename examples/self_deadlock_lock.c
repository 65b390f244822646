/* self_deadlock_lock - a thread acquires a track_lock that it holds, and nobody else could release it.
 *
 * Wrong: add_all() holds the list's lock and calls add(), which takes it too. Any thread may release a track_lock, but there is no other
 * one: this program hangs, every time.
 * The inspector says: self-deadlock, and `inspector run` ends the program at once. */
#include <stdio.h>

#include <track/track.h>

static struct track_lock list = TRACK_LOCK_INIT("list");
static int items;

static void add(void) {
  track_lock_acquire(&list); /* BUG */
  items++;
  track_lock_release(&list);
}

static void add_all(int n) {
  track_lock_acquire(&list);
  for (int i = 0; i < n; i++)
    add();
  track_lock_release(&list);
}

int main(void) {
  add_all(3);
  printf("%d items\n", items);
  return 0;
}
