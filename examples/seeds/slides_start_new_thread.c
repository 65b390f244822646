/* slides_start_new_thread - threads of the low level: started, and never heard of again.
 *
 * Document: 001_3ed68fe808206ad4.txt, section "threads module".
 * Nobody waits for such threads, nor can join them. On the slides main runs in a circle until it is interrupted; here each thread says by
 * a semaphore that it has done. Seconds became hundredths.
 * The inspector says nothing. */
#include <stdio.h>
#include <time.h>

#include <track/track.h>

#include "seed.h"

struct printer {
  const char *name;
  unsigned delay_ms;
};

static struct track_semaphore done = TRACK_SEMAPHORE_INIT(0, "done");

static void *print_time(void *arg) {
  struct printer *p = arg;
  for (int count = 0; count < 5; count++) {
    char text[32];
    pause_ms(p->delay_ms);
    time_t now = time(NULL);
    printf("%s: %s", p->name, ctime_r(&now, text));
  }
  track_semaphore_release(&done, 1);
  return NULL;
}

int main(void) {
  static struct printer printers[] = {{"thread-1", 20}, {"thread-2", 40}};
  for (int i = 0; i < 2; i++)
    if (track_start_new_thread(print_time, &printers[i], NULL)) {
      printf("unable to start thread\n");
      return 1;
    }
  for (int i = 0; i < 2; i++)
    track_semaphore_acquire(&done);
  return 0;
}
