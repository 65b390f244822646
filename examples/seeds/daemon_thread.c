/* daemon_thread - the process ends in the middle of a daemon thread.
 *
 * Document: 003_4e5799b205c8b79c.txt, section "Daemon Threads".
 * The thread never says that it finishes.
 * The inspector says nothing. */
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

static void *thread_function(void *name) {
  track_log(TRACK_INFO, "Thread %d: starting", *(int *)name);
  pause_ms(2000);
  track_log(TRACK_INFO, "Thread %d: finishing", *(int *)name);
  return NULL;
}

int main(void) {
  static struct track_thread x;
  static int name = 1;
  track_log_configure("%(asctime)s: %(message)s", TRACK_INFO, STDOUT_FILENO);
  track_log(TRACK_INFO, "Main : before creating thread");
  track_thread_init(&x, thread_function, &name, NULL);
  track_thread_set_daemon(&x, true);
  track_log(TRACK_INFO, "Main : before running thread");
  track_thread_start(&x);
  track_log(TRACK_INFO, "Main : wait for the thread to finish");
  track_log(TRACK_INFO, "Main : all done");
  return 0;
}
