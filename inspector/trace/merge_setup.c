/* merge_setup.c - the lanes of a recording, all ready, and how long to wait for what. */
#include "trace/merge.h"

#include <stdlib.h>

#include "util/alloc.h"

__extension__ typedef unsigned __int128 u128;

enum { GRACE_PER_S = 1000, SKEW_PER_S = 50000, A_WHILE_S = 1 };
#define FOR_EVER (UINT64_C(1) << 62) /* still in order when a time is added to it */

static void lanes_new(struct merge *m) {
  const struct native_file *file = m->file;
  for (uint32_t i = 0; i < file->n_parts; i++)
    m->n_lanes += i == 0 || file->parts[i].lane != file->parts[i - 1].lane;
  m->lanes = xcalloc(m->n_lanes, sizeof *m->lanes);
  m->ready.items = xcalloc(m->n_lanes, sizeof *m->ready.items);
  m->parked.items = xcalloc(m->n_lanes, sizeof *m->parked.items);
  uint32_t begin = 0, lane = 0;
  for (uint32_t i = 1; i <= file->n_parts; i++)
    if (i == file->n_parts || file->parts[i].lane != file->parts[begin].lane) {
      lane_init(&m->lanes[lane], begin, i);
      merge_ready(m, &m->lanes[lane++], file->parts[begin].ticks);
      begin = i;
    }
}

void merge_note_losses(struct merge *m) {
  const struct trace_header *h = &m->file->header;
  if (m->catalog->info->n_damage || h->dropped || h->lost_threads || h->write_errors)
    m->patience = m->a_while;
}

void merge_init(struct merge *m, struct catalog *catalog, const struct native_file *file) {
  const struct trace_header *h = &file->header;
  *m = (struct merge){.catalog = catalog, .file = file, .limit = UINT64_MAX};
  m->grace = h->ticks_per_s / GRACE_PER_S;
  m->skew = h->ticks_per_s / SKEW_PER_S;
  m->a_while = h->ticks_per_s < FOR_EVER / A_WHILE_S ? h->ticks_per_s * A_WHILE_S : FOR_EVER;
  m->patience = file->has_gaps ? m->a_while : FOR_EVER;
  merge_note_losses(m);
  m->start_ticks = h->start_ticks;
  m->ns_per_tick = (uint64_t)(((u128)1000000000 << 32) / h->ticks_per_s);
  lanes_new(m);
}

void merge_done(struct merge *m) {
  for (uint32_t i = 0; i < m->n_lanes; i++)
    lane_done(&m->lanes[i]);
  free(m->lanes);
  free(m->ready.items);
  free(m->parked.items);
  free(m->listed);
  map_done(&m->first_numbers);
}
