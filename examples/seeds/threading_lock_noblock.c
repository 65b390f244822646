/* threading_lock_noblock - ask for a lock without being held up by it.
 *
 * Document: 002_5274ab7589ed0805.txt and 000_60828196cc285c92.txt, section "Controlling Access to Resources".
 * The worker wants the lock three times, and counts how often it had to ask while a daemon takes and frees it in turns.
 * The inspector says: unjoined-thread, for the worker; and a note if the daemon happens to hold the lock at the end. */
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

static struct track_lock lock = TRACK_LOCK_INIT("lock");

static void *hold_and_release(void *unused) {
  track_log(TRACK_DEBUG, "Starting");
  for (;;) {
    track_lock_acquire(&lock);
    track_log(TRACK_DEBUG, "Holding");
    pause_ms(50);
    track_log(TRACK_DEBUG, "Not holding");
    track_lock_release(&lock);
    pause_ms(50);
  }
  return unused;
}

static bool try_once(int try) {
  track_log(TRACK_DEBUG, "Trying to acquire");
  bool is_acquired = track_lock_try_acquire(&lock) == 0;
  track_log(TRACK_DEBUG, is_acquired ? "Iteration %d: Acquired" : "Iteration %d: Not acquired", try);
  if (is_acquired)
    track_lock_release(&lock);
  return is_acquired;
}

static void *work(void *unused) {
  track_log(TRACK_DEBUG, "Starting");
  int n_tries = 0, n_acquired = 0;
  while (n_acquired < 3) {
    pause_ms(50);
    n_acquired += try_once(++n_tries);
  }
  track_log(TRACK_DEBUG, "Done after %d iterations", n_tries);
  return unused;
}

int main(void) {
  static struct track_thread holder, worker;
  track_log_configure("(%(threadName)-10s) %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  track_thread_init(&holder, hold_and_release, NULL, "LockHolder");
  track_thread_set_daemon(&holder, true);
  track_thread_start(&holder);
  track_thread_init(&worker, work, NULL, "Worker");
  track_thread_start(&worker);
  return 0;
}
