/* execution.c - see execution.h. */
#include "support/execution.h"

#include <stdlib.h>
#include <string.h>

#include "support/trace_writer.h"

enum { MUTEXES = 6, RWLOCKS = 3, RLOCKS = 2, TRACK_LOCKS = 2, ALL_LOCKS = MUTEXES + RWLOCKS + RLOCKS + TRACK_LOCKS };
enum { CONDITIONS = 3, SEMAPHORES = 3, EVENTS = 3, QUEUES = 2, MAXSIZE = 2, HELD = 4, HANDLES = 64, MAX_LANES = 64 };
enum { RECURSIVE_MUTEX = 0 }; /* the first */

enum doing { UNBORN, RUNNING, BLOCKED_LOCK, WAITING, AWAITING, JOINING, JOINED_NOT_SAID, ENDED };

struct lock {
  uint64_t address;
  uint16_t kind;
  uint32_t owner, depth, readers; /* owner: thread number, 0 none */
};

struct actor {
  enum doing doing;
  uint32_t lane, handle, target; /* handle: index */
  uint32_t condition, depth;     /* of the wait; how deep the lock was held */
  uint8_t awaited;               /* AWAIT, PUT_REQ or GET_REQ, of object `target` */
  struct lock *wanted;
  struct {
    struct lock *lock;
    uint8_t mode;
  } held[HELD];
  uint32_t n_held;
  uint64_t last_time;
  uint64_t known_at; /* when threads other than the creator may name it: somebody told them, at times that agree */
  uint32_t creator;
  uint16_t kind; /* of a thread that a primitive made */
  bool is_detached, is_joined, is_being_joined;
};

struct simulation {
  struct execution *execution;
  const struct execution_options *options;
  struct trace_writer *writer;
  uint64_t random, now;
  struct lock locks[ALL_LOCKS];
  uint32_t semaphores[SEMAPHORES];
  bool events[EVENTS];
  uint32_t queues[QUEUES];
  uint32_t numbers[256]; /* by low byte of the address */
  struct actor actors[EXECUTION_THREADS + 1];
  uint32_t n_actors;
  bool is_lane_used[MAX_LANES];
  uint64_t handle_free_at[HANDLES]; /* UINT64_MAX: in use */
  uint64_t handles[HANDLES];
};

static uint32_t random_below(struct simulation *s, uint32_t n) {
  s->random ^= s->random << 13;
  s->random ^= s->random >> 7;
  s->random ^= s->random << 17;
  return (uint32_t)((s->random >> 20) % n);
}

static bool is_numbered(uint8_t op) {
  enum { S = 1, B = 2, W = 4 };
  static const uint8_t flags[TRACE_OP_LIMIT] = {
#define EVENT(name, code, text, operand, flag) [code] = flag,
#include "track/events.def"
  };
  return flags[op] & S;
}

static uint64_t stamp(struct simulation *s, struct actor *a, uint8_t op) {
  uint64_t jitter = s->options->jitter ? random_below(s, (uint32_t)(2 * s->options->jitter + 1)) : s->options->jitter;
  if (op != TRACE_REL || !a->last_time) /* a release costs no clock */
    a->last_time = s->now + jitter;
  return a->last_time;
}

static struct true_event *append(struct simulation *s) {
  struct execution *x = s->execution;
  if (x->n_events == x->capacity) {
    x->capacity = x->capacity ? 2 * x->capacity : 1024;
    x->events = realloc(x->events, x->capacity * sizeof *x->events);
    if (!x->events)
      abort();
  }
  s->now += EXECUTION_STEP;
  return &x->events[x->n_events++];
}

/* An event of an object takes effect. */
static void happen(struct simulation *s, uint32_t thread, uint8_t op, uint8_t mode, uint64_t address, uint16_t kind) {
  struct actor *a = &s->actors[thread];
  struct true_event *e = append(s);
  uint32_t number = is_numbered(op) ? ++s->numbers[address & 255] : 0;
  *e = (struct true_event){.address = address, .thread = thread, .number = number, .kind = kind, .op = op, .mode = mode};
  struct written_event written = {.time = stamp(s, a, op), .address = address, .number = number, .kind = kind, .op = op, .mode = mode};
  if (random_below(s, 16) == 0)
    trace_writer_wide(s->writer, a->lane, &written);
  else
    (written.address % 3 ? trace_writer_event : trace_writer_wild)(s->writer, a->lane, &written);
  if (random_below(s, 1000) < s->options->block_percent)
    trace_writer_flush(s->writer, a->lane);
}

