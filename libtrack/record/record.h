/* record.h - the only door of the recorder: begin an event, find its slot, write it, end it.
 *
 * The fast path is inline and costs one probe of the site table, one of the slot table and one unaligned store; everything
 * that happens once (attach, stack walk, definition, flush) is behind a call. The order is: record_begin(); slot_find(); the
 * real call, when its outcome is recorded; slot_write(); record_end(). Between begin and end `event` is a frame:
 * a signal handler that comes in between leaves its events in `pending`, and record_end() writes them. A handler that jumps out
 * leaves the event unfinished: whoever comes next sees from its own frame that the other one is gone (see record_attach()). */
#ifndef TRACK_RECORD_H
#define TRACK_RECORD_H

#include "record/clock.h"
#include "record/thread_state.h"

/* Slow part of record_begin: attach this thread, start the recording, or tell why not. */
enum record_answer { RECORD_NO, RECORD_READY, RECORD_NESTED };
HIDDEN enum record_answer record_attach(void);
extern HIDDEN bool track_is_off; /* nobody asked for a recording, or it could not be started: for ever */

/* An event of a signal handler that interrupted another event of its thread. */
HIDDEN void record_nested(unsigned op, unsigned mode, unsigned raw_kind, const void *address, struct caller caller);

/* Six words, so that they travel in registers. */
HIDDEN NOINLINE struct slot *slot_define(struct thread_state *ts, uint32_t key, const void *address, uintptr_t pc, uintptr_t sp, uintptr_t fp);
/* The same with the stack known. */
HIDDEN NOINLINE struct slot *slot_wild(struct thread_state *ts, uint32_t key, const void *address, uint32_t site);
HIDDEN NOINLINE struct slot *slot_add(struct thread_state *ts, uint32_t key, const void *address, uint32_t site);
HIDDEN NOINLINE void slot_write_wild(struct thread_state *ts, struct slot *slot, bool is_timed, uint32_t number);
HIDDEN NOINLINE void record_settle(struct thread_state *ts);
HIDDEN NOINLINE void slot_write_late(struct thread_state *ts, uint64_t delta);

/* Events that are not worth a slot: begin, end and everything included. */
struct wide_event {
  uint8_t op, mode;
  uint16_t kind;
  const void *address;
  uint64_t value, extra;
  int result;
};
HIDDEN void record_wide(const struct wide_event *event, struct caller caller);

/* One event through the dictionary, all in one call, for wrappers where 20 ns do not matter. */
HIDDEN void record_event(unsigned op, unsigned mode, unsigned raw_kind, const void *address, struct caller caller);

/* Names. `what`: NAME_SELF this thread, NAME_OBJECT the object at address, NAME_THREAD the thread with that pthread_t, NAME_FRESH as
 * NAME_OBJECT, of a new one that this thread's next event is about. */
enum { NAME_SELF, NAME_OBJECT, NAME_THREAD, NAME_FRESH };
HIDDEN void record_name(unsigned what, uintptr_t address, const char *name);

/* An event that nobody will finish: start the lane anew behind what is whole. */
HIDDEN void record_abandon(struct thread_state *ts);
HIDDEN bool record_is_on_signal_stack(void);
HIDDEN bool record_is_ours(uintptr_t pc); /* in libtrack's own code? */

/* First records of a thread in its lane; makes it ready. */
HIDDEN void write_thread_begin(struct thread_state *ts, const struct wide_event *event, uintptr_t routine);
/* The handle of a thread just created, known before it begins. */
HIDDEN void record_child(uint32_t number, uintptr_t handle);
HIDDEN void record_thread_begin(uint32_t number, uintptr_t routine, uintptr_t stack_top, size_t stack_bytes);
HIDDEN uint32_t record_next_thread(void);
HIDDEN void record_exit(int status, struct caller caller);
HIDDEN void record_exec(bool is_over);
HIDDEN void record_modules(void);
HIDDEN void record_modules_asked(void); /* ... if dlopen or dlclose was called since */
HIDDEN bool recording(void);
/* In a forked child: whom the mutexes that its first thread held at the fork name as their owner. 0 elsewhere. */
HIDDEN uint32_t process_inherited_owner(void);
HIDDEN void record_dropped(uint64_t n);
HIDDEN struct thread_state *record_give_up(void);
HIDDEN void record_take_up(struct thread_state *ts);

