/* wrap.c - expands wrap.def: locks of every API through one set of bodies.
 *
 * A lock that may block is tried first: success is one event. Any answer but busy is final and returned as it is. Busy: the request
 * is in the trace before the real call, which may never return. The release is in the trace before the real unlock, so that the next
 * acquisition, by whomever, has the higher number. */
#include <sys/single_threaded.h>

#include "preload/wrap.h"

/* Lock functions of all types through one pointer type, for the parts that run seldom. */
struct lock_call {
  const void *lock;
  uint32_t class, raw_kind, mode;
};

/* A child's copy of a lock that its parent's thread held is its own; one that both processes share still is the parent's. */
static bool is_owner(const struct thread_state *ts, const pthread_mutex_t *m) {
  uint32_t owner = mutex_owner(m);
  bool is_inherited = ts->number == 1 && owner == process_inherited_owner() && !(mutex_type_byte(m) & TYPE_SHARED);
  return owner && (owner == ts->tid || is_inherited);
}

/* Somebody released a rwlock or spin lock that another thread held: marks prove nothing any more. */
static bool has_odd_releases;

static bool is_held_by(const struct thread_state *ts, const struct lock_call *call) {
  if (call->class == TRACE_KIND_MUTEX)
    return is_owner(ts, call->lock) && !mutex_is_checked(mutex_type_byte(call->lock));
  struct held_mark *mark = mark_find((struct thread_state *)(uintptr_t)ts, call->lock);
  if (!mark || ts != track_thread || has_odd_releases)
    return false;
  /* glibc answers EDEADLK to whoever holds a rwlock for writing; a reader that wants to write waits for itself. */
  return call->class == TRACE_KIND_SPIN || (call->class == TRACE_KIND_RWLOCK && mark->mode && !(call->mode & TRACE_MODE_READ));
}

/* Returns whether the coming call can never return. */
static bool before_blocking(const struct lock_call *call, struct caller caller) {
  record_event(TRACE_REQ, call->mode, call->raw_kind, call->lock, caller);
  if (call->mode & TRACE_MODE_TIMED || !is_held_by(track_thread, call))
    return false;
  record_stuck();
  return true;
}

static int after_call(const struct lock_call *call, int result, unsigned more_mode, struct caller caller) {
  unsigned mode = call->mode | more_mode;
  if (!result || result == EOWNERDEAD) {
    record_event(TRACE_ACQ, mode | (result ? TRACE_MODE_OWNER_DEAD : 0), call->raw_kind, call->lock, caller);
    if (call->class != TRACE_KIND_MUTEX)
      mark_add(track_thread, call->lock, call->mode);
  } else if (result == EBUSY || result == ETIMEDOUT)
    record_event(TRACE_TRYFAIL, mode, call->raw_kind, call->lock, caller);
  else
    record_result(TRACE_ACQ_FAIL, mode, call->raw_kind, call->lock, result, caller);
  return result;
}

#define CALL(class_, api, mode_) {.lock = (const void *)(uintptr_t)l, .class = TRACE_KIND_##class_, .raw_kind = RAW_##class_##_##api(l), .mode = (mode_)}

/* In a process of one thread libc locks without atomic instructions, but does not try that way; a free lock stays free then. */
ALWAYS_INLINE bool is_surely_free_MUTEX(const void *l) { return __libc_single_threaded && !((const pthread_mutex_t *)l)->__data.__lock; }
#define is_surely_free_RWLOCK(l) false
#define is_surely_free_SPIN(l)   false

/* Nobody waits for anybody in a process of one thread: its times are only to look at, and the clock is half of the cost there. */
ALWAYS_INLINE bool acquire_is_stamped(struct thread_state *ts) { return !__libc_single_threaded || !(++ts->stamp_credit & 15); }

/* Attach and go round again, or call the function below unrecorded: `unrecorded` returns. */
#define BEGIN_OR(function, unrecorded)                                                                                                     \
  struct thread_state *ts = track_thread;                                                                                                  \
  if (UNLIKELY(!record_begin(ts))) {                                                                                                       \
    enum record_answer answer = ATTACH(real.function);                                                                                     \
    ts = track_thread;                                                                                                                     \
    if (answer != RECORD_READY || !record_begin(ts)) {                                                                                     \
      bool is_nested = answer == RECORD_NESTED;                                                                                            \
      (void)is_nested;                                                                                                                     \
      unrecorded                                                                                                                           \
    }                                                                                                                                      \
  }

