/* lane_define.c - the escapes of a lane: definitions of slots and sites, names, and events with everything in them. */
#include "trace/lane.h"

#include <stdlib.h>

#include "trace/merge_thread.h"
#include "util/alloc.h"

/* Reads numbers up to `end`; what is not there is 0 and sets is_bad. */
struct cursor {
  const uint8_t *at, *end;
  bool is_bad;
};

static uint8_t read_u8(struct cursor *c) {
  if (c->at < c->end)
    return *c->at++;
  c->is_bad = true;
  return 0;
}

static uint16_t read_u16(struct cursor *c) {
  uint32_t low = read_u8(c), high = read_u8(c);
  return (uint16_t)(low | high << 8);
}

static uint64_t read_v(struct cursor *c) {
  uint64_t n = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    uint8_t byte = read_u8(c);
    n |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80)
      return n;
  }
  c->is_bad = true;
  return 0;
}

static uint64_t read_z(struct cursor *c) {
  uint64_t n = read_v(c);
  return n >> 1 ^ (0 - (n & 1));
}

static uint64_t read_address(struct lane *lane, struct cursor *c) {
  uint64_t address = lane->last_address + read_z(c);
  if (!c->is_bad)
    lane->last_address = address;
  return address;
}

/* The frames of a stack; the outermost ones may be those of the last stack. */
static bool read_frames(struct lane *lane, struct cursor *c, uint64_t *ret_pcs, uint32_t *ret_n) {
  uint32_t n = read_u8(c), n_common = read_u8(c);
  if (c->is_bad || n > TRACE_MAX_FRAMES || n_common > n || n_common > lane->n_last_pcs)
    return false;
  uint64_t pc = 0;
  for (uint32_t i = 0; i < n - n_common; i++)
    lane->last_pcs[n - 1 - i] = ret_pcs[i] = pc += read_z(c);
  for (uint32_t i = 0; i < n_common; i++)
    ret_pcs[n - 1 - i] = lane->last_pcs[i];
  lane->n_last_pcs = n;
  *ret_n = n;
  return !c->is_bad;
}

static bool read_site(struct lane *lane, struct cursor *c, struct catalog *catalog) {
  uint32_t index = read_u16(c), n = 0;
  uint64_t sp = read_v(c) << 3, pcs[TRACE_MAX_FRAMES];
  if (c->is_bad || index == 0 || index >= TRACE_SITE_LIMIT || !read_frames(lane, c, pcs, &n))
    return false;
  lane->sites = grow(lane->sites, index, &lane->site_capacity, sizeof *lane->sites);
  if (index >= lane->n_sites) {
    memset(&lane->sites[lane->n_sites], 0, (index - lane->n_sites) * sizeof *lane->sites);
    lane->n_sites = index + 1;
  }
  lane->sites[index] = (struct lane_site){sp, catalog_site(catalog, pcs, n)};
  return true;
}

static struct lane_site find_site(const struct lane *lane, uint32_t index) {
  return index < lane->n_sites ? lane->sites[index] : (struct lane_site){0, 0};
}

static bool read_slot(struct lane *lane, struct cursor *c, struct catalog *catalog) {
  uint32_t index = read_u16(c);
  struct slot slot = {.place = NO_INDEX};
  uint8_t op = read_u8(c);
  slot.is_wild = op & TRACE_SLOT_WILD;
  slot.op = op & ~TRACE_SLOT_WILD;
  slot.mode = read_u8(c);
  slot.kind = read_u16(c);
  struct lane_site site = find_site(lane, read_u16(c));
  uint64_t address = slot.is_wild ? 0 : read_address(lane, c);
  if (c->is_bad || index == 0 || index >= TRACE_SLOT_LIMIT)
    return false;
  slot.rule = rule_of(slot.op, slot.mode, slot.kind);
  slot.sp = site.sp;
  slot.site = site.site;
  if (slot.is_wild && !op_has_object(slot.op))
    return false;
  if (slot.is_wild)
    slot.place = NO_INDEX; /* each event has its own */
  else if (op_has_object(slot.op) && lane->is_address_known)
    slot.place = catalog_place(catalog, address);
  else if (op_has_object(slot.op))
    slot.rule = RULE_LOST;
  if (slot.op == TRACE_READ || slot.op == TRACE_WRITE)
    catalog->info->accesses = ACCESSES_PARTIAL;
  *lane_slot_room(lane, index) = slot;
  return true;
}

static bool read_wide(struct lane *lane, struct cursor *c, struct catalog *catalog) {
  struct wide *w = &lane->wide;
  *w = (struct wide){.place = NO_INDEX};
  w->op = read_u8(c);
  w->mode = read_u8(c);
  w->kind = read_u16(c);
  struct lane_site site = find_site(lane, read_u16(c));
  w->sp = site.sp;
  w->site = site.site;
  w->time = lane->time + read_v(c);
  w->number = (uint32_t)read_v(c);
  w->address = read_address(lane, c);
  w->value = read_v(c);
  w->extra = read_v(c);
  w->result = (int32_t)read_z(c);
  if (c->is_bad)
    return false;
  w->rule = rule_of(w->op, w->mode, w->kind);
  if (w->op == TRACE_DESTROY && w->result)
    w->rule = RULE_ORDERED; /* refused: it is what it was */
  if (!lane->is_address_known && op_has_object(w->op))
    w->rule = RULE_LOST;
  else if (op_has_object(w->op))
    w->place = catalog_place(catalog, w->address);
  if (!lane->is_address_known)
    w->address = 0;
  w->next = c->at;
  lane->has_wide = true;
  return true;
}

