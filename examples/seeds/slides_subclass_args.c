/* slides_subclass_args - a thread class whose objects carry their arguments.
 *
 * Document: 001_3ed68fe808206ad4.txt, section "threading module", the first program with a subclass.
 * The inspector says: unjoined-thread. */
#include <unistd.h>

#include <track/track.h>

enum { N_THREADS = 3 };

struct my_thread {
  struct track_thread thread;
  int number, a, b;
};

static void *my_thread_run(void *arg) {
  struct my_thread *self = arg;
  track_log(TRACK_DEBUG, "running with args: (%d,) and kwargs: {'a': %d, 'b': %d}", self->number, self->a, self->b);
  return NULL;
}

int main(void) {
  static struct my_thread threads[N_THREADS];
  track_log_configure("%(threadName)s %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  for (int i = 0; i < N_THREADS; i++) {
    threads[i] = (struct my_thread){.number = i, .a = 1, .b = 2};
    track_thread_init(&threads[i].thread, my_thread_run, &threads[i], NULL);
    track_thread_start(&threads[i].thread);
  }
  return 0;
}
