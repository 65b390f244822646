/* prodcom_queue - a producer and a consumer with a queue of ten places between them, until an event tells them to stop.
 *
 * Document: 003_4e5799b205c8b79c.txt, section "Producer-Consumer Using Queue", its first program.
 * The consumer empties the queue before it stops. In the article it may wait in get for ever, when the event is set after it looked and
 * nothing more comes; here it looks again from time to time. As there, a last message may be put when the consumer has gone.
 * The inspector says nothing. */
#include <stdint.h>
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

struct pipeline {
  struct track_queue queue;
};

static struct pipeline pipeline;
static struct track_event event = TRACK_EVENT_INIT("event");

static bool get_message(struct pipeline *p, int *ret_value, const char *name) {
  void *item;
  track_log(TRACK_DEBUG, "%s:about to get from queue", name);
  if (track_queue_get_timeout(&p->queue, &item, TRACK_MS(10)))
    return false;
  *ret_value = (int)(intptr_t)item;
  track_log(TRACK_DEBUG, "%s:got %d from queue", name, *ret_value);
  return true;
}

static void set_message(struct pipeline *p, int value, const char *name) {
  track_log(TRACK_DEBUG, "%s:about to add %d to queue", name, value);
  track_queue_put(&p->queue, (void *)(intptr_t)value);
  track_log(TRACK_DEBUG, "%s:added %d to queue", name, value);
}

static int produce(void *unused, void **ret_result) {
  while (!track_event_is_set(&event)) {
    int message = (int)random_between(1, 101);
    track_log(TRACK_INFO, "Producer got message: %d", message);
    set_message(&pipeline, message, "Producer");
  }
  track_log(TRACK_INFO, "Producer received EXIT event. Exiting");
  *ret_result = unused;
  return 0;
}

static int consume(void *unused, void **ret_result) {
  int message;
  while (!track_event_is_set(&event) || !track_queue_is_empty(&pipeline.queue))
    if (get_message(&pipeline, &message, "Consumer"))
      track_log(TRACK_INFO, "Consumer storing message: %d (queue size=%zu)", message, track_queue_size(&pipeline.queue));
  track_log(TRACK_INFO, "Consumer received EXIT event. Exiting");
  *ret_result = unused;
  return 0;
}

int main(void) {
  struct track_executor executor;
  track_log_configure("%(asctime)s: %(message)s", TRACK_INFO, STDOUT_FILENO);
  track_queue_init(&pipeline.queue, 10, "pipeline");
  track_executor_init(&executor, 2, "pool");
  TRACK_WITH(&executor) {
    track_executor_submit(&executor, produce, NULL, NULL);
    track_executor_submit(&executor, consume, NULL, NULL);
    pause_ms(5);
    track_log(TRACK_INFO, "Main: about to set event");
    track_event_set(&event);
  }
  track_executor_destroy(&executor);
  track_queue_destroy(&pipeline.queue);
  return 0;
}
