/* trace_writer.c - see trace_writer.h. */
#include "support/trace_writer.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { S = 1, B = 2, W = 4, DICTIONARY = 16384, MARGIN = 1024, DEFAULT_BYTES = 65536 };

static const uint8_t op_flags[TRACE_OP_LIMIT] = {
#define EVENT(name, code, text, operand, flags) [code] = flags,
#include "track/events.def"
};

#define WILD UINT64_MAX /* instead of the address of a wild slot */

struct entry {
  uint64_t address;
  uint32_t key, site;
  uint32_t last, stride;
  uint16_t slot; /* 0 unused */
};

struct writer_lane {
  uint8_t *bytes;
  uint32_t used, capacity, number, flags;
  uint64_t time, block_time, last_address;
  uint32_t n_slots, n_sites;
  struct entry *entries;
  struct {
    uint64_t address;
    uint32_t number;
  } *recalls; /* TRACE_RECALLS, NULL until a wild slot is used */
};

struct trace_writer {
  FILE *file;
  struct trace_header header;
  uint64_t end;
  uint32_t lane_bytes;
  struct writer_lane *lanes;
  uint32_t n_lanes;
};

static void *checked(void *memory) {
  if (!memory)
    abort();
  return memory;
}

static void put(struct trace_writer *w, const void *bytes, size_t n) {
  if (n && fwrite(bytes, n, 1, w->file) != 1)
    abort();
  w->end += n;
}

static void pad_to(struct trace_writer *w, uint64_t align) {
  static const uint8_t zeros[4096];
  put(w, zeros, (align - w->end % align) % align);
}

struct trace_writer *trace_writer_new(const char *path) {
  struct trace_writer *w = checked(calloc(1, sizeof *w));
  w->file = checked(fopen(path, "wb"));
  memcpy(w->header.magic, TRACE_MAGIC, sizeof w->header.magic);
  w->header.version = TRACE_VERSION;
  w->header.header_bytes = TRACE_HEADER_BYTES;
  w->header.pid = 4711;
  w->header.start_ticks = 1000;
  w->header.ticks_per_s = 1000000000;
  w->header.page_bytes = 4096;
  w->header.state = TRACE_STATE_EXITED;
  strcpy(w->header.program, "/usr/bin/program");
  strcpy(w->header.arguments, "program --with arguments");
  w->lane_bytes = DEFAULT_BYTES;
  static const uint8_t page[TRACE_HEADER_BYTES];
  put(w, page, sizeof page);
  return w;
}

struct trace_header *trace_writer_header(struct trace_writer *w) {
  return &w->header;
}
void trace_writer_lane_bytes(struct trace_writer *w, uint32_t bytes) {
  w->lane_bytes = bytes;
}

static struct writer_lane *lane_of(struct trace_writer *w, uint32_t lane) {
  if (lane >= w->n_lanes) {
    w->lanes = checked(realloc(w->lanes, (lane + 1) * sizeof *w->lanes));
    memset(w->lanes + w->n_lanes, 0, (lane + 1 - w->n_lanes) * sizeof *w->lanes);
    w->n_lanes = lane + 1;
  }
  struct writer_lane *l = &w->lanes[lane];
  if (!l->bytes) {
    l->capacity = w->lane_bytes < 2 * MARGIN ? 2 * MARGIN : w->lane_bytes;
    l->bytes = checked(calloc(1, l->capacity));
    l->entries = checked(calloc(DICTIONARY, sizeof *l->entries));
  }
  return l;
}

static void put_region(struct trace_writer *w, const struct writer_lane *l, bool is_live) {
  struct trace_region region = {.kind = is_live ? TRACE_REGION_LANE : TRACE_REGION_BLOCK,
                                .lane = (uint32_t)(l - w->lanes),
                                .number = l->number,
                                .capacity_bytes = is_live ? l->capacity : (l->used + 63) / 64 * 64,
                                .used_bytes = l->used,
                                .checksum = is_live ? 0 : trace_checksum(l->bytes, l->used),
                                .ticks = l->block_time,
                                .flags = l->flags};
  pad_to(w, is_live ? TRACE_LANE_ALIGN : TRACE_REGION_ALIGN);
  put(w, &region, sizeof region);
  uint64_t begin = w->end;
  put(w, l->bytes, l->used);
  static const uint8_t zeros[64];
  while (w->end < begin + region.capacity_bytes)
    put(w, zeros, begin + region.capacity_bytes - w->end < 64 ? begin + region.capacity_bytes - w->end : 64);
}

