/* threading_local - a value that each thread has for itself.
 *
 * Document: 002_5274ab7589ed0805.txt and 000_60828196cc285c92.txt, section "Thread-specific Data".
 * No thread has a value before it has set one: get answers NULL.
 * The inspector says: unjoined-thread. */
#include <stdint.h>
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

enum { N_THREADS = 2 };

static struct track_local local_data = TRACK_LOCAL_INIT(NULL, NULL, NULL, "local_data");

static void show_value(void) {
  void *value = track_local_get(&local_data);
  if (value)
    track_log(TRACK_DEBUG, "value=%d", (int)(intptr_t)value);
  else
    track_log(TRACK_DEBUG, "No value yet");
}

static void show_and_set(unsigned value) {
  show_value();
  track_local_set(&local_data, (void *)(intptr_t)value);
  show_value();
}

static void *worker(void *unused) {
  show_and_set(random_between(1, 100));
  return unused;
}

int main(void) {
  static struct track_thread threads[N_THREADS];
  track_log_configure("(%(threadName)-10s) %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  show_and_set(1000);
  for (int i = 0; i < N_THREADS; i++) {
    track_thread_init(&threads[i], worker, NULL, NULL);
    track_thread_start(&threads[i]);
  }
  return 0;
}
