/* wrap_thread.c - threads: create, join in all its forms, detach, cancel, names; POSIX and C11.
 *
 * A thread gets its number from its creator, before the real call, and starts in thread_main(), which tells the recorder its
 * number and the bounds of its stack. Its end is recorded by a key destructor, so cancellation and pthread_exit need no wrapper. */
#include <sys/resource.h>

#include "preload/wrap.h"
#include "record/process.h"
#include "record/sys.h"
#include "record/watch.h"

struct start {
  void *(*run)(void *);
  int (*run_c11)(void *);
  void *argument;
  size_t stack_bytes;
  uint32_t number;
  uintptr_t routine; /* what the thread is said to run */
  uint8_t kind;
  struct start *next;
};

/* Starts are small and short-lived; their memory is kept. `starts_lock` protects the list, taken with nothing else, never from a
 * signal handler as pthread_create may not be called there. */
static struct start *free_starts;
static uint32_t starts_lock;

static void lock_starts(void) {
  while (__atomic_exchange_n(&starts_lock, 1, __ATOMIC_ACQUIRE))
    sys_call0(SYS_sched_yield);
}
static void unlock_starts(void) { __atomic_store_n(&starts_lock, 0, __ATOMIC_RELEASE); }

static void start_put(struct start *start) {
  lock_starts();
  start->next = free_starts;
  free_starts = start;
  unlock_starts();
}

static struct start *start_get(void) {
  lock_starts();
  if (!free_starts) {
    struct start *fresh = sys_memory(4096);
    for (size_t i = 0; fresh && i < 4096 / sizeof *fresh; i++) {
      fresh[i].next = free_starts;
      free_starts = &fresh[i];
    }
  }
  struct start *start = free_starts;
  if (start)
    free_starts = start->next;
  unlock_starts();
  return start;
}

/* A fork while another thread held the list's lock would leave it taken in the child. */
static void reset_in_child(void) {
  starts_lock = 0;
  free_starts = NULL;
}

