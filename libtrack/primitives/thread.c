/* thread.c - track_thread: see track/thread.h.
 *
 * Non-daemon threads are joinable pthreads: the first who joins reaps the pthread, others wait until that is done. Daemons are detached,
 * and joining one is waiting for the word that it sets as its last access to the structure. The creator touches the structure after
 * pthread_create, too, so the two shake hands before either may let it go. */
#include "primitives/thread.h"

#include <pthread.h>
#include <string.h>

#include "preload/wrap.h"
#include "primitives/hook.h"
#include "primitives/inner.h"
#include "primitives/self.h"
#include "primitives/tell.h"
#include "record/process.h"

/* private_state, a futex. */
enum thread_phase { THREAD_NEW, THREAD_STARTED, THREAD_OVER, THREAD_REAPING, THREAD_REAPED };

/* private_handshake, a futex. */
enum { SHAKE_CREATOR_DONE = 1, SHAKE_CHILD_WAITS = 2 };

static uint32_t phase_of(const struct track_thread *t) {
  return __atomic_load_n(&t->private_state, __ATOMIC_ACQUIRE);
}

static void set_phase(struct track_thread *t, enum thread_phase phase) {
  __atomic_exchange_n(&t->private_state, phase, __ATOMIC_RELEASE);
  futex_wake(&t->private_state, WAKE_ALL);
}

bool thread_was_started(const struct track_thread *t) {
  return phase_of(t) != THREAD_NEW;
}

void thread_init_as(struct track_thread *t, void *(*run)(void *arg), void *arg, const char *name, enum trace_kind kind) {
  *t = (struct track_thread){.private_run = run, .private_arg = arg, .private_kind = (uint16_t)kind};
  name_init(&t->private_name, name, TRACE_KIND_THREAD);
  t->private_is_daemon = registry_self_is_daemon();
}

PUBLIC int track_thread_init(struct track_thread *t, void *(*run)(void *arg), void *arg, const char *name) {
  thread_init_as(t, run, arg, name, TRACE_KIND_THREAD);
  return 0;
}

PUBLIC int track_thread_set_daemon(struct track_thread *t, bool is_daemon) {
  if (thread_was_started(t))
    return EINVAL;
  t->private_is_daemon = is_daemon;
  return 0;
}

/* The kernel shows 15 bytes of it. */
static void show_name(const struct track_thread *t) {
  char text[16];
  size_t n = strnlen(t->private_name.private_given, sizeof text - 1);
  memcpy(text, t->private_name.private_given, n);
  text[n] = 0;
  pthread_setname_np(pthread_self(), text);
  if (recording() && track_watchers & WATCH_RECORDER)
    record_name(NAME_SELF, 0, t->private_name.private_given);
}

