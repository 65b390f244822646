/* future.c - track_future: pending, running, and then done or cancelled; see executor.c for who runs it. */
#include "primitives/future.h"

#include <stdlib.h>

#include "preload/wrap.h"

static bool step(struct track_future *f, uint32_t from, enum future_phase to) {
  return __atomic_compare_exchange_n(&f->phase, &from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

static enum future_phase phase_of(const struct track_future *f) {
  return __atomic_load_n(&f->phase, __ATOMIC_ACQUIRE);
}

/* Besides the executor nobody holds it any more: nobody will ask, and no step need be atomic. */
static bool has_one_holder(struct track_future *f) {
  return __atomic_load_n(&f->n_holders, __ATOMIC_ACQUIRE) == 1;
}

bool future_begin(struct track_future *f) {
  if (!f->is_asked_for)
    return true;
  return has_one_holder(f) ? phase_of(f) == FUTURE_PENDING : step(f, FUTURE_PENDING, FUTURE_RUNNING);
}

void future_finish(struct track_future *f, int answer, void *result, struct caller caller) {
  if (!f->is_asked_for)
    return;
  f->answer = answer;
  f->result = result;
  if (is_watched())
    tell(SUBJECT(f, FUTURE), TRACE_SET, 0, caller);
  if (has_one_holder(f))
    return;
  order_before(f->over);
  step(f, FUTURE_RUNNING, FUTURE_DONE);
  event_set(f->over);
}

int future_cancel_at(struct track_future *f, struct caller caller) {
  if (!f->is_asked_for)
    return 0;
  enum future_phase phase = phase_of(f);
  if (phase == FUTURE_CANCELLED)
    return 0;
  if (phase != FUTURE_PENDING)
    return EBUSY;
  if (is_watched())
    tell(SUBJECT(f, FUTURE), TRACE_ABORT, 0, caller);
  if (!step(f, FUTURE_PENDING, FUTURE_CANCELLED))
    return phase_of(f) == FUTURE_CANCELLED ? 0 : EBUSY;
  event_set(f->over);
  return 0;
}

PUBLIC int track_future_cancel(struct track_future *f) {
  return future_cancel_at(f, CALLER());
}

void future_abandon(struct track_future *f) {
  if (f->is_asked_for && phase_of(f) != FUTURE_DONE)
    __atomic_store_n(&f->phase, FUTURE_CANCELLED, __ATOMIC_RELEASE);
  if (f->is_asked_for)
    event_set(f->over);
  if (future_drop(f, (struct caller){0}))
    free(f);
}

static int tell_failure(struct track_future *f, unsigned mode, int answer, struct caller caller) {
  if (is_watched())
    tell_with(SUBJECT(f, FUTURE), TRACE_AWAIT_FAIL, mode, answer, 0, caller);
  return answer;
}

/* A worker that waits for ever for its own pool is counted meanwhile. */
static int wait_until_over(struct track_future *f, int64_t timeout_ns, struct caller caller) {
  unsigned mode = timeout_ns < 0 ? 0 : TRACE_MODE_TIMED;
  bool is_starving = timeout_ns < 0 && executor_is_own(f->executor);
  if (is_watched())
    tell(SUBJECT(f, FUTURE), TRACE_AWAIT, mode, caller);
  if (is_starving && executor_starve(f))
    return tell_failure(f, mode, EDEADLK, caller);
  bool is_over = event_wait(f->over, deadline_in(timeout_ns));
  if (is_starving)
    executor_feed(f);
  return is_over ? 0 : tell_failure(f, mode, ETIMEDOUT, caller);
}

int future_result_at(struct track_future *f, int64_t timeout_ns, void **ret_result, struct caller caller) {
  unsigned mode = timeout_ns < 0 ? 0 : TRACE_MODE_TIMED;
  bool is_over = event_is_set(f->over);
  int answer = is_over ? 0 : wait_until_over(f, timeout_ns, caller);
  if (answer)
    return answer;
  order_after(f->over);
  if (phase_of(f) == FUTURE_CANCELLED)
    return tell_failure(f, mode, ECANCELED, caller);
  if (is_watched())
    tell(SUBJECT(f, FUTURE), TRACE_PASS, mode | (is_over ? 0 : TRACE_MODE_WAITED), caller);
  if (ret_result)
    *ret_result = f->result;
  return f->answer;
}

PUBLIC int track_future_result(struct track_future *f, int64_t timeout_ns, void **ret_result) {
  return future_result_at(f, timeout_ns, ret_result, CALLER());
}

/* Told, as programs act upon the answer. */
PUBLIC bool track_future_is_done(const struct track_future *f) {
  bool is_over = event_is_set(f->over);
  if (is_watched() && is_over) {
    order_after(f->over);
    tell(SUBJECT(f, FUTURE), TRACE_PASS, TRACE_MODE_TRY, CALLER());
  } else if (is_watched())
    tell_with(SUBJECT(f, FUTURE), TRACE_AWAIT_FAIL, TRACE_MODE_TRY, EAGAIN, 0, CALLER());
  return is_over;
}

PUBLIC bool track_future_is_running(const struct track_future *f) {
  return phase_of(f) == FUTURE_RUNNING;
}
PUBLIC bool track_future_is_cancelled(const struct track_future *f) {
  return phase_of(f) == FUTURE_CANCELLED;
}

/* Its end is told before anybody can use the memory again. */
bool future_drop(struct track_future *f, struct caller caller) {
  if (!f->is_asked_for)
    return true;
  bool is_last = has_one_holder(f);
  if (is_watched() && is_last)
    tell_with(SUBJECT(f, FUTURE), TRACE_DESTROY, 0, 0, 0, caller);
  if (!is_last) {
    order_before(&f->n_holders);
    is_last = !__atomic_sub_fetch(&f->n_holders, 1, __ATOMIC_ACQ_REL);
  }
  if (is_last)
    order_after(&f->n_holders);
  return is_last;
}

PUBLIC void track_future_release(struct track_future *f) {
  if (f && future_drop(f, CALLER()))
    free(f);
}
