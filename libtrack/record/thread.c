/* thread.c - threads come and go: attach, begin, end; and the end of the process. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "preload/real.h"
#include "record/process.h"
#include "record/record.h"
#include "record/sandbox.h"
#include "record/sys.h"

/* Found by threads that have ended: their last destructors' events are not recorded. */
static struct thread_state track_ended;

static __thread bool is_attaching __attribute__((tls_model("initial-exec")));
static __thread uint8_t destructor_round __attribute__((tls_model("initial-exec")));
static pthread_key_t thread_key;
static bool has_key;

extern void *__libc_stack_end;

uintptr_t main_stack_top(void) { return ((uintptr_t)__libc_stack_end + 4095) & ~(uintptr_t)4095; }

bool recording(void) {
  struct process *p = __atomic_load_n(&track_process, __ATOMIC_ACQUIRE);
  return p && p->state == PROCESS_RECORDING;
}

void record_dropped(uint64_t n) {
  if (recording())
    __atomic_fetch_add(&track_process->header->dropped, n, __ATOMIC_RELAXED);
}

uint32_t record_next_thread(void) {
  return recording() ? 1 + __atomic_add_fetch(&track_process->n_threads, 1, __ATOMIC_RELAXED) : 0;
}

/* Key destructors run in rounds; in the last one, nearly everything that this thread will ever lock has been locked. */
static void thread_over(void *state) {
  struct thread_state *ts = state;
  if (ts != track_thread || !ts->tid || !ts->event) /* a forked child's, or gone, or of a recording that was stopped */
    return;
  if (++destructor_round < PTHREAD_DESTRUCTOR_ITERATIONS) {
    pthread_setspecific(thread_key, ts);
    return;
  }
  if (ts->event > NO_EVENT) /* cancelled or jumped out of */
    record_abandon(ts);
  record_wide(&(struct wide_event){.op = TRACE_THREAD_END}, (struct caller){0});
  uint64_t mask = signals_block();
  ts->event = 0;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  track_thread = &track_ended;
  ts->tid = 0;
  __atomic_store_n(&ts->region->tid, 0, __ATOMIC_RELAXED);
  lane_put(ts);
  signals_restore(mask);
}

/* Without a key (the program may have taken them all) no end of a thread is recorded, and its lane stays with it. */
static __thread bool forks_inside __attribute__((tls_model("initial-exec")));
void thread_before_fork(void) { forks_inside = track_thread->tid && track_thread->event > NO_EVENT; }
void thread_after_fork(void) {
  if (forks_inside && track_thread != &track_nobody)
    lane_orphan(track_thread);
  forks_inside = false;
}

void thread_make_key(void) { has_key = !pthread_key_create(&thread_key, thread_over); }

/* As libc knows it and writes it into mutexes: also right after a clone() behind its back, and without a system call. */
static uint32_t own_tid(void) {
  pthread_mutex_t probe = PTHREAD_MUTEX_INITIALIZER;
  if (!real.pthread_mutex_lock || !real.pthread_mutex_unlock || real.pthread_mutex_lock(&probe))
    return (uint32_t)sys_call0(SYS_gettid);
  uint32_t tid = (uint32_t)probe.__data.__owner;
  real.pthread_mutex_unlock(&probe);
  return tid;
}

static void attach(uint32_t number, uintptr_t routine, uintptr_t stack_top, size_t stack_bytes, unsigned mode) {
  struct thread_state *ts = lane_get(stack_top);
  if (!ts) {
    __atomic_fetch_add(&track_process->header->lost_threads, 1, __ATOMIC_RELAXED);
    track_thread = &track_ended;
    return;
  }
  ts->stack_top = stack_top;
  ts->stack_low = stack_top > stack_bytes ? stack_top - stack_bytes : 0;
  ts->number = number;
  ts->n_held = ts->n_unmarked = 0;
  ts->n_pending = 0;
  ts->event = 0;
  ts->tid = own_tid();
  __atomic_store_n(&ts->region->tid, ts->tid, __ATOMIC_RELAXED);
  track_thread = ts;
  if (has_key)
    pthread_setspecific(thread_key, ts);
  __atomic_fetch_add(&track_process->header->n_threads, 1, __ATOMIC_RELAXED);
  write_thread_begin(
      ts, &(struct wide_event){.op = TRACE_THREAD_BEGIN, .mode = (uint8_t)mode, .address = (void *)pthread_self(), .value = number, .extra = ts->tid}, routine);
  ts->event = NO_EVENT;
}

static size_t main_stack_bytes(void) {
  struct rlimit limit;
  if (sys_call4(SYS_prlimit64, 0, RLIMIT_STACK, 0, &limit) < 0 || limit.rlim_cur > 64u << 20)
    return 64u << 20;
  return limit.rlim_cur;
}

/* A thread that did not come through our pthread_create: the first one, or somebody's own clone. */
static void attach_found(void) {
  if (!track_is_sandboxed && sys_call0(SYS_gettid) == sys_call0(SYS_getpid))
    attach(1, 0, main_stack_top(), main_stack_bytes(), 0);
  else
    attach(record_next_thread(), 0, 0, 0, TRACE_MODE_FOREIGN);
}

