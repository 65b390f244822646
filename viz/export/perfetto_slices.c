/* perfetto_slices.c - slices that have begun and not ended, and where they go when they do.
 *
 * Slices of one track must nest: Perfetto drops one that begins inside another and ends behind it. Locks need not be given up in
 * reverse order; so when a slice ends with later ones still open, those go to the next track of the thread, and to tracks of their
 * own (asynchronous slices) where that does not help. Their lengths stay true that way, which cutting them would not. */
#include "viz/export/perfetto.h"

#include <string.h>

#include "util/alloc.h"

uint32_t perfetto_find_hold(const struct lane *lane, uint32_t object) {
  for (uint32_t i = lane->n_open; i-- > 0;)
    if (lane->open[i].kind == SLICE_HOLD && lane->open[i].object == object)
      return i;
  return NO_INDEX;
}

uint32_t perfetto_find_wait(const struct lane *lane) {
  for (uint32_t i = lane->n_open; i-- > 0;)
    if (lane->open[i].kind == SLICE_WAIT)
      return i;
  return NO_INDEX;
}

void perfetto_slice_open(struct perfetto *perfetto, uint32_t thread, struct slice slice) {
  struct lane *lane = &perfetto->lanes[thread];
  perfetto_softs_settle(perfetto, thread, slice.begin, false);
  lane->open = grow(lane->open, lane->n_open, &lane->capacity, sizeof *lane->open);
  uint32_t at = lane->n_open++;
  for (; at && lane->open[at - 1].begin > slice.begin; at--)
    lane->open[at] = lane->open[at - 1];
  lane->open[at] = slice;
  lane->n_holds += slice.kind == SLICE_HOLD;
}

/* Does a slice that began then, and whose end is not known, fit into the row? */
static bool row_fits(const struct lane *lane, uint8_t row, uint64_t begin) {
  for (uint32_t i = 0; i < lane->n_softs; i++)
    if (lane->softs[i].slice.row == row && lane->softs[i].slice.begin < begin)
      return false;
  return lane->busy[row] <= begin;
}

/* Those that began after it and go on. */
static void move_overlapping(struct lane *lane, uint32_t ending) {
  uint8_t row = lane->open[ending].row;
  for (uint32_t i = ending + 1; i < lane->n_open && row != ROW_ASYNC; i++) {
    struct slice *slice = &lane->open[i];
    if (slice->row != row)
      continue;
    do
      slice->row++;
    while (slice->row < MAX_ROWS && !row_fits(lane, slice->row, slice->begin));
  }
}

static struct slice take_slice(struct lane *lane, uint32_t index) {
  struct slice slice = lane->open[index];
  move_overlapping(lane, index);
  lane->n_open--;
  lane->n_holds -= slice.kind == SLICE_HOLD;
  memmove(&lane->open[index], &lane->open[index + 1], (lane->n_open - index) * sizeof *lane->open);
  return slice;
}

void perfetto_slice_close(struct perfetto *perfetto, uint32_t thread, uint32_t index, struct slice_end end) {
  struct lane *lane = &perfetto->lanes[thread];
  perfetto_softs_settle(perfetto, thread, end.time, false);
  struct slice slice = take_slice(lane, index);
  end.is_timed = true;
  perfetto_write_slice(perfetto, thread, &slice, &end);
  if (slice.row < MAX_ROWS && lane->busy[slice.row] < end.time)
    lane->busy[slice.row] = end.time;
}

uint64_t perfetto_slice_close_softly(struct perfetto *perfetto, uint32_t thread, uint32_t index, struct slice_end end) {
  struct soft soft = {.slice = take_slice(&perfetto->lanes[thread], index), .end = end, .serial = ++perfetto->n_softs};
  perfetto_soft_add(perfetto, thread, &soft);
  return soft.serial;
}
