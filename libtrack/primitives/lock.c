/* lock.c - track_lock: see track/lock.h and owned.h.
 *
 * An acquire by the last acquirer may be a mistake or the hand-over of a pipeline; only where no other thread exists can it never end, and
 * then a watching inspector is told. */
#include "track/lock.h"

#include "preload/wrap.h"
#include "primitives/owned.h"
#include "primitives/tell.h"
#include "primitives/tasks.h"

PUBLIC int track_lock_init(struct track_lock *l, const char *name) {
  *l = (struct track_lock){.private_state = 0};
  name_init(&l->private_name, name, TRACE_KIND_LOCK);
  if (is_watched())
    tell_with(SUBJECT(l, LOCK), TRACE_INIT, 0, 0, 0, CALLER());
  return 0;
}

PUBLIC int track_lock_destroy(struct track_lock *l) {
  int answer = owned_by(&l->private_state) ? EBUSY : 0;
  if (is_watched())
    tell_with(SUBJECT(l, LOCK), TRACE_DESTROY, 0, answer, 0, CALLER());
  return answer;
}

static int lock_wait(struct track_lock *l, unsigned mode, int64_t timeout_ns, struct caller caller) {
  uint32_t id = self_id();
  if (is_watched())
    tell(SUBJECT(l, LOCK), TRACE_REQ, mode, caller);
  bool is_stuck = is_watched() && timeout_ns < 0 && owned_by(&l->private_state) == id && process_has_one_task();
  if (is_stuck)
    record_stuck();
  bool has_it = owned_wait(&l->private_state, id, deadline_in(timeout_ns));
  if (is_stuck)
    record_unstuck();
  if (has_it)
    order_after(&l->private_state);
  if (is_watched())
    tell(SUBJECT(l, LOCK), has_it ? TRACE_ACQ : TRACE_TRYFAIL, mode | (has_it ? TRACE_MODE_WAITED : 0), caller);
  return has_it ? 0 : ETIMEDOUT;
}

/* 0 nanoseconds: try. */
int lock_acquire_at(struct track_lock *l, int64_t timeout_ns, struct caller caller) {
  unsigned mode = mode_of_timeout(timeout_ns);
  bool has_it = owned_try(&l->private_state, self_id());
  if (!has_it && timeout_ns)
    return lock_wait(l, mode, timeout_ns, caller);
  if (has_it)
    order_after(&l->private_state);
  if (is_watched())
    tell(SUBJECT(l, LOCK), has_it ? TRACE_ACQ : TRACE_TRYFAIL, mode, caller);
  return has_it ? 0 : EBUSY;
}

/* Of a free lock, recorded. The caller's words travel in registers. */
static NOINLINE int acquire_watched(struct track_lock *l, uintptr_t pc, uintptr_t sp, uintptr_t fp) {
  struct caller caller = {pc, sp, fp};
  struct slot *slot = tell_begin(&l->private_name, TRACE_ACQ, TRACE_KIND_LOCK, caller);
  if (!slot) {
    visit_before(TRACE_KIND_LOCK, 0, &l->private_name, caller);
    return lock_acquire_at(l, -1, caller);
  }
  if (LIKELY(owned_try(&l->private_state, self_id()))) {
    tell_acquired(slot);
    return 0;
  }
  record_end(track_thread);
  return lock_acquire_at(l, -1, caller);
}

PUBLIC int track_lock_acquire(struct track_lock *l) {
  if (UNLIKELY(is_watched())) {
    struct caller caller = CALLER();
    return acquire_watched(l, caller.pc, caller.sp, caller.fp);
  }
  if (LIKELY(owned_try(&l->private_state, self_id())))
    return 0;
  return lock_acquire_at(l, -1, CALLER());
}

PUBLIC int track_lock_try_acquire(struct track_lock *l) {
  if (LIKELY(!is_watched()))
    return owned_try(&l->private_state, self_id()) ? 0 : EBUSY;
  return lock_acquire_at(l, 0, CALLER());
}

PUBLIC int track_lock_acquire_timeout(struct track_lock *l, int64_t timeout_ns) {
  int answer = lock_acquire_at(l, timeout_ns, CALLER());
  return answer == EBUSY ? ETIMEDOUT : answer;
}

static int lock_refuse(struct track_lock *l, struct caller caller) {
  if (is_watched())
    tell_with(SUBJECT(l, LOCK), TRACE_REL_FAIL, 0, EPERM, 0, caller);
  return EPERM;
}

/* Told before it is free, so that the next acquire has the higher number. */
int lock_release_at(struct track_lock *l, struct caller caller) {
  uint32_t owner = owned_by(&l->private_state);
  if (!owner)
    return lock_refuse(l, caller);
  if (is_watched())
    tell(SUBJECT(l, LOCK), owner == self_id() ? TRACE_REL : TRACE_REL_ODD, 0, caller);
  order_before(&l->private_state);
  return owned_free(&l->private_state) ? 0 : lock_refuse(l, caller); /* another thread was quicker */
}

static NOINLINE int release_watched(struct track_lock *l, uintptr_t pc, uintptr_t sp, uintptr_t fp) {
  struct caller caller = {pc, sp, fp};
  bool is_mine = owned_by(&l->private_state) == self_id();
  struct slot *slot = is_mine ? tell_begin(&l->private_name, TRACE_REL, TRACE_KIND_LOCK, caller) : NULL;
  if (!slot)
    return lock_release_at(l, caller);
  tell_releasing(slot);
  return owned_free(&l->private_state) ? 0 : lock_refuse(l, caller);
}

PUBLIC int track_lock_release(struct track_lock *l) {
  if (LIKELY(!is_watched()))
    return LIKELY(owned_free(&l->private_state)) ? 0 : EPERM;
  struct caller caller = CALLER();
  return release_watched(l, caller.pc, caller.sp, caller.fp);
}

PUBLIC bool track_lock_is_locked(const struct track_lock *l) {
  return owned_by(&l->private_state);
}
