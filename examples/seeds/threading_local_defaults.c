/* threading_local_defaults - a value for each thread, with a default that each thread makes when it first asks.
 *
 * Document: 002_5274ab7589ed0805.txt and 000_60828196cc285c92.txt, section "Thread-specific Data".
 * The default is made once in each thread, of one and the same local.
 * The inspector says: unjoined-thread. */
#include <stdint.h>
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

enum { N_THREADS = 2 };

struct my_local {
  struct track_local local;
  unsigned first_value;
};

static void *my_local_make(void *arg) {
  struct my_local *self = arg;
  track_log(TRACK_DEBUG, "Initializing <__main__.MyLocal object at %p>", (void *)self);
  return (void *)(intptr_t)self->first_value;
}

static struct my_local local_data = {TRACK_LOCAL_INIT(my_local_make, &local_data, NULL, "local_data"), 1000};

static void show_value(void) {
  track_log(TRACK_DEBUG, "value=%d", (int)(intptr_t)track_local_get(&local_data.local));
}

static void *worker(void *unused) {
  show_value();
  track_local_set(&local_data.local, (void *)(intptr_t)random_between(1, 100));
  show_value();
  return unused;
}

int main(void) {
  static struct track_thread threads[N_THREADS];
  track_log_configure("(%(threadName)-10s) %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  show_value();
  for (int i = 0; i < N_THREADS; i++) {
    track_thread_init(&threads[i], worker, NULL, NULL);
    track_thread_start(&threads[i]);
  }
  return 0;
}
