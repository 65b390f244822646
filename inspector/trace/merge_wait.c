/* merge_wait.c - who is ready, who is parked, and what wakes them.
 *
 * Two binary heaps by time hold the lanes (each knows its position, so that it can be taken out of the middle). Parked lanes are
 * also in the pairing heap of their place (Fredman et al. 1986: O(1) insertion, and only its smallest number is ever taken
 * out), or in the list of a thread or handle, which is woken whole. So no file can make one step cost more than log(lanes). */
#include "trace/merge_thread.h"

#include <stdlib.h>

#include "util/alloc.h"

static bool is_before(struct lane_key a, struct lane_key b) {
  return a.time != b.time ? a.time < b.time : a.lane < b.lane;
}

static void heap_set(struct merge *m, struct lane_heap *heap, uint32_t at, struct lane_key key) {
  heap->items[at] = key;
  m->lanes[key.lane].heap_at = at;
}

static void heap_up(struct merge *m, struct lane_heap *heap, uint32_t at, struct lane_key key) {
  for (; at && is_before(key, heap->items[(at - 1) / 2]); at = (at - 1) / 2)
    heap_set(m, heap, at, heap->items[(at - 1) / 2]);
  heap_set(m, heap, at, key);
}

static void heap_down(struct merge *m, struct lane_heap *heap, uint32_t at, struct lane_key key) {
  for (uint32_t child; (child = 2 * at + 1) < heap->n; at = child) {
    child += child + 1 < heap->n && is_before(heap->items[child + 1], heap->items[child]);
    if (!is_before(heap->items[child], key))
      break;
    heap_set(m, heap, at, heap->items[child]);
  }
  heap_set(m, heap, at, key);
}

static void heap_add(struct merge *m, struct lane_heap *heap, struct lane_key key) {
  heap_up(m, heap, heap->n++, key);
}

static struct lane_key heap_remove(struct merge *m, struct lane_heap *heap, uint32_t at) {
  struct lane_key removed = heap->items[at], last = heap->items[--heap->n];
  if (at < heap->n && at && is_before(last, heap->items[(at - 1) / 2]))
    heap_up(m, heap, at, last);
  else if (at < heap->n)
    heap_down(m, heap, at, last);
  return removed;
}

static uint32_t index_of(const struct merge *m, const struct lane *lane) {
  return (uint32_t)(lane - m->lanes);
}

static void set_limit(struct merge *m) {
  uint64_t ready = m->ready.n ? m->ready.items[0].time : UINT64_MAX;
  uint64_t deadline = m->parked.n ? m->parked.items[0].time : UINT64_MAX;
  m->limit = ready < deadline ? ready : deadline;
}

void merge_ready(struct merge *m, struct lane *lane, uint64_t time) {
  heap_add(m, &m->ready, (struct lane_key){time, index_of(m, lane)});
  set_limit(m);
}

struct lane *merge_pop_ready(struct merge *m) {
  struct lane_key key = heap_remove(m, &m->ready, 0);
  set_limit(m);
  return &m->lanes[key.lane];
}

/* A release, an end and a create are recorded before they happen, so their times are early if anything. A number is taken before
 * the clock is read: its record's time may be late by any pause. Whose handle it is may stay unknown; a missing number is worse. */
static uint64_t patience_for(const struct merge *m, enum wait_for what) {
  if (what == WAIT_RELEASE)
    return m->skew;
  if (what == WAIT_NUMBER || what == WAIT_HANDLE)
    return what == WAIT_NUMBER ? m->patience : m->patience / 2;
  return m->a_while;
}

/* merge_ready() and merge_pop_ready() in one; some lane is ready before this one. */
struct lane *merge_exchange(struct merge *m, struct lane *lane, uint64_t time) {
  struct lane *first = &m->lanes[m->ready.items[0].lane];
  heap_down(m, &m->ready, 0, (struct lane_key){time, index_of(m, lane)});
  set_limit(m);
  return first;
}

static void park(struct merge *m, struct lane *lane, uint64_t time) {
  lane->wait_time = time;
  heap_add(m, &m->parked, (struct lane_key){time + patience_for(m, lane->wait_for), index_of(m, lane)});
  m->current = NULL;
}

static void unpark(struct merge *m, struct lane *lane) {
  heap_remove(m, &m->parked, lane->heap_at);
  lane->wait_for = WAIT_NONE;
  lane->sibling = NO_INDEX;
  merge_ready(m, lane, lane->wait_time);
}

