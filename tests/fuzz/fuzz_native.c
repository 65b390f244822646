/* fuzz_native.c - recordings of any bytes are read to their end, with what they say counted consistently.
 *
 * Random bytes would never get past the checksums, so these are made right first: the bytes are laid out in a file as a header
 * and regions, unless the first byte says that they come as they are. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "trace/source_impl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { AS_THEY_ARE = 1, OF_A_CHILD = 2, LOSSY = 4, MAX_BYTES = 1 << 20 };

/* Takes: lane and kind, number, length; then the content. */
static size_t put_region(uint8_t *file, size_t at, const uint8_t **data, const uint8_t *end) {
  const uint8_t *p = *data;
  bool is_live = p[0] & 64;
  size_t used = p[2] | (size_t)(p[3] & 15) << 8;
  p += 4;
  if (used > (size_t)(end - p))
    used = (size_t)(end - p);
  at = is_live ? (at + 4095) & ~(size_t)4095 : (at + 63) & ~(size_t)63;
  struct trace_region region = {.kind = is_live            ? TRACE_REGION_LANE
                                        : data[0][0] & 128 ? TRACE_REGION_MODULES
                                                           : TRACE_REGION_BLOCK,
                                .lane = p[-4] & 31,
                                .number = p[-3] & 31,
                                .capacity_bytes = (uint32_t)(used + 63) & ~63u,
                                .used_bytes = (uint32_t)used,
                                .checksum = is_live ? 0 : trace_checksum(p, (uint32_t)used),
                                .ticks = 1000,
                                .flags = p[-4] & 32 ? TRACE_REGION_FRESH : 0};
  memcpy(file + at, &region, sizeof region);
  memcpy(file + at + sizeof region, p, used);
  *data = p + used;
  return at + sizeof region + region.capacity_bytes;
}

static size_t lay_out(uint8_t *file, const uint8_t *data, size_t size) {
  struct trace_header header = {
      .magic = TRACE_MAGIC, .version = TRACE_VERSION, .header_bytes = TRACE_HEADER_BYTES, .ticks_per_s = 1000000000};
  header.parent_pid = data[0] & OF_A_CHILD ? 1 : 0;
  header.dropped = data[0] & LOSSY ? 1 : 0;
  memcpy(file, &header, sizeof header);
  const uint8_t *at = data + 1, *end = data + size;
  size_t bytes = TRACE_HEADER_BYTES;
  while (end - at >= 4 && bytes < MAX_BYTES - 16384)
    bytes = put_region(file, bytes, &at, end);
  return bytes;
}

static void check(bool is_right) {
  if (!is_right)
    abort();
}

static void read_all(struct source *source) {
  struct event events[64];
  uint64_t ordinal = 0;
  for (size_t n; (n = source_read(source, events, 64));)
    for (size_t i = 0; i < n; i++) {
      const struct event *e = &events[i];
      const struct source_info *info = source_info(source);
      check(e->ordinal == ++ordinal && e->thread < info->n_threads && e->site < info->n_sites);
      check(e->place2 == NO_INDEX || e->place2 < info->n_places);
      check(e->place == NO_INDEX || e->place < info->n_places || e->target < info->n_threads);
      check(e->time_ns <= info->duration_ns && e->op < TRACE_OP_LIMIT);
    }
  const struct source_info *info = source_info(source);
  check(info->n_events == ordinal);
  check(info->lost_order || !(info->order_repaired + info->contradictions));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static uint8_t file[MAX_BYTES];
  static char path[64];
  if (size < 1 || size > MAX_BYTES / 2)
    return 0;
  bool is_raw = data[0] & AS_THEY_ARE;
  memset(file, 0, sizeof file);
  size_t bytes = is_raw ? size - 1 : lay_out(file, data, size);
  int fd = memfd_create("trace", MFD_CLOEXEC);
  if (fd < 0 || write(fd, is_raw ? data + 1 : file, bytes) != (ssize_t)bytes)
    abort();
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  struct source *source = NULL;
  char *error = NULL;
  if (native_open(path, &source, &error) == 0)
    read_all(source);
  source_close(source);
  free(error);
  close(fd);
  return 0;
}
