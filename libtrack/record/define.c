/* define.c - what happens once: stacks, slots, rare events, names, and events that signal handlers left behind. */
#include <string.h>

#include "record/process.h"
#include "record/record.h"
#include "record/unwind.h"
#include "record/unwind_cfi.h"

enum { FLAG_S = 1, FLAG_B = 2, FLAG_W = 4 };

static const uint8_t op_flags[TRACE_OP_LIMIT] = {
#define S FLAG_S
#define B FLAG_B
#define W FLAG_W
#define EVENT(name, code, text, operand, flags) [code] = flags,
#include "track/events.def"
#undef S
#undef B
#undef W
};

static uint8_t *put_u16(uint8_t *p, uint32_t n) {
  p[0] = (uint8_t)n;
  p[1] = (uint8_t)(n >> 8);
  return p + 2;
}

static uint8_t *put_v(uint8_t *p, uint64_t n) {
  for (; n > 0x7f; n >>= 7)
    *p++ = (uint8_t)(n | 0x80);
  *p++ = (uint8_t)n;
  return p;
}

static uint8_t *put_z(uint8_t *p, int64_t n) { return put_v(p, (uint64_t)n << 1 ^ (uint64_t)(n >> 63)); }

static uint8_t *put_escape(uint8_t *p, enum trace_escape code) {
  p = put_u16(p, 0);
  *p++ = (uint8_t)code;
  return p;
}

static uint8_t *put_address(struct thread_state *ts, uint8_t *p, uintptr_t address) {
  p = put_z(p, (int64_t)(address - ts->last_address));
  ts->last_address = address;
  return p;
}

/* glibc's type byte: 0-3 the kind, 16 robust, 32 inherit, 64 protect, 128 process-shared. */
static uint16_t mutex_type(uint32_t type) {
  static const uint16_t kinds[4] = {0, TRACE_TYPE_RECURSIVE, TRACE_TYPE_ERRORCHECK, 0};
  return (uint16_t)(kinds[type & 3] | (type & 16 ? TRACE_TYPE_ROBUST : 0) | (type & 32 ? TRACE_TYPE_PI : 0) |
                    (type & 128 ? TRACE_TYPE_SHARED : 0));
}

uint16_t kind_of_raw(uint32_t raw) {
  uint32_t kind = RAW_CLASS(raw), type = RAW_TYPE(raw), c11 = raw & RAW_C11 ? TRACE_TYPE_C11 : 0;
  if (kind == TRACE_KIND_MUTEX)
    return (uint16_t)(kind | c11 | mutex_type(type));
  if (kind == TRACE_KIND_RLOCK)
    return (uint16_t)(kind | TRACE_TYPE_RECURSIVE);
  return (uint16_t)(kind | c11 | (type & RAW_PREFER_WRITER ? TRACE_TYPE_PREFER_WRITER : 0) | (type & RAW_SHARED ? TRACE_TYPE_SHARED : 0) |
                    (type & RAW_NAMED ? TRACE_TYPE_NAMED : 0));
}

static bool is_on_own_stack(const struct thread_state *ts, uintptr_t sp) { return sp >= ts->stack_low && sp < ts->stack_top; }

/* Stacks with the same call and stack pointer that differ further out: many callers of one function that locks. Each such stack has
 * a set by its call, one by its caller's return address too, one by the caller's caller's: an entry of a set knows where the next
 * one lies, as it is the same up to there. Returns the stack's index, or 0 and the first set with room, or the last one. */
static uint32_t site_walk(struct thread_state *ts, struct caller caller, struct site **ret_set) {
  uintptr_t path = caller.pc;
  for (int depth = 0;; depth++) {
    struct site *set = *ret_set = ts->sites[site_hash(path, caller.sp)];
    for (int way = 0; way < SITE_WAYS; way++)
      if (site_is(&set[way], caller, CARE_STACK))
        return set[way].index;
    if (depth == SITE_DEPTH || !set[0].index || set[0].pc != caller.pc || set[0].sp != caller.sp)
      return 0;
    path = (path ^ site_word(&set[0], caller.sp, depth)) * 0x9e3779b97f4a7c15ull;
  }
}

/* What falls out of its set loses its entry, not its index: that stays bound to its meaning. */
static struct site *site_entry(struct thread_state *ts, struct caller caller, uint32_t index) {
  struct site *set = ts->sites[site_hash(caller.pc, caller.sp)];
  if (caller.sp)
    site_walk(ts, caller, &set);
  set[1] = set[0];
  set[0].index = (uint16_t)index;
  set[0].pc = caller.pc;
  set[0].sp = caller.sp;
  return &set[0];
}