/* This thread is about to block on what it holds itself; it came back all the same. */
HIDDEN void record_stuck(void);
HIDDEN void record_unstuck(void);

/* Kinds as wrappers pass them: the class, the lock's own type byte, C11 or not. slot_define() turns them into enum trace_type. */
#define RAW_KIND(class, type) ((uint32_t)(class) | (uint32_t)(type) << 5)
#define RAW_CLASS(raw)        ((raw)&31)
#define RAW_TYPE(raw)         ((raw) >> 5 & 0xff)
#define RAW_C11               (1u << 13)
_Static_assert(TRACE_KIND_LIMIT <= 32, "RAW_KIND has 5 bits for the class");
enum { RAW_PREFER_WRITER = 1, RAW_SHARED = 2, RAW_NAMED = 4 }; /* types of classes other than mutexes */
HIDDEN uint16_t kind_of_raw(uint32_t raw_kind);

#define SLOT_KEY(op, mode, raw_kind) ((uint32_t)(op) | (uint32_t)(mode) << 6 | (uint32_t)(raw_kind) << 14)

ALWAYS_INLINE bool record_begin(struct thread_state *ts) {
  if (UNLIKELY(ts->event != NO_EVENT))
    return false;
  ts->event = (uintptr_t)__builtin_frame_address(0);
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  if (UNLIKELY(!ts->tid)) { /* a handler forked between the two lines above, and this is the child */
    ts->event = 0;
    return false;
  }
  return true;
}

ALWAYS_INLINE void record_end(struct thread_state *ts) {
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  if (UNLIKELY(ts->pos >= ts->flush_at))
    record_settle(ts);
  ts->event = NO_EVENT;
}

ALWAYS_INLINE uint32_t site_hash(uintptr_t pc, uintptr_t sp) {
  return (uint32_t)(((pc ^ (sp << 5)) * 0x9e3779b97f4a7c15ull) >> 54);
}
_Static_assert(SITE_SETS == 1 << 10, "site_hash gives 10 bits");

/* How much of a stack must be the same: down to the frames that people read, as behind -O0 there are five calls between
 * std::unique_lock and the mutex; or the call alone, where a signal handler left nothing else. */
enum site_care { CARE_CALL, CARE_STACK };

/* `sp` is the caller's and not the entry's, which a fork in a signal handler may wipe under our hands. */
ALWAYS_INLINE uint32_t site_word(const struct site *site, uintptr_t sp, int check) {
  return (uint32_t)((const uintptr_t *)sp)[(int)site->check_at[check] - 1];
}

ALWAYS_INLINE bool site_is(const struct site *site, struct caller caller, enum site_care care) {
  if (site->pc != caller.pc || site->sp != caller.sp)
    return false;
  uint32_t difference = 0;
  if (care == CARE_STACK)
#pragma GCC unroll 8
    for (int i = 0; i < SITE_CHECKS; i++)
      difference |= site_word(site, caller.sp, i) ^ site->check[i];
  return !difference;
}

/* Index of the caller's stack in this lane, 0 when it is not known (any more). */
ALWAYS_INLINE uint32_t site_find(const struct thread_state *ts, struct caller caller, enum site_care care) {
  const struct site *set = ts->sites[site_hash(caller.pc, caller.sp)];
  if (LIKELY(site_is(&set[0], caller, care)))
    return set[0].index;
  return site_is(&set[1], caller, care) ? set[1].index : 0;
}

/* The kind is left out: reading it may miss the cache, and the table need not wait for that. */
ALWAYS_INLINE uint32_t slot_hash(uint32_t key, uintptr_t address, uint32_t site) {
  key &= SLOT_KEY(63, 0xff, 0);
  return (uint32_t)(((address >> 3) * 0x9e3779b97f4a7c15ull + ((uint64_t)(key << 12 ^ site) * 0xd1b54a32d192ed03ull)) >> 53);
}
_Static_assert(SLOT_SETS == 1 << 11, "slot_hash gives 11 bits");

