/* blog_event_gate - goods are collected while a gate is open, and released while it is closed.
 *
 * Document: 004_c7ee3d62a45a66b0.txt, section "Event Object".
 * Both threads read the numbers at any time, so they are atomic (in Python each access is). The second closes the gate at 1000 or more, not
 * at exactly 1000: it may look too late. Seconds became twentieths.
 * The inspector says: unjoined-thread, for both. */
#include <stdatomic.h>
#include <stdio.h>

#include <track/track.h>

#include "seed.h"

static struct track_event gate = TRACK_EVENT_INIT("gate");
static atomic_int release_count, goods;

static void *collect(void *unused) {
  while (release_count < 3) {
    if (track_event_is_set(&gate)) {
      printf("collecting   %d\n", goods);
      goods += 200;
      pause_ms(15);
    } else {
      printf("Wating the gate's opening\n");
      track_event_wait(&gate);
    }
  }
  printf("Mission done, collecting process stop.\n");
  return unused;
}

static void release_goods(void) {
  track_event_clear(&gate);
  release_count++;
  printf("close the gate and release goods\n");
  goods = 0;
  pause_ms(50);
  printf("goods empty, open the gate\n");
  track_event_set(&gate);
}

static void *release(void *unused) {
  while (release_count < 3) {
    if (goods >= 1000)
      release_goods();
    pause_ms(1);
  }
  printf("Mission done, release process stop..\n");
  return unused;
}

int main(void) {
  static struct track_thread t, t2;
  track_event_set(&gate);
  track_thread_init(&t, collect, NULL, NULL);
  track_thread_start(&t);
  track_thread_init(&t2, release, NULL, NULL);
  track_thread_start(&t2);
  return 0;
}
