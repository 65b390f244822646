/* timeline_merge.c - fewer bars: neighbours in a row become one, first those of one lock that are near each other, then whatever is
 * too narrow to be told apart. What never ended stays by itself. */
#include <stdlib.h>

#include "viz/timeline.h"

static int compare_bars(const void *a, const void *b) {
  const struct bar *x = a, *y = b;
  if (x->thread != y->thread)
    return x->thread > y->thread ? 1 : -1;
  if (x->row != y->row)
    return x->row > y->row ? 1 : -1;
  if (x->kind != y->kind)
    return x->kind > y->kind ? 1 : -1;
  if (x->begin != y->begin)
    return x->begin > y->begin ? 1 : -1;
  return (x->end > y->end) - (x->end < y->end);
}

static bool may_merge(const struct bar *left, const struct bar *right, uint64_t gap, bool is_mixed) {
  if (left->thread != right->thread || left->row != right->row || left->kind != right->kind || left->kind == BAR_STUCK)
    return false;
  bool is_same = left->object == right->object && left->target == right->target;
  return (is_same || is_mixed) && (right->begin <= left->end || right->begin - left->end <= gap);
}

static void merge_into(struct bar *left, const struct bar *right) {
  left->end = right->end > left->end ? right->end : left->end;
  left->latest = left->end;
  left->total += right->total;
  left->count += right->count;
  if (left->object != right->object)
    left->object = NO_INDEX;
  if (left->target != right->target)
    left->target = NO_INDEX;
  if (left->op != right->op)
    left->op = 0;
  left->is_read &= right->is_read;
}

static void merge_once(struct timeline *timeline, uint64_t gap, bool is_mixed) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < timeline->n_bars; i++)
    if (kept && may_merge(&timeline->bars[kept - 1], &timeline->bars[i], gap, is_mixed))
      merge_into(&timeline->bars[kept - 1], &timeline->bars[i]);
    else
      timeline->bars[kept++] = timeline->bars[i];
  timeline->n_bars = kept;
}

void bars_merge(struct timeline *timeline, uint32_t n) {
  if (timeline->n_bars)
    qsort(timeline->bars, timeline->n_bars, sizeof *timeline->bars, compare_bars);
  if (timeline->n_bars <= n)
    return;
  uint64_t span = timeline->last, first = timeline->gap ? timeline->gap : span / 4096 + 1;
  for (uint64_t gap = first; timeline->n_bars > n && gap < span / 64; gap *= 2) {
    merge_once(timeline, gap, false);
    timeline->gap = gap;
  }
  for (uint64_t gap = first; timeline->n_bars > n && gap <= span / 2; gap *= 2)
    merge_once(timeline, gap, true);
  if (timeline->n_bars > n)
    merge_once(timeline, UINT64_MAX, true);
}