static void happen_to_thread(struct simulation *s, uint32_t thread, uint8_t op, uint8_t mode, uint32_t target) {
  struct actor *a = &s->actors[thread];
  uint16_t kind = target ? s->actors[target].kind : 0;
  struct written_event written = {.time = stamp(s, a, op), .op = op, .mode = mode, .kind = kind};
  if (op == TRACE_CREATE)
    written.value = target;
  else if (op == TRACE_THREAD_BEGIN) {
    written.value = thread;
    written.address = s->handles[a->handle];
  } else if (target)
    written.value = s->handles[s->actors[target].handle];
  if (op != TRACE_CREATE && (kind == TRACE_KIND_DAEMON || (kind && target % 2)))
    written.extra = target;
  struct true_event *e = append(s);
  *e = (struct true_event){.thread = thread, .target = target, .kind = kind, .op = op, .mode = mode};
  trace_writer_wide(s->writer, a->lane, &written);
}

static void free_handle(struct simulation *s, uint32_t thread) {
  s->handle_free_at[s->actors[thread].handle] = s->now + 2 * s->options->jitter + 1;
}

static bool take_handle(struct simulation *s, uint32_t *ret_handle) {
  for (uint32_t i = 0; i < HANDLES; i++)
    if (s->handle_free_at[i] <= s->now) {
      s->handle_free_at[i] = UINT64_MAX;
      *ret_handle = i;
      return true;
    }
  return false;
}

static bool take_lane(struct simulation *s, uint32_t *ret_lane) {
  for (uint32_t i = 0; i < s->options->n_lanes; i++)
    if (!s->is_lane_used[i]) {
      s->is_lane_used[i] = true;
      *ret_lane = i;
      return true;
    }
  return false;
}

static void do_create(struct simulation *s, uint32_t thread) {
  uint32_t lane, handle;
  if (s->n_actors == EXECUTION_THREADS || !take_lane(s, &lane))
    return;
  if (!take_handle(s, &handle)) {
    s->is_lane_used[lane] = false;
    return;
  }
  static const uint16_t kinds[] = {0, 0, TRACE_KIND_THREAD, TRACE_KIND_DAEMON};
  uint16_t kind = kinds[random_below(s, s->options->has_children_named ? 4 : 2)];
  bool is_detached = kind ? kind == TRACE_KIND_DAEMON : random_below(s, 4) == 0;
  uint32_t child = ++s->n_actors;
  s->actors[child] =
      (struct actor){.doing = UNBORN, .lane = lane, .handle = handle, .is_detached = is_detached, .creator = thread, .kind = kind};
  happen_to_thread(s, thread, TRACE_CREATE, is_detached && !kind ? TRACE_MODE_DETACHED : 0, child);
  if (s->options->has_children_named)
    trace_writer_child(s->writer, s->actors[thread].lane, child, s->handles[handle]);
  s->actors[child].known_at = s->now + 2 * s->options->jitter + 1;
}

static void do_begin(struct simulation *s, uint32_t thread) {
  s->actors[thread].doing = RUNNING;
  happen_to_thread(s, thread, TRACE_THREAD_BEGIN, 0, 0);
}

/* Threads of the primitives may be joined by several, daemons long after their end. */
static bool is_joinable(const struct actor *t) {
  return t->kind == TRACE_KIND_DAEMON || (t->kind ? !t->is_joined : !t->is_detached && !t->is_being_joined);
}

static void do_join(struct simulation *s, uint32_t thread) {
  for (uint32_t target = 2; target <= s->n_actors; target++) {
    struct actor *t = &s->actors[target];
    if (target == thread || !is_joinable(t) || t->doing == JOINING || random_below(s, 3) || (t->creator != thread && t->known_at > s->now))
      continue;
    t->is_being_joined = true;
    s->actors[thread].doing = JOINING;
    s->actors[thread].target = target;
    happen_to_thread(s, thread, TRACE_JOIN_REQ, 0, target);
    return;
  }
}

/* Without CHILD records, a detach may have to wait for a begin that waits for what follows the detach. */
static void do_detach(struct simulation *s, uint32_t thread) {
  for (uint32_t target = 2; target <= s->n_actors && s->options->has_children_named; target++) {
    struct actor *t = &s->actors[target];
    if (t->kind || t->is_detached || t->is_being_joined || t->creator != thread || random_below(s, 2))
      continue;
    happen_to_thread(s, thread, TRACE_DETACH, 0, target);
    t->is_detached = true;
    if (t->doing == ENDED)
      free_handle(s, target);
    return;
  }
}

