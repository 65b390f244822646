/* threading_names_log - log lines say which thread wrote them.
 *
 * Document: 002_5274ab7589ed0805.txt and 000_60828196cc285c92.txt, section "Determining the Current Thread".
 * Each line is written whole, so lines of different threads never mix.
 * The inspector says: unjoined-thread, for each of the three. */
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

static void *worker(void *unused) {
  track_log(TRACK_DEBUG, "Starting");
  pause_ms(20);
  track_log(TRACK_DEBUG, "Exiting");
  return unused;
}

static void *my_service(void *unused) {
  track_log(TRACK_DEBUG, "Starting");
  pause_ms(30);
  track_log(TRACK_DEBUG, "Exiting");
  return unused;
}

int main(void) {
  static struct track_thread t, w, w2;
  track_log_configure("[%(levelname)s] (%(threadName)-10s) %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  track_thread_init(&t, my_service, NULL, "my_service");
  track_thread_init(&w, worker, NULL, "worker");
  track_thread_init(&w2, worker, NULL, NULL);
  track_thread_start(&w);
  track_thread_start(&w2);
  track_thread_start(&t);
  return 0;
}
