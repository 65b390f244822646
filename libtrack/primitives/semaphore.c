/* semaphore.c - track_semaphore and track_bounded_semaphore: value and sleepers in one 64-bit word, as in glibc since 2.21.
 *
 * A release sees in the same instruction whom it must wake, and does not touch the memory afterwards, which a waiter may free. The futex is
 * the half that holds the value. */
#include "primitives/semaphore.h"

#include "preload/wrap.h"
#include "primitives/futex.h"
#include "primitives/tell.h"

#define VALUE(state) ((uint32_t)(state))
#define SLEEPERS(state) ((uint32_t)((state) >> 32))
#define ONE_SLEEPER (UINT64_C(1) << 32)

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the value is the first half of the word");
static const uint32_t *value_word(const uint64_t *state) {
  return (const uint32_t *)(const void *)state;
}

/* What both kinds have in common. */
struct counter {
  struct subject subject;
  uint64_t *state;
  uint32_t bound;
};
#define PLAIN(s) ((struct counter){SUBJECT(s, TRACK_SEMAPHORE), &(s)->private_state, UINT32_MAX})
#define BOUNDED(s) ((struct counter){SUBJECT(s, BOUNDED_SEMAPHORE), &(s)->private_state, (s)->private_bound})

ALWAYS_INLINE bool take(uint64_t *state) {
  uint64_t now = __atomic_load_n(state, __ATOMIC_RELAXED);
  while (VALUE(now))
    if (__atomic_compare_exchange_n(state, &now, now - 1, true, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
      return true;
  return false;
}

static bool take_asleep(uint64_t *state, int64_t deadline) {
  uint64_t now = __atomic_add_fetch(state, ONE_SLEEPER, __ATOMIC_RELAXED);
  for (bool is_in_time = true;;) {
    if (VALUE(now)) {
      if (__atomic_compare_exchange_n(state, &now, now - 1 - ONE_SLEEPER, true, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return true;
      continue;
    }
    if (!is_in_time) {
      if (__atomic_compare_exchange_n(state, &now, now - ONE_SLEEPER, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        return false;
      continue;
    }
    is_in_time = futex_wait(value_word(state), 0, deadline);
    now = __atomic_load_n(state, __ATOMIC_RELAXED);
  }
}

static int fail(const struct counter *c, unsigned mode, int answer, int told, struct caller caller) {
  if (is_watched())
    tell_with(c->subject, TRACE_SEM_FAIL, mode, told, 0, caller);
  return answer;
}

/* 0 nanoseconds: try. */
static int acquire(const struct counter *c, int64_t timeout_ns, struct caller caller) {
  unsigned mode = mode_of_timeout(timeout_ns);
  if (!take(c->state)) {
    if (!timeout_ns)
      return fail(c, mode, EBUSY, EAGAIN, caller);
    if (is_watched())
      tell(c->subject, TRACE_SEM_REQ, mode, caller);
    if (!take_asleep(c->state, deadline_in(timeout_ns)))
      return fail(c, mode, ETIMEDOUT, ETIMEDOUT, caller);
    mode |= TRACE_MODE_WAITED;
  }
  order_after(c->state);
  if (is_watched())
    tell(c->subject, TRACE_SEM_WAIT, mode, caller);
  return 0;
}

ALWAYS_INLINE bool add(const struct counter *c, uint32_t n) {
  uint64_t now = __atomic_load_n(c->state, __ATOMIC_RELAXED);
  do
    if (n > c->bound || VALUE(now) > c->bound - n)
      return false;
  while (!__atomic_compare_exchange_n(c->state, &now, now + n, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
  if (UNLIKELY(SLEEPERS(now)))
    futex_wake(value_word(c->state), n < SLEEPERS(now) ? n : SLEEPERS(now));
  return true;
}

/* Told before, so that every wait has a higher number than the post whose token it took; a refused one is taken back. */
static int release(const struct counter *c, unsigned n, struct caller caller) {
  if (!n)
    return EINVAL;
  if (is_watched() && n == 1)
    tell(c->subject, TRACE_POST, 0, caller);
  else if (is_watched())
    tell_with(c->subject, TRACE_POST, 0, 0, n, caller);
  order_before(c->state);
  if (add(c, n))
    return 0;
  if (is_watched())
    tell_with(c->subject, TRACE_POST_FAIL, 0, EOVERFLOW, n == 1 ? 0 : n, caller);
  return EOVERFLOW;
}

static int destroy(const struct counter *c, struct caller caller) {
  int answer = SLEEPERS(__atomic_load_n(c->state, __ATOMIC_RELAXED)) ? EBUSY : 0;
  if (is_watched())
    tell_with(c->subject, TRACE_DESTROY, 0, answer, 0, caller);
  return answer;
}

static void tell_init(struct subject subject, unsigned value, struct caller caller) {
  if (is_watched())
    tell_with(subject, TRACE_INIT, 0, 0, value, caller);
}

PUBLIC int track_semaphore_init(struct track_semaphore *s, unsigned value, const char *name) {
  *s = (struct track_semaphore){.private_state = value};
  name_init(&s->private_name, name, TRACE_KIND_TRACK_SEMAPHORE);
  tell_init(SUBJECT(s, TRACK_SEMAPHORE), value, CALLER());
  return 0;
}

PUBLIC int track_bounded_semaphore_init(struct track_bounded_semaphore *s, unsigned value, const char *name) {
  *s = (struct track_bounded_semaphore){.private_state = value, .private_bound = value};
  name_init(&s->private_name, name, TRACE_KIND_BOUNDED_SEMAPHORE);
  tell_init(SUBJECT(s, BOUNDED_SEMAPHORE), value, CALLER());
  return 0;
}

/* The rest is the same twice. */
#define SEMAPHORE(name, counter)                                                                                                           \
  PUBLIC int name##_destroy(struct name *s) {                                                                                              \
    return destroy(&counter(s), CALLER());                                                                                                 \
  }                                                                                                                                        \
  PUBLIC int name##_acquire(struct name *s) {                                                                                              \
    if (LIKELY(!is_watched() && take(&s->private_state)))                                                                                  \
      return 0;                                                                                                                            \
    return acquire(&counter(s), -1, CALLER());                                                                                             \
  }                                                                                                                                        \
  PUBLIC int name##_try_acquire(struct name *s) {                                                                                          \
    return acquire(&counter(s), 0, CALLER());                                                                                              \
  }                                                                                                                                        \
  PUBLIC int name##_acquire_timeout(struct name *s, int64_t timeout_ns) {                                                                  \
    int answer = acquire(&counter(s), timeout_ns, CALLER());                                                                               \
    return answer == EBUSY ? ETIMEDOUT : answer;                                                                                           \
  }                                                                                                                                        \
  PUBLIC int name##_release(struct name *s, unsigned n) {                                                                                  \
    if (LIKELY(!is_watched() && n))                                                                                                        \
      return LIKELY(add(&counter(s), n)) ? 0 : EOVERFLOW;                                                                                  \
    return release(&counter(s), n, CALLER());                                                                                              \
  }                                                                                                                                        \
  PUBLIC unsigned name##_value(const struct name *s) {                                                                                     \
    return VALUE(__atomic_load_n(&s->private_state, __ATOMIC_RELAXED));                                                                    \
  }
SEMAPHORE(track_semaphore, PLAIN)
SEMAPHORE(track_bounded_semaphore, BOUNDED)

int semaphore_acquire_at(struct track_semaphore *s, struct caller caller) {
  return acquire(&PLAIN(s), -1, caller);
}
int semaphore_release_at(struct track_semaphore *s, struct caller caller) {
  return release(&PLAIN(s), 1, caller);
}
int bounded_semaphore_acquire_at(struct track_bounded_semaphore *s, struct caller caller) {
  return acquire(&BOUNDED(s), -1, caller);
}
int bounded_semaphore_release_at(struct track_bounded_semaphore *s, struct caller caller) {
  return release(&BOUNDED(s), 1, caller);
}
