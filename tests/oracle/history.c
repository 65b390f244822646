/* history.c - random traces that some execution really makes: a scheduler picks a thread, the thread picks one of the
 * things that it can do now. Nesting is preferred, so that orders of locks clash often. */
#include "history.h"

#include <stdio.h>
#include <string.h>

enum phase { NOT_STARTED, RUNNING, WAITING, WOKEN, REACQUIRING, AT_BARRIER, ENDED };

enum { MOST_HELD = 2 * N_LOCKS };

struct actor {
  enum phase phase;
  struct happening held[MOST_HELD]; /* one twice, if it was taken again */
  int n_held;
  int arrival;
  bool is_joined;
};

struct play {
  struct history *history;
  struct actor actors[MAX_THREADS];
  uint64_t random;
  int tokens, arrivals;
  bool has_begun; /* the initialisation */
  bool is_set;    /* the event */
  int items;
};

static unsigned below(struct play *play, unsigned n) {
  play->random ^= play->random << 13;
  play->random ^= play->random >> 7;
  play->random ^= play->random << 17;
  return (unsigned)((play->random >> 32) * n >> 32);
}

static void happen(struct play *play, int thread, int op, int place, int mode) {
  struct happening event = {.op = (uint8_t)op, .mode = (uint8_t)mode, .thread = (uint8_t)thread, .place = (uint8_t)place};
  play->history->events[play->history->n++] = event;
}

static bool has_room(const struct play *play, int n) {
  return play->history->n + n <= MAX_EVENTS - 2;
}

static int held_index(const struct actor *actor, int lock) {
  for (int i = 0; i < actor->n_held; i++)
    if (actor->held[i].place == lock)
      return i;
  return -1;
}

/* Can the thread have the lock in this mode now? */
static bool is_free(const struct play *play, int thread, int lock, int mode) {
  struct happening wanted = {.mode = (uint8_t)mode};
  for (int other = 0; other < play->history->n_threads; other++) {
    int at = held_index(&play->actors[other], lock);
    if (at >= 0 && (other == thread || excludes(&play->actors[other].held[at], &wanted)))
      return false;
  }
  return true;
}

static void acquire(struct play *play, int thread, int lock, int mode) {
  happen(play, thread, TRACE_ACQ, lock, mode);
  struct actor *actor = &play->actors[thread];
  actor->held[actor->n_held++] = play->history->events[play->history->n - 1];
}

static void release(struct play *play, int thread, int at, int mode) {
  struct actor *actor = &play->actors[thread];
  happen(play, thread, TRACE_REL, actor->held[at].place, mode | (actor->held[at].mode & TRACE_MODE_READ));
  memmove(&actor->held[at], &actor->held[at + 1], (size_t)(--actor->n_held - at) * sizeof actor->held[0]);
}

static void call_once(struct play *play, int thread, int lock) {
  if (held_index(&play->actors[thread], lock) >= 0 || !is_free(play, thread, lock, TRACE_MODE_READ) || !has_room(play, 2))
    return;
  acquire(play, thread, lock, play->has_begun ? TRACE_MODE_READ : 0);
  if (play->has_begun)
    release(play, thread, play->actors[thread].n_held - 1, 0);
  play->has_begun = true;
}

static void do_lock(struct play *play, int thread) {
  int lock = (int)below(play, N_LOCKS), mode = 0;
  if (is_once(play->history, lock)) {
    call_once(play, thread, lock);
    return;
  }
  if (is_rwlock(play->history, lock) && below(play, 2))
    mode |= TRACE_MODE_READ;
  if (play->history->features & WITH_TRIES && below(play, 4) == 0)
    mode |= below(play, 2) ? TRACE_MODE_TRY : TRACE_MODE_TIMED;
  if (held_index(&play->actors[thread], lock) >= 0) {
    if (play->history->features & WITH_REENTRY && !is_rwlock(play->history, lock) && play->actors[thread].n_held < MOST_HELD)
      acquire(play, thread, lock, mode);
    return;
  }
  if (play->actors[thread].n_held < MOST_HELD && is_free(play, thread, lock, mode))
    acquire(play, thread, lock, mode);
  else if (play->history->features & WITH_TRIES && below(play, 2))
    happen(play, thread, TRACE_TRYFAIL, lock, (mode & TRACE_MODE_READ) | (below(play, 2) ? TRACE_MODE_TRY : TRACE_MODE_TIMED));
}

static void do_unlock(struct play *play, int thread) {
  int n = play->actors[thread].n_held;
  if (n)
    release(play, thread, below(play, 4) ? n - 1 : (int)below(play, (unsigned)n), 0);
}

static void do_access(struct play *play, int thread) {
  if (play->history->features & WITH_ACCESSES)
    happen(play, thread, below(play, 2) ? TRACE_READ : TRACE_WRITE, FIRST_VARIABLE + (int)below(play, N_VARIABLES), 0);
}

static void do_fork(struct play *play, int thread) {
  for (int other = 1; other < play->history->n_threads; other++)
    if (play->actors[other].phase == NOT_STARTED) {
      happen(play, thread, TRACE_CREATE, other, 0);
      play->actors[other].phase = RUNNING;
      return;
    }
}

static void do_join(struct play *play, int thread) {
  int other = 1 + (int)below(play, (unsigned)play->history->n_threads - 1);
  struct actor *actor = &play->actors[other];
  if (other == thread || actor->is_joined || (actor->phase != ENDED && actor->phase != RUNNING) || (actor->n_held && below(play, 4)))
    return;
  actor->phase = ENDED;
  actor->is_joined = true;
  happen(play, thread, TRACE_JOIN, other, 0);
}

