/* blog_daemon - a thread that goes on when main has returned.
 *
 * Document: 004_c7ee3d62a45a66b0.txt, section "Thread Object", the example on daemon threads.
 * The thread is no daemon, so the process lives as long as it does. In the blog it never ends and prints without a pause; here it has had
 * enough after five rounds.
 * The inspector says: unjoined-thread. */
#include <inttypes.h>
#include <stdio.h>

#include <track/track.h>

#include "seed.h"

enum { ROUNDS = 5 };

static void *running(void *unused) {
  struct track_thread *self = track_thread_current();
  for (int count = 1; count <= ROUNDS; count++) {
    printf("Thread running %d   <Thread(%s, started %" PRIu64 ")>\n", count, track_thread_name(self), track_thread_ident(self));
    pause_ms(5);
  }
  return unused;
}

int main(void) {
  static struct track_thread t;
  track_thread_init(&t, running, NULL, NULL);
  track_thread_start(&t);
  return 0;
}
