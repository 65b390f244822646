/* wrap.h - what the wrappers share: how a lock's memory tells its type and owner, results as errno values, held marks. */
#ifndef TRACK_WRAP_H
#define TRACK_WRAP_H

#include <errno.h>

#include "preload/real.h"
#include "record/record.h"

#define PUBLIC __attribute__((visibility("default")))

/* Both APIs' answers as errno values. */
#define RESULT_POSIX(r) (r)
#define RESULT_C11(r)   c11_result(r)
static inline int c11_result(int r) {
  return r == thrd_success ? 0 : r == thrd_busy ? EBUSY : r == thrd_timedout ? ETIMEDOUT : r == thrd_nomem ? ENOMEM : EINVAL;
}

/* glibc's layout, stable since 2.0 as static initialisers are compiled into programs: type byte and owner's kernel tid. */
static inline uint32_t mutex_type_byte(const pthread_mutex_t *m) {
  return (uint32_t) * (volatile const int *)&m->__data.__kind & 0xff;
}
static inline uint32_t mutex_owner(const pthread_mutex_t *m) { return (uint32_t) * (volatile const int *)&m->__data.__owner; }
enum { TYPE_RECURSIVE = 1, TYPE_ERRORCHECK = 2, TYPE_ROBUST = 16, TYPE_SHARED = 128 };
/* Whether unlock() checks the owner (and lock() the relock) and answers EPERM (EDEADLK). */
static inline bool mutex_is_checked(uint32_t type) { return (type & 3) == TYPE_RECURSIVE || (type & 3) == TYPE_ERRORCHECK || type & TYPE_ROBUST; }

#define RAW_MUTEX_POSIX(m)  RAW_KIND(TRACE_KIND_MUTEX, mutex_type_byte(m))
#define RAW_MUTEX_C11(m)    (RAW_KIND(TRACE_KIND_MUTEX, mutex_type_byte((const pthread_mutex_t *)(m))) | RAW_C11)
#define RAW_RWLOCK_POSIX(l) RAW_KIND(TRACE_KIND_RWLOCK, rwlock_type(l))
#define RAW_SPIN_POSIX(l)   ((void)(l), RAW_KIND(TRACE_KIND_SPIN, 0))
#define RAW_CONDITION_POSIX(c) RAW_KIND(TRACE_KIND_CONDITION, condition_type(c))
#define RAW_CONDITION_C11(c)   ((void)(c), RAW_KIND(TRACE_KIND_CONDITION, 0) | RAW_C11)
#define RAW_BARRIER_POSIX(b)   RAW_KIND(TRACE_KIND_BARRIER, barrier_type(b))

static inline uint32_t rwlock_type(const pthread_rwlock_t *l) {
  return (l->__data.__flags == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP ? RAW_PREFER_WRITER : 0) | (l->__data.__shared ? RAW_SHARED : 0);
}

/* The lowest bit of glibc's count of waiters; the fourth word of its barrier, which the public type does not name. */
static inline uint32_t condition_type(const pthread_cond_t *c) { return c->__data.__wrefs & 1 ? RAW_SHARED : 0; }
static inline uint32_t barrier_type(const pthread_barrier_t *b) {
  int shared;
  __builtin_memcpy(&shared, (const char *)b + 3 * sizeof shared, sizeof shared);
  return shared ? RAW_SHARED : 0;
}

/* What this thread holds of the kinds that do not name their owner. A mark that finds no room is only counted. */
static inline void mark_add(struct thread_state *ts, const void *lock, unsigned mode) {
  if (ts->n_held < HELD_MARKS)
    ts->held[ts->n_held++] = (struct held_mark){(uintptr_t)lock, mode & TRACE_MODE_READ};
  else
    ts->n_unmarked++;
}

static inline struct held_mark *mark_find(struct thread_state *ts, const void *lock) {
  for (uint32_t i = ts->n_held; i--;)
    if (ts->held[i].address == (uintptr_t)lock)
      return &ts->held[i];
  return NULL;
}

static inline void mark_remove(struct thread_state *ts, struct held_mark *mark) {
  if (mark)
    *mark = ts->held[--ts->n_held];
  else if (ts->n_unmarked)
    ts->n_unmarked--;
}

/* Retry with the thread attached, or tell that the call goes by unrecorded. */
#define ATTACH(resolved) (UNLIKELY(!(resolved)) ? real_resolve() : (void)0, track_is_off ? RECORD_NO : record_attach())

/* One event that carries a result. */
static inline void record_result(unsigned op, unsigned mode, unsigned raw_kind, const void *object, int result, struct caller caller) {
  record_wide(&(struct wide_event){.op = (uint8_t)op, .mode = (uint8_t)mode, .kind = kind_of_raw(raw_kind), .address = object, .result = result}, caller);
}

#endif
