/* counters.c - rooms of semaphore, bounded semaphore, event, barrier. */
#include <errno.h>

#include "rooms.h"

static struct track_semaphore tokens = TRACK_SEMAPHORE_INIT(0, "tokens");
static uint64_t n_released, n_acquired;

static void semaphore_round(unsigned thread) {
  if (thread == 0) {
    unsigned n = 1 + stress_random(3);
    if (track_semaphore_value(&tokens) > 100)
      return;
    __atomic_fetch_add(&n_released, n, __ATOMIC_RELAXED);
    HOLDS(track_semaphore_release(&tokens, n) == 0);
    return;
  }
  int answer = stress_random(4)   ? track_semaphore_acquire_timeout(&tokens, TRACK_MS(200))
               : stress_random(2) ? track_semaphore_acquire_timeout(&tokens, (int64_t)stress_random(20000))
                                  : track_semaphore_try_acquire(&tokens);
  if (!answer)
    __atomic_fetch_add(&n_acquired, 1, __ATOMIC_RELAXED);
}
static void semaphore_check(void) {
  HOLDS(n_released == n_acquired + track_semaphore_value(&tokens));
}
const struct room semaphore_room = {"semaphore", 3, NULL, semaphore_round, NULL, semaphore_check};

/* At most two inside. */
static struct track_bounded_semaphore pool = TRACK_BOUNDED_SEMAPHORE_INIT(2, "pool");
static int n_inside;
static void bounded_round(unsigned thread) {
  TRACK_WITH(&pool) {
    int n = __atomic_add_fetch(&n_inside, 1, __ATOMIC_RELAXED);
    HOLDS(n == 1 || n == 2);
    __atomic_fetch_sub(&n_inside, 1, __ATOMIC_RELAXED);
  }
  (void)thread;
}
static void bounded_check(void) {
  HOLDS(track_bounded_semaphore_value(&pool) == 2);
  HOLDS(track_bounded_semaphore_release(&pool, 1) == EOVERFLOW);
}
const struct room bounded_room = {"bounded_semaphore", 4, NULL, bounded_round, NULL, bounded_check};

/* Ping and pong by two events, which are cleared at once: nobody may sleep through. */
static struct track_event ping = TRACK_EVENT_INIT("ping"), pong = TRACK_EVENT_INIT("pong");
static uint64_t ball;
static void event_round(unsigned thread) {
  struct track_event *mine = thread ? &ping : &pong, *other = thread ? &pong : &ping;
  if (track_event_wait_timeout(mine, TRACK_MS(300)))
    return;
  track_event_clear(mine);
  ball++;
  track_event_set(other);
}
static void event_enter(void) {
  track_event_set(&pong);
}
const struct room event_room = {"event", 2, event_enter, event_round, NULL, NULL};

/* Who waits when it is set goes on, however soon it is cleared; the event lies on the waiter's stack and goes when it returns. */
static struct track_queue waiters;
static void stack_event_enter(void) {
  track_queue_init(&waiters, 0, "waiters");
}
static void stack_event_round(unsigned thread) {
  if (thread) {
    void *event;
    if (!track_queue_get_timeout(&waiters, &event, TRACK_MS(50)))
      track_event_set(event);
    return;
  }
  struct track_event event;
  track_event_init(&event, NULL);
  track_queue_put(&waiters, &event);
  if (!stress_is_over() || track_queue_size(&waiters) == 0)
    HOLDS(track_event_wait(&event) == 0);
  else
    while (track_event_wait_timeout(&event, TRACK_MS(20))) {
      void *own;
      if (!track_queue_try_get(&waiters, &own))
        track_event_set(own); /* the setter has left */
    }
}
static void stack_event_leave(unsigned thread) {
  void *event;
  if (thread)
    while (!track_queue_get_timeout(&waiters, &event, TRACK_MS(300)))
      track_event_set(event);
}
static void stack_event_check(void) {
  HOLDS(track_queue_destroy(&waiters) == 0);
}
const struct room stack_event_room = {"event_on_stack", 2, stack_event_enter, stack_event_round, stack_event_leave, stack_event_check};

/* Rounds of three; now and then one breaks it, and one repairs it. */
static struct track_barrier barrier;
static uint64_t n_actions, n_passed;
static int count_action(void *unused) {
  return (void)unused, n_actions++, stress_random(50) ? 0 : EIO;
}
static void barrier_enter(void) {
  HOLDS(track_barrier_init(&barrier, 3, count_action, NULL, "barrier") == 0);
}
static void barrier_round(unsigned thread) {
  unsigned index = 99;
  int64_t timeout = stress_random(20) ? TRACK_MS(100) : (int64_t)stress_random(5000);
  int answer = track_barrier_wait_timeout(&barrier, timeout, &index);
  if (!answer) {
    HOLDS(index < 3);
    __atomic_fetch_add(&n_passed, 1, __ATOMIC_RELAXED);
  } else
    HOLDS(answer == ECANCELED || answer == ETIMEDOUT || answer == EIO);
  if (!stress_random(200))
    HOLDS(track_barrier_abort(&barrier) == 0);
  if (thread == 0 && track_barrier_is_broken(&barrier))
    HOLDS(track_barrier_reset(&barrier) == 0);
}
static void barrier_leave(unsigned thread) {
  (void)thread, track_barrier_abort(&barrier);
}
static void barrier_check(void) {
  HOLDS(track_barrier_n_waiting(&barrier) == 0);
  HOLDS(track_barrier_destroy(&barrier) == 0);
}
const struct room barrier_room = {"barrier", 3, barrier_enter, barrier_round, barrier_leave, barrier_check};
