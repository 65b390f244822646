/* wrap_annotate.c - locks that programs built themselves, told by track/annotate.h, by ThreadSanitizer's interface or by Valgrind's
 * old dynamic annotations.
 *
 * Where another runtime has these functions too (a program built with -fsanitize=thread), it is told as well. Sources: LLVM's
 * sanitizer/tsan_interface.h, Valgrind's dynamic_annotations.h. */
#include <stddef.h>
#include <string.h>

#include "preload/wrap.h"
#include "track/annotate.h"

#define RAW_ANNOTATED RAW_KIND(TRACE_KIND_ANNOTATED, 0)

static unsigned mode_of(int flags) { return (flags & TRACK_SHARED ? TRACE_MODE_READ : 0) | (flags & TRACK_TRIED ? TRACE_MODE_TRY : 0); }

static void annotate(unsigned op, unsigned mode, const void *lock, struct caller caller) {
  if (ATTACH(real.pthread_once) == RECORD_READY)
    record_event(op, mode, RAW_ANNOTATED, lock, caller);
}

static void annotate_life(unsigned op, const void *lock, struct caller caller) {
  if (ATTACH(real.pthread_once) == RECORD_READY)
    record_result(op, 0, RAW_ANNOTATED, lock, 0, caller);
}

PUBLIC void track_annotate_create(const void *lock, const char *name) {
  annotate_life(TRACE_INIT, lock, CALLER());
  if (name)
    track_annotate_name(lock, name);
}
PUBLIC void track_annotate_destroy(const void *lock) { annotate_life(TRACE_DESTROY, lock, CALLER()); }
PUBLIC void track_annotate_request(const void *lock, int flags) { annotate(TRACE_REQ, mode_of(flags), lock, CALLER()); }
PUBLIC void track_annotate_acquire(const void *lock, int flags) { annotate(TRACE_ACQ, mode_of(flags), lock, CALLER()); }
PUBLIC void track_annotate_try_failed(const void *lock, int flags) { annotate(TRACE_TRYFAIL, mode_of(flags), lock, CALLER()); }
PUBLIC void track_annotate_release(const void *lock, int flags) { annotate(TRACE_REL, mode_of(flags & TRACK_SHARED), lock, CALLER()); }
PUBLIC void track_annotate_name(const void *object, const char *name) {
  if (ATTACH(real.pthread_once) == RECORD_READY)
    record_name(NAME_OBJECT, (uintptr_t)object, name);
}

/* The next definition of an annotation, if any runtime has one. `known` caches it; a pointer to itself means there is none. */
static void *next_annotation(void **known, const char *name) {
  void *next = __atomic_load_n(known, __ATOMIC_ACQUIRE);
  if (!next) {
    next = real_find(name, 0);
    __atomic_store_n(known, next ? next : (void *)known, __ATOMIC_RELEASE);
  }
  return next == (void *)known ? NULL : next;
}

/* Declares `name`, does `body`, hands on. */
#define ANNOTATION(name, parameters, arguments, body)                                                                                      \
  void name parameters;                                                                                                                    \
  PUBLIC void name parameters {                                                                                                            \
    static void *known;                                                                                                                    \
    struct caller caller = CALLER();                                                                                                       \
    void *next = next_annotation(&known, #name);                                                                                           \
    body;                                                                                                                                  \
    if (next) {                                                                                                                            \
      void(*call) parameters;                                                                                                              \
      memcpy(&call, &next, sizeof call);                                                                                                   \
      call arguments;                                                                                                                      \
    }                                                                                                                                      \
  }

ANNOTATION(AnnotateRWLockCreate, (const char *file, int line, const volatile void *lock), (file, line, lock),
           annotate_life(TRACE_INIT, (const void *)lock, caller))
ANNOTATION(AnnotateRWLockCreateStatic, (const char *file, int line, const volatile void *lock), (file, line, lock),
           annotate_life(TRACE_INIT, (const void *)lock, caller))
ANNOTATION(AnnotateRWLockDestroy, (const char *file, int line, const volatile void *lock), (file, line, lock),
           annotate_life(TRACE_DESTROY, (const void *)lock, caller))
ANNOTATION(AnnotateRWLockAcquired, (const char *file, int line, const volatile void *lock, long is_write), (file, line, lock, is_write),
           annotate(TRACE_ACQ, is_write ? 0 : TRACE_MODE_READ, (const void *)lock, caller))
ANNOTATION(AnnotateRWLockReleased, (const char *file, int line, const volatile void *lock, long is_write), (file, line, lock, is_write),
           annotate(TRACE_REL, is_write ? 0 : TRACE_MODE_READ, (const void *)lock, caller))

/* Flags of tsan_interface.h. */
enum { TSAN_READ_LOCK = 1 << 3, TSAN_TRY_LOCK = 1 << 4, TSAN_TRY_LOCK_FAILED = 1 << 5, TSAN_RECURSIVE_LOCK = 1 << 6 };

static unsigned tsan_mode(unsigned flags) {
  return (flags & TSAN_READ_LOCK ? TRACE_MODE_READ : 0) | (flags & TSAN_TRY_LOCK ? TRACE_MODE_TRY : 0);
}

static void tsan_locked(const void *lock, unsigned flags, struct caller caller) {
  annotate(flags & TSAN_TRY_LOCK_FAILED ? TRACE_TRYFAIL : TRACE_ACQ, tsan_mode(flags), lock, caller);
}

ANNOTATION(__tsan_mutex_create, (void *lock, unsigned flags), (lock, flags), annotate_life(TRACE_INIT, lock, caller))
ANNOTATION(__tsan_mutex_destroy, (void *lock, unsigned flags), (lock, flags), annotate_life(TRACE_DESTROY, lock, caller))
ANNOTATION(__tsan_mutex_post_lock, (void *lock, unsigned flags, int recursion), (lock, flags, recursion), tsan_locked(lock, flags, caller))
ANNOTATION(__tsan_mutex_pre_signal, (void *lock, unsigned flags), (lock, flags), (void)caller)
ANNOTATION(__tsan_mutex_post_signal, (void *lock, unsigned flags), (lock, flags), (void)caller)
ANNOTATION(__tsan_mutex_pre_divert, (void *lock, unsigned flags), (lock, flags), (void)caller)
ANNOTATION(__tsan_mutex_post_divert, (void *lock, unsigned flags), (lock, flags), (void)caller)
/* Nothing is known of the lock's state here, and a request that is granted at once means nothing: the acquisition tells. */
ANNOTATION(__tsan_mutex_pre_lock, (void *lock, unsigned flags), (lock, flags), (void)caller)
ANNOTATION(__tsan_mutex_post_unlock, (void *lock, unsigned flags), (lock, flags), (void)caller)

int __tsan_mutex_pre_unlock(void *lock, unsigned flags);
PUBLIC int __tsan_mutex_pre_unlock(void *lock, unsigned flags) {
  static void *known;
  struct caller caller = CALLER();
  void *next = next_annotation(&known, "__tsan_mutex_pre_unlock");
  annotate(TRACE_REL, tsan_mode(flags & TSAN_READ_LOCK), lock, caller);
  if (!next)
    return 0;
  int (*call)(void *, unsigned);
  memcpy(&call, &next, sizeof call);
  return call(lock, flags);
}
