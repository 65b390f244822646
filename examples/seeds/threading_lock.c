/* threading_lock - a counter that protects itself with a lock.
 *
 * Document: 002_5274ab7589ed0805.txt and 000_60828196cc285c92.txt, section "Controlling Access to Resources".
 * Without the lock an increment could get lost.
 * The inspector says nothing. */
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

enum { N_THREADS = 2 };

struct counter {
  struct track_lock lock;
  int value;
};

static void counter_increment(struct counter *c) {
  track_log(TRACK_DEBUG, "Waiting for lock");
  track_lock_acquire(&c->lock);
  track_log(TRACK_DEBUG, "Acquired lock");
  c->value++;
  track_lock_release(&c->lock);
}

static void *worker(void *counter) {
  for (int i = 0; i < 2; i++) {
    unsigned pause = random_between(5, 20);
    track_log(TRACK_DEBUG, "Sleeping %.2f", pause / 100.0);
    pause_ms(pause * 10);
    counter_increment(counter);
  }
  track_log(TRACK_DEBUG, "Done");
  return NULL;
}

static void join_others(void) {
  struct track_thread *alive[N_THREADS + 1];
  size_t n = track_thread_enumerate(alive, N_THREADS + 1);
  for (size_t i = 0; i < n; i++)
    if (alive[i] != track_thread_main())
      track_thread_join(alive[i], NULL);
}

int main(void) {
  static struct track_thread threads[N_THREADS];
  static struct counter counter = {TRACK_LOCK_INIT("counter"), 0};
  track_log_configure("(%(threadName)-10s) %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  for (int i = 0; i < N_THREADS; i++) {
    track_thread_init(&threads[i], worker, &counter, NULL);
    track_thread_start(&threads[i]);
  }
  track_log(TRACK_DEBUG, "Waiting for worker threads");
  join_others();
  track_log(TRACK_DEBUG, "Counter: %d", counter.value);
  return 0;
}
