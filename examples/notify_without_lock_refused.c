/* notify_without_lock_refused - a track_condition is notified by a thread that does not hold its lock.
 *
 * Wrong: other than with pthreads this is no matter of taste. The notify answers EPERM and wakes nobody; the program does not look, and the
 * waiter would sleep for ever if its wait had no timeout.
 * The inspector says: notify-without-lock, as an error. */
#include <stdio.h>

#include <track/track.h>

static struct track_condition ready = TRACK_CONDITION_INIT("ready");
static bool is_ready;

static bool get_ready(void *unused) {
  (void)unused;
  return is_ready;
}

static void *produce(void *unused) {
  TRACK_WITH(&ready) {
    is_ready = true;
  }
  track_condition_notify(&ready, 1); /* BUG */
  return unused;
}

int main(void) {
  struct track_thread producer;
  track_thread_init(&producer, produce, NULL, "producer");
  TRACK_WITH(&ready) {
    track_thread_start(&producer);
    track_condition_wait_for(&ready, get_ready, NULL, TRACK_MS(100));
  }
  track_thread_join(&producer, NULL);
  printf("%s\n", is_ready ? "ready" : "not ready");
  return 0;
}
