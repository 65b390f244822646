/* test_lock.c - track_lock: taken once, released by anybody. */
#include "support.h"

static struct track_lock fixed = TRACK_LOCK_INIT("fixed");

static int acquire(void *lock) {
  return track_lock_acquire(lock);
}
static int try_acquire(void *lock) {
  return track_lock_try_acquire(lock);
}
static int acquire_for_ever(void *lock) {
  return track_lock_acquire_timeout(lock, TRACK_FOREVER);
}
static int acquire_soon(void *lock) {
  return track_lock_acquire_timeout(lock, SOON);
}
static int release(void *lock) {
  return track_lock_release(lock);
}

static int by_another(int (*act)(void *arg), void *arg) {
  struct actor a;
  actor_start(&a, act, arg);
  return actor_join(&a);
}

static void it_is_free_taken_and_free_again(void) {
  struct track_lock l;
  CU_ASSERT_EQUAL(track_lock_init(&l, "l"), 0);
  CU_ASSERT_FALSE(track_lock_is_locked(&l));
  CU_ASSERT_EQUAL(track_lock_acquire(&l), 0);
  CU_ASSERT_TRUE(track_lock_is_locked(&l));
  CU_ASSERT_EQUAL(track_lock_release(&l), 0);
  CU_ASSERT_FALSE(track_lock_is_locked(&l));
  CU_ASSERT_EQUAL(track_lock_destroy(&l), 0);
}

static void a_static_one_needs_no_init(void) {
  CU_ASSERT_EQUAL(track_lock_acquire(&fixed), 0);
  CU_ASSERT_EQUAL(by_another(try_acquire, &fixed), EBUSY);
  CU_ASSERT_EQUAL(track_lock_release(&fixed), 0);
}

static void trying_a_held_one_answers_EBUSY_to_its_holder_too(void) {
  struct track_lock l = TRACK_LOCK_INIT(NULL);
  CU_ASSERT_EQUAL(track_lock_try_acquire(&l), 0);
  CU_ASSERT_EQUAL(track_lock_try_acquire(&l), EBUSY);
  CU_ASSERT_EQUAL(by_another(try_acquire, &l), EBUSY);
  CU_ASSERT_EQUAL(track_lock_release(&l), 0);
}

static void releasing_a_free_one_answers_EPERM(void) {
  struct track_lock l = TRACK_LOCK_INIT("free");
  CU_ASSERT_EQUAL(track_lock_release(&l), EPERM);
  CU_ASSERT_EQUAL(track_lock_acquire(&l), 0);
  CU_ASSERT_EQUAL(track_lock_release(&l), 0);
  CU_ASSERT_EQUAL(track_lock_release(&l), EPERM);
  CU_ASSERT_FALSE(track_lock_is_locked(&l));
}

static void a_thread_that_does_not_hold_it_may_release_it(void) {
  struct track_lock l = TRACK_LOCK_INIT("handed over");
  CU_ASSERT_EQUAL(track_lock_acquire(&l), 0);
  CU_ASSERT_EQUAL(by_another(release, &l), 0);
  CU_ASSERT_FALSE(track_lock_is_locked(&l));
  CU_ASSERT_EQUAL(track_lock_release(&l), EPERM);
}

static int acquire_twice(void *lock) {
  return track_lock_acquire(lock) || track_lock_acquire(lock);
}

static void its_holder_waits_for_somebody_elses_release(void) {
  struct track_lock l = TRACK_LOCK_INIT("twice");
  struct actor a;
  actor_start(&a, acquire_twice, &l);
  AWAIT_ASLEEP(&a, &l);
  CU_ASSERT_EQUAL(track_lock_release(&l), 0);
  CU_ASSERT_EQUAL(actor_join(&a), 0);
  CU_ASSERT_TRUE(track_lock_is_locked(&l));
  CU_ASSERT_EQUAL(track_lock_release(&l), 0);
}

static void waiting_with_a_timeout_lasts_that_long(void) {
  struct track_lock l = TRACK_LOCK_INIT("timed");
  CU_ASSERT_EQUAL(track_lock_acquire_timeout(&l, SOON), 0);
  int64_t begin = now_ns();
  CU_ASSERT_EQUAL(track_lock_acquire_timeout(&l, SOON), ETIMEDOUT);
  CU_ASSERT_TRUE(now_ns() - begin >= SOON);
  CU_ASSERT_EQUAL(track_lock_acquire_timeout(&l, 0), ETIMEDOUT);
  CU_ASSERT_EQUAL(by_another(acquire_soon, &l), ETIMEDOUT);
  CU_ASSERT_EQUAL(track_lock_release(&l), 0);
  CU_ASSERT_EQUAL(track_lock_acquire_timeout(&l, INT64_MAX), 0);
  CU_ASSERT_EQUAL(track_lock_release(&l), 0);
}

