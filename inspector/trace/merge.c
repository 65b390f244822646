/* merge.c - takes the events of the lanes one after the other; see merge.h for the order.
 *
 * The loop in merge_run() is where the time goes: decode in place, look at 16 bytes of the object's state, fill the event. It
 * stays with one lane as long as that lane is the earliest, so that the heaps are touched only when lanes change. */
#include "trace/merge_thread.h"

__extension__ typedef unsigned __int128 u128;

/* What is asked of the state of an object, from a slot or a wide event. */
struct step {
  uint64_t time;
  uint32_t place, number;
  uint16_t kind;
  uint8_t rule, mode;
};

static inline uint64_t in_ns(const struct merge *m, uint64_t ticks) {
  return ticks > m->start_ticks ? (uint64_t)((u128)(ticks - m->start_ticks) * m->ns_per_tick >> 32) : 0;
}

/* In a forked child's recording the first number of a place may be anything, as counting goes on from the parent's. The lane
 * waits a little for smaller ones of other lanes. True: the place has started. */
static bool start_place(struct merge *m, struct lane *lane, const struct step *s) {
  uint32_t number = s->number < NO_INDEX ? s->number : NO_INDEX - 1, first = map_find(&m->first_numbers, s->place);
  if (number < first)
    map_put(&m->first_numbers, s->place, first = number);
  if (lane->graced == s->place) {
    m->catalog->merge_places[s->place].next = first;
    return true;
  }
  lane->graced = s->place;
  m->current = NULL;
  merge_ready(m, lane, s->time + m->grace < s->time ? UINT64_MAX : s->time + m->grace);
  return false;
}

/* Not the number that is next. True: it comes now all the same. */
static bool __attribute__((noinline)) out_of_turn(struct merge *m, struct lane *lane, const struct step *s) {
  struct merge_place *p = &m->catalog->merge_places[s->place];
  bool has_started = !m->catalog->counts_from_parent || p->next != 1;
  if (!has_started && !start_place(m, lane, s))
    return false;
  int32_t distance = (int32_t)(s->number - p->next);
  if (distance > 0) {
    merge_park_at_place(m, lane, WAIT_NUMBER, s->place, s->number, s->time);
    return false;
  }
  if (distance < 0) { /* others have gone past it */
    m->catalog->info->order_repaired++;
    m->catalog->info->lost_order = true;
  }
  return true;
}

/* Somebody else holds the lock. True: the event comes now all the same.
 *
 * Where the lock is destroyed, initialised, freed or released by somebody else, that may be just what the program does wrong:
 * then only as much time is given to the holder's release as clocks may differ. */
static bool __attribute__((noinline)) not_free(struct merge *m, struct lane *lane, const struct step *s) {
  struct merge_place *p = &m->catalog->merge_places[s->place];
  bool is_odd = s->rule == RULE_RESET || s->rule == RULE_REL_ODD, is_late = s->number != p->next;
  bool is_dead = p->holder != NO_INDEX && m->catalog->merge_threads[p->holder].has_ended;
  m->catalog->info->contradictions += is_late && !is_odd;
  if (is_dead || is_late || lane->excused_from != WAIT_NONE) {
    p->holder = is_odd ? p->holder : NO_INDEX;
    p->count = is_odd ? p->count : 0;
    return true;
  }
  if (p->holder != NO_INDEX && s->mode & TRACE_MODE_OWNER_DEAD) {
    lane->wait_for = WAIT_END;
    lane->wait_id = p->holder;
    merge_park_in_list(m, lane, merge_wait_list(m, lane), s->time);
  } else
    merge_park_at_place(m, lane, is_odd ? WAIT_RELEASE : WAIT_LOCK, s->place, s->number, s->time);
  return false;
}

static inline void place_acquire(struct merge_place *p, uint32_t thread, uint16_t kind) {
  p->count = p->holder == thread && kind & TRACE_TYPE_RECURSIVE ? p->count + 1 : 1;
  p->holder = thread;
}

static inline void place_release(struct merge_place *p, uint16_t kind) {
  if (p->holder == NO_INDEX)
    p->count -= p->count > 0;
  else if (p->count > 1 && kind & TRACE_TYPE_RECURSIVE)
    p->count--;
  else {
    p->holder = NO_INDEX;
    p->count = 0;
  }
}

/* A condition wait gives up all of an rlock and takes all of it back; its release has no number of its own. */
static void __attribute__((noinline)) give_up_all(struct lane *lane, struct merge_place *p) {
  bool is_own = p->holder == lane->thread && p->count;
  lane->wait_depth = is_own ? p->count : 0;
  p->count = is_own ? 1 : p->count;
}

