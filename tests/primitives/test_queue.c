/* test_queue.c - track_queue. */
#include "support.h"

static void *item(size_t n) {
  return (void *)(uintptr_t)n;
}
static size_t number(const void *p) {
  return (uintptr_t)p;
}

static int put_5(void *q) {
  return track_queue_put(q, item(5));
}
static int put_5_late(void *q) {
  return track_queue_put_timeout(q, item(5), LATE);
}
static int put_5_soon(void *q) {
  return track_queue_put_timeout(q, item(5), SOON);
}
static int get_one(void *q) {
  return track_queue_get(q, NULL);
}
static int get_one_late(void *q) {
  return track_queue_get_timeout(q, NULL, LATE);
}
static int get_one_soon(void *q) {
  return track_queue_get_timeout(q, NULL, SOON);
}
static int join(void *q) {
  return track_queue_join(q);
}
static int join_late(void *q) {
  return track_queue_join_timeout(q, LATE);
}

static void items_come_in_the_order_in_which_they_were_put(void) {
  struct track_queue q;
  void *got;
  CU_ASSERT_EQUAL(track_queue_init(&q, 0, "fifo"), 0);
  CU_ASSERT_TRUE(track_queue_is_empty(&q));
  for (size_t i = 0; i < 1000; i++)
    CU_ASSERT_EQUAL(track_queue_put(&q, item(i)), 0);
  CU_ASSERT_EQUAL(track_queue_size(&q), 1000);
  CU_ASSERT_FALSE(track_queue_is_full(&q));
  for (size_t i = 0; i < 1000; i++) {
    CU_ASSERT_EQUAL(track_queue_get(&q, &got), 0);
    CU_ASSERT_EQUAL(number(got), i);
  }
  CU_ASSERT_EQUAL(track_queue_destroy(&q), 0);
}

/* The ring is wrapped around, at each place, when it grows. */
static void growing_keeps_the_order_wherever_the_ring_begins(void) {
  for (size_t first = 0; first < 40; first++) {
    struct track_queue q;
    size_t n_put = 0, n_got = 0, n_wrong = 0;
    void *got;
    track_queue_init(&q, 0, "grows");
    for (; n_got < first; n_got++) {
      track_queue_put(&q, item(n_put++));
      track_queue_put(&q, item(n_put++));
      track_queue_get(&q, &got);
      n_wrong += number(got) != n_got;
    }
    while (n_put < first + 200)
      track_queue_put(&q, item(n_put++));
    for (; n_got < n_put; n_got++) {
      track_queue_get(&q, &got);
      n_wrong += number(got) != n_got;
    }
    CU_ASSERT_EQUAL(n_wrong, 0);
    CU_ASSERT_EQUAL(track_queue_destroy(&q), 0);
  }
}

static void a_full_one_takes_no_more(void) {
  struct track_queue q;
  track_queue_init(&q, 2, "full");
  CU_ASSERT_EQUAL(track_queue_try_put(&q, item(1)), 0);
  CU_ASSERT_FALSE(track_queue_is_full(&q));
  CU_ASSERT_EQUAL(track_queue_put_timeout(&q, item(2), SOON), 0);
  CU_ASSERT_TRUE(track_queue_is_full(&q));
  CU_ASSERT_EQUAL(track_queue_try_put(&q, item(3)), EBUSY);
  CU_ASSERT_EQUAL(track_queue_put_timeout(&q, item(3), 0), ETIMEDOUT);
  int64_t begin = now_ns();
  CU_ASSERT_EQUAL(track_queue_put_timeout(&q, item(3), SOON), ETIMEDOUT);
  CU_ASSERT_TRUE(now_ns() - begin >= SOON);
  CU_ASSERT_EQUAL(track_queue_size(&q), 2);
  track_queue_destroy(&q);
}

static void an_empty_one_has_nothing_to_give(void) {
  struct track_queue q;
  void *got = &q;
  track_queue_init(&q, 2, "empty");
  CU_ASSERT_EQUAL(track_queue_try_get(&q, &got), EBUSY);
  CU_ASSERT_EQUAL(track_queue_get_timeout(&q, &got, 0), ETIMEDOUT);
  int64_t begin = now_ns();
  CU_ASSERT_EQUAL(track_queue_get_timeout(&q, &got, SOON), ETIMEDOUT);
  CU_ASSERT_TRUE(now_ns() - begin >= SOON);
  CU_ASSERT_PTR_EQUAL(got, &q);
  track_queue_destroy(&q);
}

