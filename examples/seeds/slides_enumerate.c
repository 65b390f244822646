/* slides_enumerate - join all threads but the current one.
 *
 * Document: 001_3ed68fe808206ad4.txt, section "threading module", the program with enumerate.
 * The main thread finds itself in the list by asking who it is. Seconds became tenths.
 * The inspector says nothing. */
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

enum { N_THREADS = 3 };

static void *worker(void *unused) {
  unsigned pause = random_between(1, 5);
  track_log(TRACK_DEBUG, "sleeping %u", pause);
  pause_ms(pause * 100);
  track_log(TRACK_DEBUG, "exiting");
  return unused;
}

static void join_others(void) {
  struct track_thread *alive[N_THREADS + 1], *self = track_thread_current();
  size_t n = track_thread_enumerate(alive, N_THREADS + 1);
  for (size_t i = 0; i < n; i++) {
    if (alive[i] == self)
      continue;
    track_log(TRACK_DEBUG, "joining %s", track_thread_name(alive[i]));
    track_thread_join(alive[i], NULL);
  }
}

int main(void) {
  static struct track_thread threads[N_THREADS];
  track_log_configure("%(threadName)s %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  for (int i = 0; i < N_THREADS; i++) {
    track_thread_init(&threads[i], worker, NULL, NULL);
    track_thread_set_daemon(&threads[i], true);
    track_thread_start(&threads[i]);
  }
  join_others();
  return 0;
}
