/* pool_starvation - a task waits for a task of its own pool, and no worker is left to run it.
 *
 * Wrong: load() runs on the pool's only worker and waits there for its part, which waits for a worker. A pool of n workers has the same
 * fate with n such tasks at a time. The library notices when all workers wait in this way, and answers EDEADLK.
 * The inspector says: pool-starvation. */
#include <stdio.h>
#include <string.h>

#include <track/track.h>

static struct track_executor pool;

static int load_part(void *part, void **ret_result) {
  *ret_result = part;
  return 0;
}

static int load(void *part, void **ret_result) {
  struct track_future *future;
  track_executor_submit(&pool, load_part, part, &future);
  int error = track_future_result(future, TRACK_FOREVER, ret_result); /* BUG */
  track_future_release(future);
  return error;
}

int main(void) {
  static char part[] = "part";
  struct track_future *future;
  void *result = NULL;
  track_executor_init(&pool, 1, "loader");
  track_executor_submit(&pool, load, part, &future);
  int error = track_future_result(future, TRACK_FOREVER, &result);
  printf("%s\n", error ? strerror(error) : (char *)result);
  track_future_release(future);
  track_executor_destroy(&pool);
  return 0;
}
