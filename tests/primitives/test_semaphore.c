/* test_semaphore.c - track_semaphore and track_bounded_semaphore. */
#include "support.h"

static int acquire(void *s) {
  return track_semaphore_acquire(s);
}
static int acquire_soon(void *s) {
  return track_semaphore_acquire_timeout(s, SOON);
}
static int release(void *s) {
  return track_semaphore_release(s, 1);
}
static int acquire_bounded(void *s) {
  return track_bounded_semaphore_acquire(s);
}

static void it_passes_as_many_as_its_value(void) {
  struct track_semaphore s;
  CU_ASSERT_EQUAL(track_semaphore_init(&s, 3, "three"), 0);
  for (unsigned i = 3; i > 0; i--) {
    CU_ASSERT_EQUAL(track_semaphore_value(&s), i);
    CU_ASSERT_EQUAL(i == 2 ? track_semaphore_try_acquire(&s) : track_semaphore_acquire(&s), 0);
  }
  CU_ASSERT_EQUAL(track_semaphore_try_acquire(&s), EBUSY);
  CU_ASSERT_EQUAL(track_semaphore_value(&s), 0);
  CU_ASSERT_EQUAL(track_semaphore_destroy(&s), 0);
}

static void release_adds_n(void) {
  struct track_semaphore s = TRACK_SEMAPHORE_INIT(0, "n");
  CU_ASSERT_EQUAL(track_semaphore_release(&s, 1), 0);
  CU_ASSERT_EQUAL(track_semaphore_release(&s, 4), 0);
  CU_ASSERT_EQUAL(track_semaphore_value(&s), 5);
}

static void release_of_none_answers_EINVAL(void) {
  struct track_semaphore s = TRACK_SEMAPHORE_INIT(1, "none");
  struct track_bounded_semaphore b = TRACK_BOUNDED_SEMAPHORE_INIT(1, "none");
  CU_ASSERT_EQUAL(track_semaphore_release(&s, 0), EINVAL);
  CU_ASSERT_EQUAL(track_bounded_semaphore_release(&b, 0), EINVAL);
  CU_ASSERT_EQUAL(track_semaphore_value(&s), 1);
}

static void a_value_beyond_32_bits_answers_EOVERFLOW_and_adds_nothing(void) {
  struct track_semaphore s;
  track_semaphore_init(&s, UINT32_MAX - 1, "large");
  CU_ASSERT_EQUAL(track_semaphore_release(&s, 2), EOVERFLOW);
  CU_ASSERT_EQUAL(track_semaphore_release(&s, UINT32_MAX), EOVERFLOW);
  CU_ASSERT_EQUAL(track_semaphore_value(&s), UINT32_MAX - 1);
  CU_ASSERT_EQUAL(track_semaphore_release(&s, 1), 0);
  CU_ASSERT_EQUAL(track_semaphore_release(&s, 1), EOVERFLOW);
  CU_ASSERT_EQUAL(track_semaphore_acquire(&s), 0);
  CU_ASSERT_EQUAL(track_semaphore_value(&s), UINT32_MAX - 1);
}

static void a_bounded_one_refuses_a_release_beyond_its_first_value(void) {
  struct track_bounded_semaphore b;
  CU_ASSERT_EQUAL(track_bounded_semaphore_init(&b, 2, "bounded"), 0);
  CU_ASSERT_EQUAL(track_bounded_semaphore_release(&b, 1), EOVERFLOW);
  CU_ASSERT_EQUAL(track_bounded_semaphore_acquire(&b), 0);
  CU_ASSERT_EQUAL(track_bounded_semaphore_release(&b, 2), EOVERFLOW);
  CU_ASSERT_EQUAL(track_bounded_semaphore_value(&b), 1);
  CU_ASSERT_EQUAL(track_bounded_semaphore_release(&b, 1), 0);
  CU_ASSERT_EQUAL(track_bounded_semaphore_try_acquire(&b), 0);
  CU_ASSERT_EQUAL(track_bounded_semaphore_acquire_timeout(&b, SOON), 0);
  CU_ASSERT_EQUAL(track_bounded_semaphore_try_acquire(&b), EBUSY);
  CU_ASSERT_EQUAL(track_bounded_semaphore_acquire_timeout(&b, SOON), ETIMEDOUT);
  CU_ASSERT_EQUAL(track_bounded_semaphore_release(&b, 2), 0);
  CU_ASSERT_EQUAL(track_bounded_semaphore_destroy(&b), 0);
}

static void waiting_with_a_timeout_lasts_that_long(void) {
  struct track_semaphore s = TRACK_SEMAPHORE_INIT(0, "timed");
  int64_t begin = now_ns();
  CU_ASSERT_EQUAL(track_semaphore_acquire_timeout(&s, SOON), ETIMEDOUT);
  CU_ASSERT_TRUE(now_ns() - begin >= SOON);
  CU_ASSERT_EQUAL(track_semaphore_acquire_timeout(&s, 0), ETIMEDOUT);
  CU_ASSERT_EQUAL(track_semaphore_destroy(&s), 0);
}

