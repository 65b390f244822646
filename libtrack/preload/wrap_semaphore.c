/* wrap_semaphore.c - semaphores and barriers.
 *
 * A post is in the trace before the real one, a successful wait after it, so that every wait has a higher number than the post
 * whose token it took. sem_post is async-signal-safe and stays so. */
#include <fcntl.h>
#include <stdarg.h>

#include "preload/wrap.h"

#define RAW_SEMAPHORE RAW_KIND(TRACE_KIND_SEMAPHORE, 0)

static void record_or_nest(enum record_answer state, unsigned op, unsigned mode, const void *object, struct caller caller) {
  if (state == RECORD_READY)
    record_event(op, mode, RAW_SEMAPHORE, object, caller);
  else if (state == RECORD_NESTED)
    record_nested(op, mode, RAW_SEMAPHORE, object, caller);
}

PUBLIC int sem_init(sem_t *s, int is_shared, unsigned value) {
  struct caller caller = CALLER();
  enum record_answer state = ATTACH(real.sem_init);
  int answer = real.sem_init(s, is_shared, value);
  if (state == RECORD_READY && !answer)
    record_wide(&(struct wide_event){.op = TRACE_INIT,
                                     .kind = kind_of_raw(RAW_KIND(TRACE_KIND_SEMAPHORE, is_shared ? RAW_SHARED : 0)),
                                     .address = s,
                                     .value = value},
                caller);
  return answer;
}

PUBLIC int sem_destroy(sem_t *s) {
  struct caller caller = CALLER();
  enum record_answer state = ATTACH(real.sem_destroy);
  int answer = real.sem_destroy(s);
  if (state == RECORD_READY)
    record_result(TRACE_DESTROY, 0, RAW_SEMAPHORE, s, answer ? errno : 0, caller);
  return answer;
}

PUBLIC sem_t *sem_open(const char *name, int flags, ...) {
  if (UNLIKELY(!real.sem_open))
    real_resolve();
  mode_t mode = 0;
  unsigned value = 0;
  if (flags & O_CREAT) {
    va_list arguments;
    va_start(arguments, flags);
    mode = va_arg(arguments, mode_t);
    value = va_arg(arguments, unsigned);
    va_end(arguments);
  }
  sem_t *s = real.sem_open(name, flags, mode, value);
  if (s != SEM_FAILED && record_attach() == RECORD_READY)
    record_name(NAME_OBJECT, (uintptr_t)s, name);
  return s;
}

PUBLIC int sem_post(sem_t *s) {
  struct caller caller = CALLER();
  enum record_answer state = ATTACH(real.sem_post);
  record_or_nest(state, TRACE_POST, 0, s, caller);
  int answer = real.sem_post(s);
  if (answer && state == RECORD_READY)
    record_result(TRACE_POST_FAIL, 0, RAW_SEMAPHORE, s, errno, caller);
  return answer;
}

PUBLIC int sem_trywait(sem_t *s) {
  struct caller caller = CALLER();
  enum record_answer state = ATTACH(real.sem_trywait);
  int answer = real.sem_trywait(s);
  record_or_nest(state, answer ? TRACE_SEM_FAIL : TRACE_SEM_WAIT, TRACE_MODE_TRY, s, caller);
  return answer;
}

/* sem_wait is a cancellation point even when it need not block; a try is none, so that is asked first. */
PUBLIC int sem_wait(sem_t *s) {
  struct caller caller = CALLER();
  enum record_answer state = ATTACH(real.sem_wait);
  if (state != RECORD_READY) {
    int answer = real.sem_wait(s);
    if (!answer)
      record_or_nest(state, TRACE_SEM_WAIT, 0, s, caller);
    return answer;
  }
  pthread_testcancel();
  int saved = errno;
  if (!real.sem_trywait(s)) {
    record_event(TRACE_SEM_WAIT, 0, RAW_SEMAPHORE, s, caller);
    return 0;
  }
  errno = saved;
  record_event(TRACE_SEM_REQ, 0, RAW_SEMAPHORE, s, caller);
  int answer = real.sem_wait(s);
  if (answer)
    record_result(TRACE_SEM_FAIL, 0, RAW_SEMAPHORE, s, errno, caller);
  else
    record_event(TRACE_SEM_WAIT, TRACE_MODE_WAITED, RAW_SEMAPHORE, s, caller);
  return answer;
}

#define TIMED_SEM_WAIT(name, parameters, arguments)                                                                                        \
  PUBLIC int name parameters {                                                                                                             \
    struct caller caller = CALLER();                                                                                                       \
    enum record_answer state = ATTACH(real.name);                                                                                          \
    if (state == RECORD_READY)                                                                                                             \
      record_event(TRACE_SEM_REQ, TRACE_MODE_TIMED, RAW_SEMAPHORE, s, caller);                                                             \
    int answer = real.name arguments;                                                                                                      \
    if (answer && state == RECORD_READY)                                                                                                   \
      record_result(TRACE_SEM_FAIL, TRACE_MODE_TIMED, RAW_SEMAPHORE, s, errno, caller);                                                    \
    if (!answer)                                                                                                                           \
      record_or_nest(state, TRACE_SEM_WAIT, TRACE_MODE_TIMED, s, caller);                                                                  \
    return answer;                                                                                                                         \
  }
TIMED_SEM_WAIT(sem_timedwait, (sem_t *restrict s, const struct timespec *restrict until), (s, until))
TIMED_SEM_WAIT(sem_clockwait, (sem_t *restrict s, clockid_t clock, const struct timespec *restrict until), (s, clock, until))

PUBLIC int pthread_barrier_wait(pthread_barrier_t *b) {
  struct caller caller = CALLER();
  enum record_answer state = ATTACH(real.pthread_barrier_wait);
  uint32_t raw_kind = RAW_BARRIER_POSIX(b); /* afterwards it may be gone */
  if (state != RECORD_READY)
    return real.pthread_barrier_wait(b);
  record_event(TRACE_ARRIVE, 0, raw_kind, b, caller);
  int answer = real.pthread_barrier_wait(b);
  record_event(TRACE_LEAVE, 0, raw_kind, b, caller);
  return answer;
}