static void NULL_is_an_item_and_results_may_be_left(void) {
  struct track_queue q;
  void *got = &q;
  track_queue_init(&q, 0, "null");
  CU_ASSERT_EQUAL(track_queue_put(&q, NULL), 0);
  CU_ASSERT_EQUAL(track_queue_put(&q, item(1)), 0);
  CU_ASSERT_EQUAL(track_queue_get(&q, &got), 0);
  CU_ASSERT_PTR_NULL(got);
  CU_ASSERT_EQUAL(track_queue_try_get(&q, NULL), 0);
  CU_ASSERT_TRUE(track_queue_is_empty(&q));
  track_queue_destroy(&q);
}

static void a_put_wakes_a_getter_and_a_get_wakes_a_putter(void) {
  struct track_queue q;
  struct actor a;
  int (*const getters[])(void *) = {get_one, get_one_late}, (*const putters[])(void *) = {put_5, put_5_late};
  track_queue_init(&q, 1, "wakes");
  for (int i = 0; i < 2; i++) {
    actor_start(&a, getters[i], &q);
    AWAIT_ASLEEP(&a, &q);
    CU_ASSERT_EQUAL(track_queue_destroy(&q), EBUSY);
    CU_ASSERT_EQUAL(track_queue_put(&q, item(1)), 0);
    CU_ASSERT_EQUAL(actor_join(&a), 0);
    CU_ASSERT_EQUAL(track_queue_put(&q, item(2)), 0);
    actor_start(&a, putters[i], &q);
    AWAIT_ASLEEP(&a, &q);
    CU_ASSERT_EQUAL(track_queue_destroy(&q), EBUSY);
    void *got;
    CU_ASSERT_EQUAL(track_queue_get(&q, &got), 0);
    CU_ASSERT_EQUAL(number(got), 2);
    CU_ASSERT_EQUAL(actor_join(&a), 0);
    CU_ASSERT_EQUAL(track_queue_get(&q, &got), 0);
    CU_ASSERT_EQUAL(number(got), 5);
  }
  CU_ASSERT_EQUAL(track_queue_destroy(&q), 0);
}

static void waiters_that_give_up_do_not_take_the_others_wake_up_along(void) {
  struct track_queue q;
  struct actor hasty, patient;
  track_queue_init(&q, 1, "given up");
  actor_start(&hasty, get_one_soon, &q);
  actor_start(&patient, get_one, &q);
  AWAIT_ASLEEP(&patient, &q);
  CU_ASSERT_EQUAL(actor_join(&hasty), ETIMEDOUT);
  track_queue_put(&q, item(1));
  CU_ASSERT_EQUAL(actor_join(&patient), 0);
  track_queue_put(&q, item(1));
  actor_start(&hasty, put_5_soon, &q);
  actor_start(&patient, put_5, &q);
  AWAIT_ASLEEP(&patient, &q);
  CU_ASSERT_EQUAL(actor_join(&hasty), ETIMEDOUT);
  track_queue_get(&q, NULL);
  CU_ASSERT_EQUAL(actor_join(&patient), 0);
  CU_ASSERT_EQUAL(track_queue_destroy(&q), 0);
}

/* task_done and join. */

static void more_task_done_than_put_answers_EINVAL(void) {
  struct track_queue q;
  track_queue_init(&q, 0, "done");
  CU_ASSERT_EQUAL(track_queue_task_done(&q), EINVAL);
  track_queue_put(&q, NULL);
  CU_ASSERT_EQUAL(track_queue_get(&q, NULL), 0);
  CU_ASSERT_EQUAL(track_queue_task_done(&q), 0);
  CU_ASSERT_EQUAL(track_queue_task_done(&q), EINVAL);
  track_queue_destroy(&q);
}

static void join_waits_until_all_is_done(void) {
  struct track_queue q;
  struct actor joiners[2];
  track_queue_init(&q, 0, "joined");
  CU_ASSERT_EQUAL(track_queue_join(&q), 0);
  CU_ASSERT_EQUAL(track_queue_join_timeout(&q, 0), 0);
  track_queue_put(&q, item(1));
  track_queue_put(&q, item(2));
  for (int i = 0; i < 2; i++)
    actor_start(&joiners[i], i ? join_late : join, &q);
  for (int i = 0; i < 2; i++)
    AWAIT_ASLEEP(&joiners[i], &q);
  CU_ASSERT_EQUAL(track_queue_destroy(&q), EBUSY);
  track_queue_get(&q, NULL);
  track_queue_get(&q, NULL);
  int64_t begin = now_ns();
  CU_ASSERT_EQUAL(track_queue_join_timeout(&q, SOON), ETIMEDOUT); /* got is not done */
  CU_ASSERT_TRUE(now_ns() - begin >= SOON);
  CU_ASSERT_EQUAL(track_queue_join_timeout(&q, 0), ETIMEDOUT);
  track_queue_task_done(&q);
  track_queue_task_done(&q);
  for (int i = 0; i < 2; i++)
    CU_ASSERT_EQUAL(actor_join(&joiners[i]), 0);
  CU_ASSERT_EQUAL(track_queue_destroy(&q), 0);
}

