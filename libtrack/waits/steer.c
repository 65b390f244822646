/* steer.c - see steer.h. Active testing as in Joshi, Park, Sen, Naik, "A Randomized Dynamic Program Analysis Technique for Detecting Real
 * Deadlocks" (PLDI 2009): a thread that comes to its place of the predicted circle is paused, with what it holds, until the others
 * stand at theirs.
 *
 * Whether they do is seen, not computed: each waiting gate wants something, and each thread at a gate holds what its mutexes' owner words
 * and its marks say. When these close a circle, all of it is let go, and what follows is the program's own deadlock. Otherwise the pause
 * ends after its time, so that steering cannot hang a program; a place where it was in vain is then passed more and more often. */
#include "waits/steer.h"

#include <linux/futex.h>
#include <pthread.h>
#include <time.h>
#include <sys/single_threaded.h>

#include "primitives/owned.h"
#include "record/process.h"
#include "record/sys.h"
#include "track/lock.h"
#include "track/rlock.h"

bool track_is_steered;

/* Where the places are in this process; 0: in no module that is loaded. Plain memory: a forked child's modules lie where its parent's do.
 */
static uintptr_t addresses[TRACE_STEER_PLACES][TRACE_STEER_FRAMES];

static struct trace_steer *steer(void) {
  struct process *p = track_process;
  return p && p->session ? &p->session->steer : NULL;
}

void steer_begin(void) {
  struct trace_steer *s = steer();
  track_is_steered = s && s->n_places;
}

static uint32_t n_places(const struct trace_steer *s) {
  return s->n_places < TRACE_STEER_PLACES ? s->n_places : TRACE_STEER_PLACES;
}

static uint32_t n_frames(const struct trace_steer_place *place) {
  return place->n_frames < TRACE_STEER_FRAMES ? place->n_frames : TRACE_STEER_FRAMES;
}

void steer_module(const char *path, uint32_t n_bytes, uint64_t bias) {
  struct trace_steer *s = steer();
  uint32_t module = trace_steer_module(path, n_bytes);
  for (uint32_t i = 0; s && i < n_places(s); i++)
    for (uint32_t k = 0; k < n_frames(&s->places[i]); k++)
      if (s->places[i].frames[k].module == module)
        __atomic_store_n(&addresses[i][k], bias + s->places[i].frames[k].offset, __ATOMIC_RELAXED);
}

static bool is_place(const struct trace_steer_place *place, uint32_t number, const uintptr_t *pcs, unsigned n) {
  for (uint32_t k = 0; k < n_frames(place); k++)
    if (k >= n || pcs[k] != __atomic_load_n(&addresses[number][k], __ATOMIC_RELAXED))
      return false;
  return place->n_frames > 0;
}

/* Reports leave our own frames out, and so do places. */
static unsigned without_ours(const struct unwind_frame *frames, unsigned n, uintptr_t ret_pcs[TRACE_STEER_FRAMES]) {
  unsigned kept = 0;
  for (unsigned i = 0; i < n && kept < TRACE_STEER_FRAMES; i++)
    if (!record_is_ours(frames[i].pc))
      ret_pcs[kept++] = frames[i].pc;
  return kept;
}

void steer_site(struct thread_state *ts, const struct unwind_frame *frames, unsigned n, uint32_t site) {
  struct trace_steer *s = steer();
  uintptr_t pcs[TRACE_STEER_FRAMES];
  unsigned kept = without_ours(frames, n, pcs);
  for (uint32_t i = 0; s && i < n_places(s); i++)
    if (ts->n_steered < STEERED_SITES && is_place(&s->places[i], i, pcs, kept)) {
      ts->steered[ts->n_steered++] = (struct steered_site){(uint16_t)site, (uint16_t)i};
      ts->wild_sites[site >> 6] |= UINT64_C(1) << (site & 63);
    }
}

/* Gates. */

/* Signals wait, so that no handler of this thread comes to a gate meanwhile. Returns their mask. */
static uint64_t gates_lock(struct steer_gates *gates) {
  uint64_t mask = signals_block();
  for (unsigned n = 0; __atomic_exchange_n(&gates->lock, 1, __ATOMIC_ACQUIRE); n++)
    pause_a_little(n);
  return mask;
}
static void gates_unlock(struct steer_gates *gates, uint64_t mask) {
  __atomic_store_n(&gates->lock, 0, __ATOMIC_RELEASE);
  signals_restore(mask);
}

