/* benign_lock_handover - two locks that hand a value from thread to thread, each acquired by one and released by the other.
 *
 * Right: a track_lock may be released by any thread. `full` is acquired a second time by the thread that acquired it before, and waits then
 * for the other one, which is about to release it; so does `empty`. Neither is a self-deadlock.
 * The inspector says nothing. */
#include <stdio.h>

#include <track/track.h>

enum { N_VALUES = 5 };

static struct track_lock empty = TRACK_LOCK_INIT("empty"), full = TRACK_LOCK_INIT("full");
static int place;

static void *produce(void *unused) {
  for (int i = 1; i <= N_VALUES; i++) {
    track_lock_acquire(&empty);
    place = i;
    track_lock_release(&full);
  }
  return unused;
}

static void *consume(void *unused) {
  for (int i = 1; i <= N_VALUES; i++) {
    track_lock_acquire(&full);
    printf("got %d\n", place);
    track_lock_release(&empty);
  }
  return unused;
}

int main(void) {
  struct track_thread producer, consumer;
  track_lock_acquire(&full);
  track_thread_init(&producer, produce, NULL, "producer");
  track_thread_init(&consumer, consume, NULL, "consumer");
  track_thread_start(&producer);
  track_thread_start(&consumer);
  track_thread_join(&producer, NULL);
  track_thread_join(&consumer, NULL);
  track_lock_release(&full);
  return 0;
}