static void empty(struct writer_lane *l) {
  l->used = 0;
  l->number++;
  l->flags = 0;
  l->block_time = l->time;
}

void trace_writer_flush(struct trace_writer *w, uint32_t lane) {
  struct writer_lane *l = lane_of(w, lane);
  put_region(w, l, false);
  empty(l);
}

void trace_writer_keep_live(struct trace_writer *w, uint32_t lane) {
  struct writer_lane *l = lane_of(w, lane);
  put_region(w, l, false);
}

static void forget(struct writer_lane *l) {
  memset(l->entries, 0, DICTIONARY * sizeof *l->entries);
  l->n_slots = l->n_sites = 0;
  free(l->recalls);
  l->recalls = NULL;
}

void trace_writer_lose(struct trace_writer *w, uint32_t lane, int is_fresh) {
  struct writer_lane *l = lane_of(w, lane);
  empty(l);
  if (!is_fresh)
    return;
  forget(l);
  l->last_address = 0;
  l->flags = TRACE_REGION_FRESH;
}

static struct writer_lane *room(struct trace_writer *w, uint32_t lane) {
  struct writer_lane *l = lane_of(w, lane);
  if (l->used + MARGIN > l->capacity)
    trace_writer_flush(w, lane);
  return l;
}

static void put_u8(struct writer_lane *l, uint32_t n) {
  l->bytes[l->used++] = (uint8_t)n;
}

static void put_u16(struct writer_lane *l, uint32_t n) {
  put_u8(l, n & 0xff);
  put_u8(l, n >> 8);
}

static void put_u32(struct writer_lane *l, uint32_t n) {
  put_u16(l, n & 0xffff);
  put_u16(l, n >> 16);
}

static void put_v(struct writer_lane *l, uint64_t n) {
  for (; n >= 0x80; n >>= 7)
    put_u8(l, (uint32_t)(n & 0x7f) | 0x80);
  put_u8(l, (uint32_t)n);
}

static void put_z(struct writer_lane *l, uint64_t difference) {
  put_v(l, difference << 1 ^ (0 - (difference >> 63)));
}

static void put_escape(struct writer_lane *l, enum trace_escape code) {
  put_u16(l, 0);
  put_u8(l, code);
}

static void put_address(struct writer_lane *l, uint64_t address) {
  put_z(l, address - l->last_address);
  l->last_address = address;
}

static void set_time(struct writer_lane *l, uint64_t time) {
  if (!l->used && l->number == 0)
    l->time = l->block_time = time;
  if (time >= l->time && time - l->time <= UINT32_MAX)
    return;
  put_escape(l, TRACE_ESCAPE_TIME);
  put_v(l, time);
  l->time = time;
}

static uint64_t take_delta(struct writer_lane *l, uint64_t time) {
  uint64_t delta = time - l->time;
  l->time = time;
  return delta;
}

static struct entry *find_entry(struct writer_lane *l, const struct written_event *e, uint32_t key) {
  uint64_t hash = (e->address * 31 + key * 977u + e->site) * 0x9e3779b97f4a7c15ull;
  for (uint32_t at = hash >> 50;; at = (at + 1) % DICTIONARY) {
    struct entry *entry = &l->entries[at];
    if (!entry->slot || (entry->address == e->address && entry->key == key && entry->site == e->site))
      return entry;
  }
}

