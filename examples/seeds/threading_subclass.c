/* threading_subclass - a thread class: a structure that holds a track_thread, and its run function.
 *
 * Document: 002_5274ab7589ed0805.txt and 000_60828196cc285c92.txt, section "Subclassing Thread".
 * What run returns is wanted by nobody.
 * The inspector says: unjoined-thread. */
#include <unistd.h>

#include <track/track.h>

enum { N_THREADS = 5 };

struct my_thread {
  struct track_thread thread;
};

static void *my_thread_run(void *self) {
  track_log(TRACK_DEBUG, "running");
  return self;
}

static void my_thread_init(struct my_thread *self) {
  track_thread_init(&self->thread, my_thread_run, self, NULL);
}

int main(void) {
  static struct my_thread threads[N_THREADS];
  track_log_configure("(%(threadName)-10s) %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  for (int i = 0; i < N_THREADS; i++) {
    my_thread_init(&threads[i]);
    track_thread_start(&threads[i].thread);
  }
  return 0;
}