static size_t stack_bytes(const pthread_attr_t *attributes) {
  size_t bytes = 0;
  struct rlimit limit;
  pthread_attr_t preset;
  if (attributes && !pthread_attr_getstacksize(attributes, &bytes) && bytes)
    return bytes;
  if (!attributes && !pthread_getattr_default_np(&preset)) {
    pthread_attr_getstacksize(&preset, &bytes);
    pthread_attr_destroy(&preset);
    if (bytes)
      return bytes;
  }
  if (sys_call4(SYS_prlimit64, 0, RLIMIT_STACK, 0, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
    return 2u << 20; /* glibc's own choice then */
  return limit.rlim_cur;
}

static uintptr_t start_routine(const struct start *start) {
  if (start->routine)
    return start->routine;
  return start->run ? (uintptr_t)start->run : (uintptr_t)start->run_c11;
}

/* The thread descriptor lies at the top of the stack: everything that calls in this thread can read ends below it. */
static void begin(const struct start *start) {
  record_thread_begin(start->number, start_routine(start), (uintptr_t)pthread_self(), start->stack_bytes);
}

static void *thread_main(void *argument) {
  struct start start = *(struct start *)argument;
  start_put(argument);
  begin(&start);
  return start.run(start.argument);
}

static int thread_main_c11(void *argument) {
  struct start start = *(struct start *)argument;
  start_put(argument);
  begin(&start);
  return start.run_c11(start.argument);
}

static void record_create(unsigned op, const struct start *start, bool is_detached, int result, struct caller caller) {
  record_wide(&(struct wide_event){.op = (uint8_t)op,
                                   .mode = is_detached ? TRACE_MODE_DETACHED : 0,
                                   .kind = start->kind,
                                   .value = start->number,
                                   .extra = start_routine(start),
                                   .result = result},
              caller);
}

static bool is_detached_by(const pthread_attr_t *attributes) {
  int state = PTHREAD_CREATE_JOINABLE;
  return attributes && !pthread_attr_getdetachstate(attributes, &state) && state == PTHREAD_CREATE_DETACHED;
}

/* NULL: start it unrecorded. */
static struct start *start_new(struct start wanted) {
  static bool is_registered;
  if (!__atomic_exchange_n(&is_registered, true, __ATOMIC_ACQ_REL))
    pthread_atfork(NULL, NULL, reset_in_child);
  struct start *start = start_get();
  if (start) {
    wanted.number = record_next_thread();
    *start = wanted;
  }
  return start;
}

PUBLIC int pthread_create(pthread_t *restrict thread, const pthread_attr_t *restrict attributes, void *(*run)(void *), void *restrict argument) {
  struct passage passage = track_passage; /* a primitive's thread; its caller is who started that */
  struct caller caller = passage.caller.pc ? passage.caller : CALLER();
  struct start *start = NULL;
  track_passage = (struct passage){.kind = 0};
  if (ATTACH(real.pthread_create) == RECORD_READY)
    start = start_new((struct start){
        .run = run, .argument = argument, .stack_bytes = stack_bytes(attributes), .routine = passage.routine, .kind = passage.kind});
  if (!start)
    return real.pthread_create(thread, attributes, run, argument);
  struct start copy = *start;
  bool is_detached = is_detached_by(attributes) && !passage.kind; /* a daemon may be joined all the same */
  record_create(TRACE_CREATE, &copy, is_detached, 0, caller);
  int answer = real.pthread_create(thread, attributes, thread_main, start);
  if (answer) {
    record_create(TRACE_CREATE_FAIL, &copy, is_detached, answer, caller);
    start_put(start);
  } else {
    record_child(copy.number, (uintptr_t)*thread);
    track_passage.recorded = (uint64_t)track_recording_number << 32 | copy.number;
  }
  return answer;
}

PUBLIC int thrd_create(thrd_t *thread, thrd_start_t run, void *argument) {
  struct caller caller = CALLER();
  struct start *start = NULL;
  if (ATTACH(real.thrd_create) == RECORD_READY)
    start = start_new((struct start){.run_c11 = run, .argument = argument, .stack_bytes = stack_bytes(NULL)});
  if (!start)
    return real.thrd_create(thread, run, argument);
  struct start copy = *start;
  record_create(TRACE_CREATE, &copy, false, 0, caller);
  int answer = real.thrd_create(thread, thread_main_c11, start);
  if (answer != thrd_success) {
    record_create(TRACE_CREATE_FAIL, &copy, false, c11_result(answer), caller);
    start_put(start);
  } else
    record_child(copy.number, (uintptr_t)*thread);
  return answer;
}

static void record_target(unsigned op, unsigned mode, uintptr_t thread, int result, struct caller caller) {
  record_wide(&(struct wide_event){.op = (uint8_t)op, .mode = (uint8_t)mode, .value = thread, .result = result}, caller);
}

#define JOIN(name, api, mode, parameters, arguments)                                                                                       \
  PUBLIC int name parameters {                                                                                                             \
    struct caller caller = CALLER();                                                                                                       \
    if (ATTACH(real.name) != RECORD_READY || track_passage.is_mute)                                                                        \
      return real.name arguments;                                                                                                          \
    record_target(TRACE_JOIN_REQ, mode, (uintptr_t)thread, 0, caller);                                                                     \
    int answer = real.name arguments;                                                                                                      \
    record_target(answer ? TRACE_JOIN_FAIL : TRACE_JOIN, mode, (uintptr_t)thread, RESULT_##api(answer), caller);                           \
    return answer;                                                                                                                         \
  }
JOIN(pthread_join, POSIX, 0, (pthread_t thread, void **ret_result), (thread, ret_result))
JOIN(pthread_tryjoin_np, POSIX, TRACE_MODE_TRY, (pthread_t thread, void **ret_result), (thread, ret_result))
JOIN(pthread_timedjoin_np, POSIX, TRACE_MODE_TIMED, (pthread_t thread, void **ret_result, const struct timespec *until), (thread, ret_result, until))
JOIN(pthread_clockjoin_np, POSIX, TRACE_MODE_TIMED, (pthread_t thread, void **ret_result, clockid_t clock, const struct timespec *until),
     (thread, ret_result, clock, until))
JOIN(thrd_join, C11, 0, (thrd_t thread, int *ret_result), (thread, ret_result))

/* Recorded before: a detached thread's handle may be another's the moment it ends. */
#define DETACH(name, api)                                                                                                                  \
  PUBLIC int name(pthread_t thread) {                                                                                                      \
    struct caller caller = CALLER();                                                                                                       \
    bool is_recorded = ATTACH(real.name) == RECORD_READY;                                                                                  \
    if (is_recorded)                                                                                                                       \
      record_target(TRACE_DETACH, 0, (uintptr_t)thread, 0, caller);                                                                        \
    int answer = real.name(thread);                                                                                                        \
    if (is_recorded && answer)                                                                                                             \
      record_target(TRACE_DETACH_FAIL, 0, (uintptr_t)thread, RESULT_##api(answer), caller);                                                \
    return answer;                                                                                                                         \
  }
DETACH(pthread_detach, POSIX)
DETACH(thrd_detach, C11)

PUBLIC int pthread_cancel(pthread_t thread) {
  struct caller caller = CALLER();
  if (ATTACH(real.pthread_cancel) == RECORD_READY)
    record_target(TRACE_CANCEL, 0, (uintptr_t)thread, 0, caller);
  return real.pthread_cancel(thread);
}

PUBLIC int pthread_setname_np(pthread_t thread, const char *name) {
  bool is_recorded = ATTACH(real.pthread_setname_np) == RECORD_READY;
  int answer = real.pthread_setname_np(thread, name);
  if (is_recorded && !answer)
    record_name(pthread_equal(thread, pthread_self()) ? 0 : 2, (uintptr_t)thread, name);
  return answer;
}