static struct entry *define(struct writer_lane *l, const struct written_event *e, uint32_t key) {
  if (l->n_slots + 1 >= TRACE_SLOT_LIMIT) {
    memset(l->entries, 0, DICTIONARY * sizeof *l->entries);
    l->n_slots = 0;
  }
  struct entry *entry = find_entry(l, e, key);
  *entry = (struct entry){.address = e->address, .key = key, .site = e->site, .slot = (uint16_t)++l->n_slots};
  put_escape(l, TRACE_ESCAPE_SLOT);
  put_u16(l, entry->slot);
  put_u8(l, e->op | (e->address == WILD ? TRACE_SLOT_WILD : 0));
  put_u8(l, e->mode);
  put_u16(l, e->kind);
  put_u16(l, e->site);
  if (e->address != WILD)
    put_address(l, e->address);
  return entry;
}

static void put_number(struct writer_lane *l, const struct entry *entry, uint32_t number) {
  uint32_t distance = number - entry->last;
  put_u8(l, distance < 255 ? distance : 255);
  if (distance >= 255)
    put_u32(l, number);
}

static void put_delta(struct writer_lane *l, uint64_t delta, uint32_t width) {
  if (width == 1)
    put_u8(l, (uint32_t)delta);
  else if (width == 2)
    put_u16(l, (uint32_t)delta);
  else if (width == 3)
    put_u32(l, (uint32_t)delta);
}

void trace_writer_event(struct trace_writer *w, uint32_t lane, const struct written_event *e) {
  struct writer_lane *l = room(w, lane);
  uint32_t key = e->op | (uint32_t)e->mode << 8 | (uint32_t)e->kind << 16;
  struct entry *entry = find_entry(l, e, key);
  bool is_numbered = op_flags[e->op] & S, is_new = !entry->slot;
  if (is_new)
    entry = define(l, e, key);
  set_time(l, e->time);
  uint64_t delta = take_delta(l, e->time);
  uint32_t width = delta == 0 ? 0 : delta < 256 ? 1 : delta < 65536 ? 2 : 3;
  bool is_explicit = is_numbered && (is_new || e->number != entry->last + entry->stride);
  put_u16(l, (uint32_t)entry->slot << TRACE_SLOT_SHIFT | (is_explicit ? TRACE_HEAD_SEQ : 0) | width);
  put_delta(l, delta, width);
  if (is_explicit)
    put_number(l, entry, e->number);
  if (is_numbered) {
    entry->stride = e->number - entry->last;
    entry->last = e->number;
  }
}

/* False: the recall table gives the number. */
static bool recall_number(struct writer_lane *l, const struct written_event *e) {
  if (!l->recalls)
    l->recalls = checked(calloc(TRACE_RECALLS, sizeof *l->recalls));
  uint32_t at = trace_recall(e->address);
  bool is_told = !e->address || l->recalls[at].address != e->address || l->recalls[at].number + 1 != e->number;
  l->recalls[at].address = e->address;
  l->recalls[at].number = e->number;
  return is_told;
}

void trace_writer_wild(struct trace_writer *w, uint32_t lane, const struct written_event *e) {
  struct writer_lane *l = room(w, lane);
  uint32_t key = e->op | (uint32_t)e->mode << 8 | (uint32_t)e->kind << 16;
  struct written_event any = *e;
  any.address = WILD;
  struct entry *entry = find_entry(l, &any, key);
  if (!entry->slot)
    entry = define(l, &any, key);
  set_time(l, e->time);
  uint64_t delta = take_delta(l, e->time);
  uint32_t width = delta == 0 ? 0 : delta < 256 ? 1 : delta < 65536 ? 2 : 3;
  bool is_told = op_flags[e->op] & S && recall_number(l, e);
  put_u16(l, (uint32_t)entry->slot << TRACE_SLOT_SHIFT | (is_told ? TRACE_HEAD_SEQ : 0) | width);
  put_delta(l, delta, width);
  put_address(l, e->address);
  if (is_told)
    put_v(l, e->number);
}

void trace_writer_wide(struct trace_writer *w, uint32_t lane, const struct written_event *e) {
  struct writer_lane *l = room(w, lane);
  set_time(l, e->time);
  put_escape(l, TRACE_ESCAPE_WIDE);
  put_u8(l, e->op);
  put_u8(l, e->mode);
  put_u16(l, e->kind);
  put_u16(l, e->site);
  put_v(l, take_delta(l, e->time));
  put_v(l, e->number);
  put_address(l, e->address);
  put_v(l, e->value);
  put_v(l, e->extra);
  put_z(l, (uint64_t)(int64_t)e->result);
}

