/* first.c - see first.h.
 *
 * A static initialiser makes no call, and may have made the object where another one was. So the first who tells of it tells a creation
 * before its own event; it has a number in the object's order like every creation, and all others wait until it is told, as theirs are to
 * come behind it. Where the recording began in the middle of the process, and the object is in use, nobody knows when its life began: then
 * only the name is told. */
#include "primitives/first.h"

#include "primitives/event.h"
#include "primitives/owned.h"
#include "track/barrier.h"
#include "track/executor.h"
#include "track/queue.h"
#include "track/semaphore.h"

#define TOLD_BUSY UINT32_MAX /* private_told, while the first one tells */
enum { PATIENCE = 4096 };    /* pauses; a signal handler may have interrupted who tells */

static void tell_name(const struct track_private_name *name, unsigned what) {
  if (what == NAME_FRESH || name->private_given)
    record_name(what, (uintptr_t)name, name->private_given ? name->private_given : "");
}

void tell_created(struct track_private_name *name) {
  __atomic_exchange_n(&name->private_told, track_recording_number, __ATOMIC_RELAXED);
  tell_name(name, NAME_OBJECT);
}

static uint32_t value_of(uint64_t state) {
  return (uint32_t)state;
}

/* What its creation would have been told with. */
static uint64_t first_value(struct subject subject, unsigned op) {
  const void *object = subject.name;
  switch (subject.kind) {
  case TRACE_KIND_TRACK_SEMAPHORE:
    return value_of(((const struct track_semaphore *)object)->private_state) + (op == TRACE_SEM_WAIT);
  case TRACE_KIND_BOUNDED_SEMAPHORE:
    return value_of(((const struct track_bounded_semaphore *)object)->private_state) + (op == TRACE_SEM_WAIT);
  case TRACE_KIND_TRACK_BARRIER:
    return ((const struct track_barrier *)object)->private_parties;
  case TRACE_KIND_EXECUTOR:
    return ((const struct track_executor *)object)->private_max_workers;
  case TRACE_KIND_QUEUE:
    return ((const struct track_queue *)object)->private_maxsize;
  default:
    return 0;
  }
}

/* Nobody has it: an acquisition is told when it was made. */
static bool is_free(const uint32_t *word, uint32_t depth, unsigned op) {
  uint32_t owner = owned_by(word);
  return !owner || (op == TRACE_ACQ && owner == self_id() && depth <= 1);
}

static bool is_at_rest(struct subject subject, unsigned op) {
  const void *object = subject.name;
  switch (subject.kind) {
  case TRACE_KIND_LOCK:
    return is_free(&((const struct track_lock *)object)->private_state, 1, op);
  case TRACE_KIND_RLOCK:
    return is_free(&((const struct track_rlock *)object)->private_state, ((const struct track_rlock *)object)->private_depth, op);
  case TRACE_KIND_TRACK_EVENT:
    return !event_has_waiters(((const struct track_event *)object)->private_state);
  case TRACE_KIND_TRACK_BARRIER:
    return !((const struct track_barrier *)object)->private_n_inside;
  default:
    return true;
  }
}

static bool has_lives(uint32_t kind) {
  return kind != TRACE_KIND_THREAD && kind != TRACE_KIND_FUTURE && kind != TRACE_KIND_TIMER;
}

static void tell_beginning(struct subject subject, unsigned op, struct caller caller) {
  bool is_certain = !track_recording_is_late || is_at_rest(subject, op);
  if (!is_certain || !has_lives(subject.kind)) {
    tell_name(subject.name, NAME_OBJECT);
    return;
  }
  tell_name(subject.name, NAME_FRESH);
  record_wide(
      &(struct wide_event){
          .op = TRACE_INIT, .kind = kind_of_raw(RAW_KIND(subject.kind, 0)), .address = subject.name, .value = first_value(subject, op)},
      caller);
}

static bool is_inside_an_event(void) {
  return track_thread->tid && track_thread->event != NO_EVENT;
}

NOINLINE void tell_first_slow(struct subject subject, unsigned op, struct caller caller) {
  uint32_t *told = &subject.name->private_told, before = 0;
  if (is_inside_an_event()) /* a signal handler's: another time */
    return;
  if (__atomic_compare_exchange_n(told, &before, TOLD_BUSY, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
    tell_beginning(subject, op, caller);
    __atomic_exchange_n(told, track_recording_number, __ATOMIC_RELEASE);
    return;
  }
  for (unsigned n = 0; before == TOLD_BUSY && n < PATIENCE; n++) {
    pause_a_little(n);
    before = __atomic_load_n(told, __ATOMIC_ACQUIRE);
  }
  bool is_known = before == track_recording_number; /* else told to an earlier recording, or never to an end */
  if (!is_known && __atomic_compare_exchange_n(told, &before, track_recording_number, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
    tell_name(subject.name, NAME_OBJECT);
}
