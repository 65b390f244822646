/* rlock.c - track_rlock: see track/rlock.h and owned.h. The depth is the owner's alone. */
#include "track/rlock.h"

#include "preload/wrap.h"
#include "primitives/owned.h"
#include "primitives/tell.h"

PUBLIC int track_rlock_init(struct track_rlock *l, const char *name) {
  *l = (struct track_rlock){.private_state = 0};
  name_init(&l->private_name, name, TRACE_KIND_RLOCK);
  if (is_watched())
    tell_with(SUBJECT(l, RLOCK), TRACE_INIT, 0, 0, 0, CALLER());
  return 0;
}

PUBLIC int track_rlock_destroy(struct track_rlock *l) {
  int answer = owned_by(&l->private_state) ? EBUSY : 0;
  if (is_watched())
    tell_with(SUBJECT(l, RLOCK), TRACE_DESTROY, 0, answer, 0, CALLER());
  return answer;
}

static int rlock_wait(struct track_rlock *l, unsigned mode, int64_t timeout_ns, struct caller caller) {
  if (is_watched())
    tell(SUBJECT(l, RLOCK), TRACE_REQ, mode, caller);
  bool has_it = owned_wait(&l->private_state, self_id(), deadline_in(timeout_ns));
  if (has_it) {
    order_after(&l->private_state);
    l->private_depth = 1;
  }
  if (is_watched())
    tell(SUBJECT(l, RLOCK), has_it ? TRACE_ACQ : TRACE_TRYFAIL, mode | (has_it ? TRACE_MODE_WAITED : 0), caller);
  return has_it ? 0 : ETIMEDOUT;
}

/* 0, EAGAIN when it is as deep as it can be, EBUSY when another thread owns it. */
ALWAYS_INLINE int rlock_take(struct track_rlock *l) {
  uint32_t id = self_id();
  if (owned_by(&l->private_state) == id)
    return __builtin_add_overflow(l->private_depth, 1, &l->private_depth) ? (l->private_depth = UINT32_MAX, EAGAIN) : 0;
  if (!owned_try(&l->private_state, id))
    return EBUSY;
  order_after(&l->private_state);
  l->private_depth = 1;
  return 0;
}

/* 0 nanoseconds: try. */
int rlock_acquire_at(struct track_rlock *l, int64_t timeout_ns, struct caller caller) {
  unsigned mode = mode_of_timeout(timeout_ns);
  int answer = rlock_take(l);
  if (answer == EBUSY && timeout_ns)
    return rlock_wait(l, mode, timeout_ns, caller);
  if (is_watched() && answer == EAGAIN)
    tell_with(SUBJECT(l, RLOCK), TRACE_ACQ_FAIL, mode, answer, 0, caller);
  else if (is_watched())
    tell(SUBJECT(l, RLOCK), answer ? TRACE_TRYFAIL : TRACE_ACQ, mode, caller);
  return answer;
}

/* What is free or the caller's, recorded; its words travel in registers. */
static NOINLINE int acquire_watched(struct track_rlock *l, uintptr_t pc, uintptr_t sp, uintptr_t fp) {
  struct caller caller = {pc, sp, fp};
  struct slot *slot = tell_begin(&l->private_name, TRACE_ACQ, TRACE_KIND_RLOCK, caller);
  if (!slot) {
    visit_before(TRACE_KIND_RLOCK, 0, &l->private_name, caller);
    return rlock_acquire_at(l, -1, caller);
  }
  if (LIKELY(rlock_take(l) == 0)) {
    tell_acquired(slot);
    return 0;
  }
  record_end(track_thread);
  return rlock_acquire_at(l, -1, caller);
}

PUBLIC int track_rlock_acquire(struct track_rlock *l) {
  if (UNLIKELY(is_watched())) {
    struct caller caller = CALLER();
    return acquire_watched(l, caller.pc, caller.sp, caller.fp);
  }
  int answer = rlock_take(l);
  return LIKELY(answer != EBUSY) ? answer : rlock_acquire_at(l, -1, CALLER());
}

PUBLIC int track_rlock_try_acquire(struct track_rlock *l) {
  return rlock_acquire_at(l, 0, CALLER());
}

PUBLIC int track_rlock_acquire_timeout(struct track_rlock *l, int64_t timeout_ns) {
  int answer = rlock_acquire_at(l, timeout_ns, CALLER());
  return answer == EBUSY ? ETIMEDOUT : answer;
}

ALWAYS_INLINE void rlock_give(struct track_rlock *l) {
  if (--l->private_depth)
    return;
  order_before(&l->private_state);
  owned_free(&l->private_state);
}

int rlock_release_at(struct track_rlock *l, struct caller caller) {
  bool is_mine = owned_by(&l->private_state) == self_id();
  if (is_watched() && is_mine)
    tell(SUBJECT(l, RLOCK), TRACE_REL, 0, caller);
  else if (is_watched())
    tell_with(SUBJECT(l, RLOCK), TRACE_REL_FAIL, 0, EPERM, 0, caller);
  if (!is_mine)
    return EPERM;
  rlock_give(l);
  return 0;
}

static NOINLINE int release_watched(struct track_rlock *l, uintptr_t pc, uintptr_t sp, uintptr_t fp) {
  struct caller caller = {pc, sp, fp};
  bool is_mine = owned_by(&l->private_state) == self_id();
  struct slot *slot = is_mine ? tell_begin(&l->private_name, TRACE_REL, TRACE_KIND_RLOCK, caller) : NULL;
  if (!slot)
    return rlock_release_at(l, caller);
  tell_releasing(slot);
  rlock_give(l);
  return 0;
}

PUBLIC int track_rlock_release(struct track_rlock *l) {
  if (UNLIKELY(is_watched())) {
    struct caller caller = CALLER();
    return release_watched(l, caller.pc, caller.sp, caller.fp);
  }
  if (UNLIKELY(owned_by(&l->private_state) != self_id()))
    return EPERM;
  rlock_give(l);
  return 0;
}

PUBLIC bool track_rlock_is_locked(const struct track_rlock *l) {
  return owned_by(&l->private_state);
}

PUBLIC unsigned track_rlock_depth(const struct track_rlock *l) {
  return owned_by(&l->private_state) == self_id() ? l->private_depth : 0;
}
