/* native_scan.c - finds the regions of a recording, past damage, and puts the parts of each lane in order.
 *
 * Where no valid region header stands, the scan goes on in steps of the alignment. Zeros are room that was never written;
 * anything else is damage. A file of forged headers could have each of them ask for a checksum of all that follows, so the
 * bytes summed in vain are counted, and beyond a few times the file's size the rest is given up. */
#include "trace/native_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

enum { IN_VAIN = 4 };

struct scan {
  struct native_file *file;
  struct catalog *catalog;
  uint64_t at;
  uint64_t in_vain;      /* bytes summed for nothing */
  uint64_t damage_begin; /* first byte of the damage being skipped; 0 none */
  const char *damage_why;
};

/* NULL when a valid region starts here. */
static const char *region_fault(struct scan *s, const struct trace_region *r) {
  uint64_t room = s->file->size - s->at - sizeof *r;
  bool is_lane = r->kind == TRACE_REGION_LANE;
  if (!is_lane && r->kind != TRACE_REGION_BLOCK && r->kind != TRACE_REGION_MODULES)
    return "no region starts here";
  if (is_lane && s->at % TRACE_LANE_ALIGN)
    return "no region starts here";
  if (r->used_bytes > r->capacity_bytes || r->used_bytes > room || (!is_lane && r->capacity_bytes > room))
    return "a region is cut off";
  if (is_lane || trace_checksum(s->file->bytes + s->at + sizeof *r, r->used_bytes) == r->checksum)
    return NULL;
  s->in_vain += r->used_bytes;
  return "checksum differs";
}

static void damage_end(struct scan *s) {
  if (s->damage_begin)
    catalog_damage(s->catalog, "offset %" PRIu64 ": %s; %" PRIu64 " bytes skipped", s->damage_begin, s->damage_why,
                   s->at - s->damage_begin);
  s->damage_begin = 0;
}

static bool is_zero(const uint8_t *bytes, uint64_t n) {
  for (uint64_t i = 0; i < n; i++)
    if (bytes[i])
      return false;
  return true;
}

static void skip_step(struct scan *s, const char *why) {
  uint64_t left = s->file->size - s->at, step = left < TRACE_REGION_ALIGN ? left : TRACE_REGION_ALIGN;
  if (!s->damage_begin && !is_zero(s->file->bytes + s->at, step)) {
    s->damage_begin = s->at;
    s->damage_why = why;
  }
  s->at += step;
}

static void add_part(struct scan *s, const struct trace_region *r) {
  struct native_file *file = s->file;
  file->parts = grow(file->parts, file->n_parts, &file->part_capacity, sizeof *file->parts);
  file->parts[file->n_parts++] = (struct part){.offset = s->at + sizeof *r,
                                               .ticks = r->ticks,
                                               .lane = r->lane,
                                               .number = r->number,
                                               .used_bytes = r->used_bytes,
                                               .is_live = r->kind == TRACE_REGION_LANE,
                                               .is_fresh = r->flags & TRACE_REGION_FRESH};
}

static void take_region(struct scan *s, const struct trace_region *r) {
  damage_end(s);
  if (r->kind == TRACE_REGION_MODULES)
    native_modules_add(s->catalog, r, s->file->bytes + s->at + sizeof *r, s->at);
  else
    add_part(s, r);
  uint64_t bytes = (sizeof *r + (uint64_t)r->capacity_bytes + TRACE_REGION_ALIGN - 1) & ~(uint64_t)(TRACE_REGION_ALIGN - 1);
  s->at = bytes < s->file->size - s->at ? s->at + bytes : s->file->size;
}

static int by_lane_and_number(const void *a, const void *b) {
  const struct part *x = a, *y = b;
  if (x->lane != y->lane)
    return x->lane < y->lane ? -1 : 1;
  if (x->is_live != y->is_live)
    return x->is_live ? 1 : -1;
  if (x->number != y->number)
    return x->number < y->number ? -1 : 1;
  return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* The live part comes last of its lane. When the process was killed between the write of a block and the emptying of the
 * lane, it is in the file already. */
static void order_parts(struct native_file *file, struct catalog *catalog) {
  if (file->n_parts)
    qsort(file->parts, file->n_parts, sizeof *file->parts, by_lane_and_number);
  uint32_t n = 0;
  for (uint32_t i = 0; i < file->n_parts; i++) {
    const struct part *part = &file->parts[i], *last = n ? &file->parts[n - 1] : NULL;
    bool is_known = last && last->lane == part->lane && part->number <= last->number;
    uint32_t wanted = last && last->lane == part->lane ? last->number + 1 : 0;
    file->has_gaps |= !is_known && part->number != wanted;
    if (!is_known)
      file->parts[n++] = *part;
    else if (!part->is_live || last->is_live)
      catalog_damage(catalog, "offset %" PRIu64 ": lane %" PRIu32 " has part %" PRIu32 " twice; the second is not used",
                     part->offset - sizeof(struct trace_region), part->lane, part->number);
  }
  file->n_parts = n;
}

void native_file_scan(struct native_file *file, struct catalog *catalog) {
  uint64_t begin = ((uint64_t)file->header.header_bytes + TRACE_REGION_ALIGN - 1) & ~(uint64_t)(TRACE_REGION_ALIGN - 1);
  struct scan s = {.file = file, .catalog = catalog, .at = begin < file->size ? begin : file->size};
  while (s.at < file->size) {
    struct trace_region region = {0};
    const char *why = "too short for a region";
    if (file->size - s.at >= sizeof region) {
      memcpy(&region, file->bytes + s.at, sizeof region);
      why = region_fault(&s, &region);
    }
    if (!why)
      take_region(&s, &region);
    else
      skip_step(&s, why);
    if (s.in_vain > IN_VAIN * file->size) {
      s.damage_begin = s.damage_begin ? s.damage_begin : s.at;
      s.damage_why = "too much damage";
      s.at = file->size;
    }
  }
  damage_end(&s);
  order_parts(file, catalog);
  native_modules_finish(catalog);
}
