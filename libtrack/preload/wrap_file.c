/* wrap_file.c - locks of whole files: flock(), and fcntl() and lockf() as far as they lock.
 *
 * The object is the file and the kind of lock, as a pseudo address that no memory has: what flock() locks and what fcntl() locks do not
 * know of each other. A lock that may block is tried first: busy, and the request is in the trace before the real call. Descriptors are
 * duplicated, inherited and closed, and with the last one the lock goes, which is not followed: so no release need come, and one may come
 * of what is not held.
 *
 * What it cannot see: locks of a part of a file, which pass unrecorded, their threads count as going on; calls of the kernel without libc.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/file.h>

#include "preload/wrap.h"
#include "record/process.h"
#include "record/sandbox.h"
#include "record/sys.h"

#define RAW_FILE RAW_KIND(TRACE_KIND_FILE_LOCK, 0)

enum { PATH_BYTES = 256, NAMED = 256 }; /* as many files keep their name from being told again */

/* Who knows which of the two. */
enum lock_space { SPACE_FLOCK = 0xf1, SPACE_FCNTL = 0xf2 };

/* One call, in the words of all of them. `attempt` makes it. */
struct file_call {
  int (*attempt)(const struct file_call *call, bool may_block);
  int fd, command; /* as the program says it */
  void *argument;
  enum lock_space space;
  unsigned mode; /* TRACE_MODE_READ, TRACE_MODE_TRY */
  bool is_release, is_cancelled;
};

static uint64_t hash_of(const struct stat *about) {
  uint64_t hash = (uint64_t)about->st_ino * 0x9e3779b97f4a7c15ull ^ ((uint64_t)about->st_dev + 1) * 0xd1b54a32d192ed03ull;
  hash ^= hash >> 29;
  return hash * 0xbf58476d1ce4e5b9ull >> 8;
}

/* 0: it is no open file. */
static uintptr_t file_of(const struct file_call *call) {
  struct stat about;
  if (sys_fstat(call->fd, &about))
    return 0;
  return (uintptr_t)((uint64_t)call->space << 56 | hash_of(&about));
}