/* The join ends, the handle is free, and only then the event is recorded. */
static void go_on_joining(struct simulation *s, uint32_t thread) {
  struct actor *a = &s->actors[thread], *t = &s->actors[a->target];
  bool is_said = a->doing == JOINED_NOT_SAID;
  if (!is_said && t->doing != ENDED)
    return;
  a->doing = is_said ? RUNNING : JOINED_NOT_SAID;
  if (is_said)
    happen_to_thread(s, thread, TRACE_JOIN, 0, a->target);
  if (t->is_detached || t->is_joined || is_said == (s->options->jitter == 0))
    return;
  t->is_joined = true;
  free_handle(s, a->target);
}

static bool is_takeable(const struct lock *lock, uint32_t thread, uint8_t mode) {
  if (mode & TRACE_MODE_READ)
    return !lock->owner;
  return (!lock->owner && !lock->readers) || (lock->owner == thread && lock->kind & TRACE_TYPE_RECURSIVE);
}

static void take(struct simulation *s, uint32_t thread, struct lock *lock, uint8_t mode) {
  struct actor *a = &s->actors[thread];
  if (mode & TRACE_MODE_READ)
    lock->readers++;
  else {
    lock->owner = thread;
    lock->depth++;
  }
  a->held[a->n_held].lock = lock;
  a->held[a->n_held++].mode = mode & TRACE_MODE_READ;
  happen(s, thread, TRACE_ACQ, mode, lock->address, lock->kind);
}

static bool holds(const struct actor *a, const struct lock *lock) {
  for (uint32_t i = 0; i < a->n_held; i++)
    if (a->held[i].lock == lock)
      return true;
  return false;
}

/* Locks are taken in the order of their addresses, so that the execution does not deadlock. */
static void do_lock(struct simulation *s, uint32_t thread) {
  struct actor *a = &s->actors[thread];
  struct lock *lock = &s->locks[random_below(s, ALL_LOCKS)];
  bool is_again = holds(a, lock);
  if (a->n_held == HELD || (is_again && !(lock->kind & TRACE_TYPE_RECURSIVE)) ||
      (a->n_held && !is_again && lock <= a->held[a->n_held - 1].lock))
    return;
  uint8_t mode = TRACE_KIND_OF(lock->kind) == TRACE_KIND_RWLOCK && random_below(s, 3) ? TRACE_MODE_READ : 0;
  if (is_takeable(lock, thread, mode))
    take(s, thread, lock, mode);
  else if (random_below(s, 2))
    happen(s, thread, TRACE_TRYFAIL, mode | TRACE_MODE_TRY, lock->address, lock->kind);
  else {
    happen(s, thread, TRACE_REQ, mode, lock->address, lock->kind);
    a->doing = BLOCKED_LOCK;
    a->wanted = lock;
    a->target = mode;
  }
}

static void release(struct simulation *s, uint32_t thread, uint8_t extra_mode) {
  struct actor *a = &s->actors[thread];
  struct lock *lock = a->held[--a->n_held].lock;
  uint8_t mode = a->held[a->n_held].mode;
  if (mode & TRACE_MODE_READ)
    lock->readers--;
  else if (--lock->depth == 0)
    lock->owner = 0;
  happen(s, thread, TRACE_REL, mode | extra_mode, lock->address, lock->kind);
}

static void do_unlock(struct simulation *s, uint32_t thread) {
  if (s->actors[thread].n_held)
    release(s, thread, 0);
}

static uint64_t condition_address(uint32_t i) {
  return 0x70000040 + i;
}
static uint64_t semaphore_address(uint32_t i) {
  return 0x70000080 + i;
}

/* A mutex held once, or an rlock however deep. */
static bool may_wait(const struct actor *a) {
  for (uint32_t i = 1; i < a->n_held; i++)
    if (a->held[i].lock != a->held[0].lock)
      return false;
  if (!a->n_held)
    return false;
  uint16_t kind = TRACE_KIND_OF(a->held[0].lock->kind);
  return kind == TRACE_KIND_RLOCK || ((kind == TRACE_KIND_MUTEX || kind == TRACE_KIND_LOCK) && a->held[0].lock->depth == 1);
}

static void do_wait(struct simulation *s, uint32_t thread) {
  struct actor *a = &s->actors[thread];
  if (!may_wait(a))
    return;
  a->wanted = a->held[0].lock;
  a->condition = random_below(s, CONDITIONS);
  a->depth = a->n_held;
  a->n_held = a->wanted->depth = 1;
  release(s, thread, TRACE_MODE_CONDITION);
  happen(s, thread, TRACE_WAIT, 0, condition_address(a->condition), TRACE_KIND_CONDITION);
  s->execution->events[s->execution->n_events - 1].address2 = a->wanted->address;
  a->doing = WAITING;
}

