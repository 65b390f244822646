/* brute.c - depth-first search over all correct reorderings (ANALYSIS.md, section 1): per thread a prefix, each read sees
 * the same writer, the primitives keep their rules. What a state does not say by its prefixes is kept beside them. */
#include "brute.h"

#include <stdlib.h>
#include <string.h>

/* All of it fits a word: see state_key(). */
struct state {
  uint8_t at[MAX_THREADS];     /* events done */
  uint8_t writer[N_VARIABLES]; /* event + 1 */
  uint8_t is_woken[MAX_THREADS];
  uint8_t arrival[MAX_THREADS]; /* number of its arrival at the barrier */
  uint8_t arrivals;
  uint8_t is_set; /* the event */
};

struct brute {
  const struct history *history;
  enum ordering ordering;
  struct deadlocks *deadlocks;
  int of_thread[MAX_THREADS][MAX_EVENTS], length[MAX_THREADS];
  int index[MAX_EVENTS];      /* of the event in its thread */
  int seen[MAX_EVENTS];       /* reads: writer + 1 */
  int release[MAX_EVENTS];    /* of an acquire; n if none */
  int acquire[MAX_EVENTS];    /* of a release */
  uint32_t saw[MAX_EVENTS];   /* failed tries: acquires that held the lock */
  int forked_by[MAX_THREADS]; /* event, -1 none */
  bool keeps_arrivals;
  uint64_t *visited; /* open addressing; key + 1 */
  size_t n_visited, capacity;
};

static const struct happening *event_at(const struct brute *brute, int event) {
  return &brute->history->events[event];
}

static bool is_done(const struct brute *brute, const struct state *state, int event) {
  return state->at[event_at(brute, event)->thread] > brute->index[event];
}

static bool is_held(const struct brute *brute, const struct state *state, int acquire) {
  return is_done(brute, state, acquire) && !(brute->release[acquire] < brute->history->n && is_done(brute, state, brute->release[acquire]));
}

/* Acquires of other threads that keep this one's lock from it now. */
static uint32_t holders(const struct brute *brute, const struct state *state, int event) {
  uint32_t set = 0;
  const struct happening *asked = event_at(brute, event);
  for (int i = 0; i < brute->history->n; i++) {
    const struct happening *other = event_at(brute, i);
    if (other->op == TRACE_ACQ && other->place == asked->place && other->thread != asked->thread && excludes(other, asked) &&
        is_held(brute, state, i))
      set |= 1u << i;
  }
  return set;
}

static bool is_one_of(int op, const int *ops) {
  for (; *ops; ops++)
    if (*ops == op)
      return true;
  return false;
}

static const int ordered_ops[] = {TRACE_WAIT, TRACE_WAKE,  TRACE_SIGNAL, TRACE_BROADCAST,  TRACE_POST, TRACE_SEM_WAIT,
                                  TRACE_SET,  TRACE_CLEAR, TRACE_PASS,   TRACE_AWAIT_FAIL, TRACE_PUT,  TRACE_GET,
                                  0};

/* What is got from a queue is what was put there: its operations keep the order of the trace in any case. */
static bool keeps_queue_order(const struct brute *brute, const struct state *state, int event) {
  for (int i = 0; i < event && event_at(brute, event)->place == QUEUE; i++)
    if (event_at(brute, i)->place == QUEUE && !is_done(brute, state, i))
      return false;
  return true;
}

