/* slides_subclass_delay - a thread class with a name, a delay and a count.
 *
 * Document: 001_3ed68fe808206ad4.txt, section "threading module", the second program with a subclass.
 * Seconds became hundredths.
 * The inspector says: unjoined-thread, for both. */
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

struct my_thread {
  struct track_thread thread;
  unsigned delay_ms;
  int counter;
};

static void work(unsigned delay_ms, int counter) {
  for (int i = 0; i < counter; i++) {
    pause_ms(delay_ms);
    track_log(TRACK_DEBUG, "iteration: %d", i);
  }
}

static void *my_thread_run(void *arg) {
  struct my_thread *self = arg;
  track_log(TRACK_DEBUG, "starting");
  work(self->delay_ms, self->counter);
  track_log(TRACK_DEBUG, "exiting");
  return NULL;
}

static void my_thread_init(struct my_thread *self, const char *name, unsigned delay_ms, int counter) {
  track_thread_init(&self->thread, my_thread_run, self, name);
  self->delay_ms = delay_ms;
  self->counter = counter;
}

int main(void) {
  static struct my_thread t1, t2;
  track_log_configure("%(threadName)s %(asctime)s %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  my_thread_init(&t1, "thd-1", 20, 3);
  my_thread_init(&t2, "thd-2", 40, 3);
  track_thread_start(&t1.thread);
  track_thread_start(&t2.thread);
  return 0;
}
