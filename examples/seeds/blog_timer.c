/* blog_timer - say hello after some time.
 *
 * Document: 004_c7ee3d62a45a66b0.txt, section "Timer Objects" (003_4e5799b205c8b79c.txt has the same call in its section "Timer").
 * Thirty seconds became thirty milliseconds.
 * The inspector says: timer-left, as it is neither cancelled nor waited for. */
#include <stdio.h>

#include <track/track.h>

static void hello(void *unused) {
  (void)unused;
  printf("hello, world\n");
}

int main(void) {
  static struct track_timer t;
  track_timer_init(&t, TRACK_MS(30), hello, NULL, NULL);
  track_timer_start(&t);
  return 0;
}
