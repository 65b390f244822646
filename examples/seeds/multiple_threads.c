/* multiple_threads - three threads are started, then joined, by hand.
 *
 * Document: 003_4e5799b205c8b79c.txt, section "Working With Many Threads".
 * They finish in any order.
 * The inspector says nothing. */
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

enum { N_THREADS = 3 };

static void *thread_function(void *name) {
  track_log(TRACK_INFO, "Thread %d: starting", *(int *)name);
  pause_ms(20);
  track_log(TRACK_INFO, "Thread %d: finishing", *(int *)name);
  return NULL;
}

int main(void) {
  static struct track_thread threads[N_THREADS];
  static int names[N_THREADS];
  track_log_configure("%(asctime)s: %(message)s", TRACK_INFO, STDOUT_FILENO);
  for (int index = 0; index < N_THREADS; index++) {
    track_log(TRACK_INFO, "Main : create and start thread %d.", index);
    names[index] = index;
    track_thread_init(&threads[index], thread_function, &names[index], NULL);
    track_thread_start(&threads[index]);
  }
  for (int index = 0; index < N_THREADS; index++) {
    track_log(TRACK_INFO, "Main : before joining thread %d.", index);
    track_thread_join(&threads[index], NULL);
    track_log(TRACK_INFO, "Main : thread %d done", index);
  }
  return 0;
}
