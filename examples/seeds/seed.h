/* seed.h - what the seeds have in common: pauses, and random numbers from least to most. */
#ifndef SEED_H
#define SEED_H

#include <stdlib.h>
#include <time.h>

static inline void pause_ms(unsigned ms) {
  struct timespec time = {ms / 1000, ms % 1000 * 1000000L};
  nanosleep(&time, NULL);
}

static inline unsigned random_between(unsigned least, unsigned most) {
  return least + arc4random_uniform(most - least + 1);
}

#endif