static int n_holds(const struct actor *actor, int lock) {
  int n = 0;
  for (int i = 0; i < actor->n_held; i++)
    n += actor->held[i].place == lock;
  return n;
}

static void do_wait(struct play *play, int thread) {
  struct actor *actor = &play->actors[thread];
  if (!(play->history->features & WITH_CONDITION) || n_holds(actor, 0) != 1 || !has_room(play, 2))
    return;
  release(play, thread, held_index(actor, 0), TRACE_MODE_CONDITION);
  happen(play, thread, TRACE_WAIT, CONDITION, 0);
  actor->phase = WAITING;
}

static void do_signal(struct play *play, int thread) {
  if (!(play->history->features & WITH_CONDITION))
    return;
  bool is_broadcast = below(play, 3) == 0;
  happen(play, thread, is_broadcast ? TRACE_BROADCAST : TRACE_SIGNAL, CONDITION, 0);
  for (int i = 0, start = (int)below(play, MAX_THREADS); i < MAX_THREADS; i++) {
    struct actor *actor = &play->actors[(start + i) % MAX_THREADS];
    if (actor->phase != WAITING)
      continue;
    actor->phase = WOKEN;
    if (!is_broadcast)
      return;
  }
}

static void do_semaphore(struct play *play, int thread) {
  if (!(play->history->features & WITH_SEMAPHORE))
    return;
  bool is_post = !play->tokens || below(play, 2);
  play->tokens += is_post ? 1 : -1;
  happen(play, thread, is_post ? TRACE_POST : TRACE_SEM_WAIT, SEMAPHORE, 0);
}

static void do_event(struct play *play, int thread) {
  if (!(play->history->features & WITH_EVENT))
    return;
  unsigned what = below(play, 4);
  if (what == 0)
    happen(play, thread, below(play, 2) ? TRACE_SET : TRACE_GET, LOCAL, 0);
  else if (what == 1)
    happen(play, thread, play->is_set ? TRACE_PASS : TRACE_AWAIT_FAIL, EVENT, 0);
  else {
    play->is_set = what == 2;
    happen(play, thread, play->is_set ? TRACE_SET : TRACE_CLEAR, EVENT, 0);
  }
}

static void do_queue(struct play *play, int thread) {
  if (!(play->history->features & WITH_QUEUE))
    return;
  bool is_put = !play->items || below(play, 2);
  play->items += is_put ? 1 : -1;
  happen(play, thread, is_put ? TRACE_PUT : TRACE_GET, QUEUE, 0);
}

static void do_barrier(struct play *play, int thread) {
  if (!(play->history->features & WITH_BARRIER))
    return;
  happen(play, thread, TRACE_ARRIVE, BARRIER, 0);
  play->actors[thread].phase = AT_BARRIER;
  play->actors[thread].arrival = play->arrivals++;
}

/* A thread inside a wait has no choice. */
static void go_on(struct play *play, int thread) {
  struct actor *actor = &play->actors[thread];
  int parties = play->history->parties;
  if (actor->phase == WOKEN) {
    happen(play, thread, TRACE_WAKE, CONDITION, 0);
    actor->phase = REACQUIRING;
  } else if (actor->phase == REACQUIRING && is_free(play, thread, 0, 0)) {
    acquire(play, thread, 0, TRACE_MODE_CONDITION);
    actor->phase = RUNNING;
  } else if (actor->phase == AT_BARRIER && play->arrivals >= (actor->arrival / parties + 1) * parties) {
    happen(play, thread, TRACE_LEAVE, BARRIER, 0);
    actor->phase = RUNNING;
  }
}

typedef void deed(struct play *play, int thread);

static deed *const deeds[] = {do_lock, do_lock, do_lock,   do_lock,   do_unlock,    do_unlock,  do_access, do_fork,
                              do_join, do_wait, do_signal, do_access, do_semaphore, do_barrier, do_event,  do_queue};

static void move(struct play *play) {
  int thread = (int)below(play, (unsigned)play->history->n_threads);
  if (play->actors[thread].phase == RUNNING)
    deeds[below(play, sizeof deeds / sizeof *deeds)](play, thread);
  else
    go_on(play, thread);
}

void history_make(struct history *history, uint64_t seed, unsigned features) {
  struct play play = {.history = history, .random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1};
  for (int i = 0; i < 8; i++)
    below(&play, 2);
  *history = (struct history){.features = features, .seed = seed};
  history->n_threads = 2 + (int)below(&play, MAX_THREADS - 1);
  history->parties = 2 + (int)below(&play, 2);
  if (features & WITH_BARRIER)
    happen(&play, 0, TRACE_INIT, BARRIER, 0);
  for (int i = 0; i < history->n_threads; i++)
    play.actors[i].phase = !i || below(&play, 2) ? RUNNING : NOT_STARTED;
  int wanted = 8 + (int)below(&play, 14);
  for (int tries = 0; tries < 400 && history->n < wanted; tries++)
    move(&play);
}

static const char *op_text(int op) {
  switch (op) {
#define EVENT(name, code, text, operand, flags)                                                                                            \
  case code:                                                                                                                               \
    return text;
#include "track/events.def"
  }
  return "?";
}

void history_print(const struct history *history) {
  printf("seed %llu features %u parties %d\n", (unsigned long long)history->seed, history->features, history->parties);
  for (int i = 0; i < history->n; i++) {
    const struct happening *event = &history->events[i];
    printf("%2d T%d %s(%d) mode %d\n", i + 1, event->thread, op_text(event->op), event->place, event->mode);
  }
}