/* glibc's owner word, as in preload/wrap.h. */
static bool owns_mutex(const struct thread_state *ts, uintptr_t mutex) {
  return (uint32_t)((const volatile pthread_mutex_t *)mutex)->__data.__owner == ts->tid;
}

/* Readers do not keep readers out. */
static bool has_mark(const struct thread_state *ts, const struct steer_gate *asking) {
  for (uint32_t i = 0; i < ts->n_held && i < HELD_MARKS; i++)
    if (ts->held[i].address == asking->wants && !(ts->held[i].mode & asking->mode & TRACE_MODE_READ))
      return true;
  return false;
}

/* An object of the primitives is known by its name, their first member. */
_Static_assert(offsetof(struct track_lock, private_name) == 0 && offsetof(struct track_rlock, private_name) == 0, "see above");

static bool has_what_is_wanted(const struct steer_gate *gate, const struct steer_gate *asking) {
  switch (asking->kind) {
  case TRACE_KIND_UNKNOWN:
    return gate->ts->stack_top == asking->wants;
  case TRACE_KIND_MUTEX:
    return owns_mutex(gate->ts, asking->wants);
  case TRACE_KIND_LOCK:
    return owned_by(&((const struct track_lock *)asking->wants)->private_state) == gate->self;
  case TRACE_KIND_RLOCK:
    return owned_by(&((const struct track_rlock *)asking->wants)->private_state) == gate->self;
  default: /* numbers of kinds, as they are on disk */
    return has_mark(gate->ts, asking);
  }
}

/* From the gate back to `first`, over gates not yet passed; marks those of the circle. */
static bool closes(struct steer_gates *gates, uint32_t at, uint32_t first, uint32_t *ret_circle) {
  for (uint32_t i = 0; i < STEER_GATES; i++) {
    const struct steer_gate *next = &gates->gates[i];
    if (!next->ts || i == at || *ret_circle & 1u << i || !has_what_is_wanted(next, &gates->gates[at]))
      continue;
    *ret_circle |= 1u << i;
    if (i == first || closes(gates, i, first, ret_circle))
      return true;
    *ret_circle &= ~(1u << i);
  }
  return false;
}

static void let_go(struct steer_gates *gates, uint32_t circle) {
  for (uint32_t i = 0; i < STEER_GATES; i++)
    if (circle & 1u << i) {
      __atomic_store_n(&gates->gates[i].go, 1, __ATOMIC_RELEASE);
      sys_call3(SYS_futex, &gates->gates[i].go, FUTEX_WAKE_PRIVATE, 1);
    }
}

/* Returns the gate's place, or STEER_GATES when there is none. */
static uint32_t gate_enter(struct steer_gates *gates, struct thread_state *ts, const struct steer_gate *asking) {
  uint32_t i = 0;
  while (i < STEER_GATES && gates->gates[i].ts)
    i++;
  if (i == STEER_GATES)
    return i;
  gates->gates[i] = *asking;
  gates->gates[i].ts = ts;
  gates->gates[i].self = self_id();
  return i;
}

