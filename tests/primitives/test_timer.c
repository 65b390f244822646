/* test_timer.c - track_timer. */
#include "support.h"

static atomic_int n_fired;
static void fire(void *arg) {
  (void)arg;
  n_fired++;
}

static void it_fires_once_and_not_early(void) {
  struct track_timer t;
  n_fired = 0;
  int64_t begin = now_ns();
  CU_ASSERT_EQUAL(track_timer_init(&t, SOON, fire, NULL, "once"), 0);
  CU_ASSERT_EQUAL(track_timer_start(&t), 0);
  CU_ASSERT_EQUAL(track_timer_join(&t), 0);
  CU_ASSERT_TRUE(now_ns() - begin >= SOON);
  CU_ASSERT_EQUAL(n_fired, 1);
  CU_ASSERT_EQUAL(track_timer_join(&t), 0);
  CU_ASSERT_EQUAL(track_timer_destroy(&t), 0);
}

static void an_interval_of_0_fires_at_once_and_a_negative_one_is_refused(void) {
  struct track_timer t;
  n_fired = 0;
  CU_ASSERT_EQUAL(track_timer_init(&t, -1, fire, NULL, NULL), EINVAL);
  CU_ASSERT_EQUAL(track_timer_init(&t, 0, fire, NULL, NULL), 0);
  CU_ASSERT_EQUAL(track_timer_start(&t), 0);
  CU_ASSERT_EQUAL(track_timer_join(&t), 0);
  CU_ASSERT_EQUAL(n_fired, 1);
  CU_ASSERT_EQUAL(track_timer_destroy(&t), 0);
}

static void one_that_is_cancelled_before_its_start_does_not_fire(void) {
  struct track_timer t;
  n_fired = 0;
  track_timer_init(&t, 0, fire, NULL, "before start");
  CU_ASSERT_EQUAL(track_timer_cancel(&t), 0);
  CU_ASSERT_EQUAL(track_timer_start(&t), 0);
  CU_ASSERT_EQUAL(track_timer_join(&t), 0);
  CU_ASSERT_EQUAL(n_fired, 0);
  CU_ASSERT_EQUAL(track_timer_destroy(&t), 0);
}

static void one_that_is_cancelled_while_it_waits_does_not_fire(void) {
  struct track_timer t;
  n_fired = 0;
  track_timer_init(&t, LATE, fire, NULL, "waits");
  CU_ASSERT_EQUAL(track_timer_start(&t), 0);
  CU_ASSERT_EQUAL(track_timer_destroy(&t), EBUSY);
  CU_ASSERT_EQUAL(track_timer_cancel(&t), 0);
  CU_ASSERT_EQUAL(track_timer_cancel(&t), 0);
  CU_ASSERT_EQUAL(track_timer_join(&t), 0);
  CU_ASSERT_EQUAL(n_fired, 0);
  CU_ASSERT_EQUAL(track_timer_destroy(&t), 0);
}

static int answers[3];
static void cancel_join_and_destroy_itself(void *timer) {
  answers[0] = track_timer_cancel(timer);
  answers[1] = track_timer_join(timer);
  answers[2] = track_timer_destroy(timer);
  n_fired++;
}

static void its_own_function_may_cancel_but_neither_join_nor_destroy_it(void) {
  struct track_timer t;
  n_fired = 0;
  track_timer_init(&t, 0, cancel_join_and_destroy_itself, &t, "own");
  CU_ASSERT_EQUAL(track_timer_start(&t), 0);
  CU_ASSERT_EQUAL(track_timer_join(&t), 0);
  CU_ASSERT_EQUAL(n_fired, 1);
  CU_ASSERT_EQUAL(answers[0], 0);
  CU_ASSERT_EQUAL(answers[1], EDEADLK);
  CU_ASSERT_EQUAL(answers[2], EBUSY);
  CU_ASSERT_EQUAL(track_timer_cancel(&t), 0); /* after it fired */
  CU_ASSERT_EQUAL(track_timer_destroy(&t), 0);
}