/* SAME_ORDER: nothing that the trace had later may be done before. */
static bool keeps_order(const struct brute *brute, const struct state *state, int event) {
  const struct happening *e = event_at(brute, event);
  for (int i = 0; i < brute->history->n; i++) {
    const struct happening *other = event_at(brute, i);
    bool is_before = i < event, is_other_done = is_done(brute, state, i);
    if (other->thread == e->thread || other->place != e->place || e->place == LOCAL)
      continue;
    if (e->op == TRACE_ACQ && other->op == TRACE_ACQ && excludes(e, other) && !is_before && is_other_done)
      return false;
    if (is_one_of(e->op, ordered_ops) && is_one_of(other->op, ordered_ops) && is_before != is_other_done)
      return false;
    if (other->op == TRACE_ARRIVE && is_before && !is_other_done &&
        (e->op == TRACE_LEAVE || (e->op == TRACE_ARRIVE && brute->keeps_arrivals)))
      return false;
    if (e->op == TRACE_REL && other->op == TRACE_TRYFAIL && brute->saw[i] >> brute->acquire[event] & 1 && !is_other_done)
      return false;
    if (e->op == TRACE_TRYFAIL && other->op == TRACE_ACQ && brute->saw[event] >> i & 1 && !is_held(brute, state, i))
      return false;
  }
  return true;
}

static int token_count(const struct brute *brute, const struct state *state) {
  int tokens = 0;
  for (int i = 0; i < brute->history->n; i++)
    if (is_done(brute, state, i))
      tokens += (event_at(brute, i)->op == TRACE_POST) - (event_at(brute, i)->op == TRACE_SEM_WAIT);
  return tokens;
}

/* A call of a finished once control: had nobody begun, the caller would have to initialise. */
static bool is_call(const struct brute *brute, int event) {
  const struct happening *e = event_at(brute, event);
  return is_once(brute->history, e->place) && e->mode & TRACE_MODE_READ;
}

static bool has_begun(const struct brute *brute, const struct state *state, int once) {
  for (int i = 0; i < brute->history->n; i++)
    if (event_at(brute, i)->op == TRACE_ACQ && event_at(brute, i)->place == once && !is_call(brute, i))
      return is_done(brute, state, i);
  return false;
}

static bool has_started(const struct brute *brute, const struct state *state, int thread) {
  return brute->forked_by[thread] < 0 || is_done(brute, state, brute->forked_by[thread]);
}

/* Do the rules of the primitives let the event happen now? */
static bool is_possible(const struct brute *brute, const struct state *state, int event) {
  const struct happening *e = event_at(brute, event);
  switch (e->op) {
  case TRACE_ACQ:
    return !holders(brute, state, event) && (!is_call(brute, event) || has_begun(brute, state, e->place));
  case TRACE_TRYFAIL:
    return holders(brute, state, event) != 0;
  case TRACE_JOIN:
    return has_started(brute, state, e->place) && state->at[e->place] == brute->length[e->place];
  case TRACE_READ:
    return state->writer[e->place - FIRST_VARIABLE] == brute->seen[event];
  case TRACE_WAKE:
    return state->is_woken[e->thread];
  case TRACE_SEM_WAIT:
    return token_count(brute, state) > 0;
  case TRACE_PASS:
    return state->is_set;
  case TRACE_AWAIT_FAIL:
    return !state->is_set;
  case TRACE_PUT:
  case TRACE_GET:
    return keeps_queue_order(brute, state, event);
  case TRACE_ARRIVE:
    return event_at(brute, 0)->op != TRACE_INIT || is_done(brute, state, 0);
  case TRACE_LEAVE:
    return state->arrivals >= (state->arrival[e->thread] / brute->history->parties + 1) * brute->history->parties;
  default: /* never waits */
    return true;
  }
}

static int next_event(const struct brute *brute, const struct state *state, int thread) {
  if (state->at[thread] == brute->length[thread] || !has_started(brute, state, thread))
    return -1;
  return brute->of_thread[thread][state->at[thread]];
}

/* Deadlocks: cycles of threads whose next event asks for what the next thread holds. */

static uint32_t waits_for(const struct brute *brute, const struct state *state, int thread) {
  int event = next_event(brute, state, thread);
  if (event < 0)
    return 0;
  const struct happening *e = event_at(brute, event);
  if (e->op == TRACE_JOIN)
    return is_possible(brute, state, event) ? 0 : 1u << e->place;
  bool is_timeout = e->op == TRACE_TRYFAIL && e->mode & TRACE_MODE_TIMED; /* it did wait */
  if ((e->op != TRACE_ACQ || e->mode & TRACE_MODE_TRY) && !is_timeout)
    return 0;
  uint32_t threads = 0, set = holders(brute, state, event);
  for (int i = 0; i < brute->history->n; i++)
    if (set >> i & 1)
      threads |= 1u << event_at(brute, i)->thread;
  return threads;
}

