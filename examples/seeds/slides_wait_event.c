/* slides_wait_event - one thread waits for an event, another one looks up from its wait now and then.
 *
 * Document: 001_3ed68fe808206ad4.txt, section "synchronization between threads", the program with waitEvent and waitEventTimeout.
 * Seconds became twentieths.
 * The inspector says: unjoined-thread, for both. */
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

static struct track_event event = TRACK_EVENT_INIT("e");

static void *wait_event(void *unused) {
  track_log(TRACK_DEBUG, "wait for event");
  bool is_set = track_event_wait(&event) == 0;
  track_log(TRACK_DEBUG, "event is %s", is_set ? "True" : "False");
  return unused;
}

static void *wait_event_timeout(void *seconds) {
  int t = *(int *)seconds;
  track_log(TRACK_DEBUG, "wait for event or timeout");
  while (!track_event_is_set(&event))
    if (track_event_wait_timeout(&event, TRACK_MS(t * 50)) == 0)
      track_log(TRACK_DEBUG, "event is True");
    else
      track_log(TRACK_DEBUG, "%ds timeout", t);
  return NULL;
}

int main(void) {
  static struct track_thread t1, t2;
  static int seconds = 2;
  track_log_configure("(%(threadName)-10s) %(asctime)s %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  track_thread_init(&t1, wait_event, NULL, "block");
  track_thread_init(&t2, wait_event_timeout, &seconds, "non-block");
  track_thread_start(&t1);
  track_thread_start(&t2);

  track_log(TRACK_DEBUG, "wait 5s before setting event");
  pause_ms(5 * 50);
  track_log(TRACK_DEBUG, "now setting event");
  track_event_set(&event);
  return 0;
}