ALWAYS_INLINE bool slot_is(const struct slot *slot, uint32_t key, uintptr_t address, uint32_t site) {
  return slot->address == address && slot->key == key && slot->site == site;
}

ALWAYS_INLINE struct slot *slot_find(struct thread_state *ts, uint32_t key, const void *object, struct caller caller, enum site_care care) {
  uintptr_t address = (uintptr_t)object;
  uint32_t site = site_find(ts, caller, care);
  if (LIKELY(site)) {
    if (UNLIKELY(ts->wild_sites[site >> 6] >> (site & 63) & 1))
      return slot_wild(ts, key, object, site);
    struct slot *set = ts->slots[slot_hash(key, address, site)];
    if (LIKELY(slot_is(&set[0], key, address, site)))
      return &set[0];
    if (slot_is(&set[1], key, address, site))
      return &set[1];
    return slot_add(ts, key, object, site);
  }
  return slot_define(ts, key, object, caller.pc, caller.sp, caller.fp);
}

/* The clock is the largest single cost, so a release goes without: its thread's last stamp is not far. Hold times are a sample. */
ALWAYS_INLINE bool release_is_stamped(struct thread_state *ts) {
  if (LIKELY(--ts->release_credit < STAMPED_RELEASES))
    return false;
  ts->release_credit = STAMPED_RELEASES;
  return true;
}

/* Exclusive locks count under themselves; the shared ones atomically. */
ALWAYS_INLINE uint32_t number_held(struct slot *slot, uint32_t class) {
  return class == TRACE_KIND_RWLOCK ? object_number(slot->object) : (slot->object->held_number = ++slot->object->number);
}

/* Publishes what was written up to `pos`: from here on the record survives the process. */
ALWAYS_INLINE void lane_publish(struct thread_state *ts, uint8_t *pos) {
  __atomic_signal_fence(__ATOMIC_RELEASE);
  ts->pos = pos;
  __atomic_store_n(&ts->region->used_bytes, (uint32_t)(pos - ts->base), __ATOMIC_RELEASE);
}

/* Appends the slot's event. `is_timed`: with the time since the lane's last stamp. `number`: the object's sequence number, 0 for
 * events without one. */
ALWAYS_INLINE void slot_write(struct thread_state *ts, struct slot *slot, bool is_timed, uint32_t number) {
  if (UNLIKELY(slot->index & SLOT_WILD)) {
    slot_write_wild(ts, slot, is_timed, number);
    return;
  }
  uint64_t head = (uint64_t)slot->index << TRACE_SLOT_SHIFT;
  uint64_t delta = 0;
  uint32_t time_bytes = 0;
  if (is_timed) {
    uint64_t now = clock_now();
    delta = LIKELY(now > ts->time) ? now - ts->time : 0;
    if (UNLIKELY(delta > UINT32_MAX)) {
      slot_write_late(ts, delta);
      delta = 0;
    }
    ts->time += delta;
    uint32_t code = 1 + (delta > 0xff) + (delta > 0xffff);
    time_bytes = code + (code == 3);
    head |= code;
  }
  uint8_t *pos = ts->pos;
  if (number) {
    uint32_t step = number - slot->last;
    bool is_predicted = LIKELY(step == slot->stride && slot->last);
    slot->last = number;
    slot->stride = step;
    if (!is_predicted) {
      head |= TRACE_HEAD_SEQ | (delta << 16);
      __builtin_memcpy(pos, &head, 8);
      pos += 2 + time_bytes;
      *pos++ = step < 255 ? (uint8_t)step : 255;
      if (UNLIKELY(step >= 255)) {
        __builtin_memcpy(pos, &number, 4);
        pos += 4;
      }
      lane_publish(ts, pos);
      return;
    }
  }
  head |= delta << 16;
  __builtin_memcpy(pos, &head, 8);
  lane_publish(ts, pos + 2 + time_bytes);
}

#endif
