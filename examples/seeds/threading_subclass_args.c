/* threading_subclass_args - a thread class with arguments: members beside the track_thread, set by its init function.
 *
 * Document: 002_5274ab7589ed0805.txt and 000_60828196cc285c92.txt, section "Subclassing Thread".
 * The inspector says: unjoined-thread. */
#include <unistd.h>

#include <track/track.h>

enum { N_THREADS = 5 };

struct my_thread {
  struct track_thread thread;
  int number;
  const char *a, *b;
};

static void *my_thread_run(void *arg) {
  struct my_thread *self = arg;
  track_log(TRACK_DEBUG, "running with (%d,) and {'a': '%s', 'b': '%s'}", self->number, self->a, self->b);
  return NULL;
}

static void my_thread_init(struct my_thread *self, int number, const char *a, const char *b) {
  track_thread_init(&self->thread, my_thread_run, self, NULL);
  self->number = number;
  self->a = a;
  self->b = b;
}

int main(void) {
  static struct my_thread threads[N_THREADS];
  track_log_configure("(%(threadName)-10s) %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  for (int i = 0; i < N_THREADS; i++) {
    my_thread_init(&threads[i], i, "A", "B");
    track_thread_start(&threads[i].thread);
  }
  return 0;
}
