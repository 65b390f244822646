/* pool_starvation_fixed - parts have a pool of their own, whose tasks wait for none. */
#include <stdio.h>
#include <string.h>

#include <track/track.h>

static struct track_executor pool, parts;

static int load_part(void *part, void **ret_result) {
  *ret_result = part;
  return 0;
}

static int load(void *part, void **ret_result) {
  struct track_future *future;
  track_executor_submit(&parts, load_part, part, &future);
  int error = track_future_result(future, TRACK_FOREVER, ret_result);
  track_future_release(future);
  return error;
}

int main(void) {
  static char part[] = "part";
  struct track_future *future;
  void *result = NULL;
  track_executor_init(&parts, 1, "parts");
  track_executor_init(&pool, 1, "loader");
  track_executor_submit(&pool, load, part, &future);
  int error = track_future_result(future, TRACK_FOREVER, &result);
  printf("%s\n", error ? strerror(error) : (char *)result);
  track_future_release(future);
  track_executor_destroy(&pool);
  track_executor_destroy(&parts);
  return 0;
}