/* Stacks differ most in their innermost frames: the outer ones that are the last stack's are only counted. */
static uint8_t *put_frames(struct thread_state *ts, uint8_t *p, const struct unwind_frame *frames, unsigned n) {
  unsigned n_common = 0;
  while (n_common < n && n_common < ts->n_last_pcs && ts->last_pcs[n_common] == frames[n - 1 - n_common].pc)
    n_common++;
  *p++ = (uint8_t)n;
  *p++ = (uint8_t)n_common;
  uintptr_t previous = 0;
  for (unsigned i = 0; i < n - n_common; i++) {
    p = put_z(p, (int64_t)(frames[i].pc - previous));
    ts->last_pcs[n - 1 - i] = previous = frames[i].pc;
  }
  ts->n_last_pcs = n;
  return p;
}

static void site_tell(struct thread_state *ts, struct caller caller, const struct unwind_frame *frames, unsigned n, uint32_t index) {
  uint8_t *p = put_escape(ts->pos, TRACE_ESCAPE_SITE);
  p = put_u16(p, index);
  p = put_v(p, caller.sp >> 3);
  lane_publish(ts, put_frames(ts, p, frames, n));
}

static struct known_stack *stack_known(struct thread_state *ts, struct caller caller, const struct unwind_frame *frames, unsigned n, uint64_t *ret_hash) {
  uint64_t hash = caller.sp;
  for (unsigned i = 0; i < n && i <= SITE_CHECKS; i++) {
    hash = (hash ^ frames[i].pc) * 0x9e3779b97f4a7c15ull;
    hash ^= hash >> 29;
  }
  *ret_hash = hash;
  return &ts->known[hash % KNOWN_STACKS];
}

bool record_is_ours(uintptr_t pc) {
  struct unwind_object theirs, ours;
  return unwind_object_find(pc, &theirs) && unwind_object_find((uintptr_t)record_abandon, &ours) && theirs.begin == ours.begin;
}

/* The stack is walked; if it is new, it is told. */
static uint32_t site_define(struct thread_state *ts, struct caller caller) {
  struct unwind_frame frames[TRACE_MAX_FRAMES];
  bool is_own = is_on_own_stack(ts, caller.sp);
  unsigned n = 1;
  uint64_t hash;
  frames[0].pc = caller.pc;
  if (caller.sp)
    n = track_unwind(caller.pc, caller.sp, caller.fp, is_own ? ts->stack_top : 0, frames, track_options.stack_depth);
  if (ts->n_sites + 1 >= TRACE_SITE_LIMIT)
    lane_forget_sites(ts);
  struct known_stack *known = stack_known(ts, caller, frames, n, &hash);
  if (known->hash != hash || !known->index) {
    *known = (struct known_stack){hash, (uint16_t)++ts->n_sites};
    site_tell(ts, caller, frames, n, known->index);
  }
  if (UNLIKELY(track_is_steered))
    steer_site(ts, frames, n, known->index);
  struct site *site = site_entry(ts, caller, known->index);
  for (unsigned i = 0; i < SITE_CHECKS; i++) {
    uintptr_t words = is_own && i + 1 < n ? (frames[i + 1].slot - frames[0].slot) / sizeof(uintptr_t) : 0;
    bool is_checked = words && words <= UINT16_MAX;
    site->check_at[i] = (uint16_t)(is_checked ? words : 0);
    site->check[i] = (uint32_t)(is_checked ? frames[i + 1].pc : frames[0].pc);
  }
  return known->index;
}

/* A caller without a stack pointer, out of a signal handler: its call is all that is known. */
static uint32_t site_get(struct thread_state *ts, struct caller caller) {
  if (!caller.sp) {
    uint32_t known = site_find(ts, caller, CARE_CALL);
    return known ? known : site_define(ts, caller);
  }
  struct site *set;
  uint32_t site = site_walk(ts, caller, &set);
  return site ? site : site_define(ts, caller);
}

/* Out of memory: its events carry numbers that order nothing, and the reader says so. */
static struct object no_object;
struct object *object_nowhere(void) { return &no_object; }

static uint64_t step_time(struct thread_state *ts) {
  uint64_t now = clock_now(), delta = now > ts->time ? now - ts->time : 0;
  ts->time += delta;
  return delta;
}

static struct object *object_for(unsigned op, const void *address) {
  struct object *object = op_flags[op] & FLAG_S || op == TRACE_REL ? object_get(address) : NULL;
  return object ? object : &no_object;
}