static void __attribute__((noinline)) take_back_all(struct lane *lane, struct merge_place *p) {
  p->count = lane->wait_depth > p->count ? lane->wait_depth : p->count;
  lane->wait_depth = 0;
}

static inline bool is_rlock_wait(const struct step *s) {
  return s->mode & TRACE_MODE_CONDITION && TRACE_KIND_OF(s->kind) == TRACE_KIND_RLOCK;
}

static inline bool is_free(const struct merge_place *p, uint32_t thread, uint8_t rule) {
  if (p->holder == thread || rule < RULE_REL_ODD)
    return true;
  return p->holder == NO_INDEX && (p->count == 0 || rule == RULE_ACQ_SHARED);
}

/* Makes the step in the state of the object; false when it may not come yet, the lane is then in a heap. */
static inline bool place_step(struct merge *m, struct lane *lane, const struct step *s) {
  struct merge_place *p = &m->catalog->merge_places[s->place];
  if (s->rule == RULE_FREE)
    return true;
  if (s->rule < RULE_ORDERED) {
    if (__builtin_expect(is_rlock_wait(s), 0))
      give_up_all(lane, p);
    place_release(p, s->kind);
  } else {
    if (__builtin_expect(s->number != p->next, 0) && !out_of_turn(m, lane, s))
      return false;
    if (__builtin_expect(!is_free(p, lane->thread, s->rule), 0) && !not_free(m, lane, s))
      return false;
    p->next += s->number == p->next;
    if (s->rule == RULE_ACQ) {
      place_acquire(p, lane->thread, s->kind);
      if (__builtin_expect(is_rlock_wait(s), 0))
        take_back_all(lane, p);
    } else if (s->rule == RULE_ACQ_SHARED)
      p->count++;
    else if (s->rule == RULE_REL_ODD || s->rule == RULE_REL_ANY)
      place_release(p, s->kind);
    else if (s->rule == RULE_RESET) {
      p->holder = NO_INDEX;
      p->count = 0;
    }
  }
  if (__builtin_expect(p->waiters != NO_INDEX, 0))
    merge_wake_place(m, s->place);
  return true;
}

/* The mutex of a condition wait: released just before the WAIT, taken back after the WAKE. */
static void note_wait(struct lane *lane, uint8_t rule, struct event *event) {
  if (rule == RULE_WAIT) {
    event->place2 = lane->wait_mutex = lane->released;
    lane->released = NO_INDEX;
  } else if (rule == RULE_WAKE)
    event->place2 = lane->wait_mutex;
  else if (event->op == TRACE_REL || event->op == TRACE_REL_ODD || event->op == TRACE_REL_FAIL)
    lane->released = event->place;
}

static inline bool is_about_wait(uint8_t rule, uint8_t mode) {
  return rule == RULE_WAIT || rule == RULE_WAKE || mode & TRACE_MODE_CONDITION;
}

static inline void fill(struct merge *m, struct event *event, uint64_t time, uint32_t thread, uint32_t place) {
  *event = (struct event){.ordinal = ++m->ordinal,
                          .time_ns = in_ns(m, time),
                          .thread = thread,
                          .place = place,
                          .place2 = NO_INDEX,
                          .object = NO_INDEX,
                          .object2 = NO_INDEX};
}

static void __attribute__((noinline)) note_fresh(struct merge *m, struct lane *lane, struct event *event) {
  event->is_fresh = op_has_object(event->op) && event->place == lane->fresh;
  m->catalog->info->names[lane->fresh_name].ordinal = event->ordinal;
  lane->fresh = NO_INDEX;
}

/* Events of a lane before any THREAD_BEGIN belong to somebody. */
static inline void need_thread(struct merge *m, struct lane *lane) {
  if (__builtin_expect(lane->thread == NO_INDEX, 0))
    lane->thread = catalog_thread(m->catalog, 0);
}

static bool wide_step(struct merge *m, struct lane *lane, const struct wide *w, uint32_t *ret_operand) {
  if (w->op != TRACE_THREAD_BEGIN)
    need_thread(m, lane);
  if (w->rule == RULE_THREAD)
    return merge_thread_step(m, lane, w, ret_operand);
  *ret_operand = w->place;
  struct step step = {w->time, w->place, w->number, w->kind, w->rule, w->mode};
  return place_step(m, lane, &step);
}

