/* blog_with - locks, conditions and semaphores are acquired when a block begins and released when it ends.
 *
 * Document: 004_c7ee3d62a45a66b0.txt, section "Using locks, conditions, and semaphores in the with statement".
 * Each of the five kinds that the blog lists, and the long way of writing one of them.
 * The inspector says nothing. */
#include <stdio.h>

#include <track/track.h>

static struct track_lock some_lock = TRACK_LOCK_INIT("lock");
static struct track_rlock rlock = TRACK_RLOCK_INIT("rlock");
static struct track_condition condition = TRACK_CONDITION_INIT("condition");
static struct track_semaphore semaphore = TRACK_SEMAPHORE_INIT(1, "semaphore");
static struct track_bounded_semaphore bounded = TRACK_BOUNDED_SEMAPHORE_INIT(1, "bounded");

int main(void) {
  TRACK_WITH(&some_lock) {
    printf("lock: %s\n", track_lock_is_locked(&some_lock) ? "acquired" : "free");
  }
  track_lock_acquire(&some_lock);
  printf("lock: %s\n", track_lock_is_locked(&some_lock) ? "acquired" : "free");
  track_lock_release(&some_lock);
  printf("lock: %s\n", track_lock_is_locked(&some_lock) ? "acquired" : "free");

  TRACK_WITH(&rlock) {
    printf("rlock: depth %u\n", track_rlock_depth(&rlock));
  }
  TRACK_WITH(&condition) {
    printf("condition: notify answers %d\n", track_condition_notify(&condition, 1));
  }
  TRACK_WITH(&semaphore) {
    printf("semaphore: value %u\n", track_semaphore_value(&semaphore));
  }
  TRACK_WITH(&bounded) {
    printf("bounded semaphore: value %u\n", track_bounded_semaphore_value(&bounded));
  }
  printf("afterwards: %u, %u, %u\n", track_rlock_depth(&rlock), track_semaphore_value(&semaphore), track_bounded_semaphore_value(&bounded));
  return 0;
}
