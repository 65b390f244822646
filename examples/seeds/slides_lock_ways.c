/* slides_lock_ways - four ways to hold a lock.
 *
 * Document: 001_3ed68fe808206ad4.txt, section "access to shared resources", the pieces of code that acquire and release.
 * Acquire and release; a release that no way out can miss (try and finally there, one label here); a block; and a try that goes on without
 * the lock.
 * The inspector says nothing. */
#include <stdio.h>

#include <track/track.h>

static struct track_lock lock = TRACK_LOCK_INIT("lock");
static int resource;

static void plainly(void) {
  track_lock_acquire(&lock);
  resource++;
  track_lock_release(&lock);
}

static int with_one_way_out(void) {
  int error = 0;
  track_lock_acquire(&lock);
  if (resource > 100) {
    error = 1;
    goto out;
  }
  resource++;
out:
  track_lock_release(&lock);
  return error;
}

static void for_a_block(void) {
  TRACK_WITH(&lock) {
    if (resource > 100)
      return; /* released */
    resource++;
  }
}

static void if_it_is_free(void) {
  if (track_lock_try_acquire(&lock)) {
    printf("failed to lock the resource\n");
    return;
  }
  resource++;
  track_lock_release(&lock);
}

int main(void) {
  plainly();
  with_one_way_out();
  for_a_block();
  if_it_is_free();
  TRACK_WITH(&lock) {
    if_it_is_free();
  }
  printf("resource: %d, locked: %s\n", resource, track_lock_is_locked(&lock) ? "True" : "False");
  return 0;
}
