/* condition.c - track_condition: a list of waiters, each asleep on a word of its own, as in Python's threading.Condition.
 *
 * The list is protected by the condition's lock, which everybody holds who waits or notifies. So notify(n) wakes n at most, in the order in
 * which they came, and a waiter whose time is over takes the lock first and then sees whether it was notified after all. */
#include "track/condition.h"

#include "preload/wrap.h"
#include "primitives/owned.h"
#include "primitives/tell.h"
#include "primitives/thread.h"
#include "record/process.h"

/* On the stack of who waits. */
struct track_private_waiter {
  struct track_private_waiter *next, *previous;
  uint32_t is_notified; /* a futex */
};

static void lock_name(const struct track_condition *c, char *ret_name) {
  size_t n = sys_append(ret_name, TRACK_NAME_BYTES - sizeof ".lock" + 1, 0, c->private_name.private_given);
  sys_append(ret_name, TRACK_NAME_BYTES, n, ".lock");
}

static int condition_make(struct track_condition *c, struct track_lock *lock, struct track_rlock *rlock, const char *name,
                          struct caller caller) {
  *c = (struct track_condition){.private_lock = lock, .private_rlock = rlock};
  name_init(&c->private_name, name, TRACE_KIND_TRACK_CONDITION);
  char own[TRACK_NAME_BYTES];
  lock_name(c, own);
  name_set(&c->private_own.private_name, own);
  if (is_watched())
    tell_with(SUBJECT(c, TRACK_CONDITION), TRACE_INIT, 0, 0, 0, caller);
  return 0;
}

PUBLIC int track_condition_init(struct track_condition *c, const char *name) {
  return condition_make(c, NULL, NULL, name, CALLER());
}

PUBLIC int track_condition_init_lock(struct track_condition *c, struct track_lock *lock, const char *name) {
  return condition_make(c, lock, NULL, name, CALLER());
}

PUBLIC int track_condition_init_rlock(struct track_condition *c, struct track_rlock *lock, const char *name) {
  return condition_make(c, NULL, lock, name, CALLER());
}

/* The lock of a static condition has no name of its own: it is told here, once a recording. */
static void tell_own_lock(struct track_condition *c) {
  char name[TRACK_NAME_BYTES];
  if (__atomic_exchange_n(&c->private_own.private_name.private_told, track_recording_number, __ATOMIC_RELAXED) == track_recording_number)
    return;
  lock_name(c, name);
  record_name(NAME_OBJECT, (uintptr_t)&c->private_own, name);
}

static struct track_lock *condition_lock(struct track_condition *c) {
  if (c->private_lock)
    return c->private_lock;
  if (track_watchers & WATCH_RECORDER && c->private_name.private_given && !c->private_own.private_name.private_given)
    tell_own_lock(c);
  return &c->private_own;
}

static uint32_t *owned_word(struct track_condition *c) {
  return c->private_rlock ? &c->private_rlock->private_state : &condition_lock(c)->private_state;
}
static bool is_mine(struct track_condition *c) {
  return owned_by(owned_word(c)) == self_id();
}

int condition_acquire_at(struct track_condition *c, struct caller caller) {
  return c->private_rlock ? rlock_acquire_at(c->private_rlock, -1, caller) : lock_acquire_at(condition_lock(c), -1, caller);
}

int condition_release_at(struct track_condition *c, struct caller caller) {
  return c->private_rlock ? rlock_release_at(c->private_rlock, caller) : lock_release_at(condition_lock(c), caller);
}

PUBLIC int track_condition_acquire(struct track_condition *c) {
  return condition_acquire_at(c, CALLER());
}

PUBLIC int track_condition_release(struct track_condition *c) {
  return condition_release_at(c, CALLER());
}

/* The waiters of the process that forked this one off do not exist here, nor do their stacks. */
static bool is_of_this_process(const struct track_condition *c) {
  return c->private_own.private_reserved == track_n_forks;
}

static void forget_others(struct track_condition *c) {
  if (LIKELY(is_of_this_process(c)))
    return;
  __atomic_store_n(&c->private_first, NULL, __ATOMIC_RELAXED);
  c->private_last = NULL;
  c->private_own.private_reserved = track_n_forks;
}

PUBLIC int track_condition_destroy(struct track_condition *c) {
  bool is_held = !c->private_rlock && !c->private_lock && owned_by(&c->private_own.private_state);
  bool has_waiters = is_of_this_process(c) && __atomic_load_n(&c->private_first, __ATOMIC_RELAXED);
  int answer = has_waiters || is_held ? EBUSY : 0;
  if (is_watched())
    tell_with(SUBJECT(c, TRACK_CONDITION), TRACE_DESTROY, 0, answer, 0, CALLER());
  return answer;
}

static void enqueue(struct track_condition *c, struct track_private_waiter *w) {
  w->previous = c->private_last;
  if (w->previous)
    w->previous->next = w;
  else
    __atomic_store_n(&c->private_first, w, __ATOMIC_RELAXED);
  c->private_last = w;
}

