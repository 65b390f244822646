/* lane.c - from one part of a lane to the next, and what is done about gaps and damage between them. */
#include "trace/lane.h"

#include <inttypes.h>
#include <stdlib.h>

#include "util/alloc.h"

/* What an undefined slot looks like; never written to, as RULE_LOST events count no numbers. */
static const struct slot no_slots[SLOT_PAGE];

void lane_init(struct lane *lane, uint32_t begin_part, uint32_t end_part) {
  *lane = (struct lane){.is_address_known = true,
                        .next_part = begin_part,
                        .end_part = end_part,
                        .thread = NO_INDEX,
                        .released = NO_INDEX,
                        .wait_mutex = NO_INDEX,
                        .fresh = NO_INDEX,
                        .join_target = NO_INDEX,
                        .graced = NO_INDEX,
                        .child = NO_INDEX,
                        .sibling = NO_INDEX};
  static const uint8_t nothing[16];
  lane->at = lane->end = nothing;
  for (uint32_t i = 0; i < SLOT_PAGES; i++)
    lane->slots[i] = (struct slot *)(uintptr_t)no_slots;
}

static void lane_forget(struct lane *lane) {
  for (uint32_t i = 0; i < SLOT_PAGES; i++) {
    if (lane->slots[i] != no_slots)
      free(lane->slots[i]);
    lane->slots[i] = (struct slot *)(uintptr_t)no_slots;
  }
  lane->n_sites = 0;
  lane->n_last_pcs = 0;
  free(lane->recalls);
  lane->recalls = NULL;
}

struct slot *lane_slot_room(struct lane *lane, uint32_t index) {
  struct slot **page = &lane->slots[index >> SLOT_PAGE_SHIFT];
  if (*page == no_slots)
    *page = xcalloc(SLOT_PAGE, sizeof **page);
  return &(*page)[index & (SLOT_PAGE - 1)];
}

void lane_done(struct lane *lane) {
  lane_forget(lane);
  free(lane->sites);
  lane->sites = NULL;
  lane->site_capacity = 0;
}

/* Behind a gap the tables may be out of date and addresses are differences to one that nobody knows, so everything is forgotten,
 * unless the recorder says that it started over here. */
static void lane_cross(struct lane *lane, const struct part *part, struct catalog *catalog) {
  if (part->number != lane->next_number)
    catalog_damage(catalog, "offset %" PRIu64 ": lane %" PRIu32 ": parts %" PRIu32 " to %" PRIu32 " are missing",
                   part->offset - sizeof(struct trace_region), part->lane, lane->next_number, part->number - 1);
  bool is_gap = lane->is_broken || part->number != lane->next_number;
  if (!is_gap && !part->is_fresh)
    return;
  lane_forget(lane);
  lane->last_address = 0;
  lane->is_address_known = part->is_fresh;
  lane->is_broken = false;
}

static bool lane_open_part(struct lane *lane, const struct native_file *file, struct catalog *catalog) {
  if (lane->next_part == lane->end_part)
    return false;
  const struct part *part = &file->parts[lane->next_part++];
  lane_cross(lane, part, catalog);
  lane->next_number = part->number + 1;
  lane->at = file->bytes + part->offset;
  lane->end = lane->at + part->used_bytes;
  lane->time = part->ticks;
  return true;
}

static bool is_zero(const uint8_t *at, const uint8_t *end) {
  while (at < end && *at == 0)
    at++;
  return at == end;
}

/* The rest of the part cannot be read; zeros are room that was never written to. */
static void lane_give_up(struct lane *lane, const struct native_file *file, struct catalog *catalog) {
  if (!is_zero(lane->at, lane->end)) {
    const struct part *part = &file->parts[lane->next_part - 1];
    catalog_damage(catalog, "offset %" PRIu64 ": lane %" PRIu32 ": a record is damaged or cut off; %zu bytes skipped",
                   (uint64_t)(lane->at - file->bytes), part->lane, (size_t)(lane->end - lane->at));
    lane->is_broken = true;
  }
  lane->at = lane->end;
}

enum lane_next lane_advance(struct lane *lane, const struct native_file *file, struct catalog *catalog) {
  struct record record;
  while (!lane->has_wide && !lane->has_child) {
    if (lane->at >= lane->end) {
      if (!lane_open_part(lane, file, catalog))
        return LANE_ENDED;
    } else if (lane_peek(lane, &record))
      return LANE_SLOT;
    else if (!(load_u16(lane->at) >> TRACE_SLOT_SHIFT ? lane_wild(lane, catalog) : lane_escape(lane, catalog)))
      lane_give_up(lane, file, catalog);
  }
  return lane->has_wide ? LANE_WIDE : LANE_CHILD;
}