#define LOCK(name, try_name, api, class_, type, mode_)                                                                                     \
  static NOINLINE int name##_busy(type *l, int answer, struct caller caller) {                                                             \
    struct lock_call call = CALL(class_, api, mode_);                                                                                      \
    if (RESULT_##api(answer) != EBUSY) {                                                                                                   \
      after_call(&call, RESULT_##api(answer), 0, caller);                                                                                  \
      return answer;                                                                                                                       \
    }                                                                                                                                      \
    bool is_stuck = before_blocking(&call, caller);                                                                                        \
    answer = real.name(l);                                                                                                                 \
    if (is_stuck)                                                                                                                          \
      record_unstuck();                                                                                                                    \
    after_call(&call, RESULT_##api(answer), TRACE_MODE_WAITED, caller);                                                                    \
    return answer;                                                                                                                         \
  }                                                                                                                                        \
  PUBLIC int name(type *l) {                                                                                                               \
    struct caller caller = CALLER();                                                                                                       \
    BEGIN_OR(name, {                                                                                                                       \
      int answer_ = real.name(l);                                                                                                          \
      if (is_nested && !answer_)                                                                                                           \
        record_nested(TRACE_ACQ, mode_, RAW_##class_##_##api(l), (const void *)(uintptr_t)l, caller);                                      \
      return answer_;                                                                                                                      \
    })                                                                                                                                     \
    struct slot *slot = slot_find(ts, SLOT_KEY(TRACE_ACQ, mode_, RAW_##class_##_##api(l)), (const void *)(uintptr_t)l, caller, CARE_STACK);            \
    __builtin_prefetch(slot->object, 1); /* while the lock itself is fetched */                                                            \
    int answer_ = is_surely_free_##class_((const void *)(uintptr_t)l) ? real.name(l) : real.try_name(l);                                   \
    if (UNLIKELY(answer_)) {                                                                                                               \
      record_end(ts);                                                                                                                      \
      return name##_busy(l, answer_, caller);                                                                                              \
    }                                                                                                                                      \
    slot_write(ts, slot, acquire_is_stamped(ts), number_held(slot, TRACE_KIND_##class_));                                                  \
    if (TRACE_KIND_##class_ != TRACE_KIND_MUTEX)                                                                                           \
      mark_add(ts, (const void *)(uintptr_t)l, mode_);                                                                                     \
    record_end(ts);                                                                                                                        \
    return answer_;                                                                                                                        \
  }

#define TRYLOCK(name, api, class_, type, mode_)                                                                                            \
  static NOINLINE int name##_failed(type *l, int answer, struct caller caller) {                                                           \
    struct lock_call call = CALL(class_, api, mode_);                                                                                      \
    after_call(&call, RESULT_##api(answer), 0, caller);                                                                                    \
    return answer;                                                                                                                         \
  }                                                                                                                                        \
  PUBLIC int name(type *l) {                                                                                                               \
    struct caller caller = CALLER();                                                                                                       \
    BEGIN_OR(name, {                                                                                                                       \
      int answer_ = real.name(l);                                                                                                          \
      if (is_nested && !answer_)                                                                                                           \
        record_nested(TRACE_ACQ, mode_, RAW_##class_##_##api(l), (const void *)(uintptr_t)l, caller);                                      \
      return answer_;                                                                                                                      \
    })                                                                                                                                     \
    struct slot *slot = slot_find(ts, SLOT_KEY(TRACE_ACQ, mode_, RAW_##class_##_##api(l)), (const void *)(uintptr_t)l, caller, CARE_STACK);            \
    __builtin_prefetch(slot->object, 1); /* while the lock itself is fetched */                                                            \
    int answer_ = real.name(l);                                                                                                            \
    if (UNLIKELY(answer_)) {                                                                                                               \
      record_end(ts);                                                                                                                      \
      return name##_failed(l, answer_, caller);                                                                                            \
    }                                                                                                                                      \
    slot_write(ts, slot, true, number_held(slot, TRACE_KIND_##class_));                                                                    \
    if (TRACE_KIND_##class_ != TRACE_KIND_MUTEX)                                                                                           \
      mark_add(ts, (const void *)(uintptr_t)l, mode_);                                                                                     \
    record_end(ts);                                                                                                                        \
    return answer_;                                                                                                                        \
  }

/* Always the real function, between request and result: on a free lock a bad clock or nanosecond field is EINVAL, which trying first
 * would hide. */
#define TIMEDLOCK(name, api, class_, type, mode_, parameters, arguments)                                                                   \
  PUBLIC int name parameters {                                                                                                             \
    struct caller caller = CALLER();                                                                                                       \
    enum record_answer state = ATTACH(real.name);                                                                                          \
    if (state != RECORD_READY) {                                                                                                           \
      int answer_ = real.name arguments;                                                                                                   \
      if (state == RECORD_NESTED && !answer_)                                                                                              \
        record_nested(TRACE_ACQ, mode_, RAW_##class_##_##api(l), (const void *)(uintptr_t)l, caller);                                      \
      return answer_;                                                                                                                      \
    }                                                                                                                                      \
    struct lock_call call = CALL(class_, api, mode_);                                                                                      \
    before_blocking(&call, caller);                                                                                                        \
    int answer_ = real.name arguments;                                                                                                     \
    after_call(&call, RESULT_##api(answer_), 0, caller);                                                                                   \
    return answer_;                                                                                                                        \
  }

/* Releases by somebody whom the owner word does not name, which glibc refuses (checked types) or lets happen; and of a lock that
 * was destroyed, freed or released by others meanwhile: these need a place in the lock's order. */
static void release_odd(const struct lock_call *call, struct caller caller) {
  if (call->class != TRACE_KIND_MUTEX)
    has_odd_releases = true;
  record_event(TRACE_REL_ODD, call->mode, call->raw_kind, call->lock, caller);
}

static bool release_is_refused(const struct lock_call *call) {
  return call->class == TRACE_KIND_MUTEX && mutex_is_checked(mutex_type_byte(call->lock));
}

enum { NOT_MINE = -1 };

/* Mode of this thread's hold of the lock: 0, TRACE_MODE_READ, or NOT_MINE. */
ALWAYS_INLINE int hold_of_MUTEX(struct thread_state *ts, const void *l) { return LIKELY(mutex_owner(l) == ts->tid) ? 0 : NOT_MINE; }

ALWAYS_INLINE int hold_of_mark(struct thread_state *ts, const void *l) {
  struct held_mark *mark = mark_find(ts, l);
  if (!mark && !ts->n_unmarked)
    return NOT_MINE;
  int mode = mark ? (int)mark->mode : TRACE_MODE_READ;
  mark_remove(ts, mark);
  return mode;
}
#define hold_of_SPIN hold_of_mark

ALWAYS_INLINE int hold_of_RWLOCK(struct thread_state *ts, const void *l) {
  int mode = hold_of_mark(ts, l);
  return mode == TRACE_MODE_READ && (uint32_t)((const pthread_rwlock_t *)l)->__data.__cur_writer == ts->tid ? 0 : mode;
}

#define UNLOCK(name, api, class_, type)                                                                                                    \
  static NOINLINE int name##_odd(type *l, struct caller caller) {                                                                          \
    struct lock_call call = CALL(class_, api, 0);                                                                                          \
    if (!release_is_refused(&call)) {                                                                                                      \
      release_odd(&call, caller);                                                                                                          \
      return real.name(l);                                                                                                                 \
    }                                                                                                                                      \
    int answer_ = real.name(l);                                                                                                            \
    if (answer_)                                                                                                                           \
      record_result(TRACE_REL_FAIL, 0, call.raw_kind, call.lock, RESULT_##api(answer_) ? EPERM : 0, caller);                               \
    else                                                                                                                                   \
      release_odd(&call, caller);                                                                                                          \
    return answer_;                                                                                                                        \
  }                                                                                                                                        \
  PUBLIC int name(type *l) {                                                                                                               \
    struct caller caller = CALLER();                                                                                                       \
    BEGIN_OR(name, {                                                                                                                       \
      if (is_nested)                                                                                                                       \
        record_nested(TRACE_REL, 0, RAW_##class_##_##api(l), (const void *)(uintptr_t)l, caller);                                          \
      return real.name(l);                                                                                                                 \
    })                                                                                                                                     \
    int hold = hold_of_##class_(ts, (const void *)(uintptr_t)l);                                                                           \
    if (UNLIKELY(hold == NOT_MINE)) {                                                                                                      \
      record_end(ts);                                                                                                                      \
      return name##_odd(l, caller);                                                                                                        \
    }                                                                                                                                      \
    struct slot *slot = slot_find(ts, SLOT_KEY(TRACE_REL, hold, RAW_##class_##_##api(l)), (const void *)(uintptr_t)l, caller, CARE_STACK);             \
    if (UNLIKELY(TRACE_KIND_##class_ != TRACE_KIND_RWLOCK && slot->object->number != slot->object->held_number)) {                         \
      record_end(ts);                                                                                                                      \
      return name##_odd(l, caller);                                                                                                        \
    }                                                                                                                                      \
    slot_write(ts, slot, release_is_stamped(ts), 0);                                                                                       \
    record_end(ts);                                                                                                                        \
    return real.name(l);                                                                                                                   \
  }

#define MAKE(name, api, class_, parameters, arguments, value_)                                                                             \
  PUBLIC int name parameters {                                                                                                             \
    struct caller caller = CALLER();                                                                                                       \
    enum record_answer state = ATTACH(real.name);                                                                                          \
    int answer_ = real.name arguments;                                                                                                     \
    if (state == RECORD_READY && RESULT_##api(answer_) == 0)                                                                               \
      record_wide(&(struct wide_event){.op = TRACE_INIT,                                                                                   \
                                       .kind = kind_of_raw(RAW_##class_##_##api(o)),                                                       \
                                       .address = (const void *)(uintptr_t)o,                                                              \
                                       .value = (value_)},                                                                                 \
                  caller);                                                                                                                 \
    return answer_;                                                                                                                        \
  }

/* glibc waits inside for threads that have not left a condition or a barrier yet, for ever if nobody lets them: so these are in the
 * trace before the call, which never fails. The others answer first. The type is read before: destroying wipes it. */
#define DESTROY_WAITS_MUTEX     false
#define DESTROY_WAITS_RWLOCK    false
#define DESTROY_WAITS_SPIN      false
#define DESTROY_WAITS_CONDITION true
#define DESTROY_WAITS_BARRIER   true
#define DESTROY(name, api, class_, type, return_type)                                                                                      \
  PUBLIC return_type name(type *o) {                                                                                                       \
    struct caller caller = CALLER();                                                                                                       \
    enum record_answer state = ATTACH(real.name);                                                                                          \
    uint32_t raw_kind = RAW_##class_##_##api(o);                                                                                           \
    if (state == RECORD_READY && DESTROY_WAITS_##class_)                                                                                   \
      record_result(TRACE_DESTROY, 0, raw_kind, (const void *)(uintptr_t)o, 0, caller);                                                    \
    int answer_ = real.name(o);                                                                                                            \
    if (state == RECORD_READY && !DESTROY_WAITS_##class_)                                                                                  \
      record_result(TRACE_DESTROY, 0, raw_kind, (const void *)(uintptr_t)o, RESULT_##api(answer_), caller);                                \
    return answer_;                                                                                                                        \
  }

#include "preload/wrap.def"

/* C11's return nothing. */
PUBLIC void mtx_destroy(mtx_t *m) {
  struct caller caller = CALLER();
  enum record_answer state = ATTACH(real.mtx_destroy);
  uint32_t raw_kind = RAW_MUTEX_C11(m);
  real.mtx_destroy(m);
  if (state == RECORD_READY)
    record_result(TRACE_DESTROY, 0, raw_kind, m, 0, caller);
}

PUBLIC void cnd_destroy(cnd_t *c) {
  struct caller caller = CALLER();
  enum record_answer state = ATTACH(real.cnd_destroy);
  if (state == RECORD_READY)
    record_result(TRACE_DESTROY, 0, RAW_CONDITION_C11(c), c, 0, caller);
  real.cnd_destroy(c);
}
