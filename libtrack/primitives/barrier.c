/* barrier.c - track_barrier: the states of Python's threading.Barrier, under an inner lock, with a word to sleep on.
 *
 * Filling: threads arrive. Draining: the round was full and its threads leave. Resetting: they leave with ECANCELED. Newcomers wait
 * while others leave. Broken: until the reset. The action runs in the filling state, with the lock given up, so that it may call the
 * barrier itself; whoever comes meanwhile finds the round full and waits. `round` rises at every change that somebody may sleep for. */
#include "track/barrier.h"

#include "preload/wrap.h"
#include "primitives/inner.h"

enum phase { FILLING, DRAINING, RESETTING, BROKEN };

static void set_phase(struct track_barrier *b, enum phase phase) {
  __atomic_exchange_n(&b->private_phase, phase, __ATOMIC_RELAXED);
  __atomic_fetch_add(&b->private_round, 1, __ATOMIC_RELAXED);
}

/* Behind a change of phase, without the lock, for which the others would only wait in turn. */
static void wake_all(const struct track_barrier *b) {
  futex_wake(&b->private_round, WAKE_ALL);
}

/* With the lock held, given up meanwhile. False: the deadline has passed. */
static bool sleep_a_round(struct track_barrier *b, int64_t deadline) {
  uint32_t round = __atomic_load_n(&b->private_round, __ATOMIC_RELAXED);
  inner_unlock(&b->private_lock);
  bool is_in_time = futex_wait(&b->private_round, round, deadline);
  inner_lock(&b->private_lock);
  return is_in_time;
}

/* Whether this thread may arrive now: not while others leave, nor while the action of a full round runs. */
static bool is_open(const struct track_barrier *b) {
  return b->private_phase == FILLING && b->private_n_arrived < b->private_parties;
}

/* Without a limit, as in Python: whoever has not arrived cannot break the barrier. */
static int enter(struct track_barrier *b) {
  while (!is_open(b) && b->private_phase != BROKEN)
    sleep_a_round(b, NO_DEADLINE);
  return b->private_phase == BROKEN ? ECANCELED : 0;
}

/* One thread's wait. */
struct visit {
  struct track_barrier *barrier;
  unsigned mode;
  struct caller caller;
  bool is_acting;
  bool has_changed; /* the phase, with others inside, who are to be woken */
};

static void tell_leave(const struct visit *v, int answer) {
  if (answer && is_watched())
    tell_with(SUBJECT(v->barrier, TRACK_BARRIER), TRACE_LEAVE, v->mode, answer, 0, v->caller);
  else if (is_watched())
    tell(SUBJECT(v->barrier, TRACK_BARRIER), TRACE_LEAVE, v->mode, v->caller);
}

static void change_phase(struct visit *v, enum phase phase) {
  set_phase(v->barrier, phase);
  v->has_changed |= v->barrier->private_n_inside > 1;
}

/* The last one to leave opens the barrier for the next round. */
static void leave(struct visit *v) {
  struct track_barrier *b = v->barrier;
  if (--b->private_n_arrived == 0 && (b->private_phase == DRAINING || b->private_phase == RESETTING))
    change_phase(v, FILLING);
}

/* The action was left by pthread_exit(), a cancellation or an exception: the others must not wait for its end. */
static void action_left(struct visit *v) {
  struct track_barrier *b = v->barrier;
  if (!v->is_acting)
    return;
  inner_lock(&b->private_lock);
  if (b->private_phase == FILLING)
    change_phase(v, BROKEN);
  leave(v);
  b->private_n_inside--;
  tell_leave(v, ECANCELED);
  inner_unlock(&b->private_lock);
  wake_all(b);
}

static int run_action(struct visit *v) {
  struct track_barrier *b = v->barrier;
  int answer = 0;
  if (b->private_action) {
    inner_unlock(&b->private_lock);
    v->is_acting = true;
    answer = b->private_action(b->private_arg);
    v->is_acting = false;
    inner_lock(&b->private_lock);
  }
  if (b->private_phase != FILLING) /* broken or reset meanwhile */
    return answer ? answer : ECANCELED;
  change_phase(v, answer ? BROKEN : DRAINING);
  return answer;
}

