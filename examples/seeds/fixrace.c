/* fixrace - the value of racecond with a lock: both updates count.
 *
 * Document: 003_4e5799b205c8b79c.txt, section "Basic Synchronization Using Lock".
 * The lock is held while the value is read, while the thread sleeps, and while it is written. All lines are logged, as when the article
 * sets the level to DEBUG. The inspector says nothing. */
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

struct fake_database {
  struct track_lock lock;
  int value;
};

struct update {
  struct fake_database *database;
  int name;
};

static void update_locked(struct fake_database *database, int name) {
  TRACK_WITH(&database->lock) {
    track_log(TRACK_DEBUG, "Thread %d has lock", name);
    int local_copy = database->value;
    local_copy += 1;
    pause_ms(50);
    database->value = local_copy;
    track_log(TRACK_DEBUG, "Thread %d about to release lock", name);
  }
}

static int run_update(void *arg, void **ret_result) {
  struct update *u = arg;
  track_log(TRACK_INFO, "Thread %d: starting update", u->name);
  track_log(TRACK_DEBUG, "Thread %d about to lock", u->name);
  update_locked(u->database, u->name);
  track_log(TRACK_DEBUG, "Thread %d after release", u->name);
  track_log(TRACK_INFO, "Thread %d: finishing update", u->name);
  *ret_result = NULL;
  return 0;
}

int main(void) {
  struct fake_database database = {TRACK_LOCK_INIT("database"), 0};
  struct update updates[] = {{&database, 0}, {&database, 1}};
  struct track_executor executor;
  track_log_configure("%(asctime)s: %(message)s", TRACK_DEBUG, STDOUT_FILENO);
  track_log(TRACK_INFO, "Testing locked update. Starting value is %d.", database.value);
  track_executor_init(&executor, 2, "pool");
  TRACK_WITH(&executor) {
    for (int i = 0; i < 2; i++)
      track_executor_submit(&executor, run_update, &updates[i], NULL);
  }
  track_executor_destroy(&executor);
  track_log(TRACK_INFO, "Testing locked update. Ending value is %d.", database.value);
  return 0;
}