/* Place and number of a wild slot's event. The recall table saves looking up an address that came lately. */
static void recall_object(struct lane *lane, struct catalog *catalog, struct wide *w, bool is_told, uint64_t told) {
  if (!lane->recalls)
    lane->recalls = xcalloc(TRACE_RECALLS, sizeof *lane->recalls);
  struct recall *recall = &lane->recalls[trace_recall(w->address)];
  bool is_known = recall->address == w->address && w->address;
  w->place = is_known ? recall->place : catalog_place(catalog, w->address);
  if (!op_is_numbered(w->op))
    return;
  w->number = is_told ? (uint32_t)told : is_known ? recall->number + 1 : 0;
  *recall = (struct recall){w->address, w->number, w->place};
}

bool lane_wild(struct lane *lane, struct catalog *catalog) {
  struct cursor c = {lane->at, lane->end, false};
  uint32_t head = read_u16(&c), index = head >> TRACE_SLOT_SHIFT, delta = 0;
  const struct slot *slot = &lane->slots[index >> SLOT_PAGE_SHIFT][index & (SLOT_PAGE - 1)];
  for (uint32_t i = 0, width = (head & 3) + ((head & 3) == 3); i < width; i++)
    delta |= (uint32_t)read_u8(&c) << (8 * i);
  uint64_t address = lane->last_address + read_z(&c), told = head & TRACE_HEAD_SEQ ? read_v(&c) : 0;
  if (!slot->is_wild || c.is_bad)
    return false;
  lane->last_address = address;
  lane->wide = (struct wide){.next = c.at,
                             .time = lane->time + delta,
                             .sp = slot->sp,
                             .address = address,
                             .place = NO_INDEX,
                             .site = slot->site,
                             .kind = slot->kind,
                             .op = slot->op,
                             .mode = slot->mode,
                             .rule = lane->is_address_known ? slot->rule : RULE_LOST};
  if (lane->is_address_known)
    recall_object(lane, catalog, &lane->wide, head & TRACE_HEAD_SEQ, told);
  lane->has_wide = true;
  return true;
}

static bool read_name(struct lane *lane, struct cursor *c, struct catalog *catalog) {
  enum { THIS_THREAD, OBJECT_AT, THREAD_OF, FRESH_OBJECT_AT };
  uint32_t what = read_u8(c);
  uint64_t address = read_v(c), n = read_v(c);
  if (c->is_bad || n > (uint64_t)(c->end - c->at))
    return false;
  if (what == THIS_THREAD && lane->thread != NO_INDEX)
    catalog_name(&catalog->info->threads[lane->thread].name, c->at, n);
  uint32_t place = what == OBJECT_AT || what == FRESH_OBJECT_AT ? catalog_place(catalog, address) : NO_INDEX;
  if (place != NO_INDEX)
    catalog_name_place(catalog, place, what == FRESH_OBJECT_AT ? NAME_LATER : lane->ordinal, c->at, n);
  if (what == FRESH_OBJECT_AT) {
    lane->fresh = place;
    lane->fresh_name = catalog->info->n_names - 1;
  }
  if (what == THREAD_OF)
    merge_thread_name(catalog, address, c->at, n);
  c->at += n;
  return true;
}

static void set_of_thread(const struct lane *lane, const struct catalog *catalog, bool is_stack, uint64_t value) {
  if (lane->thread == NO_INDEX)
    return;
  struct source_thread *thread = &catalog->info->threads[lane->thread];
  if (is_stack)
    thread->stack_top = value;
  else
    thread->start_pc = value;
}

static bool read_child(struct lane *lane, struct cursor *c) {
  lane->wide.value = read_v(c);
  lane->wide.address = read_v(c);
  lane->has_child = !c->is_bad;
  return lane->has_child;
}

static bool read_escape(struct lane *lane, struct cursor *c, struct catalog *catalog) {
  switch ((enum trace_escape)read_u8(c)) {
  case TRACE_ESCAPE_PAD:
    return true;
  case TRACE_ESCAPE_SITE:
    return read_site(lane, c, catalog);
  case TRACE_ESCAPE_SLOT:
    return read_slot(lane, c, catalog);
  case TRACE_ESCAPE_WIDE:
    return read_wide(lane, c, catalog);
  case TRACE_ESCAPE_TIME:
    lane->time = read_v(c);
    return true;
  case TRACE_ESCAPE_NAME:
    return read_name(lane, c, catalog);
  case TRACE_ESCAPE_STACK:
    set_of_thread(lane, catalog, true, read_v(c));
    return true;
  case TRACE_ESCAPE_SOURCE:
    set_of_thread(lane, catalog, false, read_v(c));
    return true;
  case TRACE_ESCAPE_CHILD:
    return read_child(lane, c);
  }
  return false;
}

bool lane_escape(struct lane *lane, struct catalog *catalog) {
  struct cursor c = {lane->at + 2, lane->end, false};
  bool is_good = read_escape(lane, &c, catalog) && !c.is_bad;
  if (is_good && !lane->has_wide) /* an event stays next until it is taken */
    lane->at = c.at;
  return is_good;
}