static void a_release_of_n_lets_n_waiters_go_on(void) {
  struct track_semaphore s = TRACK_SEMAPHORE_INIT(0, "waited for");
  struct actor actors[5];
  for (int i = 0; i < 5; i++)
    actor_start(&actors[i], acquire, &s);
  for (int i = 0; i < 5; i++)
    AWAIT_ASLEEP(&actors[i], &s);
  CU_ASSERT_EQUAL(track_semaphore_destroy(&s), EBUSY);
  CU_ASSERT_EQUAL(track_semaphore_release(&s, 3), 0);
  unsigned n_over = 0;
  for (int64_t begin = now_ns(); n_over < 3; poll_again(begin)) {
    n_over = 0;
    for (int i = 0; i < 5; i++)
      n_over += !track_thread_is_alive(&actors[i].thread);
  }
  CU_ASSERT_EQUAL(n_over, 3);
  CU_ASSERT_EQUAL(track_semaphore_value(&s), 0);
  CU_ASSERT_EQUAL(track_semaphore_release(&s, 7), 0);
  for (int i = 0; i < 5; i++)
    CU_ASSERT_EQUAL(actor_join(&actors[i]), 0);
  CU_ASSERT_EQUAL(track_semaphore_value(&s), 5);
  CU_ASSERT_EQUAL(track_semaphore_destroy(&s), 0);
}

static void a_waiter_of_a_bounded_one_goes_on(void) {
  struct track_bounded_semaphore b = TRACK_BOUNDED_SEMAPHORE_INIT(1, "b");
  struct actor a;
  track_bounded_semaphore_acquire(&b);
  actor_start(&a, acquire_bounded, &b);
  AWAIT_ASLEEP(&a, &b);
  CU_ASSERT_EQUAL(track_bounded_semaphore_destroy(&b), EBUSY);
  CU_ASSERT_EQUAL(track_bounded_semaphore_release(&b, 1), 0);
  CU_ASSERT_EQUAL(actor_join(&a), 0);
}

static void a_waiter_that_gives_up_does_not_take_the_others_wake_up_along(void) {
  struct track_semaphore s = TRACK_SEMAPHORE_INIT(0, "given up");
  struct actor hasty, patient;
  actor_start(&hasty, acquire_soon, &s);
  actor_start(&patient, acquire, &s);
  AWAIT_ASLEEP(&patient, &s);
  CU_ASSERT_EQUAL(actor_join(&hasty), ETIMEDOUT);
  CU_ASSERT_EQUAL(track_semaphore_release(&s, 1), 0);
  CU_ASSERT_EQUAL(actor_join(&patient), 0);
}

enum { ROUNDS = 4000, ACTORS = 8, TOKENS = 3 };
static struct track_semaphore tokens = TRACK_SEMAPHORE_INIT(TOKENS, "tokens");
static atomic_int n_inside, n_too_many;

static int pass_often(void *arg) {
  (void)arg;
  for (int i = 0; i < ROUNDS; i++) {
    while (track_semaphore_acquire_timeout(&tokens, i % 3 ? 1000 * (i % 40) : -1))
      ;
    if (atomic_fetch_add(&n_inside, 1) >= TOKENS)
      n_too_many++;
    atomic_fetch_sub(&n_inside, 1);
    track_semaphore_release(&tokens, 1);
  }
  return 0;
}

static void no_token_is_lost_or_made_between_many_threads(void) {
  struct actor actors[ACTORS];
  for (int i = 0; i < ACTORS; i++)
    actor_start(&actors[i], pass_often, NULL);
  for (int i = 0; i < ACTORS; i++)
    CU_ASSERT_EQUAL(actor_join(&actors[i]), 0);
  CU_ASSERT_EQUAL(n_too_many, 0);
  CU_ASSERT_EQUAL(track_semaphore_value(&tokens), TOKENS);
  CU_ASSERT_EQUAL(track_semaphore_destroy(&tokens), 0);
}

static void the_waiter_may_free_it(void) {
  for (int i = 0; i < 300; i++) {
    struct track_semaphore *s = page_new();
    struct actor a;
    track_semaphore_init(s, 0, NULL);
    actor_start(&a, release, s);
    track_semaphore_acquire(s);
    page_free(s);
    CU_ASSERT_EQUAL(actor_join(&a), 0);
  }
}

static void errno_is_left_alone(void) {
  struct track_semaphore s;
  errno = 77;
  track_semaphore_init(&s, 0, NULL);
  track_semaphore_try_acquire(&s);
  track_semaphore_acquire_timeout(&s, 1000);
  track_semaphore_release(&s, 1);
  track_semaphore_release(&s, UINT32_MAX);
  CU_ASSERT_EQUAL(errno, 77);
}

int main(void) {
  static const struct test tests[] = {
      TEST(it_passes_as_many_as_its_value),
      TEST(release_adds_n),
      TEST(release_of_none_answers_EINVAL),
      TEST(a_value_beyond_32_bits_answers_EOVERFLOW_and_adds_nothing),
      TEST(a_bounded_one_refuses_a_release_beyond_its_first_value),
      TEST(waiting_with_a_timeout_lasts_that_long),
      TEST(a_release_of_n_lets_n_waiters_go_on),
      TEST(a_waiter_of_a_bounded_one_goes_on),
      TEST(a_waiter_that_gives_up_does_not_take_the_others_wake_up_along),
      TEST(no_token_is_lost_or_made_between_many_threads),
      TEST(the_waiter_may_free_it),
      TEST(errno_is_left_alone),
  };
  return SUITE("semaphore", tests);
}
