/* hook.h - the trace hook of a thread, which may use any primitive.
 *
 * So it is called while its thread holds none of their inner locks: what is told under one is kept, and the hook called when that was given
 * up. A thread has its hook from its start to its end, and WATCH_HOOK is never taken back, so such a thread counts all its inner locks. */
#ifndef TRACK_HOOK_H
#define TRACK_HOOK_H

#include "primitives/self.h"
#include "track/base.h"

/* Gives the calling thread the hook that was set last. */
HIDDEN void hook_take(void);
HIDDEN void hook_tell(const char *operation, const struct track_private_name *name);
/* An inner lock was taken, or given up. */
HIDDEN void hook_locked(void);
HIDDEN void hook_unlocked(void);
/* In a forked child, before its locks are made free. */
HIDDEN void hook_after_fork(void);

#endif