/* Returns how many events it filled, 0 or 1. */
static size_t take_wide(struct merge *m, struct lane *lane, const struct wide *w, struct event *event) {
  uint32_t operand;
  size_t n = w->rule != RULE_LOST;
  if (n && !wide_step(m, lane, w, &operand))
    return 0;
  if (n) {
    fill(m, event, w->time, lane->thread, operand);
    event->sp = w->sp;
    event->site = w->site;
    event->value = w->value;
    event->result = w->result;
    event->kind = w->kind;
    event->op = w->op;
    event->mode = w->mode;
    if (is_about_wait(w->rule, w->mode))
      note_wait(lane, w->rule, event);
    lane->ordinal = event->ordinal;
    if (lane->fresh != NO_INDEX)
      note_fresh(m, lane, event);
  } else
    m->catalog->n_lost++;
  lane->at = w->next;
  lane->time = w->time;
  lane->has_wide = false;
  return n;
}

static size_t take_rare_slot(struct merge *m, struct lane *lane, const struct record *r, struct event *event) {
  const struct slot *slot = r->slot;
  struct wide wide = {.next = r->next,
                      .time = r->time,
                      .sp = slot->sp,
                      .place = slot->place,
                      .site = slot->site,
                      .kind = slot->kind,
                      .op = slot->op,
                      .mode = slot->mode,
                      .rule = slot->rule};
  return take_wide(m, lane, &wide, event);
}

static inline size_t take_slot(struct merge *m, struct lane *lane, const struct record *r, struct event *event) {
  struct slot *slot = r->slot;
  if (__builtin_expect(slot->rule <= RULE_THREAD, 0))
    return take_rare_slot(m, lane, r, event);
  need_thread(m, lane);
  struct step step = {r->time, slot->place, r->number, slot->kind, slot->rule, slot->mode};
  if (!place_step(m, lane, &step))
    return 0;
  if (slot->rule >= RULE_ORDERED)
    slot_count(slot, r->number);
  lane_take(lane, r);
  fill(m, event, r->time, lane->thread, slot->place);
  event->sp = slot->sp;
  event->site = slot->site;
  event->kind = slot->kind;
  event->op = slot->op;
  event->mode = slot->mode;
  if (__builtin_expect(is_about_wait(slot->rule, slot->mode), 0))
    note_wait(lane, slot->rule, event);
  lane->ordinal = event->ordinal;
  if (__builtin_expect(lane->fresh != NO_INDEX, 0))
    note_fresh(m, lane, event);
  return 1;
}

static bool is_overdue(const struct merge *m) {
  return m->parked.n && m->parked.items[0].time < m->ready.items[0].time;
}

/* Another lane's next event is earlier than this one, or a parked lane has waited long enough. */
static void yield(struct merge *m, struct lane *lane, uint64_t time) {
  if (m->ready.n && !is_overdue(m)) {
    m->current = merge_exchange(m, lane, time);
    return;
  }
  m->current = NULL;
  merge_ready(m, lane, time);
}

static size_t run_slow(struct merge *m, struct lane *lane, struct event *event) {
  enum lane_next next = lane_advance(lane, m->file, m->catalog);
  merge_note_losses(m); /* damage may come to light on the way */
  if (next == LANE_ENDED) {
    merge_thread_over(m, lane->thread);
    lane_done(lane);
    m->current = NULL;
  }
  if (next == LANE_CHILD) {
    lane->has_child = false;
    merge_thread_child(m, lane->wide.value, lane->wide.address);
  }
  if (next != LANE_WIDE)
    return 0;
  if (lane->wide.time <= m->limit)
    return take_wide(m, lane, &lane->wide, event);
  yield(m, lane, lane->wide.time);
  return 0;
}

static size_t merge_run(struct merge *m, struct lane *lane, struct event *events, size_t capacity) {
  struct record record;
  size_t n = 0;
  while (n < capacity && m->current == lane) {
    if (__builtin_expect(!lane_peek(lane, &record), 0))
      n += run_slow(m, lane, events + n);
    else if (record.time > m->limit)
      yield(m, lane, record.time);
    else
      n += take_slot(m, lane, &record, events + n);
  }
  return n;
}

/* False: all lanes have ended. */
static bool merge_pick(struct merge *m) {
  while (m->ready.n || m->parked.n) {
    if (!m->ready.n || is_overdue(m))
      merge_force(m);
    else {
      m->current = merge_pop_ready(m);
      return true;
    }
  }
  return false;
}

size_t merge_read(struct merge *m, struct event *events, size_t capacity) {
  size_t n = 0;
  while (n < capacity && (m->current || merge_pick(m))) {
    struct lane *lane = m->current;
    bool is_excused = lane->excused_from != WAIT_NONE; /* holds for one event */
    n += merge_run(m, lane, events + n, is_excused ? 1 : capacity - n);
    if (is_excused)
      lane->excused_from = WAIT_NONE;
  }
  return n;
}
