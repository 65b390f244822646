/* executor - a pool of three workers runs one function for three arguments.
 *
 * Document: 003_4e5799b205c8b79c.txt, section "Using a ThreadPoolExecutor".
 * At the end of the block the pool is shut down and its workers are joined.
 * The inspector says nothing. */
#include <unistd.h>

#include <track/track.h>

#include "seed.h"

enum { N_TASKS = 3 };

static int thread_function(void *name, void **ret_result) {
  track_log(TRACK_INFO, "Thread %d: starting", *(int *)name);
  pause_ms(20);
  track_log(TRACK_INFO, "Thread %d: finishing", *(int *)name);
  *ret_result = NULL;
  return 0;
}

int main(void) {
  int names[N_TASKS];
  void *args[N_TASKS];
  for (int i = 0; i < N_TASKS; i++) {
    names[i] = i;
    args[i] = &names[i];
  }
  track_log_configure("%(asctime)s: %(message)s", TRACK_INFO, STDOUT_FILENO);
  struct track_executor executor;
  track_executor_init(&executor, 3, "pool");
  TRACK_WITH(&executor) {
    track_executor_map(&executor, thread_function, args, NULL, N_TASKS);
  }
  track_executor_destroy(&executor);
  return 0;
}