static void add_deadlock(struct deadlocks *deadlocks, uint32_t set) {
  for (int i = 0; i < deadlocks->n; i++)
    if (deadlocks->sets[i] == set)
      return;
  if (deadlocks->n == MAX_DEADLOCKS)
    abort();
  deadlocks->sets[deadlocks->n++] = set;
}

static void follow(struct brute *brute, const struct state *state, const uint32_t *waits, int first, int thread, uint32_t path) {
  uint32_t events = 0;
  for (int next = first; next < brute->history->n_threads; next++) {
    if (!(waits[thread] >> next & 1))
      continue;
    if (next == first) {
      for (int i = 0; i < brute->history->n_threads; i++)
        if (path >> i & 1)
          events |= 1u << next_event(brute, state, i);
      add_deadlock(brute->deadlocks, events);
    } else if (!(path >> next & 1))
      follow(brute, state, waits, first, next, path | 1u << next);
  }
}

static void find_deadlocks(struct brute *brute, const struct state *state) {
  uint32_t waits[MAX_THREADS] = {0};
  for (int thread = 0; thread < brute->history->n_threads; thread++)
    waits[thread] = waits_for(brute, state, thread);
  for (int thread = 0; thread < brute->history->n_threads; thread++)
    follow(brute, state, waits, thread, thread, 1u << thread);
}

/* The search. */

static uint64_t state_key(const struct state *state) {
  uint64_t key = (uint64_t)state->arrivals << 1 | state->is_set;
  for (int i = 0; i < MAX_THREADS; i++)
    key = (key << 5 | state->at[i]) << 6 | (uint64_t)state->is_woken[i] << 5 | state->arrival[i];
  for (int i = 0; i < N_VARIABLES; i++)
    key = key << 5 | state->writer[i];
  return key + 1;
}

static bool visit(struct brute *brute, uint64_t key) {
  if (brute->n_visited * 2 >= brute->capacity) {
    uint64_t *old = brute->visited;
    size_t n = brute->capacity;
    brute->capacity = n ? n * 4 : 1024;
    brute->visited = calloc(brute->capacity, sizeof *brute->visited);
    if (!brute->visited)
      abort();
    brute->n_visited = 0;
    for (size_t i = 0; i < n; i++)
      if (old[i])
        visit(brute, old[i]);
    free(old);
  }
  size_t at = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (brute->capacity - 1);
  while (brute->visited[at] && brute->visited[at] != key)
    at = (at + 1) & (brute->capacity - 1);
  if (brute->visited[at])
    return false;
  brute->visited[at] = key;
  brute->n_visited++;
  return true;
}

static void explore(struct brute *brute, struct state state);

static void wake_one(struct brute *brute, const struct state *state) {
  bool has_waiter = false;
  for (int thread = 0; thread < brute->history->n_threads; thread++) {
    int at = state->at[thread];
    if (!at || event_at(brute, brute->of_thread[thread][at - 1])->op != TRACE_WAIT || state->is_woken[thread])
      continue;
    struct state next = *state;
    next.is_woken[thread] = 1;
    has_waiter = true;
    explore(brute, next);
  }
  if (!has_waiter)
    explore(brute, *state);
}

static void wake_all(const struct brute *brute, struct state *state) {
  for (int thread = 0; thread < brute->history->n_threads; thread++) {
    int at = state->at[thread];
    if (at && event_at(brute, brute->of_thread[thread][at - 1])->op == TRACE_WAIT)
      state->is_woken[thread] = 1;
  }
}

/* A condition wait gives its mutex up and waits in one step. */
static bool begins_wait(const struct happening *e) {
  return e->op == TRACE_REL && e->mode & TRACE_MODE_CONDITION;
}

