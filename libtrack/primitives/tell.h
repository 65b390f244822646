/* tell.h - whoever watches the primitives is told of every operation: the recorder, a trace hook, Valgrind, ThreadSanitizer.
 *
 * Nobody watches most of the time, and one load says so: each operation begins with is_watched() and has a way without telling. The object
 * of an event is its name, which is the first member of every primitive.
 *
 * Helgrind and ThreadSanitizer do not see that a futex orders threads, so they are told: order_before() by whoever lets go, order_after()
 * by whoever goes on, both with the futex. Helgrind takes read-modify-write instructions for reads, so words that several threads change
 * are changed by these; and the last one of whoever lets go comes behind the order that it told, so Helgrind is to leave the futex alone.
 */
#ifndef TRACK_TELL_H
#define TRACK_TELL_H

#include "record/process.h"
#include "record/record.h"
#include "record/watch.h"
#include "track/base.h"

/* What an operation is told as. */
struct subject {
  struct track_private_name *name;
  uint32_t kind; /* enum trace_kind */
};
#define SUBJECT(object, kind_) ((struct subject){(struct track_private_name *)(uintptr_t) & (object)->private_name, TRACE_KIND_##kind_})

HIDDEN void tell(struct subject subject, unsigned op, unsigned mode, struct caller caller);
/* The same with what it answered and a number, see events.def. */
HIDDEN void tell_with(struct subject subject, unsigned op, unsigned mode, int result, uint64_t value, struct caller caller);
/* An event about a thread. */
struct told_thread {
  uint64_t handle;   /* pthread_t */
  uint64_t recorded; /* see struct passage */
  unsigned kind;
};
HIDDEN void tell_thread(unsigned op, unsigned mode, const struct told_thread *thread, int result, struct caller caller);

ALWAYS_INLINE bool is_name_told(const struct track_private_name *name) {
  return __atomic_load_n(&name->private_told, __ATOMIC_RELAXED) == track_recording_number;
}

/* The two halves of a free lock's short way: only the recorder watches, and it knows the object already. The slot of an event, with the
 * event begun; NULL: go the long way. Whoever gets one ends the event by one of the two below. */
ALWAYS_INLINE struct slot *tell_begin(const struct track_private_name *name, unsigned op, unsigned kind, struct caller caller) {
  struct thread_state *ts = track_thread;
  if (__atomic_load_n(&track_watchers, __ATOMIC_RELAXED) != WATCH_RECORDER || !is_name_told(name) || !record_begin(ts))
    return NULL;
  return slot_find(ts, SLOT_KEY(op, 0, RAW_KIND(kind, 0)), name, caller, CARE_STACK);
}
ALWAYS_INLINE void tell_acquired(struct slot *slot) {
  slot_write(track_thread, slot, true, number_held(slot, TRACE_KIND_MUTEX));
  record_end(track_thread);
}
ALWAYS_INLINE void tell_releasing(struct slot *slot) {
  slot_write(track_thread, slot, release_is_stamped(track_thread), 0);
  record_end(track_thread);
}

/* Of an acquire, put or get: 0 nanoseconds try, negative ones wait for ever. */
ALWAYS_INLINE unsigned mode_of_timeout(int64_t timeout_ns) {
  return timeout_ns < 0 ? 0 : timeout_ns == 0 ? TRACE_MODE_TRY : TRACE_MODE_TIMED;
}

HIDDEN void order_before_slow(const void *futex);
HIDDEN void order_after_slow(const void *futex);
ALWAYS_INLINE void order_before(const void *futex) {
  if (is_watched())
    order_before_slow(futex);
}
ALWAYS_INLINE void order_after(const void *futex) {
  if (is_watched())
    order_after_slow(futex);
}

/* A name for a primitive: copied, or made of its kind: "Lock-3". */
HIDDEN void name_init(struct track_private_name *name, const char *given, unsigned kind);
HIDDEN void name_set(struct track_private_name *name, const char *given);

#endif
