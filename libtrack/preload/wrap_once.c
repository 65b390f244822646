/* wrap_once.c - pthread_once, call_once and the guards of C++ local statics, as locks that the initialising thread holds.
 *
 * Whoever comes while another initialises waits for it: a request, then a shared acquisition that is given back at once. Whoever
 * comes later only reads; the first such visit of a place is recorded, as it may be the one that would wait in another schedule. */
#include <string.h>

#include "preload/wrap.h"

#define RAW_ONCE RAW_KIND(TRACE_KIND_ONCE, 0)

enum { ONCE_DONE = 2, GUARD_DONE = 1, GUARD_PENDING = 0x100 }; /* glibc's __PTHREAD_ONCE_DONE; libstdc++'s guard word */

struct once_call {
  const void *control;
  void (*routine)(void);
  struct caller caller;
  bool has_run;
  struct once_call *outer;
};

static __thread struct once_call *current_once __attribute__((tls_model("initial-exec")));

static void visited(const void *control, bool has_waited, struct caller caller) {
  record_event(TRACE_ACQ, TRACE_MODE_READ | (has_waited ? TRACE_MODE_WAITED : 0), RAW_ONCE, control, caller);
  record_event(TRACE_REL, TRACE_MODE_READ, RAW_ONCE, control, caller);
}

/* Later visits: recorded when this place in this thread is new. */
static void visited_later(const void *control, struct caller caller) {
  struct thread_state *ts = track_thread;
  if (!record_begin(ts))
    return;
  uint32_t key = SLOT_KEY(TRACE_ACQ, TRACE_MODE_READ, RAW_ONCE), site = site_find(ts, caller, CARE_STACK);
  const struct slot *set = ts->slots[slot_hash(key, (uintptr_t)control, site)];
  bool is_known = site && (slot_is(&set[0], key, (uintptr_t)control, site) || slot_is(&set[1], key, (uintptr_t)control, site));
  record_end(ts);
  if (!is_known)
    visited(control, false, caller);
}

static void initialising(const void *control, struct caller caller) {
  record_event(TRACE_ACQ, 0, RAW_ONCE, control, caller);
  mark_add(track_thread, control, 0);
}

static void initialised(const void *control, struct caller caller) {
  struct held_mark *mark = mark_find(track_thread, control);
  if (mark)
    mark_remove(track_thread, mark);
  record_event(TRACE_REL, 0, RAW_ONCE, control, caller);
}

static void routine_left(struct once_call **call) {
  initialised((*call)->control, (*call)->caller);
  current_once = (*call)->outer;
}

/* Runs in the place of the routine. Left by return, exception or cancellation, after each of which another may initialise. */
static void run_once(void) {
  __attribute__((cleanup(routine_left))) struct once_call *call = current_once;
  call->has_run = true;
  initialising(call->control, call->caller);
  call->routine();
}

static bool is_own(const void *control) { return mark_find(track_thread, control) != NULL; }

static int once(pthread_once_t *control, void (*routine)(void), struct caller caller, int (*run)(pthread_once_t *, void (*)(void))) {
  int word = __atomic_load_n(control, __ATOMIC_ACQUIRE);
  if (word & ONCE_DONE) {
    visited_later(control, caller);
    return run(control, routine);
  }
  struct once_call call = {.control = control, .routine = routine, .caller = caller, .outer = current_once};
  bool is_busy = word & 1, is_stuck = is_busy && is_own(control);
  if (is_busy)
    record_event(TRACE_REQ, TRACE_MODE_READ, RAW_ONCE, control, caller);
  if (is_stuck)
    record_stuck();
  current_once = &call;
  int answer = run(control, run_once);
  current_once = call.outer;
  if (!call.has_run)
    visited(control, is_busy, caller);
  return answer;
}

PUBLIC int pthread_once(pthread_once_t *control, void (*routine)(void)) {
  struct caller caller = CALLER();
  if (ATTACH(real.pthread_once) != RECORD_READY)
    return real.pthread_once(control, routine);
  return once(control, routine, caller, real.pthread_once);
}

static int run_call_once(pthread_once_t *control, void (*routine)(void)) {
  real.call_once((once_flag *)control, routine);
  return 0;
}

PUBLIC void call_once(once_flag *flag, void (*routine)(void)) {
  struct caller caller = CALLER();
  if (ATTACH(real.call_once) != RECORD_READY) {
    real.call_once(flag, routine);
    return;
  }
  once((pthread_once_t *)flag, routine, caller, run_call_once);
}
_Static_assert(sizeof(once_flag) == sizeof(pthread_once_t), "glibc's call_once is pthread_once");

/* libstdc++ may have come by dlopen(RTLD_LOCAL) into a C program: see real_find(). */
static void *guard_function(void **known, const char *name) {
  void *function = __atomic_load_n(known, __ATOMIC_ACQUIRE);
  if (!function) {
    if (!real.dlopen)
      real_resolve();
    function = real_find(name, "libstdc++.so.6");
    __atomic_store_n(known, function, __ATOMIC_RELEASE);
  }
  return function;
}

int __cxa_guard_acquire(int64_t *guard);
void __cxa_guard_release(int64_t *guard);
void __cxa_guard_abort(int64_t *guard);

PUBLIC int __cxa_guard_acquire(int64_t *guard) {
  static void *known;
  struct caller caller = CALLER();
  int (*acquire)(int64_t *);
  memcpy(&acquire, (void *[]){guard_function(&known, "__cxa_guard_acquire")}, sizeof acquire);
  if (record_attach() != RECORD_READY)
    return acquire(guard);
  bool is_busy = (*(volatile int *)guard & GUARD_PENDING) != 0;
  if (is_busy)
    record_event(TRACE_REQ, TRACE_MODE_READ, RAW_ONCE, guard, caller);
  int is_mine = acquire(guard);
  if (is_mine)
    initialising(guard, caller);
  else
    visited(guard, is_busy, caller);
  return is_mine;
}

#define GUARD_END(name)                                                                                                                    \
  PUBLIC void name(int64_t *guard) {                                                                                                       \
    static void *known;                                                                                                                    \
    struct caller caller = CALLER();                                                                                                       \
    void (*end)(int64_t *);                                                                                                                \
    memcpy(&end, (void *[]){guard_function(&known, #name)}, sizeof end);                                                                   \
    if (record_attach() == RECORD_READY && is_own(guard))                                                                                  \
      initialised(guard, caller);                                                                                                          \
    end(guard);                                                                                                                            \
  }
GUARD_END(__cxa_guard_release)
GUARD_END(__cxa_guard_abort)
