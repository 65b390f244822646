/* watch.c - see watch.h. */
#include "record/watch.h"

uint32_t track_watchers;
__thread struct passage track_passage;

void watch(enum watcher who, bool is_watching) {
  if (is_watching)
    __atomic_fetch_or(&track_watchers, who, __ATOMIC_SEQ_CST);
  else
    __atomic_fetch_and(&track_watchers, ~(uint32_t)who, __ATOMIC_SEQ_CST);
}
