/* prodcom_lock - a producer and a consumer hand over one message at a time, with two locks.
 *
 * Document: 003_4e5799b205c8b79c.txt, section "Producer-Consumer Using Lock".
 * Each lock is acquired by one thread and released by the other: what a track_lock allows. The message is copied before the release, since
 * the producer may put the next one from then on.
 * The inspector says nothing. */
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

enum { N_MESSAGES = 10, SENTINEL = -1 };

struct pipeline {
  int message;
  struct track_lock producer_lock, consumer_lock;
};

static int get_message(struct pipeline *p, const char *name) {
  track_log(TRACK_DEBUG, "%s:about to acquire getlock", name);
  track_lock_acquire(&p->consumer_lock);
  track_log(TRACK_DEBUG, "%s:have getlock", name);
  int message = p->message;
  track_log(TRACK_DEBUG, "%s:about to release setlock", name);
  track_lock_release(&p->producer_lock);
  track_log(TRACK_DEBUG, "%s:setlock released", name);
  return message;
}

static void set_message(struct pipeline *p, int message, const char *name) {
  track_log(TRACK_DEBUG, "%s:about to acquire setlock", name);
  track_lock_acquire(&p->producer_lock);
  track_log(TRACK_DEBUG, "%s:have setlock", name);
  p->message = message;
  track_log(TRACK_DEBUG, "%s:about to release getlock", name);
  track_lock_release(&p->consumer_lock);
  track_log(TRACK_DEBUG, "%s:getlock released", name);
}

static int produce(void *pipeline, void **ret_result) {
  for (int i = 0; i < N_MESSAGES; i++) {
    int message = (int)random_between(1, 101);
    track_log(TRACK_INFO, "Producer got data %d", message);
    set_message(pipeline, message, "Producer");
  }
  set_message(pipeline, SENTINEL, "Producer");
  *ret_result = NULL;
  return 0;
}

static int consume(void *pipeline, void **ret_result) {
  int message;
  while ((message = get_message(pipeline, "Consumer")) != SENTINEL)
    track_log(TRACK_INFO, "Consumer storing data: %d", message);
  *ret_result = NULL;
  return 0;
}

int main(void) {
  struct pipeline pipeline = {0, TRACK_LOCK_INIT("producer_lock"), TRACK_LOCK_INIT("consumer_lock")};
  struct track_executor executor;
  track_log_configure("%(asctime)s: %(message)s", TRACK_INFO, STDOUT_FILENO);
  track_lock_acquire(&pipeline.consumer_lock);
  track_executor_init(&executor, 2, "pool");
  TRACK_WITH(&executor) {
    track_executor_submit(&executor, produce, &pipeline, NULL);
    track_executor_submit(&executor, consume, &pipeline, NULL);
  }
  track_executor_destroy(&executor);
  return 0;
}
