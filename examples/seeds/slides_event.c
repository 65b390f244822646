/* slides_event - a client waits until a server sets a flag, and again after the flag was cleared.
 *
 * Document: 001_3ed68fe808206ad4.txt, section "synchronization between threads", the piece of code with an event.
 * When the flag is set, the wait does nothing.
 * The inspector says nothing. */
#include <stdio.h>

#include <track/track.h>

static struct track_event event = TRACK_EVENT_INIT("event"), answer = TRACK_EVENT_INIT("answer");

static void *client(void *unused) {
  track_event_wait(&event);
  track_event_wait(&event);
  printf("client: the flag is set\n");
  track_event_set(&answer);
  return unused;
}

int main(void) {
  struct track_thread thread;
  track_thread_init(&thread, client, NULL, "client");
  track_thread_start(&thread);
  track_event_set(&event);
  track_event_wait(&answer);
  track_event_clear(&event);
  printf("server: the flag is %s\n", track_event_is_set(&event) ? "set" : "cleared");
  track_thread_join(&thread, NULL);
  return 0;
}