/* At the first sight of the file; of a forked child's recording, again. */
static void name_file(uintptr_t lock, int fd) {
  static uint64_t named[NAMED];
  uint64_t *known = &named[lock % NAMED], key = lock + track_recording_number;
  char link[48], path[PATH_BYTES];
  if (__atomic_exchange_n(known, key, __ATOMIC_RELAXED) == key)
    return;
  size_t length = sys_append(link, sizeof link, 0, "/proc/thread-self/fd/"); /* the first thread may have ended */
  sys_append_number(link, sizeof link, length, (uint64_t)fd);
  long n = sys_call4(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
  if (n <= 0)
    return;
  path[n] = '\0';
  record_name(NAME_OBJECT, lock, path);
}

static void tell_result(const struct file_call *call, uintptr_t lock, int answer, unsigned more_mode, struct caller caller) {
  unsigned mode = call->mode | more_mode;
  if (!answer)
    record_event(TRACE_ACQ, mode, RAW_FILE, (const void *)lock, caller);
  else if (errno == EAGAIN || errno == EACCES)
    record_event(TRACE_TRYFAIL, mode, RAW_FILE, (const void *)lock, caller);
  else
    record_result(TRACE_ACQ_FAIL, mode, RAW_FILE, (const void *)lock, errno, caller);
}

static int acquire(const struct file_call *call, uintptr_t lock, struct caller caller) {
  bool may_block = !(call->mode & TRACE_MODE_TRY);
  if (may_block && call->is_cancelled)
    pthread_testcancel(); /* the call is a point of cancellation even when it need not block; a try is none */
  int saved = errno, answer = call->attempt(call, false);
  unsigned more_mode = 0;
  if (answer && may_block && (errno == EAGAIN || errno == EACCES)) {
    errno = saved;
    record_event(TRACE_REQ, call->mode, RAW_FILE, (const void *)lock, caller);
    answer = call->attempt(call, true);
    more_mode = TRACE_MODE_WAITED;
  }
  tell_result(call, lock, answer, more_mode, caller);
  return answer;
}

/* In a sandbox, where a look at the file may be forbidden, it is the call alone. */
static int file_call(const struct file_call *call, enum record_answer state, struct caller caller) {
  uintptr_t lock = state == RECORD_READY && !track_is_sandboxed ? file_of(call) : 0;
  if (!lock)
    return call->attempt(call, !(call->mode & TRACE_MODE_TRY));
  name_file(lock, call->fd);
  if (!call->is_release)
    return acquire(call, lock, caller);
  record_event(TRACE_REL_ODD, 0, RAW_FILE, (const void *)lock, caller);
  return call->attempt(call, true);
}

/* flock() */

static int attempt_flock(const struct file_call *call, bool may_block) {
  return real.flock(call->fd, may_block ? call->command : call->command | LOCK_NB);
}

PUBLIC int flock(int fd, int operation) {
  struct caller caller = CALLER();
  enum record_answer state = ATTACH(real.flock);
  int what = operation & ~LOCK_NB;
  if (UNLIKELY(!real.flock) || state != RECORD_READY || (what != LOCK_SH && what != LOCK_EX && what != LOCK_UN))
    return real.flock ? real.flock(fd, operation) : (int)syscall(SYS_flock, fd, operation);
  const struct file_call call = {.attempt = attempt_flock,
                                 .fd = fd,
                                 .command = operation,
                                 .space = SPACE_FLOCK,
                                 .mode = (what == LOCK_SH ? TRACE_MODE_READ : 0) | (operation & LOCK_NB ? TRACE_MODE_TRY : 0),
                                 .is_release = what == LOCK_UN};
  return file_call(&call, state, caller);
}

/* fcntl() */

/* A bad address is the kernel's to refuse. It looks at the set of signals before it refuses the first argument. */
static bool is_readable(const void *memory, size_t bytes) {
  uintptr_t first = (uintptr_t)memory & ~(uintptr_t)7, last = ((uintptr_t)memory + bytes - 1) & ~(uintptr_t)7;
  return memory && sys_call4(SYS_rt_sigprocmask, ~0, first, 0, 8) == -EINVAL && sys_call4(SYS_rt_sigprocmask, ~0, last, 0, 8) == -EINVAL;
}

static bool is_whole_file(const struct flock *range) {
  return range->l_whence == SEEK_SET && !range->l_start && !range->l_len;
}

static int attempt_fcntl(const struct file_call *call, bool may_block) {
  int command = call->command;
  if (!may_block)
    command = command == F_SETLKW ? F_SETLK : command == F_OFD_SETLKW ? F_OFD_SETLK : command;
  return real.fcntl(call->fd, command, call->argument);
}

static NOINLINE int lock_by_fcntl(int fd, int command, void *argument, struct caller caller) {
  enum record_answer state = ATTACH(real.fcntl);
  struct flock range;
  if (state != RECORD_READY || track_is_sandboxed || !is_readable(argument, sizeof range))
    return real.fcntl(fd, command, argument);
  memcpy(&range, argument, sizeof range);
  if (!is_whole_file(&range))
    return real.fcntl(fd, command, argument);
  bool may_block = command == F_SETLKW || command == F_OFD_SETLKW;
  const struct file_call call = {.attempt = attempt_fcntl,
                                 .fd = fd,
                                 .command = command,
                                 .argument = argument,
                                 .space = SPACE_FCNTL,
                                 .mode = (range.l_type == F_RDLCK ? TRACE_MODE_READ : 0) | (may_block ? 0 : TRACE_MODE_TRY),
                                 .is_release = range.l_type == F_UNLCK,
                                 .is_cancelled = true};
  return file_call(&call, state, caller);
}

/* Every command has at most one argument, of a pointer's size, and libc hands on whatever stands there. */
#define FCNTL(name)                                                                                                                        \
  PUBLIC int name(int fd, int command, ...) {                                                                                              \
    va_list arguments;                                                                                                                     \
    va_start(arguments, command);                                                                                                          \
    void *argument = va_arg(arguments, void *);                                                                                            \
    va_end(arguments);                                                                                                                     \
    if (UNLIKELY(!real.fcntl))                                                                                                             \
      real_resolve();                                                                                                                      \
    if (UNLIKELY(!real.fcntl)) /* dlsym() itself asks */                                                                                   \
      return (int)syscall(SYS_fcntl, fd, command, argument);                                                                               \
    switch (command) {                                                                                                                     \
    case F_SETLK:                                                                                                                          \
    case F_SETLKW:                                                                                                                         \
    case F_OFD_SETLK:                                                                                                                      \
    case F_OFD_SETLKW:                                                                                                                     \
      return lock_by_fcntl(fd, command, argument, CALLER());                                                                               \
    default:                                                                                                                               \
      return real.fcntl(fd, command, argument);                                                                                            \
    }                                                                                                                                      \
  }
FCNTL(fcntl)
FCNTL(fcntl64)

/* lockf(): what fcntl() does, from the file's position on. */

static int attempt_lockf(const struct file_call *call, bool may_block) {
  return real.lockf(call->fd, may_block || call->command != F_LOCK ? call->command : F_TLOCK, 0);
}

static int lock_by_lockf(int fd, int command, off_t length, struct caller caller) {
  enum record_answer state = ATTACH(real.lockf);
  bool is_one = command == F_LOCK || command == F_TLOCK || command == F_ULOCK;
  if (state != RECORD_READY || track_is_sandboxed || !is_one || length || sys_call3(SYS_lseek, fd, 0, SEEK_CUR))
    return real.lockf(fd, command, length);
  const struct file_call call = {.attempt = attempt_lockf,
                                 .fd = fd,
                                 .command = command,
                                 .space = SPACE_FCNTL,
                                 .mode = command == F_TLOCK ? TRACE_MODE_TRY : 0,
                                 .is_release = command == F_ULOCK,
                                 .is_cancelled = true};
  return file_call(&call, state, caller);
}

PUBLIC int lockf(int fd, int command, off_t length) {
  return lock_by_lockf(fd, command, length, CALLER());
}
PUBLIC int lockf64(int fd, int command, off64_t length) {
  return lock_by_lockf(fd, command, length, CALLER());
}
