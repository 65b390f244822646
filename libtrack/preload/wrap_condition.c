/* wrap_condition.c - condition variables: release, wait, wake, take back, as four events around one call.
 *
 * What happens inside libc stays there; the wrapper says that the mutex is given up before the call and held again after it, also
 * when the thread is cancelled in between (libc takes the mutex back before the cleanup handlers run). */
#include "preload/wrap.h"

struct wait_call {
  const void *condition, *mutex;
  uint32_t raw_condition, raw_mutex, mode; /* TRACE_MODE_TIMED or 0 */
  struct caller caller;
};

static void before_wait(const struct wait_call *w) {
  bool is_mine = mutex_owner(w->mutex) == track_thread->tid;
  record_event(is_mine ? TRACE_REL : TRACE_REL_ODD, TRACE_MODE_CONDITION, w->raw_mutex, w->mutex, w->caller);
  record_event(TRACE_WAIT, w->mode, w->raw_condition, w->condition, w->caller);
}

/* EPERM, from a checked mutex that the caller did not hold: nothing was given up, nothing is taken back. */
static void after_wait(const struct wait_call *w, int result) {
  if (result)
    record_result(TRACE_WAKE, w->mode, w->raw_condition, w->condition, result, w->caller);
  else
    record_event(TRACE_WAKE, w->mode, w->raw_condition, w->condition, w->caller);
  if (result != EPERM && result != ENOTRECOVERABLE)
    record_event(TRACE_ACQ, TRACE_MODE_CONDITION | (result == EOWNERDEAD ? TRACE_MODE_OWNER_DEAD : 0), w->raw_mutex, w->mutex, w->caller);
}

static void cancelled(void *context) { after_wait(context, ECANCELED); }

#define WAIT(name, api, mode_, parameters, arguments)                                                                                      \
  PUBLIC int name parameters {                                                                                                             \
    struct wait_call w = {c, m, RAW_CONDITION_##api(c), RAW_MUTEX_##api(m), (mode_), CALLER()};                                            \
    if (ATTACH(real.name) != RECORD_READY)                                                                                                 \
      return real.name arguments;                                                                                                          \
    int answer = 0;                                                                                                                        \
    before_wait(&w);                                                                                                                       \
    pthread_cleanup_push(cancelled, &w);                                                                                                   \
    answer = real.name arguments;                                                                                                          \
    pthread_cleanup_pop(0);                                                                                                                \
    after_wait(&w, RESULT_##api(answer));                                                                                                  \
    return answer;                                                                                                                         \
  }

#define NOTIFY(name, api, op, type)                                                                                                        \
  PUBLIC int name(type *c) {                                                                                                               \
    struct caller caller = CALLER();                                                                                                       \
    enum record_answer state = ATTACH(real.name);                                                                                          \
    if (state == RECORD_READY)                                                                                                             \
      record_event(op, 0, RAW_CONDITION_##api(c), c, caller);                                                                              \
    else if (state == RECORD_NESTED)                                                                                                       \
      record_nested(op, 0, RAW_CONDITION_##api(c), c, caller);                                                                             \
    return real.name(c);                                                                                                                   \
  }

WAIT(pthread_cond_wait, POSIX, 0, (pthread_cond_t *restrict c, pthread_mutex_t *restrict m), (c, m))
WAIT(pthread_cond_timedwait, POSIX, TRACE_MODE_TIMED,
     (pthread_cond_t *restrict c, pthread_mutex_t *restrict m, const struct timespec *restrict until), (c, m, until))
WAIT(pthread_cond_clockwait, POSIX, TRACE_MODE_TIMED,
     (pthread_cond_t *restrict c, pthread_mutex_t *restrict m, clockid_t clock, const struct timespec *restrict until), (c, m, clock, until))
WAIT(cnd_wait, C11, 0, (cnd_t *c, mtx_t *m), (c, m))
WAIT(cnd_timedwait, C11, TRACE_MODE_TIMED, (cnd_t *restrict c, mtx_t *restrict m, const struct timespec *restrict until), (c, m, until))

NOTIFY(pthread_cond_signal, POSIX, TRACE_SIGNAL, pthread_cond_t)
NOTIFY(pthread_cond_broadcast, POSIX, TRACE_BROADCAST, pthread_cond_t)
NOTIFY(cnd_signal, C11, TRACE_SIGNAL, cnd_t)
NOTIFY(cnd_broadcast, C11, TRACE_BROADCAST, cnd_t)
