/* threading_enumerate - join every thread there is, but oneself.
 *
 * Document: 002_5274ab7589ed0805.txt and 000_60828196cc285c92.txt, section "Enumerating All Threads".
 * The list has the main thread in it: joining that would never end, so it is left out.
 * The inspector says nothing. */
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

enum { N_THREADS = 3 };

static void *worker(void *unused) {
  unsigned pause = random_between(1, 5);
  track_log(TRACK_DEBUG, "sleeping %.2f", pause / 10.0);
  pause_ms(pause * 100);
  track_log(TRACK_DEBUG, "ending");
  return unused;
}

static void join_all(void) {
  struct track_thread *alive[N_THREADS + 1];
  size_t n = track_thread_enumerate(alive, N_THREADS + 1);
  for (size_t i = 0; i < n; i++)
    if (alive[i] != track_thread_main()) {
      track_log(TRACK_DEBUG, "joining %s", track_thread_name(alive[i]));
      track_thread_join(alive[i], NULL);
    }
}

int main(void) {
  static struct track_thread threads[N_THREADS];
  track_log_configure("(%(threadName)-10s) %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  for (int i = 0; i < N_THREADS; i++) {
    track_thread_init(&threads[i], worker, NULL, NULL);
    track_thread_set_daemon(&threads[i], true);
    track_thread_start(&threads[i]);
  }
  join_all();
  return 0;
}
