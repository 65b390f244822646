/* blog_running - a thread that runs, and what can be asked about the threads there are.
 *
 * Document: 004_c7ee3d62a45a66b0.txt, section "Lib - threading".
 * The trace hook is set after the thread was started: only threads that start later would call it, and there are none.
 * Seconds became tenths.
 * The inspector says: unjoined-thread. */
#include <inttypes.h>
#include <stdio.h>

#include <track/track.h>

#include "seed.h"

static void describe(const struct track_thread *t, char *text, size_t n_bytes) {
  const char *class_name = t == track_thread_main() ? "_MainThread" : "Thread";
  snprintf(text, n_bytes, "<%s(%s, started %" PRIu64 ")>", class_name, track_thread_name(t), track_thread_ident(t));
}

static void *running(void *unused) {
  char text[96];
  describe(track_thread_current(), text, sizeof text);
  for (int count = 1; count <= 3; count++) {
    pause_ms(100);
    printf("Thread running %d   %s\n", count, text);
  }
  return unused;
}

static void trace(const struct track_trace_event *event, void *unused) {
  (void)event;
  (void)unused;
  printf("trace\n");
}

static void print_all(void) {
  struct track_thread *threads[2];
  size_t n = track_thread_enumerate(threads, 2);
  printf("[");
  for (size_t i = 0; i < n; i++) {
    char text[96];
    describe(threads[i], text, sizeof text);
    printf("%s%s", i ? ", " : "", text);
  }
  printf("]\n");
}

int main(void) {
  static struct track_thread t;
  char text[96];
  track_thread_init(&t, running, NULL, NULL);
  track_thread_start(&t);
  track_set_trace(trace, NULL);

  describe(track_thread_current(), text, sizeof text);
  printf("%s\n", text);
  describe(track_thread_main(), text, sizeof text);
  printf("%s\n", text);
  printf("%" PRIu64 "\n", track_thread_ident(track_thread_current()));
  print_all();
  printf("%zu\n", track_thread_active_count());
  return 0;
}