/* Fills the entry; one that falls out leaves it its index, which so gets a new meaning. `address` 0: a wild slot. */
static struct slot *slot_make(struct thread_state *ts, struct slot *slot, uint32_t key, const void *address, uint32_t site) {
  uint32_t index = slot->index & ~SLOT_WILD, wild = address ? 0 : SLOT_WILD;
  if (!index)
    index = ++ts->n_slots;
  *slot = (struct slot){.address = (uintptr_t)address, .key = key, .site = (uint16_t)site, .index = (uint16_t)(index | wild)};
  uint8_t *p = put_escape(ts->pos, TRACE_ESCAPE_SLOT);
  p = put_u16(p, index);
  *p++ = (uint8_t)((key & 63) | (wild ? TRACE_SLOT_WILD : 0));
  *p++ = (uint8_t)(key >> 6);
  p = put_u16(p, kind_of_raw(key >> 14));
  p = put_u16(p, site);
  lane_publish(ts, wild ? p : put_address(ts, p, (uintptr_t)address));
  return slot;
}

static bool site_is_wild(const struct thread_state *ts, uint32_t site) { return ts->wild_sites[site >> 6] >> (site & 63) & 1; }

struct slot *slot_wild(struct thread_state *ts, uint32_t key, const void *address, uint32_t site) {
  if (UNLIKELY(track_is_steered))
    steer_visit(ts, key, address, site);
  struct slot *set = ts->slots[slot_hash(key, 0, site)];
  struct slot *slot = slot_is(&set[0], key, 0, site) ? &set[0] : slot_is(&set[1], key, 0, site) ? &set[1] : NULL;
  if (!slot)
    slot = slot_make(ts, set[0].index ? &set[1] : &set[0], key, NULL, site);
  struct recall *recall = &ts->recalls[trace_recall((uintptr_t)address)];
  struct object *object = recall->object;
  if (recall->address != (uintptr_t)address || !object) {
    object = object_for(TRACE_REL, address);
    *recall = (struct recall){(uintptr_t)address, object, 0};
  }
  ts->has_recalls = true;
  ts->wild = recall;
  slot->object = object;
  return slot;
}

/* A slot of its own while there is room; with more locks than that, defining slots would cost more than naming the lock each time. */
struct slot *slot_add(struct thread_state *ts, uint32_t key, const void *address, uint32_t site) {
  struct slot *set = ts->slots[slot_hash(key, (uintptr_t)address, site)];
  if ((set[0].index && set[1].index) || !address || ts->n_slots + 1 >= TRACE_SLOT_LIMIT || ++ts->site_slots[site] > SITE_SLOTS) {
    ts->wild_sites[site >> 6] |= UINT64_C(1) << (site & 63);
    return slot_wild(ts, key, address, site);
  }
  struct slot *slot = slot_make(ts, set[0].index ? &set[1] : &set[0], key, address, site);
  slot->object = object_for(key & 63, address);
  return slot;
}

struct slot *slot_define(struct thread_state *ts, uint32_t key, const void *address, uintptr_t pc, uintptr_t sp, uintptr_t fp) {
  uint32_t site = site_get(ts, (struct caller){pc, sp, fp});
  const struct slot *set = ts->slots[slot_hash(key, (uintptr_t)address, site)];
  if (UNLIKELY(site_is_wild(ts, site)) && address)
    return slot_wild(ts, key, address, site);
  for (int way = 0; way < SLOT_WAYS; way++)
    if (slot_is(&set[way], key, (uintptr_t)address, site))
      return (struct slot *)(uintptr_t)&set[way];
  return slot_add(ts, key, address, site);
}

void slot_write_wild(struct thread_state *ts, struct slot *slot, bool is_timed, uint32_t number) {
  uint64_t delta = is_timed ? step_time(ts) : 0;
  if (delta > UINT32_MAX) {
    slot_write_late(ts, 0); /* tells the time that step_time() came to */
    delta = 0;
  }
  struct recall *recall = ts->wild;
  bool is_recalled = recall->number && recall->number + 1 == number;
  uint32_t code = !is_timed ? 0 : 1 + (delta > 0xff) + (delta > 0xffff), bytes = code + (code == 3);
  uint8_t *p = put_u16(ts->pos, (slot->index & ~SLOT_WILD) << TRACE_SLOT_SHIFT | (number && !is_recalled ? TRACE_HEAD_SEQ : 0) | code);
  memcpy(p, &delta, 4);
  p = put_address(ts, p + bytes, recall->address);
  if (number && !is_recalled)
    p = put_v(p, number);
  if (number)
    recall->number = number;
  lane_publish(ts, p);
}

/* A pause of more than 2^32 clock units does not fit a record's delta. */
void slot_write_late(struct thread_state *ts, uint64_t delta) {
  ts->time += delta;
  lane_publish(ts, put_v(put_escape(ts->pos, TRACE_ESCAPE_TIME), ts->time));
}