/* Shutdown. */

static void after_the_shutdown_puts_are_refused_and_what_is_left_can_be_got(void) {
  struct track_queue q;
  void *got;
  track_queue_init(&q, 1, "shut");
  track_queue_put(&q, item(1));
  CU_ASSERT_EQUAL(track_queue_shutdown(&q, false), 0);
  CU_ASSERT_EQUAL(track_queue_put(&q, item(2)), ECANCELED);
  CU_ASSERT_EQUAL(track_queue_try_put(&q, item(2)), ECANCELED);
  CU_ASSERT_EQUAL(track_queue_put_timeout(&q, item(2), SOON), ECANCELED);
  CU_ASSERT_EQUAL(track_queue_join_timeout(&q, 0), ETIMEDOUT);
  CU_ASSERT_EQUAL(track_queue_get(&q, &got), 0);
  CU_ASSERT_EQUAL(number(got), 1);
  CU_ASSERT_EQUAL(track_queue_get(&q, &got), ECANCELED);
  CU_ASSERT_EQUAL(track_queue_try_get(&q, &got), ECANCELED);
  CU_ASSERT_EQUAL(track_queue_get_timeout(&q, &got, LATE), ECANCELED);
  CU_ASSERT_EQUAL(track_queue_task_done(&q), 0);
  CU_ASSERT_EQUAL(track_queue_join(&q), 0);
  CU_ASSERT_EQUAL(track_queue_destroy(&q), 0);
}

static void a_shutdown_tells_all_who_wait(void) {
  struct track_queue q;
  struct actor getters[3], putters[3];
  track_queue_init(&q, 1, "getters");
  for (int i = 0; i < 3; i++)
    actor_start(&getters[i], i ? get_one : get_one_late, &q);
  for (int i = 0; i < 3; i++)
    AWAIT_ASLEEP(&getters[i], &q);
  track_queue_shutdown(&q, false);
  for (int i = 0; i < 3; i++)
    CU_ASSERT_EQUAL(actor_join(&getters[i]), ECANCELED);
  track_queue_destroy(&q);
  track_queue_init(&q, 1, "putters");
  track_queue_put(&q, item(1));
  for (int i = 0; i < 3; i++)
    actor_start(&putters[i], i ? put_5 : put_5_late, &q);
  for (int i = 0; i < 3; i++)
    AWAIT_ASLEEP(&putters[i], &q);
  track_queue_shutdown(&q, false);
  for (int i = 0; i < 3; i++)
    CU_ASSERT_EQUAL(actor_join(&putters[i]), ECANCELED);
  CU_ASSERT_EQUAL(track_queue_size(&q), 1);
  CU_ASSERT_EQUAL(track_queue_destroy(&q), 0);
}

static void a_shutdown_now_forgets_what_is_left_and_lets_joiners_go(void) {
  struct track_queue q;
  struct actor a;
  track_queue_init(&q, 0, "now");
  track_queue_put(&q, item(1));
  track_queue_put(&q, item(2));
  track_queue_get(&q, NULL);
  CU_ASSERT_EQUAL(track_queue_task_done(&q), 0);
  actor_start(&a, join, &q);
  AWAIT_ASLEEP(&a, &q);
  CU_ASSERT_EQUAL(track_queue_shutdown(&q, true), 0);
  CU_ASSERT_EQUAL(actor_join(&a), 0);
  CU_ASSERT_TRUE(track_queue_is_empty(&q));
  CU_ASSERT_EQUAL(track_queue_get(&q, NULL), ECANCELED);
  CU_ASSERT_EQUAL(track_queue_task_done(&q), EINVAL);
  CU_ASSERT_EQUAL(track_queue_destroy(&q), 0);
}

/* Many producers and consumers, in all forms, through a small queue. */
enum { PRODUCERS = 4, CONSUMERS = 4, ITEMS = 3000 };
static struct track_queue crowd;
static _Atomic uint64_t sum;
static atomic_int n_got;

