/* self.h - what the primitives know of the calling thread. The only thread-local variable of theirs. */
#ifndef TRACK_SELF_H
#define TRACK_SELF_H

#include "record/thread_state.h"
#include "track/thread.h"

struct track_private_worker;
struct value_table;
struct track_private_kept;

struct self {
  uint32_t id; /* who owns a lock: 1 to SELF_ID_MASK, never used again, the same in a forked child; 0: not given yet */
  bool is_in_hook;
  struct track_thread *thread; /* NULL: nobody asked for it yet */
  void (*hook)(const struct track_trace_event *event, void *arg);
  void *hook_arg;
  uint32_t n_inner_locks;              /* that it holds, if it has a hook */
  struct track_private_kept *kept;     /* told under one of them, for the hook */
  struct track_private_worker *worker; /* of an executor, in its task */
  struct value_table *values;          /* of track_locals */
};

#define SELF_ID_MASK 0x3fffffffu

extern HIDDEN __thread struct self track_self __attribute__((tls_model("initial-exec")));

HIDDEN uint32_t self_id_new(void);
ALWAYS_INLINE uint32_t self_id(void) {
  return LIKELY(track_self.id) ? track_self.id : self_id_new();
}

#endif
