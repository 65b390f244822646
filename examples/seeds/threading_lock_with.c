/* threading_lock_with - a lock held for a block, and the same with an acquire and a release.
 *
 * Document: 002_5274ab7589ed0805.txt and 000_60828196cc285c92.txt, section "Locks as Context Managers".
 * The inspector says: unjoined-thread, for both. */
#include <unistd.h>

#include <track/track.h>

static void *worker_with(void *lock) {
  TRACK_WITH((struct track_lock *)lock) {
    track_log(TRACK_DEBUG, "Lock acquired via with");
  }
  return NULL;
}

static void *worker_no_with(void *lock) {
  track_lock_acquire(lock);
  track_log(TRACK_DEBUG, "Lock acquired directly");
  track_lock_release(lock);
  return NULL;
}

int main(void) {
  static struct track_lock lock = TRACK_LOCK_INIT("lock");
  static struct track_thread w, nw;
  track_log_configure("(%(threadName)-10s) %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  track_thread_init(&w, worker_with, &lock, NULL);
  track_thread_init(&nw, worker_no_with, &lock, NULL);
  track_thread_start(&w);
  track_thread_start(&nw);
  return 0;
}
