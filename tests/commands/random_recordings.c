/* Random executions of support/execution.h as recordings: random_recordings FOLDER N writes N of them, 1.trace and so on. */
#include <stdio.h>
#include <stdlib.h>

#include "support/execution.h"

int main(int argc, char **argv) {
  static const uint64_t jitters[] = {0, 1, EXECUTION_STEP, 10 * EXECUTION_STEP};
  uint64_t n = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
  for (uint64_t seed = 1; seed <= n; seed++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%llu.trace", argv[1], (unsigned long long)seed);
    struct execution_options options = {.seed = seed,
                                        .n_events = 50 + (uint32_t)(seed * 37 % 2000),
                                        .n_lanes = 2 + (uint32_t)(seed % 12),
                                        .jitter = jitters[seed % 4],
                                        .has_children_named = seed % 2,
                                        .has_renewals = seed % 3 == 0};
    struct execution execution;
    execution_run(&execution, &options, path);
    execution_done(&execution);
  }
  return n ? 0 : 2;
}
