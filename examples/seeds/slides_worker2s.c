/* slides_worker2s - threads say their names: two given ones, one by default.
 *
 * Document: 001_3ed68fe808206ad4.txt, section "threading module", the program with worker2s and worker3s that prints.
 * Seconds became hundredths.
 * The inspector says: unjoined-thread, for each of the three. */
#include <stdio.h>

#include <track/track.h>

#include "seed.h"

static void say(const char *what) {
  printf("%s %s\n", track_thread_name(track_thread_current()), what);
}

static void *worker2s(void *unused) {
  say("starting...");
  pause_ms(20);
  say("exiting...");
  return unused;
}

static void *worker3s(void *unused) {
  say("starting...");
  pause_ms(30);
  say("exiting...");
  return unused;
}

int main(void) {
  static struct track_thread t1, t2, t3;
  track_thread_init(&t1, worker3s, NULL, "wait_3");
  track_thread_init(&t2, worker2s, NULL, "wait_2");
  track_thread_init(&t3, worker2s, NULL, NULL);
  track_thread_start(&t1);
  track_thread_start(&t2);
  track_thread_start(&t3);
  return 0;
}
