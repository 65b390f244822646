/* lanes.c - follows the list of LANE headers in the file. They are read, not mapped: the recorder writes them without asking anybody, so a
 * look counts only if the next one is the same. */
#include "live/lanes.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/alloc.h"

static int by_lane(const void *a, const void *b) {
  const struct lane_look *x = a, *y = b;
  return (x->lane > y->lane) - (x->lane < y->lane);
}

static void take(struct lane_look *lane, const struct trace_region *region) {
  bool waits = region->wait_number == region->number && region->wait_used == region->used_bytes;
  *lane = (struct lane_look){.lane = region->lane, .tid = region->tid, .number = region->number, .used_bytes = region->used_bytes};
  if (!waits || !region->tid)
    return;
  lane->op = (uint8_t)region->waits_for;
  lane->mode = (uint8_t)(region->waits_for >> 8);
  lane->kind = (uint16_t)(region->waits_for >> 16);
}

bool lanes_look(struct lanes_look *look, int file, const struct trace_header *header) {
  *look = (struct lanes_look){0};
  uint32_t capacity = 0;
  struct stat status;
  uint64_t most = fstat(file, &status) ? 0 : (uint64_t)status.st_size / TRACE_LANE_ALIGN; /* the list may have been made a ring */
  for (uint32_t at = header->last_lane; at;) {
    struct trace_region region;
    bool is_read = pread(file, &region, sizeof region, (off_t)at * TRACE_LANE_ALIGN) == (ssize_t)sizeof region;
    if (!is_read || region.kind != TRACE_REGION_LANE || look->n > most) {
      lanes_look_done(look);
      return false;
    }
    look->items = grow(look->items, look->n, &capacity, sizeof *look->items);
    take(&look->items[look->n++], &region);
    at = region.next_lane;
  }
  if (look->n)
    qsort(look->items, look->n, sizeof *look->items, by_lane);
  return look->n;
}

void lanes_look_done(struct lanes_look *look) {
  free(look->items);
  *look = (struct lanes_look){0};
}

const struct lane_look *lanes_find(const struct lanes_look *look, uint32_t tid) {
  for (uint32_t i = 0; i < look->n; i++)
    if (look->items[i].tid == tid)
      return &look->items[i];
  return NULL;
}

uint32_t lanes_hash(const struct lanes_look *look) {
  uint32_t hash = 1;
  for (uint32_t i = 0; i < look->n; i++)
    hash = trace_tails_hash(hash, look->items[i].number, look->items[i].used_bytes);
  return hash;
}
