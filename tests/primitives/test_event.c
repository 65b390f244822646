/* test_event.c - track_event: a flag to wait for. */
#include "support.h"

static int await_event(void *e) {
  return track_event_wait(e);
}
static int await_soon(void *e) {
  return track_event_wait_timeout(e, SOON);
}
static int await_late(void *e) {
  return track_event_wait_timeout(e, LATE);
}
static int set(void *e) {
  return track_event_set(e);
}

static void it_is_set_and_cleared(void) {
  struct track_event e;
  CU_ASSERT_EQUAL(track_event_init(&e, "flag"), 0);
  CU_ASSERT_FALSE(track_event_is_set(&e));
  for (int i = 0; i < 3; i++) {
    CU_ASSERT_EQUAL(track_event_set(&e), 0);
    CU_ASSERT_EQUAL(track_event_set(&e), 0);
    CU_ASSERT_TRUE(track_event_is_set(&e));
    CU_ASSERT_EQUAL(track_event_wait(&e), 0);
    CU_ASSERT_EQUAL(track_event_wait_timeout(&e, 0), 0);
    CU_ASSERT_EQUAL(track_event_clear(&e), 0);
    CU_ASSERT_EQUAL(track_event_clear(&e), 0);
    CU_ASSERT_FALSE(track_event_is_set(&e));
  }
  CU_ASSERT_EQUAL(track_event_destroy(&e), 0);
}

static void waiting_with_a_timeout_lasts_that_long(void) {
  struct track_event e = TRACK_EVENT_INIT("timed");
  int64_t begin = now_ns();
  CU_ASSERT_EQUAL(track_event_wait_timeout(&e, SOON), ETIMEDOUT);
  CU_ASSERT_TRUE(now_ns() - begin >= SOON);
  CU_ASSERT_EQUAL(track_event_wait_timeout(&e, 0), ETIMEDOUT);
  CU_ASSERT_EQUAL(track_event_destroy(&e), 0);
}

static void set_wakes_all_who_wait(void) {
  struct track_event e = TRACK_EVENT_INIT("all");
  struct actor actors[5];
  for (int i = 0; i < 5; i++)
    actor_start(&actors[i], i % 2 ? await_late : await_event, &e);
  for (int i = 0; i < 5; i++)
    AWAIT_ASLEEP(&actors[i], &e);
  CU_ASSERT_EQUAL(track_event_destroy(&e), EBUSY);
  CU_ASSERT_EQUAL(track_event_set(&e), 0);
  for (int i = 0; i < 5; i++)
    CU_ASSERT_EQUAL(actor_join(&actors[i]), 0);
  CU_ASSERT_EQUAL(track_event_destroy(&e), 0);
}

static void who_waits_goes_on_though_it_is_cleared_at_once(void) {
  struct track_event e = TRACK_EVENT_INIT("set and cleared");
  for (int round = 0; round < 50; round++) {
    struct actor actors[2];
    for (int i = 0; i < 2; i++)
      actor_start(&actors[i], i ? await_late : await_event, &e);
    for (int i = 0; i < 2; i++)
      AWAIT_ASLEEP(&actors[i], &e);
    track_event_set(&e);
    track_event_clear(&e);
    for (int i = 0; i < 2; i++)
      CU_ASSERT_EQUAL(actor_join(&actors[i]), 0);
    CU_ASSERT_FALSE(track_event_is_set(&e));
  }
}

static void a_waiter_that_gives_up_leaves_the_others_waiting(void) {
  struct track_event e = TRACK_EVENT_INIT("given up");
  struct actor hasty, patient;
  actor_start(&hasty, await_soon, &e);
  actor_start(&patient, await_event, &e);
  CU_ASSERT_EQUAL(actor_join(&hasty), ETIMEDOUT);
  AWAIT_ASLEEP(&patient, &e);
  track_event_set(&e);
  CU_ASSERT_EQUAL(actor_join(&patient), 0);
}

/* Two threads that take turns by two events, one of them with timeouts: a lost wake-up stops both. */
enum { TURNS = 5000 };
static struct track_event ping = TRACK_EVENT_INIT("ping"), pong = TRACK_EVENT_INIT("pong");

static int answer_pings(void *arg) {
  (void)arg;
  for (int i = 0; i < TURNS; i++) {
    while (track_event_wait_timeout(&ping, i % 2 ? 5000 : -1))
      ;
    track_event_clear(&ping);
    track_event_set(&pong);
  }
  return 0;
}

static void turns_are_never_lost(void) {
  struct actor a;
  int n_lost = 0;
  actor_start(&a, answer_pings, NULL);
  for (int i = 0; i < TURNS; i++) {
    track_event_set(&ping);
    n_lost += track_event_wait_timeout(&pong, LATE) != 0;
    track_event_clear(&pong);
  }
  CU_ASSERT_EQUAL(n_lost, 0);
  CU_ASSERT_EQUAL(actor_join(&a), 0);
}

static void the_waiter_may_free_it(void) {
  for (int i = 0; i < 300; i++) {
    struct track_event *e = page_new();
    struct actor a;
    track_event_init(e, NULL);
    actor_start(&a, set, e);
    track_event_wait(e);
    CU_ASSERT_EQUAL(track_event_destroy(e), 0);
    page_free(e);
    CU_ASSERT_EQUAL(actor_join(&a), 0);
  }
}

static void errno_is_left_alone(void) {
  struct track_event e;
  errno = 77;
  track_event_init(&e, NULL);
  track_event_wait_timeout(&e, 1000);
  track_event_set(&e);
  track_event_wait(&e);
  track_event_clear(&e);
  CU_ASSERT_EQUAL(errno, 77);
}

int main(void) {
  static const struct test tests[] = {
      TEST(it_is_set_and_cleared),
      TEST(waiting_with_a_timeout_lasts_that_long),
      TEST(set_wakes_all_who_wait),
      TEST(who_waits_goes_on_though_it_is_cleared_at_once),
      TEST(a_waiter_that_gives_up_leaves_the_others_waiting),
      TEST(turns_are_never_lost),
      TEST(the_waiter_may_free_it),
      TEST(errno_is_left_alone),
  };
  return SUITE("event", tests);
}