static uint32_t number_for(unsigned op, const void *address) {
  if (!(op_flags[op] & FLAG_S))
    return 0;
  struct object *object = object_get(address);
  return object ? object_number(object) : 0;
}

static void write_wide(struct thread_state *ts, const struct wide_event *event, uint32_t site) {
  uint8_t *p = put_escape(ts->pos, TRACE_ESCAPE_WIDE);
  *p++ = event->op;
  *p++ = event->mode;
  p = put_u16(p, event->kind);
  p = put_u16(p, site);
  p = put_v(p, step_time(ts));
  p = put_v(p, number_for(event->op, event->address));
  p = put_address(ts, p, (uintptr_t)event->address);
  p = put_v(p, event->value);
  p = put_v(p, event->extra);
  lane_publish(ts, put_z(p, event->result));
}

/* Whoever watches from outside need not read the stream to know who waits. */
static void tell_wait(const struct thread_state *ts, unsigned op, unsigned mode, uint16_t kind) {
  struct trace_region *region = ts->region;
  if (LIKELY(!(op_flags[op] & FLAG_W)))
    return;
  __atomic_store_n(&region->waits_for, op | mode << 8 | (uint32_t)kind << 16, __ATOMIC_RELAXED);
  __atomic_store_n(&region->wait_number, region->number, __ATOMIC_RELAXED);
  __atomic_store_n(&region->wait_used, region->used_bytes, __ATOMIC_RELEASE);
}

void record_wide(const struct wide_event *event, struct caller caller) {
  struct thread_state *ts = track_thread;
  if (!record_begin(ts)) {
    enum record_answer answer = record_attach();
    ts = track_thread;
    if (answer != RECORD_READY || !record_begin(ts)) {
      if (answer == RECORD_NESTED)
        record_dropped(1); /* rare events in a handler that interrupted another event */
      return;
    }
  }
  uint32_t site = caller.pc ? site_get(ts, caller) : 0;
  write_wide(ts, event, site);
  record_end(ts);
  if (UNLIKELY(track_is_steered) && event->op == TRACE_JOIN_REQ)
    steer_join(ts, event->mode, (uintptr_t)event->value, site);
  tell_wait(ts, event->op, event->mode, event->kind);
}

static void write_event(struct thread_state *ts, unsigned op, unsigned mode, unsigned raw_kind, const void *address, struct caller caller) {
  struct slot *slot = slot_find(ts, SLOT_KEY(op, mode, raw_kind), address, caller, CARE_STACK);
  uint32_t number = op_flags[op] & FLAG_S ? object_number(slot->object) : 0;
  if (op == TRACE_ACQ)
    slot->object->held_number = number;
  if (mode & TRACE_MODE_WAITED) /* who waited will want to know how long it then held the lock */
    ts->release_credit = 0;
  slot_write(ts, slot, op != TRACE_REL || release_is_stamped(ts), number);
}

void record_visit(unsigned kind, unsigned mode, const void *object, struct caller caller) {
  struct thread_state *ts = track_thread;
  if (!record_begin(ts))
    return;
  uint32_t site = site_get(ts, caller);
  record_end(ts);
  steer_request(ts, &(const struct steer_gate){.wants = (uintptr_t)object, .kind = kind, .mode = mode}, site);
}

void record_event(unsigned op, unsigned mode, unsigned raw_kind, const void *address, struct caller caller) {
  if (UNLIKELY(!caller.pc)) { /* a place that nobody knows is none of the table */
    record_wide(&(struct wide_event){.op = (uint8_t)op, .mode = (uint8_t)mode, .kind = kind_of_raw(raw_kind), .address = address}, caller);
    return;
  }
  struct thread_state *ts = track_thread;
  if (!record_begin(ts)) {
    enum record_answer answer = record_attach();
    ts = track_thread;
    if (answer == RECORD_NESTED)
      record_nested(op, mode, raw_kind, address, caller);
    if (answer != RECORD_READY || !record_begin(ts))
      return;
  }
  write_event(ts, op, mode, raw_kind, address, caller);
  record_end(ts);
  tell_wait(ts, op, mode, (uint16_t)RAW_CLASS(raw_kind));
}

/* Many events inside another one: either a handler that does much, or a handler jumped out of an event and deeper calls follow
 * (record_attach() sees the shallower ones). The stack tells: the frame of the interrupted one is on it, or is passed by. */
