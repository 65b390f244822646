/* native_file.c - opens and maps a recording and refuses what is none.
 *
 * The mapping has a page of zeros behind the file, so that the decoder may load a few bytes more than a record has without
 * asking first; only the check of the record's end decides whether they count. */
#include "trace/native_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/alloc.h"

enum { PAGE = 4096, FREEZE_ATTEMPTS = 10 };

static int refuse(int error, char **ret_error, char *line) {
  *ret_error = line;
  return -error;
}

static int check_header(const struct trace_header *h, uint64_t size, const char *path, char **ret_error) {
  if (memcmp(h->magic, TRACE_MAGIC, sizeof h->magic))
    return refuse(EINVAL, ret_error, xasprintf("%s: cannot analyse, not a Track recording", path));
  if (h->version > TRACE_VERSION)
    return refuse(ENOTSUP, ret_error,
                  xasprintf("%s: recorded by a newer Track (format %" PRIu32 ", this reads %u)", path, h->version, TRACE_VERSION));
  if (h->features)
    return refuse(ENOTSUP, ret_error,
                  xasprintf("%s: recorded by a newer Track (unknown features %#" PRIx64 ")", path, (uint64_t)h->features));
  if (h->version == 0)
    return refuse(EINVAL, ret_error, xasprintf("%s: damaged, format 0", path));
  if (h->header_bytes < sizeof *h || h->header_bytes > size)
    return refuse(EINVAL, ret_error, xasprintf("%s: damaged, header of %" PRIu32 " bytes", path, h->header_bytes));
  if (h->ticks_per_s == 0 || h->tick_shift > 63)
    return refuse(EINVAL, ret_error, xasprintf("%s: damaged, impossible clock in the header", path));
  return 0;
}

/* Address space for the file and the page behind it, then the file over its beginning. */
static int map_file(struct native_file *file, int fd) {
  uint64_t in_pages = (file->size + PAGE - 1) / PAGE * PAGE;
  void *room = mmap(NULL, in_pages + PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED)
    return -errno;
  if (mmap(room, file->size, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0) == MAP_FAILED) {
    int error = -errno;
    munmap(room, in_pages + PAGE);
    return error;
  }
  file->bytes = room;
  file->mapped_bytes = in_pages + PAGE;
  return 0;
}

static int open_and_map(struct native_file *file, const char *path, char **ret_error) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return refuse(errno, ret_error, xasprintf("%s: cannot open, %s", path, strerror(errno)));
  struct stat st;
  int error = fstat(fd, &st) ? -errno : S_ISREG(st.st_mode) ? 0 : -ENOTSUP;
  if (error)
    *ret_error = xasprintf("%s: cannot read, %s", path, error == -ENOTSUP ? "it is not a file" : strerror(-error));
  else if (st.st_size < (off_t)TRACE_HEADER_BYTES)
    error = refuse(EINVAL, ret_error, xasprintf("%s: too short for a recording (%lld bytes)", path, (long long)st.st_size));
  else {
    file->size = (uint64_t)st.st_size;
    error = map_file(file, fd);
    if (error)
      *ret_error = xasprintf("%s: cannot map, %s", path, strerror(-error));
  }
  if (!error && ((const struct trace_header *)file->bytes)->state == TRACE_STATE_RUNNING)
    file->fd = fd;
  else
    close(fd);
  return error;
}

int native_file_open(struct native_file *file, const char *path, char **ret_error) {
  *file = (struct native_file){.fd = -1};
  int error = open_and_map(file, path, ret_error);
  if (error)
    return error;
  memcpy(&file->header, file->bytes, sizeof file->header);
  error = check_header(&file->header, file->size, path, ret_error);
  if (error)
    native_file_close(file);
  return error;
}

/* Writing to a private mapping makes the page ours. */
static struct trace_region take_pages(struct native_file *file, uint64_t offset) {
  volatile uint8_t *at = (uint8_t *)(uintptr_t)file->bytes + offset;
  struct trace_region region;
  *at = *at;
  memcpy(&region, file->bytes + offset, sizeof region);
  uint64_t end = offset + sizeof region + region.used_bytes;
  for (uint64_t page = offset + PAGE; page < end && page < file->size; page += PAGE)
    *(at + (page - offset)) = *(at + (page - offset));
  return region;
}

/* A lane only grows until it is flushed, which raises its number: if that is the same afterwards, what was taken is whole. Only lanes
 * become writable: a recording may be larger than the memory. */
void native_file_freeze(struct native_file *file, uint64_t offset) {
  struct trace_region taken, now;
  memcpy(&taken, file->bytes + offset, sizeof taken);
  uint64_t bytes = (sizeof taken + (uint64_t)taken.capacity_bytes + PAGE - 1) / PAGE * PAGE, left = file->size - offset;
  void *lane = (uint8_t *)(uintptr_t)file->bytes + offset;
  bytes = bytes < left ? bytes : left;
  if (file->fd < 0 || mprotect(lane, bytes, PROT_READ | PROT_WRITE))
    return;
  for (int attempt = 0; attempt < FREEZE_ATTEMPTS; attempt++) {
    taken = take_pages(file, offset);
    if (pread(file->fd, &now, sizeof now, (off_t)offset) != (ssize_t)sizeof now || now.number == taken.number)
      return;
    madvise(lane, bytes, MADV_DONTNEED);
  }
}

void native_file_close(struct native_file *file) {
  if (file->bytes)
    munmap((void *)(uintptr_t)file->bytes, file->mapped_bytes);
  if (file->bytes && file->fd >= 0)
    close(file->fd);
  free(file->parts);
  *file = (struct native_file){0};
}
