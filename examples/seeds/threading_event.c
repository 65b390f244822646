/* threading_event - wait for an event for ever, and for some time again and again.
 *
 * Document: 000_60828196cc285c92.txt and 002_5274ab7589ed0805.txt, section "Signaling Between Threads".
 * The output is that of the older edition, where the wait comes to its end once without the event; in the newer one it is set before.
 * The inspector says: unjoined-thread, for both. */
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

static struct track_event event = TRACK_EVENT_INIT("event");

static const char *truth(bool is_true) {
  return is_true ? "True" : "False";
}

static void *wait_for_event(void *unused) {
  track_log(TRACK_DEBUG, "wait_for_event starting");
  bool is_set = track_event_wait(&event) == 0;
  track_log(TRACK_DEBUG, "event set: %s", truth(is_set));
  return unused;
}

static void *wait_for_event_timeout(void *timeout_ns) {
  while (!track_event_is_set(&event)) {
    track_log(TRACK_DEBUG, "wait_for_event_timeout starting");
    bool is_set = track_event_wait_timeout(&event, *(int64_t *)timeout_ns) == 0;
    track_log(TRACK_DEBUG, "event set: %s", truth(is_set));
    track_log(TRACK_DEBUG, is_set ? "processing event" : "doing other work");
  }
  return NULL;
}

int main(void) {
  static struct track_thread t1, t2;
  static int64_t timeout_ns = TRACK_MS(200);
  track_log_configure("(%(threadName)-10s) %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  track_thread_init(&t1, wait_for_event, NULL, "block");
  track_thread_start(&t1);
  track_thread_init(&t2, wait_for_event_timeout, &timeout_ns, "non-block");
  track_thread_start(&t2);

  track_log(TRACK_DEBUG, "Waiting before calling Event.set()");
  pause_ms(300);
  track_event_set(&event);
  track_log(TRACK_DEBUG, "Event is set");
  return 0;
}