/* Distances of sequence numbers are taken modulo 2^32: counters may wrap. */
static uint32_t meld(struct merge *m, uint32_t a, uint32_t b) {
  if (a == NO_INDEX || b == NO_INDEX)
    return a == NO_INDEX ? b : a;
  int32_t distance = (int32_t)(m->lanes[a].wait_number - m->lanes[b].wait_number);
  uint32_t top = distance < 0 || (distance == 0 && a < b) ? a : b, under = a ^ b ^ top;
  m->lanes[under].sibling = m->lanes[top].child;
  m->lanes[top].child = under;
  return top;
}

/* Two passes: melt pairs from the left, then the results from the right. */
static uint32_t meld_children(struct merge *m, uint32_t child) {
  uint32_t pairs = NO_INDEX, root = NO_INDEX;
  while (child != NO_INDEX) {
    uint32_t second = m->lanes[child].sibling;
    uint32_t rest = second == NO_INDEX ? NO_INDEX : m->lanes[second].sibling;
    uint32_t pair = meld(m, child, second);
    m->lanes[pair].sibling = pairs;
    pairs = pair;
    child = rest;
  }
  while (pairs != NO_INDEX) {
    uint32_t rest = m->lanes[pairs].sibling;
    root = meld(m, root, pairs);
    pairs = rest;
  }
  return root;
}

void merge_park_at_place(struct merge *m, struct lane *lane, enum wait_for what, uint32_t place, uint32_t number, uint64_t time) {
  struct merge_place *p = &m->catalog->merge_places[place];
  lane->wait_for = (uint8_t)what;
  lane->wait_id = place;
  lane->wait_number = number;
  lane->child = lane->sibling = NO_INDEX;
  p->waiters = meld(m, p->waiters, index_of(m, lane));
  park(m, lane, time);
}

static struct lane *take_first_waiter(struct merge *m, struct merge_place *p) {
  struct lane *lane = &m->lanes[p->waiters];
  p->waiters = meld_children(m, lane->child);
  return lane;
}

void merge_wake_place(struct merge *m, uint32_t place) {
  struct merge_place *p = &m->catalog->merge_places[place];
  while (p->waiters != NO_INDEX && (int32_t)(m->lanes[p->waiters].wait_number - p->next) <= 0)
    unpark(m, take_first_waiter(m, p));
}

void merge_park_in_list(struct merge *m, struct lane *lane, uint32_t *list, uint64_t time) {
  lane->sibling = *list;
  *list = index_of(m, lane);
  park(m, lane, time);
}

void merge_wake_list(struct merge *m, uint32_t *list, bool is_excused) {
  while (*list != NO_INDEX) {
    struct lane *lane = &m->lanes[*list];
    *list = lane->sibling;
    lane->excused_from = is_excused ? lane->wait_for : WAIT_NONE;
    unpark(m, lane);
  }
}

/* The smallest number of the place comes next, whatever is missing before it; if it was its turn already, the lock goes to it. */
static void force_place(struct merge *m, uint32_t place) {
  struct merge_place *p = &m->catalog->merge_places[place];
  struct lane *lane = take_first_waiter(m, p);
  if (lane->wait_for == WAIT_RELEASE) {
    lane->excused_from = WAIT_RELEASE;
    unpark(m, lane);
    return;
  }
  if (lane->wait_number == p->next) {
    p->holder = NO_INDEX;
    p->count = 0;
    m->catalog->info->contradictions++;
  } else {
    p->next = lane->wait_number;
    m->catalog->info->order_repaired++;
  }
  m->catalog->info->lost_order = true;
  unpark(m, lane);
}

void merge_force(struct merge *m) {
  struct source_info *info = m->catalog->info;
  if (!m->ready.n && merge_wake_handles(m))
    return;
  struct lane *lane = &m->lanes[m->parked.items[0].lane];
  enum wait_for wait_for = lane->wait_for;
  if (wait_for == WAIT_NUMBER || wait_for == WAIT_LOCK || wait_for == WAIT_RELEASE) {
    force_place(m, lane->wait_id);
    return;
  }
  info->contradictions += wait_for == WAIT_END;
  info->order_repaired += wait_for == WAIT_BEGIN && !m->catalog->counts_from_parent;
  info->lost_order |= wait_for == WAIT_END || (wait_for == WAIT_BEGIN && !m->catalog->counts_from_parent);
  merge_wake_list(m, merge_wait_list(m, lane), true);
}
