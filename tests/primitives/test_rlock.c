/* test_rlock.c - track_rlock: an owner and a depth. */
#include "support.h"

static int acquire(void *lock) {
  return track_rlock_acquire(lock);
}
static int acquire_soon(void *lock) {
  return track_rlock_acquire_timeout(lock, SOON);
}
static int release(void *lock) {
  return track_rlock_release(lock);
}
static int depth(void *lock) {
  return (int)track_rlock_depth(lock);
}
static int pass(void *lock) {
  int answer = track_rlock_try_acquire(lock);
  return answer ? answer : track_rlock_release(lock);
}

static int by_another(int (*act)(void *arg), void *arg) {
  struct actor a;
  actor_start(&a, act, arg);
  return actor_join(&a);
}

static void its_owner_takes_it_again_and_only_the_outermost_release_frees_it(void) {
  struct track_rlock l;
  CU_ASSERT_EQUAL(track_rlock_init(&l, "deep"), 0);
  for (unsigned i = 0; i < 3; i++) {
    CU_ASSERT_EQUAL(track_rlock_depth(&l), i);
    CU_ASSERT_EQUAL(i % 2 ? track_rlock_try_acquire(&l) : track_rlock_acquire(&l), 0);
  }
  CU_ASSERT_EQUAL(track_rlock_acquire_timeout(&l, SOON), 0);
  for (unsigned i = 4; i-- > 0;) {
    CU_ASSERT_EQUAL(by_another(pass, &l), EBUSY);
    CU_ASSERT_TRUE(track_rlock_is_locked(&l));
    CU_ASSERT_EQUAL(track_rlock_release(&l), 0);
    CU_ASSERT_EQUAL(track_rlock_depth(&l), i);
  }
  CU_ASSERT_FALSE(track_rlock_is_locked(&l));
  CU_ASSERT_EQUAL(by_another(pass, &l), 0);
  CU_ASSERT_EQUAL(track_rlock_destroy(&l), 0);
}

static void only_its_owner_releases_it(void) {
  struct track_rlock l = TRACK_RLOCK_INIT("mine");
  CU_ASSERT_EQUAL(track_rlock_release(&l), EPERM);
  CU_ASSERT_EQUAL(track_rlock_acquire(&l), 0);
  CU_ASSERT_EQUAL(by_another(release, &l), EPERM);
  CU_ASSERT_EQUAL(track_rlock_depth(&l), 1);
  CU_ASSERT_EQUAL(track_rlock_release(&l), 0);
  CU_ASSERT_EQUAL(track_rlock_release(&l), EPERM);
}

static void its_depth_is_0_to_others(void) {
  struct track_rlock l = TRACK_RLOCK_INIT("depth");
  track_rlock_acquire(&l);
  CU_ASSERT_EQUAL(by_another(depth, &l), 0);
  track_rlock_release(&l);
  CU_ASSERT_EQUAL(track_rlock_depth(&l), 0);
}

static void others_wait_for_it(void) {
  struct track_rlock l = TRACK_RLOCK_INIT("waited for");
  struct actor a;
  track_rlock_acquire(&l);
  track_rlock_acquire(&l);
  CU_ASSERT_EQUAL(by_another(acquire_soon, &l), ETIMEDOUT);
  actor_start(&a, acquire, &l);
  AWAIT_ASLEEP(&a, &l);
  track_rlock_release(&l);
  AWAIT_ASLEEP(&a, &l);
  CU_ASSERT_EQUAL(track_rlock_release(&l), 0);
  CU_ASSERT_EQUAL(actor_join(&a), 0);
  CU_ASSERT_TRUE(track_rlock_is_locked(&l));
  CU_ASSERT_EQUAL(track_rlock_release(&l), EPERM); /* its owner ended with it */
}

static void destroying_an_owned_one_answers_EBUSY(void) {
  struct track_rlock l;
  track_rlock_init(&l, NULL);
  track_rlock_acquire(&l);
  CU_ASSERT_EQUAL(track_rlock_destroy(&l), EBUSY);
  track_rlock_release(&l);
  CU_ASSERT_EQUAL(track_rlock_destroy(&l), 0);
}

/* The only way to get there: to acquire it so often takes minutes. */
static void the_deepest_level_answers_EAGAIN_and_stays(void) {
  struct track_rlock l = TRACK_RLOCK_INIT("deepest");
  track_rlock_acquire(&l);
  l.private_depth = UINT32_MAX - 1;
  CU_ASSERT_EQUAL(track_rlock_acquire(&l), 0);
  CU_ASSERT_EQUAL(track_rlock_acquire(&l), EAGAIN);
  CU_ASSERT_EQUAL(track_rlock_try_acquire(&l), EAGAIN);
  CU_ASSERT_EQUAL(track_rlock_depth(&l), UINT32_MAX);
  l.private_depth = 1;
  CU_ASSERT_EQUAL(track_rlock_release(&l), 0);
}

enum { ROUNDS = 3000, ACTORS = 4 };
static struct track_rlock counted = TRACK_RLOCK_INIT("counted");
static unsigned count;

static int count_up(void *arg) {
  (void)arg;
  for (int i = 0; i < ROUNDS; i++) {
    while (track_rlock_acquire_timeout(&counted, i % 2 ? -1 : 2000))
      ;
    track_rlock_acquire(&counted);
    count++;
    track_rlock_release(&counted);
    count++;
    track_rlock_release(&counted);
  }
  return 0;
}

static void nothing_is_lost_between_many_threads(void) {
  struct actor actors[ACTORS];
  for (int i = 0; i < ACTORS; i++)
    actor_start(&actors[i], count_up, NULL);
  for (int i = 0; i < ACTORS; i++)
    actor_join(&actors[i]);
  CU_ASSERT_EQUAL(count, 2 * ROUNDS * ACTORS);
}

static void errno_is_left_alone(void) {
  struct track_rlock l;
  errno = 77;
  track_rlock_init(&l, NULL);
  track_rlock_release(&l);
  track_rlock_acquire(&l);
  track_rlock_destroy(&l);
  track_rlock_release(&l);
  CU_ASSERT_EQUAL(errno, 77);
}

int main(void) {
  static const struct test tests[] = {
      TEST(its_owner_takes_it_again_and_only_the_outermost_release_frees_it),
      TEST(only_its_owner_releases_it),
      TEST(its_depth_is_0_to_others),
      TEST(others_wait_for_it),
      TEST(destroying_an_owned_one_answers_EBUSY),
      TEST(the_deepest_level_answers_EAGAIN_and_stays),
      TEST(nothing_is_lost_between_many_threads),
      TEST(errno_is_left_alone),
  };
  return SUITE("rlock", tests);
}
