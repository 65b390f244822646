/* tell.c - see tell.h. */
#include "primitives/tell.h"

#include <string.h>

#include "primitives/first.h"
#include "primitives/hook.h"
#include "record/process.h"
#include "record/sys.h"

#if __has_include(<valgrind/helgrind.h>)
#include <valgrind/helgrind.h>
#else /* built without Valgrind's headers: Helgrind will not understand the primitives */
#define RUNNING_ON_VALGRIND 0
#define ANNOTATE_HAPPENS_BEFORE(object)
#define ANNOTATE_HAPPENS_AFTER(object)
#define VALGRIND_HG_DISABLE_CHECKING(begin, bytes)
#endif

/* ThreadSanitizer's, in the program or beside it. */
void __tsan_acquire(void *address) __attribute__((weak));
void __tsan_release(void *address) __attribute__((weak));

static const char *const words[TRACE_OP_LIMIT] = {
#define EVENT(name, code, text, operand, flags) [code] = text,
#include "track/events.def"
};

void tell(struct subject subject, unsigned op, unsigned mode, struct caller caller) {
  uint32_t watchers = __atomic_load_n(&track_watchers, __ATOMIC_RELAXED);
  if (watchers & WATCH_RECORDER) {
    tell_first(subject, op, caller);
    record_event(op, mode, RAW_KIND(subject.kind, 0), subject.name, caller);
  }
  if (watchers & WATCH_HOOK)
    hook_tell(words[op], subject.name);
}

void tell_with(struct subject subject, unsigned op, unsigned mode, int result, uint64_t value, struct caller caller) {
  uint32_t watchers = __atomic_load_n(&track_watchers, __ATOMIC_RELAXED);
  if (watchers & WATCH_RECORDER) {
    if (op != TRACE_INIT)
      tell_first(subject, op, caller);
    record_wide(&(struct wide_event){.op = (uint8_t)op,
                                     .mode = (uint8_t)mode,
                                     .kind = kind_of_raw(RAW_KIND(subject.kind, 0)),
                                     .address = subject.name,
                                     .value = value,
                                     .result = result},
                caller);
    if (op == TRACE_INIT)
      tell_created(subject.name);
  }
  if (watchers & WATCH_HOOK)
    hook_tell(words[op], subject.name);
}

void tell_thread(unsigned op, unsigned mode, const struct told_thread *thread, int result, struct caller caller) {
  uint32_t watchers = __atomic_load_n(&track_watchers, __ATOMIC_RELAXED);
  bool is_known = thread->recorded >> 32 == track_recording_number;
  if (watchers & WATCH_RECORDER)
    record_wide(&(struct wide_event){.op = (uint8_t)op,
                                     .mode = (uint8_t)mode,
                                     .kind = (uint16_t)thread->kind,
                                     .value = thread->handle,
                                     .extra = is_known ? thread->recorded & UINT32_MAX : 0,
                                     .result = result},
                caller);
  if (watchers & WATCH_HOOK)
    hook_tell(words[op], NULL);
}

void order_before_slow(const void *futex) {
  uint32_t watchers = __atomic_load_n(&track_watchers, __ATOMIC_RELAXED);
  if (watchers & WATCH_VALGRIND) {
    VALGRIND_HG_DISABLE_CHECKING(futex, sizeof(uint32_t));
    ANNOTATE_HAPPENS_BEFORE(futex);
  }
  if (watchers & WATCH_TSAN)
    __tsan_release((void *)(uintptr_t)futex);
}

void order_after_slow(const void *futex) {
  uint32_t watchers = __atomic_load_n(&track_watchers, __ATOMIC_RELAXED);
  if (watchers & WATCH_VALGRIND)
    ANNOTATE_HAPPENS_AFTER(futex);
  if (watchers & WATCH_TSAN)
    __tsan_acquire((void *)(uintptr_t)futex);
}

void name_set(struct track_private_name *name, const char *given) {
  size_t n = strnlen(given, sizeof name->private_text - 1);
  memcpy(name->private_text, given, n);
  name->private_text[n] = 0;
  name->private_given = name->private_text;
}

void name_init(struct track_private_name *name, const char *given, unsigned kind) {
  static const char *const words_of[TRACE_KIND_LIMIT] = {
      [TRACE_KIND_LOCK] = "Lock-",
      [TRACE_KIND_RLOCK] = "RLock-",
      [TRACE_KIND_TRACK_CONDITION] = "Condition-",
      [TRACE_KIND_TRACK_SEMAPHORE] = "Semaphore-",
      [TRACE_KIND_BOUNDED_SEMAPHORE] = "BoundedSemaphore-",
      [TRACE_KIND_TRACK_BARRIER] = "Barrier-",
      [TRACE_KIND_TRACK_EVENT] = "Event-",
      [TRACE_KIND_TIMER] = "Timer-",
      [TRACE_KIND_QUEUE] = "Queue-",
      [TRACE_KIND_EXECUTOR] = "Executor-",
      [TRACE_KIND_LOCAL] = "Local-",
      [TRACE_KIND_THREAD] = "Thread-",
  };
  static uint32_t counts[TRACE_KIND_LIMIT];
  name->private_told = name->private_reserved = 0;
  if (given) {
    name_set(name, given);
    return;
  }
  size_t n = sys_append(name->private_text, sizeof name->private_text, 0, words_of[kind]);
  sys_append_number(name->private_text, sizeof name->private_text, n, __atomic_add_fetch(&counts[kind], 1, __ATOMIC_RELAXED));
  name->private_given = name->private_text;
}

/* Behind the recorder's own start. */
__attribute__((constructor(102))) static void find_watchers(void) {
  if (RUNNING_ON_VALGRIND)
    watch(WATCH_VALGRIND, true);
  if (__tsan_acquire && __tsan_release)
    watch(WATCH_TSAN, true);
}
