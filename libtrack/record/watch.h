/* watch.h - what the recorder and the wrappers share with the primitives: who watches these, and how a thread that one of them starts is
 * recorded. */
#ifndef TRACK_WATCH_H
#define TRACK_WATCH_H

#include "record/thread_state.h"

enum watcher { WATCH_RECORDER = 1, WATCH_HOOK = 2, WATCH_VALGRIND = 4, WATCH_TSAN = 8 };

extern HIDDEN uint32_t track_watchers;

/* One load says whether any of them does. */
ALWAYS_INLINE bool is_watched(void) {
  return UNLIKELY(__atomic_load_n(&track_watchers, __ATOMIC_RELAXED));
}
HIDDEN void watch(enum watcher who, bool is_watching);

/* For calls of a primitive that go on into functions which are wrapped, pthread_create and pthread_join. */
struct passage {
  struct caller caller; /* pc 0: as usual */
  uintptr_t routine;
  uint8_t kind;      /* of a created thread, enum trace_kind */
  bool is_mute;      /* not recorded at all */
  uint64_t recorded; /* comes back from pthread_create: number of the recording, and of the thread in it; 0: not recorded */
};
extern HIDDEN __thread struct passage track_passage __attribute__((tls_model("initial-exec")));

#endif
