/* slides_active_pool - five threads, of which two may be active at a time.
 *
 * Document: 001_3ed68fe808206ad4.txt, section "access to shared resources", the program with the class activePool.
 * The inspector says: unjoined-thread. */
#include <unistd.h>

#include "active_pool.h"
#include "seed.h"

enum { N_THREADS = 5 };

static struct track_semaphore semaphore = TRACK_SEMAPHORE_INIT(2, "s");
static struct active_pool pool = {TRACK_LOCK_INIT("pool"), "running", {NULL}, 0};

static void *worker(void *unused) {
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
  track_log_configure("%(threadName)s %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  for (int i = 0; i < N_THREADS; i++) {
    track_thread_init(&threads[i], worker, NULL, NULL);
    track_thread_start(&threads[i]);
  }
  return 0;
}