/* Wakes on its own as well: spurious wake-ups are allowed. */
static void go_on_waiting(struct simulation *s, uint32_t thread) {
  struct actor *a = &s->actors[thread];
  if (random_below(s, 4))
    return;
  happen(s, thread, TRACE_WAKE, 0, condition_address(a->condition), TRACE_KIND_CONDITION);
  s->execution->events[s->execution->n_events - 1].address2 = a->wanted->address;
  a->doing = BLOCKED_LOCK;
  a->target = TRACE_MODE_CONDITION;
}

static void do_signal(struct simulation *s, uint32_t thread) {
  happen(s, thread, random_below(s, 3) ? TRACE_SIGNAL : TRACE_BROADCAST, 0, condition_address(random_below(s, CONDITIONS)),
         TRACE_KIND_CONDITION);
}

static void do_semaphore(struct simulation *s, uint32_t thread) {
  uint32_t i = random_below(s, SEMAPHORES);
  bool is_post = !s->semaphores[i] || random_below(s, 2);
  s->semaphores[i] += is_post ? 1 : UINT32_MAX;
  happen(s, thread, is_post ? TRACE_POST : TRACE_SEM_WAIT, 0, semaphore_address(i), TRACE_KIND_SEMAPHORE);
}

static uint64_t queue_address(uint32_t i) {
  return 0x700000a0 + i;
}
static uint64_t event_address(uint32_t i) {
  return 0x700000c0 + i;
}

/* What the wait is for is there: takes it. */
static bool is_there(struct simulation *s, uint8_t awaited, uint32_t object) {
  if (awaited == TRACE_AWAIT)
    return s->events[object];
  if (awaited == TRACE_PUT_REQ ? s->queues[object] == MAXSIZE : !s->queues[object])
    return false;
  s->queues[object] += awaited == TRACE_PUT_REQ ? 1 : UINT32_MAX;
  return true;
}

static void happen_to_awaited(struct simulation *s, uint32_t thread, uint8_t op, uint8_t mode, uint32_t object) {
  bool is_event = s->actors[thread].awaited == TRACE_AWAIT;
  happen(s, thread, op, mode, is_event ? event_address(object) : queue_address(object),
         is_event ? TRACE_KIND_TRACK_EVENT : TRACE_KIND_QUEUE);
}

/* PASS, PUT and GET follow their requests in the table, and their failures follow them. */
static void do_await(struct simulation *s, uint32_t thread) {
  static const uint8_t requests[] = {TRACE_AWAIT, TRACE_PUT_REQ, TRACE_GET_REQ};
  struct actor *a = &s->actors[thread];
  a->awaited = requests[random_below(s, 3)];
  uint32_t object = random_below(s, a->awaited == TRACE_AWAIT ? EVENTS : QUEUES);
  if (is_there(s, a->awaited, object))
    happen_to_awaited(s, thread, a->awaited + 1, 0, object);
  else if (random_below(s, 2))
    happen_to_awaited(s, thread, a->awaited + 2, TRACE_MODE_TRY, object);
  else {
    happen_to_awaited(s, thread, a->awaited, TRACE_MODE_TIMED, object);
    a->doing = AWAITING;
    a->target = object;
  }
}

static void go_on_awaiting(struct simulation *s, uint32_t thread) {
  struct actor *a = &s->actors[thread];
  bool has_it = is_there(s, a->awaited, a->target);
  if (!has_it && random_below(s, 8))
    return;
  a->doing = RUNNING;
  happen_to_awaited(s, thread, a->awaited + (has_it ? 1 : 2), TRACE_MODE_TIMED | (has_it ? TRACE_MODE_WAITED : 0), a->target);
}

static void do_set(struct simulation *s, uint32_t thread) {
  uint32_t i = random_below(s, EVENTS);
  s->events[i] = random_below(s, 2);
  happen(s, thread, s->events[i] ? TRACE_SET : TRACE_CLEAR, 0, event_address(i), TRACE_KIND_TRACK_EVENT);
}

static void forget(struct actor *a, const struct lock *lock) {
  for (uint32_t i = 0; i < a->n_held; i++)
    if (a->held[i].lock == lock) {
      memmove(&a->held[i], &a->held[i + 1], (a->n_held - i - 1) * sizeof a->held[0]);
      a->n_held--;
      return;
    }
}

/* A track_lock is released by another thread than its last acquirer. */
static void do_hand_over(struct simulation *s, uint32_t thread) {
  struct lock *lock = &s->locks[ALL_LOCKS - 1 - random_below(s, TRACK_LOCKS)];
  if (!lock->owner || lock->owner == thread)
    return;
  forget(&s->actors[lock->owner], lock);
  lock->owner = lock->depth = 0;
  happen(s, thread, TRACE_REL_ODD, 0, lock->address, lock->kind);
}

