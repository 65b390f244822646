/* file.c - regions of the trace file. Every write goes to an offset reserved before, so threads never wait for one another, and what
 * fails is counted and left: the program goes on. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/uio.h>

#include "record/process.h"
#include "record/sandbox.h"
#include "record/sys.h"

enum { ERROR_NO_FILE = -9 /* EBADF */, ERROR_TOO_BIG = -27 /* EFBIG */ };

void file_failed(int error) {
  struct trace_header *header = track_process->header;
  uint32_t none = 0;
  if (!header)
    return;
  __atomic_fetch_add(&header->write_errors, 1, __ATOMIC_RELAXED);
  __atomic_compare_exchange_n(&header->write_errno, &none, (uint32_t)-error, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

/* The descriptor may have been closed, and its number given to another file, by a program that tidies up. */
static int file_descriptor(struct process *p) {
  struct stat st;
  if (!sys_fstat(p->fd, &st) && st.st_dev == p->device && st.st_ino == p->inode)
    return p->fd;
  long fd = sys_call4(SYS_openat, AT_FDCWD, p->path, O_RDWR | O_CLOEXEC, 0);
  if (fd < 0)
    return ERROR_NO_FILE;
  if (sys_fstat((int)fd, &st) || st.st_dev != p->device || st.st_ino != p->inode) {
    sys_call1(SYS_close, fd);
    return ERROR_NO_FILE;
  }
  return p->fd = move_up((int)fd);
}

/* A write behind RLIMIT_FSIZE would raise SIGXFSZ in the program. */
static bool file_may_grow_to(uint64_t bytes) {
  struct rlimit limit;
  return sys_call4(SYS_prlimit64, 0, RLIMIT_FSIZE, 0, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY || bytes <= limit.rlim_cur;
}

int64_t file_reserve(uint64_t bytes, uint64_t align) {
  struct trace_header *header = track_process->header;
  uint64_t end = __atomic_load_n(&header->end_bytes, __ATOMIC_RELAXED), begin;
  do {
    begin = (end + align - 1) & ~(align - 1);
    if (!file_may_grow_to(begin + bytes))
      return ERROR_TOO_BIG;
  } while (!__atomic_compare_exchange_n(&header->end_bytes, &end, begin + bytes, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
  return (int64_t)begin;
}

static int write_all(int fd, struct iovec *parts, int n, uint64_t offset) {
  while (n) {
    long done = sys_call(SYS_pwritev, fd, parts, n, offset, 0, 0);
    if (done == -4 /* EINTR */)
      continue;
    if (done <= 0)
      return done ? (int)done : -28;
    offset += (uint64_t)done;
    for (; n && (size_t)done >= parts->iov_len; n--, parts++)
      done -= (long)parts->iov_len;
    if (n) {
      parts->iov_base = (char *)parts->iov_base + done;
      parts->iov_len -= (size_t)done;
    }
  }
  return 0;
}

/* The head comes last: what is not whole is no region. */
static int write_in_sandbox(const struct trace_region *region, const void *content) {
  struct trace_region *place = sandbox_file(sizeof *region + region->capacity_bytes, TRACE_REGION_ALIGN);
  if (!place)
    return -28;
  memcpy(place + 1, content, region->used_bytes);
  *place = *region;
  return 0;
}

int file_write_region(const struct trace_region *region, const void *content) {
  if (track_is_sandboxed)
    return write_in_sandbox(region, content);
  int fd = file_descriptor(track_process);
  if (fd < 0)
    return fd;
  int64_t offset = file_reserve(sizeof *region + region->capacity_bytes, TRACE_REGION_ALIGN);
  if (offset < 0)
    return (int)offset;
  static const char zeros[TRACE_REGION_ALIGN];
  uint32_t used = region->used_bytes;
  struct iovec parts[] = {{(void *)(uintptr_t)region, sizeof *region}, {(void *)(uintptr_t)content, used}, {(void *)(uintptr_t)zeros, region->capacity_bytes - used}};
  return write_all(fd, parts, 3, (uint64_t)offset);
}

void *file_map(uint64_t offset, uint64_t bytes) {
  int fd = file_descriptor(track_process);
  if (fd < 0 || !file_may_grow_to(offset + bytes))
    return NULL;
  /* Blocks first: storing into a hole of a full disk is SIGBUS. File systems without fallocate get zeros written. */
  long result = sys_call4(SYS_fallocate, fd, 0, offset, bytes);
  if (result == -95 /* EOPNOTSUPP */) {
    static const char zeros[4096];
    result = 0;
    for (uint64_t done = 0; done < bytes && result >= 0; done += sizeof zeros)
      result = write_all(fd, (struct iovec[]){{(void *)(uintptr_t)zeros, sizeof zeros}}, 1, offset + done);
  }
  if (result < 0)
    return NULL;
  long memory = sys_call(SYS_mmap, 0, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
  return memory < 0 && memory > -4096 ? NULL : (void *)memory;
}
