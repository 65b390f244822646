/* event.c - track_event: one word, see track/event.h.
 *
 * Bit 0: set. Bit 1: somebody sleeps. Above: how often it was set, so that who slept through a set and a clear knows that it was. Setting
 * it is the last access to the memory, as a waiter may free it then; so a second word counts the sleepers for destroy. */
#include "primitives/event.h"

#include "preload/wrap.h"

enum { IS_SET = 1, HAS_WAITERS = 2, ONE_TIME = 4 };

/* Written also when it is set already: what this thread did before is to be seen by those who find it set. */
bool event_set(uint32_t *word) {
  uint32_t before = __atomic_load_n(word, __ATOMIC_RELAXED), after;
  do
    after = before & IS_SET ? before : ((before & ~(uint32_t)HAS_WAITERS) + ONE_TIME) | IS_SET;
  while (!__atomic_compare_exchange_n(word, &before, after, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
  if (before & HAS_WAITERS)
    futex_wake(word, WAKE_ALL);
  return !(before & IS_SET);
}

bool event_is_set(const uint32_t *word) {
  return __atomic_load_n(word, __ATOMIC_ACQUIRE) & IS_SET;
}

static bool event_sleep(uint32_t *word, int64_t deadline) {
  uint32_t first = __atomic_load_n(word, __ATOMIC_ACQUIRE), now = first;
  for (bool is_in_time = true;; now = __atomic_load_n(word, __ATOMIC_ACQUIRE)) {
    if (now & IS_SET || now / ONE_TIME != first / ONE_TIME)
      return true;
    if (!is_in_time)
      return false;
    if (!(now & HAS_WAITERS) && !__atomic_compare_exchange_n(word, &now, now | HAS_WAITERS, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
      continue;
    is_in_time = futex_wait(word, now | HAS_WAITERS, deadline);
  }
}

bool event_wait(uint32_t *word, int64_t deadline) {
  __atomic_fetch_add(&word[EVENT_SLEEPERS], 1, __ATOMIC_RELAXED);
  bool is_set = event_sleep(word, deadline);
  __atomic_fetch_sub(&word[EVENT_SLEEPERS], 1, __ATOMIC_RELAXED);
  return is_set;
}

bool event_has_waiters(const uint32_t *word) {
  return __atomic_load_n(&word[EVENT_SLEEPERS], __ATOMIC_RELAXED);
}

int event_await(struct subject subject, uint32_t *word, int64_t timeout_ns, struct caller caller) {
  unsigned mode = timeout_ns < 0 ? 0 : TRACE_MODE_TIMED, waited = 0;
  bool is_set = event_is_set(word);
  if (!is_set) {
    waited = TRACE_MODE_WAITED;
    if (is_watched())
      tell(subject, TRACE_AWAIT, mode, caller);
    is_set = event_wait(word, deadline_in(timeout_ns));
  }
  if (is_set)
    order_after(word);
  if (is_watched() && is_set)
    tell(subject, TRACE_PASS, mode | waited, caller);
  else if (is_watched())
    tell_with(subject, TRACE_AWAIT_FAIL, mode, ETIMEDOUT, 0, caller);
  return is_set ? 0 : ETIMEDOUT;
}

PUBLIC int track_event_init(struct track_event *e, const char *name) {
  *e = (struct track_event){.private_state = {0, 0}};
  name_init(&e->private_name, name, TRACE_KIND_TRACK_EVENT);
  if (is_watched())
    tell_with(SUBJECT(e, TRACK_EVENT), TRACE_INIT, 0, 0, 0, CALLER());
  return 0;
}

PUBLIC int track_event_destroy(struct track_event *e) {
  int answer = event_has_waiters(e->private_state) ? EBUSY : 0;
  if (is_watched())
    tell_with(SUBJECT(e, TRACK_EVENT), TRACE_DESTROY, 0, answer, 0, CALLER());
  return answer;
}

PUBLIC int track_event_set(struct track_event *e) {
  if (is_watched()) {
    tell(SUBJECT(e, TRACK_EVENT), TRACE_SET, 0, CALLER());
    order_before(e->private_state);
  }
  event_set(e->private_state);
  return 0;
}

PUBLIC int track_event_clear(struct track_event *e) {
  if (is_watched())
    tell(SUBJECT(e, TRACK_EVENT), TRACE_CLEAR, 0, CALLER());
  __atomic_fetch_and(&e->private_state[0], ~(uint32_t)IS_SET, __ATOMIC_RELEASE);
  return 0;
}

PUBLIC bool track_event_is_set(const struct track_event *e) {
  bool is_set = event_is_set(e->private_state);
  if (!is_watched())
    return is_set;
  if (is_set) {
    order_after(e->private_state);
    tell(SUBJECT(e, TRACK_EVENT), TRACE_PASS, TRACE_MODE_TRY, CALLER());
  } else
    tell_with(SUBJECT(e, TRACK_EVENT), TRACE_AWAIT_FAIL, TRACE_MODE_TRY, EAGAIN, 0, CALLER());
  return is_set;
}

PUBLIC int track_event_wait(struct track_event *e) {
  if (LIKELY(!is_watched() && event_is_set(e->private_state)))
    return 0;
  return event_await(SUBJECT(e, TRACK_EVENT), e->private_state, -1, CALLER());
}

PUBLIC int track_event_wait_timeout(struct track_event *e, int64_t timeout_ns) {
  return event_await(SUBJECT(e, TRACK_EVENT), e->private_state, timeout_ns, CALLER());
}