static void do_renew(struct simulation *s, uint32_t thread) {
  struct lock *lock = &s->locks[random_below(s, ALL_LOCKS)];
  if (!s->options->has_renewals || lock->owner || lock->readers)
    return;
  happen(s, thread, TRACE_DESTROY, 0, lock->address, lock->kind);
  happen(s, thread, TRACE_INIT, 0, lock->address, lock->kind);
}

static void do_end(struct simulation *s, uint32_t thread) {
  struct actor *a = &s->actors[thread];
  if (thread == 1 || a->n_held || random_below(s, 3))
    return;
  happen_to_thread(s, thread, TRACE_THREAD_END, 0, 0);
  a->doing = ENDED;
  s->is_lane_used[a->lane] = false;
  if (a->is_detached)
    free_handle(s, thread);
}

static void go_on_blocked(struct simulation *s, uint32_t thread) {
  struct actor *a = &s->actors[thread];
  uint8_t mode = (uint8_t)a->target;
  if (!is_takeable(a->wanted, thread, mode))
    return;
  a->doing = RUNNING;
  take(s, thread, a->wanted, mode | TRACE_MODE_WAITED);
  for (uint32_t i = 1; mode & TRACE_MODE_CONDITION && i < a->depth; i++) {
    a->held[a->n_held++] = a->held[0];
    a->wanted->depth++;
  }
}

static void do_something(struct simulation *s, uint32_t thread) {
  static void (*const actions[])(struct simulation *, uint32_t) = {
      do_lock,   do_unlock, do_lock,   do_unlock, do_lock,  do_unlock, do_wait,  do_signal, do_semaphore,
      do_create, do_join,   do_detach, do_end,    do_renew, do_await,  do_await, do_set,    do_hand_over,
  };
  actions[random_below(s, sizeof actions / sizeof *actions)](s, thread);
}

static void step(struct simulation *s, uint32_t thread) {
  switch (s->actors[thread].doing) {
  case UNBORN:
    do_begin(s, thread);
    break;
  case RUNNING:
    do_something(s, thread);
    break;
  case BLOCKED_LOCK:
    go_on_blocked(s, thread);
    break;
  case WAITING:
    go_on_waiting(s, thread);
    break;
  case AWAITING:
    go_on_awaiting(s, thread);
    break;
  case JOINING:
  case JOINED_NOT_SAID:
    go_on_joining(s, thread);
    break;
  case ENDED:
    break;
  }
}

static uint16_t kind_of(uint32_t lock) {
  if (lock < MUTEXES)
    return TRACE_KIND_MUTEX;
  if (lock < MUTEXES + RWLOCKS)
    return TRACE_KIND_RWLOCK;
  return lock < MUTEXES + RWLOCKS + RLOCKS ? TRACE_KIND_RLOCK | TRACE_TYPE_RECURSIVE : TRACE_KIND_LOCK;
}

static void start(struct simulation *s) {
  for (uint32_t i = 0; i < ALL_LOCKS; i++)
    s->locks[i] = (struct lock){.address = 0x70000000 + i, .kind = kind_of(i)};
  s->locks[RECURSIVE_MUTEX].kind |= TRACE_TYPE_RECURSIVE;
  for (uint32_t i = 0; i < HANDLES; i++)
    s->handles[i] = 0x7f0000001000 + i * 0x100000;
  s->n_actors = 1;
  s->is_lane_used[0] = true;
  s->handle_free_at[0] = UINT64_MAX;
  do_begin(s, 1);
}

void execution_run(struct execution *x, const struct execution_options *options, const char *path) {
  struct simulation *s = calloc(1, sizeof *s);
  if (!s)
    abort();
  *x = (struct execution){0};
  s->execution = x;
  s->options = options;
  s->random = options->seed * 0x9e3779b97f4a7c15ull + 1;
  s->now = 100000;
  s->writer = trace_writer_new(path);
  trace_writer_lane_bytes(s->writer, 2048 + random_below(s, 4096));
  start(s);
  /* A run that is stuck, all threads joining one another, ends early. */
  for (uint32_t tries = 0; x->n_events < options->n_events && tries < 100 * options->n_events; tries++)
    step(s, 1 + random_below(s, s->n_actors));
  x->n_threads = s->n_actors;
  trace_writer_end(s->writer);
  free(s);
}

void execution_done(struct execution *x) {
  free(x->events);
}
