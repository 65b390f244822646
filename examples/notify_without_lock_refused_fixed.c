/* notify_without_lock_refused_fixed - the flag is set and its condition notified in one section. */
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
    track_condition_notify(&ready, 1);
  }
  return unused;
}

int main(void) {
  struct track_thread producer;
  track_thread_init(&producer, produce, NULL, "producer");
  TRACK_WITH(&ready) {
    track_thread_start(&producer);
    track_condition_wait_for(&ready, get_ready, NULL, TRACK_FOREVER);
  }
  track_thread_join(&producer, NULL);
  printf("%s\n", is_ready ? "ready" : "not ready");
  return 0;
}