static NOINLINE bool is_passed_by(const struct thread_state *ts, struct caller caller) {
  struct unwind_frame frames[TRACE_MAX_FRAMES];
  uintptr_t slot = ts->event + sizeof(uintptr_t); /* of its return address */
  if (!is_on_own_stack(ts, caller.sp) || !is_on_own_stack(ts, slot) || record_is_on_signal_stack())
    return false;
  unsigned n = track_unwind(caller.pc, caller.sp, caller.fp, ts->stack_top, frames, TRACE_MAX_FRAMES);
  for (unsigned i = 0; i < n; i++)
    if (frames[i].slot == slot)
      return i > 0 && !record_is_ours(frames[i - 1].pc);
  return frames[n - 1].slot > slot;
}

void record_nested(unsigned op, unsigned mode, unsigned raw_kind, const void *address, struct caller caller) {
  struct thread_state *ts = track_thread;
  uint32_t i = __atomic_fetch_add(&ts->n_pending, 1, __ATOMIC_RELAXED); /* reserved: another handler may come in between */
  if (i >= PENDING) {
    __atomic_fetch_sub(&ts->n_pending, 1, __ATOMIC_RELAXED);
    record_dropped(1);
    if (is_passed_by(ts, caller))
      record_abandon(ts);
    return;
  }
  ts->pending[i] = (struct pending_event){
      .address = (uintptr_t)address, .pc = caller.pc, .number = number_for(op, address), .kind = (uint16_t)raw_kind, .op = (uint8_t)op, .mode = (uint8_t)mode};
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  ts->flush_at = NULL;
}

static uint8_t *flush_mark(const struct thread_state *ts) { return ts->base + ts->capacity - LANE_MARGIN; }

static void write_pending(struct thread_state *ts, const struct pending_event *e) {
  struct slot *slot = slot_find(ts, SLOT_KEY(e->op, e->mode, e->kind), (const void *)e->address, (struct caller){.pc = e->pc}, CARE_CALL);
  slot_write(ts, slot, false, e->number);
}

/* What the dictionary and the time say may not be in the lane. The event itself may be lost. */
void record_abandon(struct thread_state *ts) {
  lane_restart(ts);
  record_dropped(1);
  ts->event = NO_EVENT;
}

void record_settle(struct thread_state *ts) {
  uint32_t i = 0;
  if (!ts->tid) { /* a forked child's, from within an event: the next one attaches it */
    if (track_thread == ts)
      track_thread = &track_nobody;
    return;
  }
  if (UNLIKELY(ts->recording != track_recording_number) || UNLIKELY(track_is_off)) { /* its recording was stopped */
    if (track_thread == ts)
      track_thread = &track_nobody;
    return;
  }
  ts->flush_at = flush_mark(ts);
  do {
    for (; i < __atomic_load_n(&ts->n_pending, __ATOMIC_RELAXED); i++) {
      if (ts->pos >= flush_mark(ts))
        lane_flush(ts);
      write_pending(ts, &ts->pending[i]);
    }
  } while (ts->tid && !__atomic_compare_exchange_n(&ts->n_pending, &(uint32_t){i}, 0, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
  ts->flush_at = flush_mark(ts);
  if (ts->pos >= ts->flush_at)
    lane_flush(ts);
}

enum { NAME_BYTES = 255 };

void record_name(unsigned what, uintptr_t address, const char *name) {
  struct thread_state *ts = track_thread;
  size_t length = strnlen(name, NAME_BYTES);
  if (!record_begin(ts)) {
    enum record_answer answer = record_attach();
    ts = track_thread;
    if (answer != RECORD_READY || !record_begin(ts))
      return;
  }
  uint8_t *p = put_escape(ts->pos, TRACE_ESCAPE_NAME);
  *p++ = (uint8_t)what;
  p = put_v(put_v(p, address), length);
  memcpy(p, name, length);
  lane_publish(ts, p + length);
  record_end(ts);
}

void record_child(uint32_t number, uintptr_t handle) {
  struct thread_state *ts = track_thread;
  if (!record_begin(ts))
    return; /* the child's own begin tells its handle too, only later */
  lane_publish(ts, put_v(put_v(put_escape(ts->pos, TRACE_ESCAPE_CHILD), number), handle));
  record_end(ts);
}

/* First records of a thread in its lane, with `event` still 0. */
void write_thread_begin(struct thread_state *ts, const struct wide_event *event, uintptr_t routine) {
  write_wide(ts, event, 0);
  lane_publish(ts, put_v(put_escape(ts->pos, TRACE_ESCAPE_STACK), ts->stack_top));
  if (routine)
    lane_publish(ts, put_v(put_escape(ts->pos, TRACE_ESCAPE_SOURCE), routine));
  record_end(ts);
}
