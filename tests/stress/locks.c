/* locks.c - rooms of lock, rlock, TRACK_WITH, condition: a counter that only its lock protects. */
#include <errno.h>

#include "rooms.h"

static struct track_lock lock = TRACK_LOCK_INIT("lock");
static uint64_t n_locked, n_counted[ROOM_THREADS];

static bool take_somehow(void) {
  switch (stress_random(4)) {
  case 0:
    return track_lock_try_acquire(&lock) == 0;
  case 1:
    return track_lock_acquire_timeout(&lock, (int64_t)stress_random(50000)) == 0;
  default:
    return track_lock_acquire(&lock) == 0;
  }
}

static void lock_round(unsigned thread) {
  if (!take_somehow())
    return;
  n_locked++;
  n_counted[thread]++;
  HOLDS(track_lock_is_locked(&lock));
  HOLDS(track_lock_release(&lock) == 0);
}

static void lock_check(void) {
  uint64_t sum = 0;
  for (unsigned i = 0; i < ROOM_THREADS; i++)
    sum += n_counted[i];
  HOLDS(sum == n_locked);
  HOLDS(!track_lock_is_locked(&lock));
}
const struct room lock_room = {"lock", ROOM_THREADS, NULL, lock_round, NULL, lock_check};

static struct track_rlock rlock = TRACK_RLOCK_INIT("rlock");
static uint64_t n_nested;

static void nest(unsigned depth) {
  TRACK_WITH(&rlock) {
    HOLDS(track_rlock_depth(&rlock) >= 1);
    n_nested++;
    if (depth)
      nest(depth - 1);
  }
}

static void rlock_round(unsigned thread) {
  if (stress_random(3))
    nest(stress_random(5));
  else if (!track_rlock_acquire_timeout(&rlock, (int64_t)stress_random(20000))) {
    nest(2);
    HOLDS(track_rlock_release(&rlock) == 0);
  } else
    HOLDS(track_rlock_release(&rlock) == EPERM);
  (void)thread;
}
const struct room rlock_room = {"rlock", 3, NULL, rlock_round, NULL, NULL};

/* Two of them hand the lock over to each other: what one acquired the other releases. */
static struct track_lock full = TRACK_LOCK_INIT("full"), empty = TRACK_LOCK_INIT("empty");
static uint64_t cell, last_got;

static void handover_enter(void) {
  HOLDS(track_lock_acquire(&full) == 0);
}
static void handover_round(unsigned thread) {
  if (thread == 0) {
    track_lock_acquire(&empty);
    cell++;
    HOLDS(track_lock_release(&full) == 0 || stress_is_over()); /* a consumer that left does not take it */
  } else if (track_lock_acquire_timeout(&full, TRACK_MS(200)) == 0) {
    HOLDS(cell == last_got + 1);
    last_got = cell;
    HOLDS(track_lock_release(&empty) == 0);
  }
}
/* The producer may sleep in its acquire when the consumer leaves: it is let go. */
static void handover_leave(unsigned thread) {
  if (thread == 1)
    track_lock_release(&empty);
}
const struct room handover_room = {"handover", 2, handover_enter, handover_round, handover_leave, NULL};

/* A bounded buffer behind two conditions of one lock. */
enum { ROOM = 3 };
static struct track_rlock store_lock = TRACK_RLOCK_INIT("store");
static struct track_condition has_item, has_room;
static unsigned n_stored;
static uint64_t n_put, n_got;

static bool is_not_empty(void *unused) {
  return (void)unused, n_stored > 0;
}
static bool is_not_full(void *unused) {
  return (void)unused, n_stored < ROOM;
}

static void store_enter(void) {
  track_condition_init_rlock(&has_item, &store_lock, "has item");
  track_condition_init_rlock(&has_room, &store_lock, "has room");
}

static void store_put(void) {
  TRACK_WITH(&has_room) {
    if (track_condition_wait_for(&has_room, is_not_full, NULL, TRACK_MS(100)))
      break;
    n_stored++;
    n_put++;
    HOLDS(track_condition_notify(&has_item, 1) == 0);
  }
}

static void store_get(void) {
  TRACK_WITH(&store_lock) {
    TRACK_WITH(&has_item) { /* two deep: a wait gives up both */
      if (track_condition_wait_for(&has_item, is_not_empty, NULL, stress_random(2) ? TRACK_MS(100) : (int64_t)stress_random(30000)))
        break;
      HOLDS(track_rlock_depth(&store_lock) == 2);
      n_stored--;
      n_got++;
      HOLDS(track_condition_notify(&has_room, 1 + stress_random(2)) == 0);
    }
  }
}

static void store_round(unsigned thread) {
  thread < 2 ? store_put() : store_get();
}
static void store_check(void) {
  HOLDS(n_put == n_got + n_stored);
  HOLDS(track_condition_destroy(&has_item) == 0);
  HOLDS(track_condition_destroy(&has_room) == 0);
}
const struct room store_room = {"condition", 4, store_enter, store_round, NULL, store_check};

/* Waits without end: each is let go by exactly one notify, as its turn comes. */
static struct track_condition turn = TRACK_CONDITION_INIT("turn");
static unsigned whose_turn;
static void turn_round(unsigned thread) {
  TRACK_WITH(&turn) {
    while (whose_turn != thread && !stress_is_over())
      HOLDS(track_condition_wait(&turn) == 0);
    whose_turn = (whose_turn + 1) % 3;
    HOLDS(track_condition_notify_all(&turn) == 0);
  }
}
static void turn_leave(unsigned thread) {
  TRACK_WITH(&turn) HOLDS(track_condition_notify_all(&turn) == 0);
  (void)thread;
}
const struct room turn_room = {"turn", 3, NULL, turn_round, turn_leave, NULL};