static int wait_for_the_others(struct visit *v, int64_t deadline) {
  struct track_barrier *b = v->barrier;
  for (bool is_in_time = true; b->private_phase == FILLING;) {
    if (!is_in_time && b->private_n_arrived < b->private_parties) { /* a full round is as good as begun */
      change_phase(v, BROKEN);
      return ETIMEDOUT;
    }
    is_in_time = sleep_a_round(b, is_in_time ? deadline : NO_DEADLINE);
  }
  return b->private_phase == DRAINING ? 0 : ECANCELED;
}

static int arrive(struct visit *v, int64_t timeout_ns, unsigned *ret_index) {
  struct track_barrier *b = v->barrier;
  int answer = enter(b);
  if (answer)
    return answer;
  unsigned index = b->private_n_arrived++;
  answer = index + 1 == b->private_parties ? run_action(v) : wait_for_the_others(v, deadline_in(timeout_ns));
  leave(v);
  if (!answer && ret_index)
    *ret_index = index;
  return answer;
}

static int wait_at(struct track_barrier *b, int64_t timeout_ns, unsigned *ret_index, struct caller caller) {
  __attribute__((cleanup(action_left))) struct visit visit = {b, timeout_ns < 0 ? 0 : TRACE_MODE_TIMED, caller, false, false};
  if (is_watched())
    tell(SUBJECT(b, TRACK_BARRIER), TRACE_ARRIVE, visit.mode, caller);
  inner_lock(&b->private_lock);
  b->private_n_inside++;
  int answer = arrive(&visit, timeout_ns, ret_index);
  b->private_n_inside--;
  tell_leave(&visit, answer);
  inner_unlock(&b->private_lock);
  if (visit.has_changed)
    wake_all(b);
  return answer;
}

PUBLIC int track_barrier_init(struct track_barrier *b, unsigned parties, int (*action)(void *arg), void *arg, const char *name) {
  if (!parties)
    return EINVAL;
  *b = (struct track_barrier){.private_action = action, .private_arg = arg, .private_parties = parties};
  name_init(&b->private_name, name, TRACE_KIND_TRACK_BARRIER);
  if (is_watched())
    tell_with(SUBJECT(b, TRACK_BARRIER), TRACE_INIT, 0, 0, parties, CALLER());
  return 0;
}

PUBLIC int track_barrier_destroy(struct track_barrier *b) {
  inner_lock(&b->private_lock);
  int answer = b->private_n_inside ? EBUSY : 0;
  inner_unlock(&b->private_lock);
  if (is_watched())
    tell_with(SUBJECT(b, TRACK_BARRIER), TRACE_DESTROY, 0, answer, 0, CALLER());
  return answer;
}

PUBLIC int track_barrier_wait(struct track_barrier *b, unsigned *ret_index) {
  return wait_at(b, -1, ret_index, CALLER());
}
PUBLIC int track_barrier_wait_timeout(struct track_barrier *b, int64_t timeout_ns, unsigned *ret_index) {
  return wait_at(b, timeout_ns, ret_index, CALLER());
}

PUBLIC int track_barrier_abort(struct track_barrier *b) {
  inner_lock(&b->private_lock);
  if (is_watched())
    tell(SUBJECT(b, TRACK_BARRIER), TRACE_ABORT, 0, CALLER());
  set_phase(b, BROKEN);
  inner_unlock(&b->private_lock);
  wake_all(b);
  return 0;
}

/* A round that drains goes on to do so. */
PUBLIC int track_barrier_reset(struct track_barrier *b) {
  inner_lock(&b->private_lock);
  if (is_watched())
    tell(SUBJECT(b, TRACK_BARRIER), TRACE_RESET, 0, CALLER());
  if (!b->private_n_arrived)
    set_phase(b, FILLING);
  else if (b->private_phase != DRAINING)
    set_phase(b, RESETTING);
  inner_unlock(&b->private_lock);
  wake_all(b);
  return 0;
}

PUBLIC unsigned track_barrier_n_waiting(const struct track_barrier *b) {
  struct track_barrier *own = (struct track_barrier *)(uintptr_t)b;
  inner_lock(&own->private_lock);
  unsigned n = b->private_phase == FILLING ? b->private_n_arrived : 0;
  inner_unlock(&own->private_lock);
  return n;
}

PUBLIC unsigned track_barrier_parties(const struct track_barrier *b) {
  return b->private_parties;
}
PUBLIC bool track_barrier_is_broken(const struct track_barrier *b) {
  return __atomic_load_n(&b->private_phase, __ATOMIC_RELAXED) == BROKEN;
}
