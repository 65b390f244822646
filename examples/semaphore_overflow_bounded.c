/* semaphore_overflow_bounded - a bounded semaphore is released more often than it was acquired.
 *
 * Wrong: the caller gives its place back, and so does serve(). A bounded semaphore refuses the second one with EOVERFLOW; an unbounded one
 * would let too many in from then on.
 * The inspector says: semaphore-overflow. */
#include <stdio.h>

#include <track/track.h>

static struct track_bounded_semaphore places = TRACK_BOUNDED_SEMAPHORE_INIT(2, "places");

static void serve(void) {
  printf("served\n");
  track_bounded_semaphore_release(&places, 1);
}

int main(void) {
  track_bounded_semaphore_acquire(&places);
  serve();
  track_bounded_semaphore_release(&places, 1); /* BUG */
  printf("%u places\n", track_bounded_semaphore_value(&places));
  return 0;
}