static int produce(void *arg) {
  size_t base = *(size_t *)arg;
  for (size_t i = 0; i < ITEMS; i++) {
    void *one = item(base + i);
    while (i % 3 == 0   ? track_queue_put(&crowd, one)
           : i % 3 == 1 ? track_queue_put_timeout(&crowd, one, 20000)
                        : track_queue_try_put(&crowd, one))
      ;
  }
  return 0;
}

static int consume(void *arg) {
  (void)arg;
  for (int i = 0, answer = 0; answer != ECANCELED; i++) {
    void *got;
    answer = i % 3 == 0   ? track_queue_get(&crowd, &got)
             : i % 3 == 1 ? track_queue_get_timeout(&crowd, &got, 20000)
                          : track_queue_try_get(&crowd, &got);
    if (answer)
      continue;
    sum += number(got);
    n_got++;
    if (track_queue_task_done(&crowd))
      return 1;
  }
  return 0;
}

static void many_producers_and_consumers_lose_nothing(void) {
  struct actor producers[PRODUCERS], consumers[CONSUMERS];
  size_t bases[PRODUCERS];
  uint64_t wanted = 0;
  track_queue_init(&crowd, 5, "crowd");
  for (int i = 0; i < CONSUMERS; i++)
    actor_start(&consumers[i], consume, NULL);
  for (size_t i = 0; i < PRODUCERS; i++) {
    bases[i] = 1 + i * ITEMS;
    actor_start(&producers[i], produce, &bases[i]);
  }
  for (int i = 0; i < PRODUCERS; i++)
    CU_ASSERT_EQUAL(actor_join(&producers[i]), 0);
  CU_ASSERT_EQUAL(track_queue_join_timeout(&crowd, LATE), 0);
  CU_ASSERT_EQUAL(n_got, PRODUCERS * ITEMS);
  track_queue_shutdown(&crowd, false);
  for (int i = 0; i < CONSUMERS; i++)
    CU_ASSERT_EQUAL(actor_join(&consumers[i]), 0);
  for (uint64_t i = 1; i <= PRODUCERS * ITEMS; i++)
    wanted += i;
  CU_ASSERT_EQUAL(sum, wanted);
  CU_ASSERT_EQUAL(track_queue_destroy(&crowd), 0);
}

static void whoever_got_the_last_item_may_free_it(void) {
  for (int i = 0; i < 200; i++) {
    struct track_queue *q = page_new();
    struct actor a;
    track_queue_init(q, 0, NULL);
    actor_start(&a, put_5, q);
    CU_ASSERT_EQUAL(track_queue_get(q, NULL), 0);
    CU_ASSERT_EQUAL(track_queue_destroy(q), 0);
    page_free(q);
    CU_ASSERT_EQUAL(actor_join(&a), 0);
  }
}

static void errno_is_left_alone(void) {
  struct track_queue q;
  errno = 77;
  track_queue_init(&q, 1, NULL);
  track_queue_put(&q, NULL);
  track_queue_try_put(&q, NULL);
  track_queue_put_timeout(&q, NULL, 1000);
  track_queue_get(&q, NULL);
  track_queue_get_timeout(&q, NULL, 1000);
  track_queue_join_timeout(&q, 1000);
  track_queue_destroy(&q);
  CU_ASSERT_EQUAL(errno, 77);
}

int main(void) {
  static const struct test tests[] = {
      TEST(items_come_in_the_order_in_which_they_were_put),
      TEST(growing_keeps_the_order_wherever_the_ring_begins),
      TEST(a_full_one_takes_no_more),
      TEST(an_empty_one_has_nothing_to_give),
      TEST(NULL_is_an_item_and_results_may_be_left),
      TEST(a_put_wakes_a_getter_and_a_get_wakes_a_putter),
      TEST(waiters_that_give_up_do_not_take_the_others_wake_up_along),
      TEST(more_task_done_than_put_answers_EINVAL),
      TEST(join_waits_until_all_is_done),
      TEST(after_the_shutdown_puts_are_refused_and_what_is_left_can_be_got),
      TEST(a_shutdown_tells_all_who_wait),
      TEST(a_shutdown_now_forgets_what_is_left_and_lets_joiners_go),
      TEST(many_producers_and_consumers_lose_nothing),
      TEST(whoever_got_the_last_item_may_free_it),
      TEST(errno_is_left_alone),
  };
  return SUITE("queue", tests);
}