bool record_is_on_signal_stack(void) {
  stack_t stack;
  return track_is_sandboxed || sys_call2(SYS_sigaltstack, NULL, &stack) < 0 || stack.ss_flags & SS_ONSTACK;
}

/* The frame that began the event under way was left by a jump out of a signal handler, or by asynchronous cancellation: one of now
 * stands in its place. A stack of its own, a handler's or a coroutine's, would tell nothing. */
static bool is_left(const struct thread_state *ts, uintptr_t frame) {
  return frame >= ts->event && ts->event >= ts->stack_low && frame < ts->stack_top && !record_is_on_signal_stack();
}

static enum record_answer answer_inside(struct thread_state *ts, uintptr_t frame) {
  if (ts->event > NO_EVENT && is_left(ts, frame))
    record_abandon(ts);
  return ts->event == NO_EVENT ? RECORD_READY : RECORD_NESTED;
}

/* Called by wrappers directly: its caller's frame is theirs. */
NOINLINE enum record_answer record_attach(void) {
  struct thread_state *ts = track_thread;
  if (UNLIKELY(ts->tid && !ts->event)) /* its recording was stopped */
    track_thread = ts = &track_nobody;
  if (ts->tid)
    return answer_inside(ts, *(const uintptr_t *)__builtin_frame_address(0));
  if (is_attaching || ts == &track_ended)
    return RECORD_NO;
  int saved = errno;
  uint64_t mask = signals_block();
  is_attaching = true;
  bool is_on = process_ready();
  if (is_on)
    attach_found();
  is_attaching = false;
  signals_restore(mask);
  errno = saved;
  return is_on && track_thread->event ? RECORD_READY : RECORD_NO;
}

void record_thread_begin(uint32_t number, uintptr_t routine, uintptr_t stack_top, size_t stack_bytes) {
  uint64_t mask = signals_block();
  is_attaching = true;
  if (track_thread->tid || !process_ready())
    goto out;
  record_modules_asked(); /* a thread that begins holds no lock: a safe moment to ask the loader */
  attach(number, routine, stack_top, stack_bytes, 0);
out:
  is_attaching = false;
  signals_restore(mask);
}

/* False in a vfork child, which runs on our memory until it execs or exits. */
static bool is_recorded_process(void) {
  return recording() && (track_is_sandboxed || (uint32_t)sys_call0(SYS_getpid) == track_process->header->pid);
}

void record_exit(int status, struct caller caller) {
  if (!is_recorded_process() || __atomic_exchange_n(&track_process->has_ended, true, __ATOMIC_ACQ_REL))
    return;
  if (track_thread->event > NO_EVENT) /* exit in a handler: what it interrupted does not go on */
    record_abandon(track_thread);
  record_wide(&(struct wide_event){.op = TRACE_EXIT, .value = (uint64_t)(unsigned)status}, caller);
  record_modules();
  struct process *p = track_process;
  if (!track_is_sandboxed)
    p->header->ticks_per_s = clock_rate(p->start, clock_point_now());
  __atomic_store_n(&p->header->state, TRACE_STATE_EXITED, __ATOMIC_RELEASE);
}

/* exec replaces everything: no destructor will run. */
void record_exec(bool is_over) {
  if (is_recorded_process())
    __atomic_store_n(&track_process->header->state, is_over ? TRACE_STATE_EXECED : TRACE_STATE_RUNNING, __ATOMIC_RELEASE);
}

void record_stuck(void) {
  static const char text[] = "libtrack: a thread waits for a lock that it holds itself; ending the process\n";
  if (!recording())
    return;
  __atomic_fetch_add(&track_process->header->stuck, 1, __ATOMIC_SEQ_CST);
  if (track_process->session)
    __atomic_fetch_add(&track_process->session->bell, 1, __ATOMIC_SEQ_CST);
  if (track_options.on_deadlock != ON_DEADLOCK_ABORT)
    return;
  sys_call3(SYS_write, 2, text, sizeof text - 1);
  sys_call1(SYS_exit_group, 66);
}

void record_unstuck(void) {
  if (recording())
    __atomic_fetch_sub(&track_process->header->stuck, 1, __ATOMIC_SEQ_CST);
}

/* This thread may do nothing more, not even read the clock: it goes on unrecorded. */
struct thread_state *record_give_up(void) {
  struct thread_state *ts = track_thread;
  if (recording())
    __atomic_fetch_add(&track_process->header->lost_threads, 1, __ATOMIC_RELAXED);
  track_thread = &track_ended;
  return ts;
}
void record_take_up(struct thread_state *ts) {
  if (recording())
    __atomic_fetch_sub(&track_process->header->lost_threads, 1, __ATOMIC_RELAXED);
  track_thread = ts;
}

__attribute__((constructor(101))) static void start(void) {
  real_resolve();
  record_attach();
}

__attribute__((destructor(101))) static void finish(void) {
  record_exit(0, CALLER()); /* called by exit(), called by whoever ends the program */
}
