/* semaphore_overflow_bounded_fixed - the place is given back where it was taken, at the end of the block. */
#include <stdio.h>

#include <track/track.h>

static struct track_bounded_semaphore places = TRACK_BOUNDED_SEMAPHORE_INIT(2, "places");

static void serve(void) {
  printf("served\n");
}

int main(void) {
  TRACK_WITH(&places) {
    serve();
  }
  printf("%u places\n", track_bounded_semaphore_value(&places));
  return 0;
}