static void a_second_start_answers_EINVAL(void) {
  struct track_timer t;
  n_fired = 0;
  track_timer_init(&t, LATE, fire, NULL, "twice");
  CU_ASSERT_EQUAL(track_timer_join(&t), EINVAL);
  CU_ASSERT_EQUAL(track_timer_start(&t), 0);
  CU_ASSERT_EQUAL(track_timer_start(&t), EINVAL);
  track_timer_cancel(&t);
  CU_ASSERT_EQUAL(track_timer_join(&t), 0);
  CU_ASSERT_EQUAL(track_timer_start(&t), EINVAL);
  CU_ASSERT_EQUAL(track_timer_destroy(&t), 0);
}

static void one_that_was_never_started_is_destroyed(void) {
  struct track_timer t;
  track_timer_init(&t, LATE, fire, NULL, NULL);
  CU_ASSERT_EQUAL(track_timer_destroy(&t), 0);
}

static char fired_name[64];
static bool fired_is_daemon;
static void note_thread(void *arg) {
  (void)arg;
  snprintf(fired_name, sizeof fired_name, "%s", track_thread_name(track_thread_current()));
  fired_is_daemon = track_thread_is_daemon(track_thread_current());
}

static void its_thread_has_its_name_and_its_daemon_flag(void) {
  struct track_timer t;
  for (int i = 0; i < 2; i++) {
    track_timer_init(&t, 0, note_thread, NULL, "alarm clock");
    CU_ASSERT_EQUAL(track_timer_set_daemon(&t, i), 0);
    CU_ASSERT_EQUAL(track_timer_start(&t), 0);
    CU_ASSERT_EQUAL(track_timer_set_daemon(&t, true), EINVAL);
    CU_ASSERT_EQUAL(track_timer_join(&t), 0);
    CU_ASSERT_STRING_EQUAL(fired_name, "alarm clock");
    CU_ASSERT_EQUAL(fired_is_daemon, i);
    CU_ASSERT_EQUAL(track_timer_destroy(&t), 0);
  }
}

static int join_timer(void *t) {
  return track_timer_join(t);
}

static void several_may_join_at_once(void) {
  struct track_timer t;
  struct actor actors[3];
  track_timer_init(&t, LATE, fire, NULL, "joined");
  track_timer_start(&t);
  for (int i = 0; i < 3; i++)
    actor_start(&actors[i], join_timer, &t);
  for (int i = 0; i < 3; i++)
    AWAIT_ASLEEP(&actors[i], &t);
  track_timer_cancel(&t);
  for (int i = 0; i < 3; i++)
    CU_ASSERT_EQUAL(actor_join(&actors[i]), 0);
  CU_ASSERT_EQUAL(track_timer_destroy(&t), 0);
}

/* Cancelled when it is about to fire: either, and the memory may go after destroy answered 0. */
static void it_may_be_freed_when_destroy_answers_0(void) {
  for (int i = 0; i < 200; i++) {
    struct track_timer *t = page_new();
    int n_before = n_fired;
    track_timer_init(t, i * 1000, fire, NULL, NULL);
    track_timer_set_daemon(t, i % 2);
    CU_ASSERT_EQUAL(track_timer_start(t), 0);
    if (i % 3)
      track_timer_cancel(t);
    while (track_timer_destroy(t))
      ;
    page_free(t);
    CU_ASSERT_TRUE(n_fired - n_before == 1 || (i % 3 && n_fired == n_before));
  }
}

int main(void) {
  static const struct test tests[] = {
      TEST(it_fires_once_and_not_early),
      TEST(an_interval_of_0_fires_at_once_and_a_negative_one_is_refused),
      TEST(one_that_is_cancelled_before_its_start_does_not_fire),
      TEST(one_that_is_cancelled_while_it_waits_does_not_fire),
      TEST(its_own_function_may_cancel_but_neither_join_nor_destroy_it),
      TEST(a_second_start_answers_EINVAL),
      TEST(one_that_was_never_started_is_destroyed),
      TEST(its_thread_has_its_name_and_its_daemon_flag),
      TEST(several_may_join_at_once),
      TEST(it_may_be_freed_when_destroy_answers_0),
  };
  return SUITE("timer", tests);
}
