/* single_thread - a thread that is started and not joined.
 *
 * Document: 003_4e5799b205c8b79c.txt, sections "Starting a Thread" and "Daemon Threads".
 * Main is done before the thread; the process waits for it all the same.
 * The inspector says: unjoined-thread. */
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

static void *thread_function(void *name) {
  track_log(TRACK_INFO, "Thread %d: starting", *(int *)name);
  pause_ms(100);
  track_log(TRACK_INFO, "Thread %d: finishing", *(int *)name);
  return NULL;
}

int main(void) {
  static struct track_thread x;
  static int name = 1;
  track_log_configure("%(asctime)s: %(message)s", TRACK_INFO, STDOUT_FILENO);
  track_log(TRACK_INFO, "Main : before creating thread");
  track_thread_init(&x, thread_function, &name, NULL);
  track_log(TRACK_INFO, "Main : before running thread");
  track_thread_start(&x);
  track_log(TRACK_INFO, "Main : wait for the thread to finish");
  track_log(TRACK_INFO, "Main : all done");
  return 0;
}
