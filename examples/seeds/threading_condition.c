/* threading_condition - two consumers wait until a producer has made something.
 *
 * Document: 002_5274ab7589ed0805.txt and 000_60828196cc285c92.txt, section "Synchronizing Threads".
 * The consumers wait without looking at any state, so whoever comes after the notification waits for ever. The article sleeps between the
 * starts; here each consumer says, with the lock held, that it is about to wait, so the producer gets the lock only when it does.
 * The inspector says: unjoined-thread, for each of the three. */
#include <unistd.h>

#include <track/track.h>

static struct track_condition condition = TRACK_CONDITION_INIT("condition");
static struct track_semaphore about_to_wait = TRACK_SEMAPHORE_INIT(0, "about to wait");

static void *consume(void *unused) {
  track_log(TRACK_DEBUG, "Starting consumer thread");
  TRACK_WITH(&condition) {
    track_semaphore_release(&about_to_wait, 1);
    track_condition_wait(&condition);
    track_log(TRACK_DEBUG, "Resource is available to consumer");
  }
  return unused;
}

static void *produce(void *unused) {
  track_log(TRACK_DEBUG, "Starting producer thread");
  TRACK_WITH(&condition) {
    track_log(TRACK_DEBUG, "Making resource available");
    track_condition_notify_all(&condition);
  }
  return unused;
}

static void start_consumer(struct track_thread *thread, const char *name) {
  track_thread_init(thread, consume, NULL, name);
  track_thread_start(thread);
  track_semaphore_acquire(&about_to_wait);
}

int main(void) {
  static struct track_thread c1, c2, p;
  track_log_configure("%(asctime)s (%(threadName)-2s) %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  start_consumer(&c1, "c1");
  start_consumer(&c2, "c2");
  track_thread_init(&p, produce, NULL, "p");
  track_thread_start(&p);
  return 0;
}