uint32_t trace_writer_site(struct trace_writer *w, uint32_t lane, uint64_t sp, const uint64_t *pcs, uint32_t n) {
  struct writer_lane *l = room(w, lane);
  uint32_t site = ++l->n_sites;
  put_escape(l, TRACE_ESCAPE_SITE);
  put_u16(l, site);
  put_v(l, sp >> 3);
  put_u8(l, n);
  put_u8(l, 0); /* none in common with the last one */
  for (uint32_t i = 0; i < n; i++)
    put_z(l, pcs[i] - (i ? pcs[i - 1] : 0));
  return site;
}

void trace_writer_name(struct trace_writer *w, uint32_t lane, uint8_t what, uint64_t address, const char *name) {
  struct writer_lane *l = room(w, lane);
  put_escape(l, TRACE_ESCAPE_NAME);
  put_u8(l, what);
  put_v(l, address);
  put_v(l, strlen(name));
  trace_writer_bytes(w, lane, name, strlen(name));
}

void trace_writer_stack(struct trace_writer *w, uint32_t lane, uint64_t top) {
  struct writer_lane *l = room(w, lane);
  put_escape(l, TRACE_ESCAPE_STACK);
  put_v(l, top);
}

void trace_writer_child(struct trace_writer *w, uint32_t lane, uint32_t number, uint64_t handle) {
  struct writer_lane *l = room(w, lane);
  put_escape(l, TRACE_ESCAPE_CHILD);
  put_v(l, number);
  put_v(l, handle);
}

void trace_writer_begin(struct trace_writer *w, uint32_t lane, uint64_t time, uint32_t number, uint64_t handle) {
  struct written_event e = {.time = time, .op = TRACE_THREAD_BEGIN, .address = handle, .value = number, .extra = 5000 + number};
  trace_writer_wide(w, lane, &e);
}

void trace_writer_bytes(struct trace_writer *w, uint32_t lane, const void *bytes, size_t n) {
  struct writer_lane *l = lane_of(w, lane);
  if (l->used + n > l->capacity)
    abort();
  memcpy(l->bytes + l->used, bytes, n);
  l->used += (uint32_t)n;
}

void trace_writer_modules(struct trace_writer *w, const struct trace_module *modules, const char *const *paths, uint32_t n) {
  size_t used = n * sizeof *modules, at = used;
  for (uint32_t i = 0; i < n; i++)
    used += strlen(paths[i]);
  uint8_t *bytes = checked(calloc(1, (used + 63) / 64 * 64 + 64));
  for (uint32_t i = 0; i < n; i++) {
    struct trace_module module = modules[i];
    module.path_offset = (uint32_t)at;
    module.path_bytes = (uint32_t)strlen(paths[i]);
    memcpy(bytes + i * sizeof module, &module, sizeof module);
    memcpy(bytes + at, paths[i], module.path_bytes);
    at += module.path_bytes;
  }
  struct trace_region region = {.kind = TRACE_REGION_MODULES,
                                .number = n,
                                .capacity_bytes = (uint32_t)((used + 63) / 64 * 64),
                                .used_bytes = (uint32_t)used,
                                .checksum = trace_checksum(bytes, (uint32_t)used)};
  pad_to(w, TRACE_REGION_ALIGN);
  put(w, &region, sizeof region);
  put(w, bytes, region.capacity_bytes);
  free(bytes);
}

void trace_writer_end(struct trace_writer *w) {
  for (uint32_t i = 0; i < w->n_lanes; i++)
    if (w->lanes[i].bytes)
      put_region(w, &w->lanes[i], true);
  w->header.end_bytes = w->end;
  if (fseek(w->file, 0, SEEK_SET) || fwrite(&w->header, sizeof w->header, 1, w->file) != 1 || fclose(w->file))
    abort();
  for (uint32_t i = 0; i < w->n_lanes; i++) {
    free(w->lanes[i].bytes);
    free(w->lanes[i].entries);
    free(w->lanes[i].recalls);
  }
  free(w->lanes);
  free(w);
}
