/* threading_semaphore - four threads want a resource that two may have at a time.
 *
 * Document: 002_5274ab7589ed0805.txt and 000_60828196cc285c92.txt, section "Limiting Concurrent Access to Resources".
 * The pool (active_pool.h) holds the names of those who have it, which are never more than two.
 * The inspector says: unjoined-thread. */
#include <stdio.h>
#include <unistd.h>

#include "active_pool.h"
#include "seed.h"

enum { N_THREADS = 4 };

static struct track_semaphore semaphore = TRACK_SEMAPHORE_INIT(2, "pool");
static struct active_pool pool = {TRACK_LOCK_INIT("names"), "Running", {NULL}, 0};

static void *worker(void *unused) {
  track_log(TRACK_DEBUG, "Waiting to join the pool");
  TRACK_WITH(&semaphore) {
    const char *name = track_thread_name(track_thread_current());
    active_pool_enter(&pool, name);
    pause_ms(20);
    active_pool_leave(&pool, name);
  }
  return unused;
}

int main(void) {
  static struct track_thread threads[N_THREADS];
  track_log_configure("%(asctime)s (%(threadName)-2s) %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  for (int i = 0; i < N_THREADS; i++) {
    char name[16];
    snprintf(name, sizeof name, "%d", i);
    track_thread_init(&threads[i], worker, NULL, name);
    track_thread_start(&threads[i]);
  }
  return 0;
}
