/* perfetto_softs.c - the clock is not read at every release, so the end of many holds is known only as between two times of the thread.
 *
 * Such a slice ends at its thread's last known time, unless another thread was waiting for the lock: then the holder kept it until
 * that one got it, as far as the holder's next known time allows. Until that is known the slice is kept back. Releases come in the
 * thread's order, so when one moves, all that came after it move, too, and what nests goes on to nest. */
#include <string.h>

#include "viz/export/perfetto.h"

static void write_soft(struct perfetto *perfetto, uint32_t thread, const struct soft *soft) {
  struct lane *lane = &perfetto->lanes[thread];
  const struct slice *slice = &soft->slice;
  perfetto_write_slice(perfetto, thread, slice, &soft->end);
  if (slice->row < MAX_ROWS && lane->busy[slice->row] < soft->end.time)
    lane->busy[slice->row] = soft->end.time;
  struct point *point = &perfetto->objects[slice->object].last[0];
  if (point->soft == soft->serial) {
    point->time = soft->end.time;
    point->soft = 0;
  }
}

void perfetto_soft_add(struct perfetto *perfetto, uint32_t thread, const struct soft *soft) {
  struct lane *lane = &perfetto->lanes[thread];
  if (lane->n_softs == MAX_SOFTS) {
    write_soft(perfetto, thread, &lane->softs[0]);
    lane->n_softs--;
    memmove(&lane->softs[0], &lane->softs[1], lane->n_softs * sizeof *lane->softs);
  }
  lane->softs[lane->n_softs++] = *soft;
}

/* How late each of them may have ended at most, when all ended before `limit`, one after the other, and some for sure. */
static void find_latest(const struct lane *lane, uint64_t limit, uint64_t latest[MAX_SOFTS]) {
  for (uint32_t i = lane->n_softs; i-- > 0;) {
    limit -= limit > 0;
    if (lane->softs[i].is_final)
      limit = lane->softs[i].end.time;
    latest[i] = limit;
  }
}

static void move_end(struct soft *soft, uint64_t end) {
  if (!soft->is_final && end > soft->end.time)
    soft->end.time = end;
}

void perfetto_softs_settle(struct perfetto *perfetto, uint32_t thread, uint64_t limit, bool is_timed) {
  struct lane *lane = &perfetto->lanes[thread];
  uint64_t latest[MAX_SOFTS];
  bool has_moved = false;
  find_latest(lane, limit, latest);
  for (uint32_t i = 0; i < lane->n_softs; i++) {
    struct soft *soft = &lane->softs[i];
    has_moved = !soft->is_final && (has_moved || perfetto->objects[soft->slice.object].n_waiting);
    if (has_moved)
      move_end(soft, latest[i]);
    soft->end.at_most = is_timed ? limit : 0;
    write_soft(perfetto, thread, soft);
  }
  lane->n_softs = 0;
}

void perfetto_softs_stretch(struct perfetto *perfetto, struct point *point, uint64_t time) {
  struct lane *lane = &perfetto->lanes[point->thread];
  uint64_t latest[MAX_SOFTS];
  uint32_t first = 0;
  while (first < lane->n_softs && lane->softs[first].serial != point->soft)
    first++;
  if (first == lane->n_softs || lane->softs[first].is_final)
    return;
  find_latest(lane, time, latest);
  for (uint32_t i = first; i < lane->n_softs && !lane->softs[i].is_final; i++) {
    move_end(&lane->softs[i], latest[i]);
    if (lane->softs[i].end.time > lane->now)
      lane->now = lane->softs[i].end.time;
  }
  lane->softs[first].is_final = true;
  point->time = lane->softs[first].end.time;
}

void perfetto_softs_keep(struct perfetto *perfetto, const struct point *point) {
  struct lane *lane = point->soft ? &perfetto->lanes[point->thread] : NULL;
  for (uint32_t i = 0; lane && i < lane->n_softs; i++)
    lane->softs[i].is_final |= lane->softs[i].serial == point->soft;
}
