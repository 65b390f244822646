/* wrap_once.c - pthread_once, call_once and the guards of C++ local statics, as locks that the initialising thread holds.
 *
 * Whoever comes while another initialises waits for it: a request, then a shared acquisition that is given back at once. Whoever
 * comes later only reads; the first such visit of a place is recorded, as it may be the one that would wait in another schedule. */
#include <string.h>

#include "preload/wrap.h"
#include "record/sys.h"
#include "waits/steer.h"

#define RAW_ONCE RAW_KIND(TRACE_KIND_ONCE, 0)

enum { ONCE_DONE = 2, GUARD_DONE = 1, GUARD_PENDING = 0x100, GUARD_BUSY = 0xff00 }; /* glibc's __PTHREAD_ONCE_DONE; the guard word of libstdc++, its second byte also of libc++ */

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
  visit_before(TRACE_KIND_ONCE, TRACE_MODE_READ, control, caller);
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

int __cxa_guard_acquire(int64_t *guard);
void __cxa_guard_release(int64_t *guard);
void __cxa_guard_abort(int64_t *guard);

/* For an object file whose runtime keeps its own to itself (linked statically, symbols hidden): the same protocol, in the words of
 * libstdc++. A waiter yields, as initialisations are short. */
static int guard_acquire(int64_t *guard) {
  int *word = (int *)guard;
  for (;;) {
    int seen = 0;
    if (__atomic_compare_exchange_n(word, &seen, GUARD_PENDING, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
      return 1;
    if (seen & GUARD_DONE)
      return 0;
    sys_call0(SYS_sched_yield);
  }
}
static void guard_release(int64_t *guard) { __atomic_store_n((int *)guard, GUARD_DONE, __ATOMIC_RELEASE); }
static void guard_abort(int64_t *guard) { __atomic_store_n((int *)guard, 0, __ATOMIC_RELEASE); }

static struct guards {
  int (*acquire)(int64_t *);
  void (*release)(int64_t *);
  void (*abort)(int64_t *);
} guards;

/* Looked up once, by whoever comes first: all three from one place, so that a guard is finished by the runtime that began it. */
static NOINLINE void find_guards(uintptr_t pc) {
  static const struct guards own = {guard_acquire, guard_release, guard_abort};
  struct guards found = own;
  if (UNLIKELY(!real.dlopen))
    real_resolve();
  void *acquire = real_find("__cxa_guard_acquire", pc), *release = real_find("__cxa_guard_release", pc);
  void *abort = real_find("__cxa_guard_abort", pc);
  if (acquire && release && abort) {
    memcpy(&found.acquire, &acquire, sizeof acquire);
    memcpy(&found.release, &release, sizeof release);
    memcpy(&found.abort, &abort, sizeof abort);
  }
  __atomic_store_n(&guards.release, found.release, __ATOMIC_RELAXED);
  __atomic_store_n(&guards.abort, found.abort, __ATOMIC_RELAXED);
  __atomic_store_n(&guards.acquire, found.acquire, __ATOMIC_RELEASE);
}

ALWAYS_INLINE void need_guards(uintptr_t pc) {
  if (UNLIKELY(!__atomic_load_n(&guards.acquire, __ATOMIC_ACQUIRE)))
    find_guards(pc);
}

PUBLIC int __cxa_guard_acquire(int64_t *guard) {
  struct caller caller = CALLER();
  need_guards(caller.pc);
  if (record_attach() != RECORD_READY)
    return guards.acquire(guard);
  int word = *(volatile int *)guard;
  bool is_busy = !(word & GUARD_DONE) && word & GUARD_BUSY;
  if (is_busy)
    record_event(TRACE_REQ, TRACE_MODE_READ, RAW_ONCE, guard, caller);
  if (!(word & GUARD_DONE))
    visit_before(TRACE_KIND_ONCE, TRACE_MODE_READ, guard, caller);
  int is_mine = guards.acquire(guard);
  if (is_mine)
    initialising(guard, caller);
  else
    visited(guard, is_busy, caller);
  return is_mine;
}

#define GUARD_END(name, field)                                                                                                             \
  PUBLIC void name(int64_t *guard) {                                                                                                       \
    struct caller caller = CALLER();                                                                                                       \
    need_guards(caller.pc);                                                                                                                \
    if (record_attach() == RECORD_READY && is_own(guard))                                                                                  \
      initialised(guard, caller);                                                                                                          \
    guards.field(guard);                                                                                                                   \
  }
GUARD_END(__cxa_guard_release, release)
GUARD_END(__cxa_guard_abort, abort)
