/* blog_rlock - a lock taken three deep, while another thread tries to get it.
 *
 * Document: 004_c7ee3d62a45a66b0.txt, section "RLock Object".
 * Only the outermost release frees the lock. The second thread starts when the first has it (else both could want it at once), and, as in
 * the blog, never releases it. Seconds became tenths; the words are those of the blog.
 * The inspector says: thread-exit-while-holding, of the second thread, and unjoined-thread for both. */
#include <stdio.h>

#include <track/track.h>

#include "seed.h"

static struct track_rlock rl = TRACK_RLOCK_INIT("rl");
static struct track_event is_acquired = TRACK_EVENT_INIT("acquired");

static void *running(void *unused) {
  TRACK_WITH(&rl) {
    printf("aquire first\n");
    track_event_set(&is_acquired);
    pause_ms(100);
    TRACK_WITH(&rl) {
      pause_ms(100);
      printf("aquire second\n");
      TRACK_WITH(&rl) {
        pause_ms(100);
        printf("aquire third\n");
      }
      printf("release third\n");
    }
    printf("release second\n");
  }
  printf("release first\n");
  return unused;
}

static void *aq(void *unused) {
  while (track_rlock_acquire_timeout(&rl, 0)) {
    printf("tring to aquire rl\n");
    pause_ms(50);
  }
  printf("rl aquired\n");
  return unused;
}

int main(void) {
  static struct track_thread t, t2;
  track_thread_init(&t, running, NULL, NULL);
  track_thread_start(&t);
  track_event_wait(&is_acquired);
  track_thread_init(&t2, aq, NULL, NULL);
  track_thread_start(&t2);
  return 0;
}