/* The creator may be about to use the structure yet. */
static void shake_hands(struct track_thread *t) {
  uint32_t nothing = 0;
  if (__atomic_compare_exchange_n(&t->private_handshake, &nothing, SHAKE_CHILD_WAITS, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    while (__atomic_load_n(&t->private_handshake, __ATOMIC_ACQUIRE) != SHAKE_CREATOR_DONE)
      futex_wait(&t->private_handshake, SHAKE_CHILD_WAITS, NO_DEADLINE);
}

static void creator_done(struct track_thread *t) {
  if (__atomic_exchange_n(&t->private_handshake, SHAKE_CREATOR_DONE, __ATOMIC_ACQ_REL) == SHAKE_CHILD_WAITS)
    futex_wake(&t->private_handshake, 1);
}

/* Behind the function's return, pthread_exit() or a cancellation. Afterwards the structure is somebody else's. */
static void thread_over(void *context) {
  struct track_thread *t = context;
  registry_remove(t);
  shake_hands(t);
  if (t->private_is_daemon)
    track_self.thread = NULL;
  order_before(&t->private_state);
  set_phase(t, THREAD_OVER);
}

static void *thread_main(void *context) {
  struct track_thread *t = context;
  void *result;
  track_self.thread = t;
  __atomic_exchange_n(&t->private_handle, (uint64_t)pthread_self(), __ATOMIC_RELAXED);
  __atomic_exchange_n(&t->private_native_id, (int32_t)sys_call0(SYS_gettid), __ATOMIC_RELAXED);
  show_name(t);
  hook_take();
  pthread_cleanup_push(thread_over, t);
  result = t->private_run(t->private_arg);
  t->private_result = result;
  pthread_cleanup_pop(1);
  return result;
}

static int create(struct track_thread *t, uintptr_t routine, struct caller caller) {
  pthread_attr_t attributes;
  pthread_t handle = 0;
  int answer = pthread_attr_init(&attributes);
  if (answer)
    return answer;
  if (t->private_is_daemon)
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  bool is_plain_daemon = t->private_is_daemon && t->private_kind == TRACE_KIND_THREAD;
  track_passage =
      (struct passage){.caller = caller, .routine = routine, .kind = is_plain_daemon ? TRACE_KIND_DAEMON : (uint8_t)t->private_kind};
  answer = pthread_create(&handle, &attributes, thread_main, t);
  uint64_t recorded = track_passage.recorded;
  track_passage = (struct passage){.kind = 0};
  pthread_attr_destroy(&attributes);
  if (!answer) {
    __atomic_exchange_n(&t->private_recorded, recorded, __ATOMIC_RELAXED);
    __atomic_exchange_n(&t->private_handle, (uint64_t)handle, __ATOMIC_RELAXED);
  }
  return answer;
}

static uint64_t handle_of(const struct track_thread *t) {
  return __atomic_load_n(&t->private_handle, __ATOMIC_RELAXED);
}

int thread_start_at(struct track_thread *t, uintptr_t routine, struct caller caller) {
  uint32_t phase = THREAD_NEW;
  if (!__atomic_compare_exchange_n(&t->private_state, &phase, THREAD_STARTED, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
    return EINVAL;
  t->private_handshake = 0;
  t->private_handle = t->private_recorded = 0;
  if (!t->private_is_daemon && !registry_reserve_join())
    return __atomic_store_n(&t->private_state, THREAD_NEW, __ATOMIC_RELEASE), ENOMEM;
  registry_add(t);
  int saved = errno, answer = create(t, routine, caller);
  errno = saved;
  if (answer) {
    registry_remove(t);
    if (!t->private_is_daemon)
      registry_unreserve();
    __atomic_store_n(&t->private_state, THREAD_NEW, __ATOMIC_RELEASE);
    return answer;
  }
  if (!t->private_is_daemon)
    registry_await(handle_of(t));
  creator_done(t);
  return 0;
}

PUBLIC int track_thread_start(struct track_thread *t) {
  struct caller caller = CALLER();
  int answer = thread_start_at(t, (uintptr_t)t->private_run, caller);
  if (answer == EINVAL && is_watched())
    tell_with(SUBJECT(t, THREAD), TRACE_START_FAIL, 0, answer, 0, caller);
  return answer;
}

/* One who joins takes the pthread away, the others wait for that. It also says with what the thread called pthread_exit(). */
static void reap(struct track_thread *t) {
  uint32_t phase = THREAD_OVER;
  if (t->private_is_daemon)
    return;
  if (__atomic_compare_exchange_n(&t->private_state, &phase, THREAD_REAPING, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
    void *result;
    if (registry_join(handle_of(t), &result))
      t->private_result = result;
    order_before(&t->private_state);
    set_phase(t, THREAD_REAPED);
  }
  while ((phase = phase_of(t)) == THREAD_REAPING)
    futex_wait(&t->private_state, phase, NO_DEADLINE);
  order_after(&t->private_state);
}

int thread_wait(struct track_thread *t, int64_t deadline) {
  uint32_t phase = phase_of(t);
  if (t == track_thread_current())
    return EDEADLK;
  if (phase == THREAD_NEW || t->private_is_foreign)
    return EINVAL;
  for (bool is_in_time = true; (phase = phase_of(t)) < THREAD_OVER;) {
    if (!is_in_time)
      return ETIMEDOUT;
    is_in_time = futex_wait(&t->private_state, phase, deadline);
  }
  order_after(&t->private_state);
  reap(t);
  return 0;
}

/* A handle may be another's once its thread has ended, so the recorder's number is told, too. Without one, as with a thread that never ran,
 * the join is told of the structure. */
static bool is_told_as_join(const struct track_thread *t, const struct told_thread *thread) {
  uint32_t phase = phase_of(t);
  return (thread->handle && thread->recorded && phase != THREAD_NEW && phase != THREAD_REAPED) || t == track_thread_current();
}

static void tell_join_result(struct track_thread *t, unsigned mode, int answer, struct caller caller) {
  if (!answer)
    tell(SUBJECT(t, THREAD), TRACE_PASS, mode, caller);
  else if (!t->private_is_foreign)
    tell_with(SUBJECT(t, THREAD), TRACE_AWAIT_FAIL, mode, answer, 0, caller);
}

static int join_at(struct track_thread *t, int64_t timeout_ns, void **ret_result, struct caller caller) {
  unsigned mode = timeout_ns < 0 ? 0 : TRACE_MODE_TIMED;
  struct told_thread thread = {handle_of(t), __atomic_load_n(&t->private_recorded, __ATOMIC_RELAXED),
                               t->private_is_daemon ? TRACE_KIND_DAEMON : TRACE_KIND_THREAD};
  bool is_told = is_watched() && is_told_as_join(t, &thread);
  if (is_told)
    tell_thread(TRACE_JOIN_REQ, mode, &thread, 0, caller);
  int answer = thread_wait(t, deadline_in(timeout_ns));
  if (!answer && ret_result)
    *ret_result = t->private_result;
  if (is_told)
    tell_thread(answer ? TRACE_JOIN_FAIL : TRACE_JOIN, mode, &thread, answer, caller);
  else if (is_watched())
    tell_join_result(t, mode, answer, caller);
  return answer;
}

PUBLIC int track_thread_join(struct track_thread *t, void **ret_result) {
  return join_at(t, -1, ret_result, CALLER());
}
PUBLIC int track_thread_join_timeout(struct track_thread *t, int64_t timeout_ns, void **ret_result) {
  return join_at(t, timeout_ns, ret_result, CALLER());
}

PUBLIC bool track_thread_is_alive(const struct track_thread *t) {
  return phase_of(t) == THREAD_STARTED;
}
PUBLIC bool track_thread_is_daemon(const struct track_thread *t) {
  return t->private_is_daemon;
}

/* Of a thread that others made: alive as long as it is. */
void thread_stand_in(struct track_thread *t, const char *name, bool is_daemon) {
  *t = (struct track_thread){.private_state = THREAD_STARTED, .private_is_daemon = is_daemon, .private_is_foreign = true};
  t->private_handle = (uint64_t)pthread_self();
  t->private_native_id = (int32_t)sys_call0(SYS_gettid);
  name_set(&t->private_name, name);
}

PUBLIC const char *track_thread_name(const struct track_thread *t) {
  return t->private_name.private_given;
}
PUBLIC uint64_t track_thread_ident(const struct track_thread *t) {
  return handle_of(t);
}

/* Its thread tells it, as the first thing that it does. */
PUBLIC int track_thread_native_id(const struct track_thread *t) {
  int32_t id;
  for (unsigned n = 0; !(id = __atomic_load_n(&t->private_native_id, __ATOMIC_RELAXED)) && phase_of(t) == THREAD_STARTED; n++)
    pause_a_little(n);
  return id;
}

PUBLIC int track_thread_set_name(struct track_thread *t, const char *name) {
  if (!name)
    return EINVAL;
  name_set(&t->private_name, name);
  if (t == track_self.thread)
    show_name(t);
  else if (phase_of(t) == THREAD_STARTED && is_watched() && handle_of(t))
    record_name(NAME_THREAD, handle_of(t), t->private_name.private_given);
  return 0;
}

/* Of a thread that a fork left behind: it is over here, and nobody can reap it. */
void thread_gone_by_fork(struct track_thread *t) {
  __atomic_store_n(&t->private_state, THREAD_REAPED, __ATOMIC_RELEASE);
}

PUBLIC int track_start_new_thread(void *(*run)(void *arg), void *arg, uint64_t *ret_ident) {
  pthread_attr_t attributes;
  pthread_t handle = 0;
  int answer = pthread_attr_init(&attributes);
  if (answer)
    return answer;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  track_passage = (struct passage){.caller = CALLER(), .routine = (uintptr_t)run};
  answer = pthread_create(&handle, &attributes, run, arg);
  track_passage = (struct passage){.kind = 0};
  pthread_attr_destroy(&attributes);
  if (!answer && ret_ident)
    *ret_ident = (uint64_t)handle;
  return answer;
}
