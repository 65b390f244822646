/* racecond - two threads update a value that nothing protects, and one of the updates is lost.
 *
 * Document: 003_4e5799b205c8b79c.txt, section "Race Conditions".
 * In the article a sleep lets both read before either writes; here they take turns (lucky_order.h), so that it happens in every run.
 * The inspector says nothing yet: it does not look at accesses to memory. */
#include <unistd.h>

#include <track/track.h>

#include "../lucky_order.h"

struct fake_database {
  int value;
};

struct update {
  struct fake_database *database;
  int name;
};

static int run_update(void *arg, void **ret_result) {
  struct update *u = arg;
  track_log(TRACK_INFO, "Thread %d: starting update", u->name);
  int local_copy = u->database->value;
  local_copy += 1;
  lucky_next();
  lucky_wait(2);
  u->database->value = local_copy;
  track_log(TRACK_INFO, "Thread %d: finishing update", u->name);
  *ret_result = NULL;
  return 0;
}

int main(void) {
  struct fake_database database = {0};
  struct update updates[] = {{&database, 0}, {&database, 1}};
  struct track_executor executor;
  track_log_configure("%(asctime)s: %(message)s", TRACK_INFO, STDOUT_FILENO);
  track_log(TRACK_INFO, "Testing unlocked update. Starting value is %d.", database.value);
  track_executor_init(&executor, 2, "pool");
  TRACK_WITH(&executor) {
    for (int i = 0; i < 2; i++)
      track_executor_submit(&executor, run_update, &updates[i], NULL);
  }
  track_executor_destroy(&executor);
  track_log(TRACK_INFO, "Testing unlocked update. Ending value is %d.", database.value);
  return 0;
}
