/* process.c - starts the recording of this process, once, lazily, also in a forked child. */
#include "record/process.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "record/record.h"
#include "record/sandbox.h"
#include "record/sys.h"
#include "record/watch.h"

struct process *track_process;
struct options track_options;
bool track_is_off;
uint32_t track_recording_number;
bool track_recording_is_late;
static bool is_silent; /* failures are answered, not printed */
static bool is_wiped; /* the kernel knows MADV_WIPEONFORK */
static uint32_t options_state; /* 0 unread, 1 being read, 2 read */

/* Survives a fork: who the parent was, for the child's header. */
static struct {
  uint32_t pid;
  uint64_t start, forks;
  uint32_t forker; /* kernel tid of the thread that forked: the owner that inherited locks name in the child */
  struct trace_header *header; /* of the last recording, also a parent's */
} lineage;

uint64_t signals_block(void) {
  uint64_t all = UINT64_MAX, mask = 0;
  if (track_is_sandboxed)
    return 0;
  sys_call4(SYS_rt_sigprocmask, SIG_SETMASK, &all, &mask, sizeof mask);
  return mask;
}
void signals_restore(uint64_t mask) {
  if (!track_is_sandboxed)
    sys_call4(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof mask);
}

/* To yield is not enough where real-time threads run: the one that is waited for may have a lower priority. */
void pause_a_little(unsigned n_pauses) {
  static const struct timespec some = {0, 50000};
  if (track_is_sandboxed)
    return;
  if (n_pauses % 64 != 63)
    sys_call0(SYS_sched_yield);
  else
    sys_call2(SYS_nanosleep, &some, NULL);
}

void process_lock(void) {
  for (unsigned n = 0; __atomic_exchange_n(&track_process->lock, 1, __ATOMIC_ACQUIRE); n++)
    pause_a_little(n);
}
void process_unlock(void) { __atomic_store_n(&track_process->lock, 0, __ATOMIC_RELEASE); }

