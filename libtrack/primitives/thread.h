/* thread.h - threads as other primitives start them, and who is alive. */
#ifndef TRACK_PRIMITIVES_THREAD_H
#define TRACK_PRIMITIVES_THREAD_H

#include "record/thread_state.h"
#include "track/thread.h"
#include "track/trace.h"

/* How often this process was forked off: what was stamped with another number came from threads that do not exist here. */
extern HIDDEN uint32_t track_n_forks;

/* As the public ones, on behalf of a caller. A thread that is made by another primitive is of that kind, TRACK_KIND_TIMER or EXECUTOR. */
HIDDEN void thread_init_as(struct track_thread *t, void *(*run)(void *arg), void *arg, const char *name, enum trace_kind kind);
HIDDEN int thread_start_at(struct track_thread *t, uintptr_t routine, struct caller caller);
/* Unrecorded. 0, ETIMEDOUT, EINVAL, EDEADLK. */
HIDDEN int thread_wait(struct track_thread *t, int64_t deadline);
HIDDEN bool thread_was_started(const struct track_thread *t);

HIDDEN void thread_gone_by_fork(struct track_thread *t);
HIDDEN void thread_stand_in(struct track_thread *t, const char *name, bool is_daemon);

/* registry.c: the living threads, and those to be joined. To be called before anything that a fork would have to put right. */
extern HIDDEN bool track_registry_is_used;
HIDDEN void registry_use_slow(void);
ALWAYS_INLINE void registry_use(void) {
  if (UNLIKELY(!__atomic_load_n(&track_registry_is_used, __ATOMIC_ACQUIRE)))
    registry_use_slow();
}
HIDDEN void registry_add(struct track_thread *t);
HIDDEN void registry_remove(struct track_thread *t);
HIDDEN bool registry_self_is_daemon(void);
/* The process waits for this pthread at its end; room for it is reserved before it is made. */
HIDDEN bool registry_reserve_join(void);
HIDDEN void registry_unreserve(void);
HIDDEN void registry_await(uint64_t handle);
/* Joins it, unless the end of the process does so already. */
HIDDEN bool registry_join(uint64_t handle, void **ret_result);

/* executor.c: at the end of the process, and around a fork. */
HIDDEN void executors_shut_down(void);
HIDDEN void executors_before_fork(void);
HIDDEN void executors_after_fork(bool is_child);
/* local.c and log.c: around a fork. */
HIDDEN void locals_before_fork(void);
HIDDEN void locals_after_fork(void);
HIDDEN void log_after_fork(void);

#endif