static void dequeue(struct track_condition *c, struct track_private_waiter *w) {
  if (w->previous)
    w->previous->next = w->next;
  else
    __atomic_store_n(&c->private_first, w->next, __ATOMIC_RELAXED);
  if (w->next)
    w->next->previous = w->previous;
  else
    c->private_last = w->previous;
}

static struct subject lock_subject(struct track_condition *c) {
  return c->private_rlock ? SUBJECT(c->private_rlock, RLOCK) : SUBJECT(condition_lock(c), LOCK);
}

/* Gives the lock up whole, sleeps, and takes it back at its depth. */
static void sleep_unlocked(struct track_condition *c, struct track_private_waiter *w, int64_t deadline) {
  uint32_t *word = owned_word(c), depth = c->private_rlock ? c->private_rlock->private_depth : 0;
  order_before(word);
  owned_free(word);
  while (!__atomic_load_n(&w->is_notified, __ATOMIC_ACQUIRE) && futex_wait(&w->is_notified, 0, deadline))
    ;
  if (!owned_try(word, self_id()))
    owned_wait(word, self_id(), NO_DEADLINE);
  order_after(word);
  if (c->private_rlock)
    c->private_rlock->private_depth = depth;
}

static int wait_until(struct track_condition *c, int64_t deadline, unsigned mode, struct caller caller) {
  registry_use();
  forget_others(c);
  struct track_private_waiter w = {.next = NULL};
  if (is_watched()) {
    tell(lock_subject(c), TRACE_REL, TRACE_MODE_CONDITION, caller);
    tell(SUBJECT(c, TRACK_CONDITION), TRACE_WAIT, mode, caller);
  }
  enqueue(c, &w);
  sleep_unlocked(c, &w, deadline);
  int answer = __atomic_load_n(&w.is_notified, __ATOMIC_ACQUIRE) ? 0 : ETIMEDOUT;
  if (answer)
    dequeue(c, &w);
  if (is_watched()) {
    if (answer)
      tell_with(SUBJECT(c, TRACK_CONDITION), TRACE_WAKE, mode, answer, 0, caller);
    else
      tell(SUBJECT(c, TRACK_CONDITION), TRACE_WAKE, mode, caller);
    tell(lock_subject(c), TRACE_ACQ, TRACE_MODE_CONDITION, caller);
  }
  return answer;
}

static int refuse(struct track_condition *c, unsigned op, struct caller caller) {
  if (is_watched())
    tell_with(SUBJECT(c, TRACK_CONDITION), op, 0, EPERM, 0, caller);
  return EPERM;
}

static int wait_at(struct track_condition *c, int64_t timeout_ns, struct caller caller) {
  if (!is_mine(c))
    return refuse(c, TRACE_WAIT_FAIL, caller);
  return wait_until(c, deadline_in(timeout_ns), timeout_ns < 0 ? 0 : TRACE_MODE_TIMED, caller);
}

PUBLIC int track_condition_wait(struct track_condition *c) {
  return wait_at(c, -1, CALLER());
}
PUBLIC int track_condition_wait_timeout(struct track_condition *c, int64_t timeout_ns) {
  return wait_at(c, timeout_ns, CALLER());
}

PUBLIC int track_condition_wait_for(struct track_condition *c, bool (*predicate)(void *arg), void *arg, int64_t timeout_ns) {
  struct caller caller = CALLER();
  int64_t deadline = deadline_in(timeout_ns);
  if (!is_mine(c))
    return refuse(c, TRACE_WAIT_FAIL, caller);
  while (!predicate(arg))
    if (wait_until(c, deadline, timeout_ns < 0 ? 0 : TRACE_MODE_TIMED, caller))
      return predicate(arg) ? 0 : ETIMEDOUT;
  return 0;
}

/* With the lock held; a waiter returns only when it has got it, so it is still there while it is woken. */
static void wake_first(struct track_condition *c, unsigned n) {
  forget_others(c);
  for (struct track_private_waiter *w; n && (w = c->private_first);) {
    dequeue(c, w);
    __atomic_exchange_n(&w->is_notified, 1, __ATOMIC_RELEASE);
    futex_wake(&w->is_notified, 1);
    n--;
  }
}

PUBLIC int track_condition_notify(struct track_condition *c, unsigned n) {
  struct caller caller = CALLER();
  if (!is_mine(c))
    return refuse(c, TRACE_NOTIFY_FAIL, caller);
  if (is_watched() && n == 1)
    tell(SUBJECT(c, TRACK_CONDITION), TRACE_SIGNAL, 0, caller);
  else if (is_watched() && n)
    tell_with(SUBJECT(c, TRACK_CONDITION), TRACE_SIGNAL, 0, 0, n, caller);
  wake_first(c, n);
  return 0;
}

PUBLIC int track_condition_notify_all(struct track_condition *c) {
  struct caller caller = CALLER();
  if (!is_mine(c))
    return refuse(c, TRACE_NOTIFY_FAIL, caller);
  if (is_watched())
    tell(SUBJECT(c, TRACK_CONDITION), TRACE_BROADCAST, 0, caller);
  wake_first(c, UINT32_MAX);
  return 0;
}
