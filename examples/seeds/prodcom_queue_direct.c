/* prodcom_queue_direct - prodcom_queue without a pipeline of its own: the queue is all it needs.
 *
 * Document: 003_4e5799b205c8b79c.txt, section "Producer-Consumer Using Queue", its last program (which has no name of its own).
 * The consumer looks again from time to time, for the reason that prodcom_queue gives.
 * The inspector says nothing. */
#include <stdint.h>
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

static struct track_queue queue;
static struct track_event event = TRACK_EVENT_INIT("event");

static int produce(void *unused, void **ret_result) {
  while (!track_event_is_set(&event)) {
    int message = (int)random_between(1, 101);
    track_log(TRACK_INFO, "Producer got message: %d", message);
    track_queue_put(&queue, (void *)(intptr_t)message);
  }
  track_log(TRACK_INFO, "Producer received event. Exiting");
  *ret_result = unused;
  return 0;
}

static int consume(void *unused, void **ret_result) {
  void *message;
  while (!track_event_is_set(&event) || !track_queue_is_empty(&queue))
    if (track_queue_get_timeout(&queue, &message, TRACK_MS(10)) == 0)
      track_log(TRACK_INFO, "Consumer storing message: %d (size=%zu)", (int)(intptr_t)message, track_queue_size(&queue));
  track_log(TRACK_INFO, "Consumer received event. Exiting");
  *ret_result = unused;
  return 0;
}

int main(void) {
  struct track_executor executor;
  track_log_configure("%(asctime)s: %(message)s", TRACK_INFO, STDOUT_FILENO);
  track_queue_init(&queue, 10, "pipeline");
  track_executor_init(&executor, 2, "pool");
  TRACK_WITH(&executor) {
    track_executor_submit(&executor, produce, NULL, NULL);
    track_executor_submit(&executor, consume, NULL, NULL);
    pause_ms(5);
    track_log(TRACK_INFO, "Main: about to set event");
    track_event_set(&event);
  }
  track_executor_destroy(&executor);
  track_queue_destroy(&queue);
  return 0;
}
