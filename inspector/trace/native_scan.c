/* native_scan.c - finds the regions of a recording, past damage, and puts the parts of each lane in order.
 *
 * Where no valid region header stands, the scan goes on in steps of the alignment. Zeros are room that was never written;
 * anything else is damage. A file of forged headers could have each of them ask for a checksum of all that follows, so the
 * bytes summed in vain are counted, and beyond a few times the file's size the rest is given up. */
#include "trace/native_file.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

enum { IN_VAIN = 4, CUT_SHORT = 1000 }; /* writes that a death may have cut short: at most one a processor, and to spare */

/* Bytes that are no region. What begins like a block may be a write that the process' death cut short: then the lane that was
 * being flushed still has it all. */
struct span {
  uint64_t begin, end;
  const char *why;
  bool is_block;
  uint32_t lane, number;
};

struct scan {
  struct native_file *file;
  struct catalog *catalog;
  uint64_t at;
  uint64_t in_vain;   /* bytes summed for nothing */
  struct span damage; /* being skipped; begin 0: none */
  struct span *spans; /* skipped */
  uint32_t n_spans, span_capacity;
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

static void damage_begin(struct scan *s, const struct trace_region *r, const char *why) {
  if (!s->damage.begin)
    s->damage = (struct span){.begin = s->at, .why = why, .is_block = r->kind == TRACE_REGION_BLOCK, .lane = r->lane, .number = r->number};
}

static void damage_end(struct scan *s) {
  if (!s->damage.begin)
    return;
  s->damage.end = s->at;
  s->spans = grow(s->spans, s->n_spans, &s->span_capacity, sizeof *s->spans);
  s->spans[s->n_spans++] = s->damage;
  s->damage.begin = 0;
}

static bool is_zero(const uint8_t *bytes, uint64_t n) {
  for (uint64_t i = 0; i < n; i++)
    if (bytes[i])
      return false;
  return true;
}

static void skip_step(struct scan *s, const struct trace_region *r, const char *why) {
  uint64_t left = s->file->size - s->at, step = left < TRACE_REGION_ALIGN ? left : TRACE_REGION_ALIGN;
  if (!is_zero(s->file->bytes + s->at, step))
    damage_begin(s, r, why);
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

static bool is_still_in_lane(const struct native_file *file, const struct span *span) {
  for (uint32_t i = 0; i < file->n_parts && span->is_block; i++)
    if (file->parts[i].is_live && file->parts[i].lane == span->lane)
      return file->parts[i].number == span->number;
  return false;
}

static void tell_damage(const struct scan *s) {
  for (uint32_t i = 0; i < s->n_spans; i++)
    if (i >= CUT_SHORT || !is_still_in_lane(s->file, &s->spans[i]))
      catalog_damage(s->catalog, "offset %" PRIu64 ": %s; %" PRIu64 " bytes skipped", s->spans[i].begin, s->spans[i].why,
                     s->spans[i].end - s->spans[i].begin);
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

/* Does the recording end where somebody saw all of its threads wait for ever? */
static bool was_seen_stuck(const struct native_file *file) {
  uint32_t hash = 1;
  for (uint32_t i = 0; i < file->n_parts; i++)
    if (file->parts[i].is_live)
      hash = trace_tails_hash(hash, file->parts[i].number, file->parts[i].used_bytes);
  return file->header.seen_stuck == hash;
}

/* Does the lane still end where the mark was made? */
static bool is_at_its_end(const struct native_file *file, const struct trace_across *across) {
  for (uint32_t i = 0; i < file->n_parts; i++) {
    const struct part *part = &file->parts[i];
    if (part->is_live && part->lane == across->lane)
      return part->number == across->number && part->used_bytes == across->used_bytes;
  }
  return false;
}

static void take_across(const struct native_file *file, struct source_info *info) {
  for (uint32_t i = 0; i < TRACE_ACROSS; i++) {
    const struct trace_across *across = &file->header.across[i];
    if (across->tid && is_at_its_end(file, across))
      info->across[info->n_across++] = (struct source_across){across->tid, across->owner_pid, across->owner_tid};
  }
}

void native_file_scan(struct native_file *file, struct catalog *catalog) {
  uint64_t begin = ((uint64_t)file->header.header_bytes + TRACE_REGION_ALIGN - 1) & ~(uint64_t)(TRACE_REGION_ALIGN - 1);
  struct scan s = {.file = file, .catalog = catalog, .at = begin < file->size ? begin : file->size};
  while (s.at < file->size) {
    struct trace_region region = {0};
    const char *why = "too short for a region";
    if (file->size - s.at >= sizeof region) {
      memcpy(&region, file->bytes + s.at, sizeof region);
      if (region.kind == TRACE_REGION_LANE && s.at % TRACE_LANE_ALIGN == 0) {
        native_file_freeze(file, s.at);
        memcpy(&region, file->bytes + s.at, sizeof region);
      }
      why = region_fault(&s, &region);
    }
    if (!why)
      take_region(&s, &region);
    else
      skip_step(&s, &region, why);
    if (s.in_vain > IN_VAIN * file->size) {
      damage_begin(&s, &(struct trace_region){0}, "too much damage");
      s.damage.why = "too much damage";
      s.at = file->size;
    }
  }
  damage_end(&s);
  tell_damage(&s);
  free(s.spans);
  order_parts(file, catalog);
  catalog->info->was_seen_stuck = was_seen_stuck(file);
  take_across(file, catalog->info);
  native_modules_finish(catalog);
}