static uint64_t now_ns(void) {
  struct timespec now = {0, 0};
  sys_call2(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Until the others have come, or the time is over. */
static bool wait_for_others(struct steer_gate *gate, uint32_t wait_ms) {
  uint64_t end = now_ns() + wait_ms * UINT64_C(1000000);
  for (uint64_t now; !__atomic_load_n(&gate->go, __ATOMIC_ACQUIRE) && (now = now_ns()) < end;) {
    struct timespec rest = {(time_t)((end - now) / 1000000000u), (long)((end - now) % 1000000000u)};
    sys_call4(SYS_futex, &gate->go, FUTEX_WAIT_PRIVATE, 0, &rest);
  }
  return __atomic_load_n(&gate->go, __ATOMIC_ACQUIRE);
}

/* Is this visit one to hold back? */
static bool is_wanted(struct trace_steer *s, struct trace_steer_place *place) {
  if (!place->is_gate || !__atomic_load_n(&s->waits, __ATOMIC_RELAXED))
    return false;
  if (__atomic_load_n(&place->skip, __ATOMIC_RELAXED)) {
    __atomic_fetch_sub(&place->skip, 1, __ATOMIC_RELAXED);
    return false;
  }
  uint32_t left = __atomic_load_n(&s->waits, __ATOMIC_RELAXED); /* other processes count it down, too */
  while (left && !__atomic_compare_exchange_n(&s->waits, &left, left - 1, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
    ;
  if (left)
    __atomic_fetch_add(&place->n_held_back, 1, __ATOMIC_RELAXED);
  return left;
}

static void was_in_vain(struct trace_steer_place *place) {
  uint32_t backoff = place->backoff * 2 + 1;
  __atomic_fetch_add(&place->n_in_vain, 1, __ATOMIC_RELAXED);
  place->backoff = backoff;
  __atomic_store_n(&place->skip, backoff, __ATOMIC_RELAXED);
}

/* Leaves the gate again, unless the thread is to be held back in it: its number, else STEER_GATES. */
static uint32_t gate_pass(struct steer_gates *gates, struct trace_steer *s, struct trace_steer_place *place, struct thread_state *ts,
                          const struct steer_gate *asking) {
  uint32_t at = gate_enter(gates, ts, asking), circle = 0;
  if (at == STEER_GATES)
    return at;
  bool has_it = has_what_is_wanted(&gates->gates[at], asking); /* its own already: nothing to wait for */
  bool has_met = !has_it && closes(gates, at, at, &circle);
  if (has_met) {
    __atomic_fetch_add(&s->n_met, 1, __ATOMIC_RELAXED);
    let_go(gates, circle);
  }
  if (!has_it && !has_met && is_wanted(s, place))
    return at;
  gates->gates[at].ts = NULL;
  return STEER_GATES;
}

static void gate_visit(struct trace_steer *s, struct trace_steer_place *place, struct thread_state *ts, const struct steer_gate *asking) {
  struct steer_gates *gates = &track_process->gates;
  uint64_t mask = gates_lock(gates);
  uint32_t at = gate_pass(gates, s, place, ts, asking);
  gates_unlock(gates, mask);
  if (at == STEER_GATES)
    return;
  if (!wait_for_others(&gates->gates[at], s->wait_ms))
    was_in_vain(place);
  mask = gates_lock(gates);
  gates->gates[at].ts = NULL;
  gates_unlock(gates, mask);
}

static struct trace_steer_place *place_of(const struct thread_state *ts, struct trace_steer *s, uint32_t site) {
  for (uint32_t i = 0; s && i < ts->n_steered; i++)
    if (ts->steered[i].site == site)
      return &s->places[ts->steered[i].place];
  return NULL;
}

/* Once they have met, nothing is to keep them from what they do then; a thread alone meets nobody. */
void steer_request(struct thread_state *ts, const struct steer_gate *asking, uint32_t site) {
  struct trace_steer *s = steer();
  struct trace_steer_place *place = place_of(ts, s, site);
  if (!place)
    return;
  __atomic_fetch_add(&place->n_visits, 1, __ATOMIC_RELAXED);
  if (!__libc_single_threaded && !__atomic_load_n(&s->n_met, __ATOMIC_RELAXED))
    gate_visit(s, place, ts, asking);
}

static bool is_lock(unsigned kind) {
  return kind == TRACE_KIND_MUTEX || kind == TRACE_KIND_RWLOCK || kind == TRACE_KIND_SPIN || kind == TRACE_KIND_LOCK ||
         kind == TRACE_KIND_RLOCK;
}

void steer_visit(struct thread_state *ts, uint32_t key, const void *object, uint32_t site) {
  unsigned op = key & 63, mode = key >> 6 & 0xff, kind = RAW_CLASS(key >> 14);
  bool is_request = op == TRACE_ACQ && !(mode & (TRACE_MODE_TRY | TRACE_MODE_TIMED | TRACE_MODE_WAITED | TRACE_MODE_CONDITION));
  bool is_timed_request = op == TRACE_REQ && mode & TRACE_MODE_TIMED;
  if ((is_request || is_timed_request) && is_lock(kind))
    steer_request(ts, &(const struct steer_gate){.wants = (uintptr_t)object, .kind = kind, .mode = mode}, site);
}

void steer_join(struct thread_state *ts, unsigned mode, uintptr_t thread, uint32_t site) {
  if (!(mode & TRACE_MODE_TRY))
    steer_request(ts, &(const struct steer_gate){.wants = thread, .kind = TRACE_KIND_UNKNOWN}, site);
}