static void take_step(struct brute *brute, struct state state, int event) {
  const struct happening *e = event_at(brute, event);
  state.at[e->thread] += begins_wait(e) ? 2 : 1;
  if (e->op == TRACE_WRITE)
    state.writer[e->place - FIRST_VARIABLE] = (uint8_t)(event + 1);
  else if (e->op == TRACE_WAKE)
    state.is_woken[e->thread] = 0;
  else if (e->op == TRACE_ARRIVE)
    state.arrival[e->thread] = state.arrivals++;
  else if (e->op == TRACE_LEAVE)
    state.arrival[e->thread] = 0;
  else if (e->place == EVENT && (e->op == TRACE_SET || e->op == TRACE_CLEAR))
    state.is_set = e->op == TRACE_SET;
  if (e->op == TRACE_SIGNAL) {
    wake_one(brute, &state);
    return;
  }
  if (e->op == TRACE_BROADCAST)
    wake_all(brute, &state);
  explore(brute, state);
}

static bool keeps_all_order(const struct brute *brute, const struct state *state, int event) {
  const struct happening *e = event_at(brute, event);
  int wait = begins_wait(e) ? brute->of_thread[e->thread][brute->index[event] + 1] : -1;
  return keeps_order(brute, state, event) && (wait < 0 || keeps_order(brute, state, wait));
}

static void explore(struct brute *brute, struct state state) {
  if (!visit(brute, state_key(&state)))
    return;
  find_deadlocks(brute, &state);
  for (int thread = 0; thread < brute->history->n_threads; thread++) {
    int event = next_event(brute, &state, thread);
    if (event >= 0 && is_possible(brute, &state, event) && (brute->ordering == ANY_ORDER || keeps_all_order(brute, &state, event)))
      take_step(brute, state, event);
  }
}

/* What the trace itself says. */

static void study_lock(struct brute *brute, int event) {
  const struct happening *e = event_at(brute, event);
  for (int i = 0; i < event; i++) {
    const struct happening *a = event_at(brute, i);
    if (a->op != TRACE_ACQ || a->place != e->place || brute->release[i] < brute->history->n)
      continue;
    if (e->op == TRACE_REL && a->thread == e->thread) {
      brute->release[i] = event;
      brute->acquire[event] = i;
      return; /* of a lock taken again any release ends one of the holds: together they last as long */
    } else if (e->op == TRACE_TRYFAIL && a->thread != e->thread)
      brute->saw[event] |= 1u << i;
  }
}

static void study(struct brute *brute) {
  const struct history *history = brute->history;
  int writer[N_VARIABLES] = {0};
  uint32_t users = 0;
  for (int i = 0; i < MAX_THREADS; i++)
    brute->forked_by[i] = -1;
  for (int i = 0; i < history->n; i++) {
    const struct happening *e = event_at(brute, i);
    brute->index[i] = brute->length[e->thread];
    brute->of_thread[e->thread][brute->length[e->thread]++] = i;
    brute->release[i] = history->n;
    if (e->op == TRACE_READ)
      brute->seen[i] = writer[e->place - FIRST_VARIABLE];
    else if (e->op == TRACE_WRITE)
      writer[e->place - FIRST_VARIABLE] = i + 1;
    else if (e->op == TRACE_CREATE)
      brute->forked_by[e->place] = i;
    else if (e->op == TRACE_REL || e->op == TRACE_TRYFAIL)
      study_lock(brute, i);
    else if (e->op == TRACE_ARRIVE)
      users |= 1u << e->thread;
  }
  brute->keeps_arrivals = __builtin_popcount(users) != history->parties;
}

void brute_search(const struct history *history, enum ordering ordering, struct deadlocks *ret_deadlocks) {
  struct brute brute = {.history = history, .ordering = ordering, .deadlocks = ret_deadlocks};
  ret_deadlocks->n = 0;
  study(&brute);
  explore(&brute, (struct state){0});
  free(brute.visited);
}
