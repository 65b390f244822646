/* threading_names - threads have names, given ones and default ones.
 *
 * Document: 002_5274ab7589ed0805.txt and 000_60828196cc285c92.txt, section "Determining the Current Thread".
 * The second worker has no name and is called Thread-1.
 * The inspector says: unjoined-thread, for each of the three. */
#include <stdio.h>

#include <track/track.h>

#include "seed.h"

static void say(const char *what) {
  printf("%s %s\n", track_thread_name(track_thread_current()), what);
}

static void *worker(void *unused) {
  say("Starting");
  pause_ms(20);
  say("Exiting");
  return unused;
}

static void *my_service(void *unused) {
  say("Starting");
  pause_ms(30);
  say("Exiting");
  return unused;
}

int main(void) {
  static struct track_thread t, w, w2;
  track_thread_init(&t, my_service, NULL, "my_service");
  track_thread_init(&w, worker, NULL, "worker");
  track_thread_init(&w2, worker, NULL, NULL);
  track_thread_start(&w);
  track_thread_start(&w2);
  track_thread_start(&t);
  return 0;
}