static struct process *process_memory(void) {
  void *fresh = sys_memory(sizeof(struct process)), *expected = NULL;
  if (!fresh)
    return NULL;
  is_wiped = sys_call3(SYS_madvise, fresh, sizeof(struct process), MADV_WIPEONFORK) == 0;
  if (!__atomic_compare_exchange_n(&track_process, (struct process **)&expected, fresh, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    sys_call2(SYS_munmap, fresh, sizeof(struct process));
  return track_process;
}

/* Name of the trace: PROGRAM-PID.trace, with -2, -3 ... behind it when the process has exec'ed. */
static void make_path(struct process *p, const char *program, uint32_t pid, unsigned attempt) {
  const char *base = strrchr(program, '/');
  size_t n = sys_append(p->path, sizeof p->path, 0, track_options.output);
  n = sys_append(p->path, sizeof p->path, n, "/");
  char name[48];
  sys_append(name, sizeof name, 0, base ? base + 1 : program);
  n = sys_append(p->path, sizeof p->path, n, name[0] ? name : "process");
  n = sys_append(p->path, sizeof p->path, n, "-");
  n = sys_append_number(p->path, sizeof p->path, n, pid);
  if (attempt > 1) {
    n = sys_append(p->path, sizeof p->path, n, "-");
    n = sys_append_number(p->path, sizeof p->path, n, attempt);
  }
  sys_append(p->path, sizeof p->path, n, TRACE_SUFFIX);
}

static void read_arguments(char *ret_text) {
  long fd = sys_call4(SYS_openat, AT_FDCWD, "/proc/self/cmdline", O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0)
    return;
  long n = sys_call3(SYS_read, fd, ret_text, TRACE_TEXT_BYTES - 1);
  sys_call1(SYS_close, fd);
  for (long i = 0; i + 1 < n; i++)
    if (!ret_text[i])
      ret_text[i] = ' ';
}

static uint32_t wakers; /* a child has its parent's handlers, too */

void process_note_waker(uint32_t bits) {
  if ((__atomic_fetch_or(&wakers, bits, __ATOMIC_RELAXED) & bits) != bits && recording())
    __atomic_fetch_or(&track_process->header->wakers, bits, __ATOMIC_RELAXED);
}

static void fill_header(struct process *p, struct trace_header *h, const char *program, uint32_t pid) {
  memcpy(h->magic, TRACE_MAGIC, sizeof h->magic);
  h->version = TRACE_VERSION;
  h->header_bytes = TRACE_HEADER_BYTES;
  h->pid = pid;
  h->parent_pid = lineage.pid;
  h->parent_start = lineage.start;
  h->parent_fork = lineage.forks;
  h->start_ticks = p->start.units;
  h->start_unix_ns = clock_unix_ns();
  h->tick_shift = CLOCK_SHIFT;
  h->page_bytes = 1u << PAGE_SHIFT;
  h->end_bytes = TRACE_HEADER_BYTES;
  h->ticks_per_s = clock_rate(p->start, clock_point_now());
  h->main_stack_top = main_stack_top();
  h->wakers = __atomic_load_n(&wakers, __ATOMIC_RELAXED);
  sys_append(h->program, sizeof h->program, 0, program);
  read_arguments(h->arguments);
  __atomic_store_n(&h->state, TRACE_STATE_RUNNING, __ATOMIC_RELEASE);
}

/* High descriptors are the ones that programs which count theirs, or close the low ones, are least likely to meet. */
enum { FILE_DESCRIPTORS = 900 };
int move_up(int fd) {
  struct rlimit limit;
  long from = FILE_DESCRIPTORS, high;
  if (!sys_call4(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, &limit) && limit.rlim_cur < FILE_DESCRIPTORS + 64)
    from = limit.rlim_cur > 16 ? (long)limit.rlim_cur - 8 : 0;
  high = sys_call3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, from);
  if (high < 0)
    return fd;
  sys_call1(SYS_close, fd);
  return (int)high;
}

static int open_file(struct process *p, const char *program, uint32_t pid) {
  for (unsigned attempt = 1; attempt < 1000; attempt++) {
    make_path(p, program, pid, attempt);
    long fd = sys_call4(SYS_openat, AT_FDCWD, p->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd == -2 /* ENOENT */ && attempt == 1 && sys_call3(SYS_mkdirat, AT_FDCWD, track_options.output, 0755) == 0)
      fd = sys_call4(SYS_openat, AT_FDCWD, p->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd != -17 /* EEXIST */)
      return fd < 0 ? (int)fd : move_up((int)fd);
  }
  return -17;
}

static void map_session(struct process *p) {
  char path[OPTION_TEXT_BYTES + 16];
  size_t n = sys_append(path, sizeof path, 0, track_options.output);
  sys_append(path, sizeof path, n, "/" TRACE_SESSION_NAME);
  long fd = sys_call4(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
  if (fd < 0)
    return;
  struct stat st;
  long memory = -1;
  if (!sys_fstat((int)fd, &st) && (size_t)st.st_size >= sizeof(struct trace_session))
    memory = sys_call(SYS_mmap, 0, sizeof(struct trace_session), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  sys_call1(SYS_close, fd);
  if (memory > 0 || memory < -4095)
    p->session = (struct trace_session *)memory;
  steer_begin();
}

/* A forked child says it only if it is the first: a server that gave up its rights may have thousands. Its parent's recording
 * counts them; that header is still mapped here. */
static bool is_told_already(void) {
  return lineage.header && __atomic_fetch_add(&lineage.header->lost_threads, 1, __ATOMIC_RELAXED) != 0;
}

static void complain(const char *what, int error) {
  track_process->error = error;
  if (is_silent || is_told_already())
    return;
  char line[OPTION_TEXT_BYTES + 256];
  size_t n = sys_append(line, sizeof line, 0, "libtrack: ");
  n = sys_append(line, sizeof line, n, track_options.output);
  n = sys_append(line, sizeof line, n, what);
  n = sys_append_number(line, sizeof line, n, (uint64_t)-error);
  n = sys_append(line, sizeof line, n, "); the program runs unrecorded\n");
  sys_call3(SYS_write, 2, line, n);
}

static bool start_recording(struct process *p) {
  char program[TRACE_TEXT_BYTES];
  long length = sys_call4(SYS_readlinkat, AT_FDCWD, "/proc/self/exe", program, sizeof program - 1);
  program[length > 0 ? length : 0] = 0;
  uint32_t pid = (uint32_t)sys_call0(SYS_getpid);
  p->start = clock_point_now();
  p->fd = open_file(p, program, pid);
  if (p->fd < 0) {
    complain(": cannot record there (errno ", p->fd);
    return false;
  }
  struct stat st;
  if (!sys_fstat(p->fd, &st)) {
    p->device = st.st_dev;
    p->inode = st.st_ino;
  }
  p->header = file_map(0, TRACE_HEADER_BYTES);
  if (!p->header) {
    complain(": no room to record there (errno ", -28);
    sys_call1(SYS_close, p->fd);
    sys_call3(SYS_unlinkat, AT_FDCWD, p->path, 0);
    return false;
  }
  fill_header(p, p->header, program, pid);
  map_session(p);
  if (p->session)
    __atomic_fetch_add(&p->session->bell, 1, __ATOMIC_SEQ_CST);
  lineage.pid = pid;
  lineage.header = p->header;
  lineage.start = p->start.units;
  lineage.forks = 0; /* but `forker` stays: what this process inherited still names it */
  __atomic_add_fetch(&track_recording_number, 1, __ATOMIC_RELAXED);
  watch(WATCH_RECORDER, true);
  return true;
}

/* Every fork of libc's passes here, daemon()'s too; the other threads are gone in the child. */
static void before_fork(void) {
  modules_before_fork();
  thread_before_fork();
  if (!recording())
    return;
  lineage.forker = track_thread->tid;
  lineage.forks = __atomic_add_fetch(&track_process->n_forks, 1, __ATOMIC_RELAXED);
  record_wide(&(struct wide_event){.op = TRACE_FORK, .value = lineage.forks}, CALLER());
}

uint32_t process_inherited_owner(void) { return lineage.forker; }

static void after_fork_in_parent(void) { modules_after_fork(false); }
static void after_fork_in_child(void) {
  modules_after_fork(true);
  if (!is_wiped) { /* an old kernel: the child leaves its parent's lanes only here */
    track_process = NULL;
    track_thread = &track_nobody;
  }
  thread_after_fork();
  if (track_is_sandboxed) { /* a recording of its own would take calls that may be forbidden */
    track_is_off = true;
    watch(WATCH_RECORDER, false);
  }
}

static void prepare(void) {
  static bool is_prepared;
  if (__atomic_exchange_n(&is_prepared, true, __ATOMIC_ACQ_REL))
    return;
  pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
  thread_make_key();
}

static void options_once(void) {
  uint32_t expected = 0;
  if (__atomic_compare_exchange_n(&options_state, &expected, 1, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
    options_read(&track_options);
    if (track_options.output[0])
      prepare();
    else
      track_is_off = true;
    __atomic_store_n(&options_state, 2, __ATOMIC_RELEASE);
  }
}

static bool is_asked(void) {
  if (UNLIKELY(__atomic_load_n(&options_state, __ATOMIC_ACQUIRE) == 0))
    options_once();
  return __atomic_load_n(&options_state, __ATOMIC_ACQUIRE) == 2 && track_options.output[0];
}

bool process_ready(void) {
  if (!is_asked() || track_is_off)
    return false;
  struct process *p = __atomic_load_n(&track_process, __ATOMIC_ACQUIRE);
  if (!p && !(p = process_memory()))
    return false;
  for (unsigned n = 0;; n++) {
    uint32_t state = __atomic_load_n(&p->state, __ATOMIC_ACQUIRE);
    if (LIKELY(state == PROCESS_RECORDING))
      return true;
    if (state == PROCESS_OFF)
      return false;
    if (state == PROCESS_NEW && __atomic_compare_exchange_n(&p->state, &state, PROCESS_STARTING, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
      bool is_on = start_recording(p);
      track_is_off = !is_on;
      __atomic_store_n(&p->state, is_on ? PROCESS_RECORDING : PROCESS_OFF, __ATOMIC_RELEASE);
      if (is_on)
        record_modules();
      return is_on;
    }
    pause_a_little(n); /* another thread is starting it */
  }
}

/* Those who come at once take turns; not from signal handlers. */
static uint32_t turn;
static void turn_take(void) {
  for (unsigned n = 0; __atomic_exchange_n(&turn, 1, __ATOMIC_ACQUIRE); n++)
    pause_a_little(n);
}
static void turn_give(void) { __atomic_store_n(&turn, 0, __ATOMIC_RELEASE); }

/* The memory of a recording that was stopped stays: threads may be on their way out of it. */
static int record_anew(const char *folder) {
  if (is_asked() && recording())
    return EALREADY;
  if (!folder || !folder[0])
    return EINVAL;
  if (!options_set_output(&track_options, folder))
    return ENAMETOOLONG;
  prepare();
  if (track_process)
    lanes_stop(track_process); /* who was in the middle of an event the first time */
  track_process = NULL;
  track_recording_is_late = true;
  track_is_off = false;
  is_silent = true;
  record_attach();
  is_silent = false;
  if (recording())
    return 0;
  track_is_off = true;
  return track_process && track_process->error ? -track_process->error : ENOMEM;
}

int process_record(const char *folder) {
  turn_take();
  int answer = record_anew(folder);
  turn_give();
  return answer;
}

static int stop(void) {
  struct process *p = track_process;
  if (!recording())
    return EINVAL;
  record_modules();
  track_is_off = true;
  watch(WATCH_RECORDER, false);
  __atomic_store_n(&p->state, PROCESS_OFF, __ATOMIC_RELEASE);
  lanes_stop(p);
  if (!track_is_sandboxed)
    p->header->ticks_per_s = clock_rate(p->start, clock_point_now());
  __atomic_store_n(&p->header->state, TRACE_STATE_STOPPED, __ATOMIC_RELEASE);
  if (track_thread->tid && track_thread->event <= NO_EVENT)
    track_thread = &track_nobody;
  return 0;
}

int process_stop(void) {
  turn_take();
  int answer = stop();
  turn_give();
  return answer;
}
