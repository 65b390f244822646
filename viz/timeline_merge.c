/* timeline_merge.c - fewer bars, so that a trace of any length has a picture of the same size.
 *
 * First, bars of one lock that are near each other become one; then, whatever begins in the same slice of time, and the slices grow
 * until the bars are few enough. What is longer than that stays as it is, and so does what never ended. A merged bar knows how
 * much of its time is filled, and by which lock if by one more than by all others together (Boyer and Moore's majority vote). */
#include <stdlib.h>

#include "viz/timeline.h"

enum { SLICES = 1024, NEAR = 8 };

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

typedef bool merge_rule(const struct bar *left, const struct bar *right, uint64_t size);

static bool is_near(const struct bar *left, const struct bar *right, uint64_t gap) {
  bool is_same = left->object == right->object && left->target == right->target;
  return is_same && (right->begin <= left->end || right->begin - left->end <= gap) && right->end - left->begin <= NEAR * gap;
}

static bool is_in_slice(const struct bar *left, const struct bar *right, uint64_t slice) {
  bool is_long = left->end - left->begin > slice || right->end - right->begin > slice;
  return !is_long && left->begin / slice == right->begin / slice;
}

static bool is_in_lane(const struct bar *left, const struct bar *right, uint64_t unused) {
  (void)left;
  (void)right;
  (void)unused;
  return true;
}

/* `left` keeps the place of one, and gets the majority of both. */
static void vote(struct bar *left, const struct bar *right) {
  if (left->object == right->object && left->target == right->target) {
    left->majority += right->majority;
  } else if (right->majority > left->majority) {
    left->majority = right->majority - left->majority;
    left->object = right->object;
    left->target = right->target;
    left->site = right->site;
    left->is_mixed = true;
  } else {
    left->majority -= right->majority;
    left->is_mixed = true;
  }
  left->is_mixed |= right->is_mixed;
}

static void merge_into(struct bar *left, const struct bar *right) {
  vote(left, right);
  left->end = right->end > left->end ? right->end : left->end;
  left->latest = left->end;
  left->total += right->total;
  left->count += right->count;
  if (left->op != right->op)
    left->op = 0;
  left->is_read &= right->is_read;
}

static bool may_merge(const struct bar *left, const struct bar *right) {
  return left->thread == right->thread && left->row == right->row && left->kind == right->kind && left->kind != BAR_STUCK;
}

static void merge_once(struct timeline *timeline, merge_rule *rule, uint64_t size) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < timeline->n_bars; i++) {
    struct bar *left = kept ? &timeline->bars[kept - 1] : NULL, *bar = &timeline->bars[i];
    if (left && may_merge(left, bar) && rule(left, bar, size))
      merge_into(left, bar);
    else
      timeline->bars[kept++] = *bar;
  }
  timeline->n_bars = kept;
}

/* A power of two, so that the slices of one size lie within those of the next. */
static uint64_t slice_of(uint64_t span) {
  uint64_t slice = 1;
  while (slice < span / SLICES)
    slice *= 2;
  return slice;
}

/* Of the part that is wanted, as far as it has been read. */
static uint64_t span_of(const struct timeline *timeline) {
  const struct view_scope *scope = &timeline->input->scope;
  uint64_t to = scope->to < timeline->last ? scope->to : timeline->last;
  return to > scope->from ? to - scope->from : 1;
}

void bars_merge(struct timeline *timeline, uint32_t n) {
  if (timeline->n_bars)
    qsort(timeline->bars, timeline->n_bars, sizeof *timeline->bars, compare_bars);
  uint64_t span = span_of(timeline), first = slice_of(span);
  for (uint64_t gap = first; timeline->n_bars > n && gap <= span / 64; gap *= 2)
    merge_once(timeline, is_near, gap);
  for (uint64_t slice = first; timeline->n_bars > n && slice <= span / 16; slice *= 2)
    merge_once(timeline, is_in_slice, slice);
  if (timeline->n_bars > n)
    merge_once(timeline, is_in_lane, 0);
}
