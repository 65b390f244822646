/* slides_counter - two threads increment a counter that has a lock.
 *
 * Document: 001_3ed68fe808206ad4.txt, section "access to shared resources", the program with the class counter.
 * On the slides a thread reads the counter for its log line without the lock; here increment answers what it became. Random pauses are
 * shorter than they say by a factor of ten.
 * The inspector says: unjoined-thread, for both. */
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

struct counter {
  struct track_lock lock;
  int value;
};

static int counter_increment(struct counter *c) {
  track_lock_acquire(&c->lock);
  int value = ++c->value;
  track_lock_release(&c->lock);
  return value;
}

static void *worker(void *counter) {
  track_log(TRACK_DEBUG, "Starting...");
  for (int i = 0; i < 2; i++) {
    unsigned pause = random_between(0, 99);
    track_log(TRACK_DEBUG, "sleeping %.2f", pause / 100.0);
    pause_ms(pause);
    track_log(TRACK_DEBUG, "counter: %d", counter_increment(counter));
  }
  track_log(TRACK_DEBUG, "...Done");
  return NULL;
}

int main(void) {
  static struct counter count = {TRACK_LOCK_INIT("count"), 0};
  static struct track_thread t1, t2;
  track_log_configure("%(threadName)s %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  track_thread_init(&t1, worker, &count, NULL);
  track_thread_init(&t2, worker, &count, NULL);
  track_thread_start(&t1);
  track_thread_start(&t2);
  return 0;
}