static void a_waiter_gets_it_at_the_release(void) {
  int (*const ways[])(void *) = {acquire, acquire_for_ever};
  for (int i = 0; i < 2; i++) {
    struct track_lock l = TRACK_LOCK_INIT("waited for");
    struct actor a;
    track_lock_acquire(&l);
    actor_start(&a, ways[i], &l);
    AWAIT_ASLEEP(&a, &l);
    CU_ASSERT_EQUAL(track_lock_release(&l), 0);
    CU_ASSERT_EQUAL(actor_join(&a), 0);
    CU_ASSERT_TRUE(track_lock_is_locked(&l));
    CU_ASSERT_EQUAL(track_lock_release(&l), 0);
  }
}

static void a_waiter_that_gives_up_does_not_take_the_others_wake_up_along(void) {
  struct track_lock l = TRACK_LOCK_INIT("given up");
  struct actor hasty, patient;
  track_lock_acquire(&l);
  actor_start(&hasty, acquire_soon, &l);
  actor_start(&patient, acquire, &l);
  AWAIT_ASLEEP(&patient, &l);
  CU_ASSERT_EQUAL(actor_join(&hasty), ETIMEDOUT);
  CU_ASSERT_EQUAL(track_lock_release(&l), 0);
  CU_ASSERT_EQUAL(actor_join(&patient), 0);
  CU_ASSERT_EQUAL(track_lock_release(&l), 0);
}

static void destroying_a_held_one_answers_EBUSY_and_it_lives_on(void) {
  struct track_lock l;
  track_lock_init(&l, NULL);
  track_lock_acquire(&l);
  CU_ASSERT_EQUAL(track_lock_destroy(&l), EBUSY);
  CU_ASSERT_TRUE(track_lock_is_locked(&l));
  CU_ASSERT_EQUAL(track_lock_release(&l), 0);
  CU_ASSERT_EQUAL(track_lock_destroy(&l), 0);
}

enum { ROUNDS = 3000, ACTORS = 8 };
struct counted {
  struct track_lock lock;
  unsigned count;
};

/* Most take it with timeouts that come now and then. */
static int count_up(void *arg) {
  struct counted *c = arg;
  for (int i = 0; i < ROUNDS; i++) {
    while (i % 3 && track_lock_acquire_timeout(&c->lock, 1000 * (i % 50)))
      ;
    if (i % 3 == 0)
      track_lock_acquire(&c->lock);
    c->count++;
    track_lock_release(&c->lock);
  }
  return 0;
}

static void nothing_is_lost_between_many_threads_with_and_without_timeouts(void) {
  struct counted c = {TRACK_LOCK_INIT("count"), 0};
  struct actor actors[ACTORS];
  for (int i = 0; i < ACTORS; i++)
    actor_start(&actors[i], count_up, &c);
  for (int i = 0; i < ACTORS; i++)
    actor_join(&actors[i]);
  CU_ASSERT_EQUAL(c.count, ROUNDS * ACTORS);
  CU_ASSERT_FALSE(track_lock_is_locked(&c.lock));
}

/* The page is gone as soon as its second holder has it, though the first may not have come back from the release. */
static void the_next_holder_may_free_it(void) {
  for (int i = 0; i < 300; i++) {
    struct track_lock *l = page_new();
    struct actor a;
    track_lock_init(l, NULL);
    track_lock_acquire(l);
    actor_start(&a, release, l);
    track_lock_acquire(l);
    page_free(l);
    CU_ASSERT_EQUAL(actor_join(&a), 0);
  }
}

static void errno_is_left_alone(void) {
  struct track_lock l;
  errno = 77;
  track_lock_init(&l, "errno");
  track_lock_acquire(&l);
  track_lock_try_acquire(&l);
  track_lock_acquire_timeout(&l, 1000);
  track_lock_destroy(&l);
  track_lock_release(&l);
  track_lock_release(&l);
  CU_ASSERT_EQUAL(errno, 77);
}

int main(void) {
  static const struct test tests[] = {
      TEST(it_is_free_taken_and_free_again),
      TEST(a_static_one_needs_no_init),
      TEST(trying_a_held_one_answers_EBUSY_to_its_holder_too),
      TEST(releasing_a_free_one_answers_EPERM),
      TEST(a_thread_that_does_not_hold_it_may_release_it),
      TEST(its_holder_waits_for_somebody_elses_release),
      TEST(waiting_with_a_timeout_lasts_that_long),
      TEST(a_waiter_gets_it_at_the_release),
      TEST(a_waiter_that_gives_up_does_not_take_the_others_wake_up_along),
      TEST(destroying_a_held_one_answers_EBUSY_and_it_lives_on),
      TEST(nothing_is_lost_between_many_threads_with_and_without_timeouts),
      TEST(the_next_holder_may_free_it),
      TEST(errno_is_left_alone),
  };
  return SUITE("lock", tests);
}
