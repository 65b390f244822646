/* test_barrier.c - track_barrier: rounds, the action, and the ways in which it breaks. */
#include <pthread.h>

#include "support.h"

struct arrival {
  struct track_barrier *barrier;
  int64_t timeout_ns;
  unsigned index;
};
#define ARRIVAL(b, timeout) ((struct arrival){b, timeout, 99})

static int arrive(void *arg) {
  struct arrival *a = arg;
  return track_barrier_wait_timeout(a->barrier, a->timeout_ns, &a->index);
}

static void start_arrivals(struct track_barrier *b, struct actor *actors, struct arrival *arrivals, unsigned n) {
  for (unsigned i = 0; i < n; i++) {
    arrivals[i] = ARRIVAL(b, -1);
    actor_start(&actors[i], arrive, &arrivals[i]);
    AWAIT(track_barrier_n_waiting(b) == i + 1);
  }
}

static void the_last_one_lets_all_go_on_and_indices_are_the_order_of_arrival(void) {
  struct track_barrier b;
  struct actor actors[3];
  struct arrival arrivals[3];
  unsigned index = 99;
  CU_ASSERT_EQUAL(track_barrier_init(&b, 4, NULL, NULL, "four"), 0);
  CU_ASSERT_EQUAL(track_barrier_parties(&b), 4);
  start_arrivals(&b, actors, arrivals, 3);
  CU_ASSERT_EQUAL(track_barrier_n_waiting(&b), 3);
  CU_ASSERT_EQUAL(track_barrier_destroy(&b), EBUSY);
  CU_ASSERT_EQUAL(track_barrier_wait(&b, &index), 0);
  CU_ASSERT_EQUAL(index, 3);
  for (unsigned i = 0; i < 3; i++) {
    CU_ASSERT_EQUAL(actor_join(&actors[i]), 0);
    CU_ASSERT_EQUAL(arrivals[i].index, i);
  }
  CU_ASSERT_EQUAL(track_barrier_n_waiting(&b), 0);
  CU_ASSERT_EQUAL(track_barrier_destroy(&b), 0);
}

static void no_parties_answer_EINVAL(void) {
  struct track_barrier b;
  CU_ASSERT_EQUAL(track_barrier_init(&b, 0, NULL, NULL, NULL), EINVAL);
}

static int count_action(void *arg) {
  atomic_fetch_add((atomic_int *)arg, 1);
  return 0;
}

static void one_party_never_waits(void) {
  struct track_barrier b;
  atomic_int n = 0;
  track_barrier_init(&b, 1, count_action, &n, NULL);
  for (int i = 0; i < 5; i++)
    CU_ASSERT_EQUAL(track_barrier_wait(&b, NULL), 0);
  CU_ASSERT_EQUAL(n, 5);
}

/* Many rounds: nobody is a round ahead, the action is run once in each, before anybody goes on. */
enum { PARTIES = 4, ROUNDS = 1500 };
static struct track_barrier many;
static atomic_int n_actions, n_early;
static atomic_uint index_sum;

static int go_round(void *arg) {
  (void)arg;
  for (int i = 0; i < ROUNDS; i++) {
    unsigned index = 99;
    if (track_barrier_wait_timeout(&many, i % 2 ? -1 : LATE, &index))
      return 1;
    n_early += n_actions < i + 1 || n_actions > i + 2;
    index_sum += index;
  }
  return 0;
}

static void it_serves_many_rounds(void) {
  struct actor actors[PARTIES];
  track_barrier_init(&many, PARTIES, count_action, &n_actions, "many");
  for (int i = 0; i < PARTIES; i++)
    actor_start(&actors[i], go_round, NULL);
  for (int i = 0; i < PARTIES; i++)
    CU_ASSERT_EQUAL(actor_join(&actors[i]), 0);
  CU_ASSERT_EQUAL(n_actions, ROUNDS);
  CU_ASSERT_EQUAL(n_early, 0);
  CU_ASSERT_EQUAL(index_sum, ROUNDS * PARTIES * (PARTIES - 1) / 2);
  CU_ASSERT_EQUAL(track_barrier_destroy(&many), 0);
}

/* Breaking. */

static int fail_action(void *arg) {
  (void)arg;
  return EIO;
}

static void an_action_that_fails_breaks_it_and_its_thread_gets_the_failure(void) {
  struct track_barrier b;
  struct actor actors[2];
  struct arrival arrivals[2];
  unsigned index = 99;
  track_barrier_init(&b, 3, fail_action, NULL, "fails");
  start_arrivals(&b, actors, arrivals, 2);
  CU_ASSERT_EQUAL(track_barrier_wait(&b, &index), EIO);
  CU_ASSERT_EQUAL(index, 99);
  for (int i = 0; i < 2; i++) {
    CU_ASSERT_EQUAL(actor_join(&actors[i]), ECANCELED);
    CU_ASSERT_EQUAL(arrivals[i].index, 99);
  }
  CU_ASSERT_TRUE(track_barrier_is_broken(&b));
  CU_ASSERT_EQUAL(track_barrier_wait(&b, NULL), ECANCELED);
  CU_ASSERT_EQUAL(track_barrier_destroy(&b), 0);
}

static void abort_breaks_it_for_who_waits_and_who_comes(void) {
  struct track_barrier b;
  struct actor actors[2];
  struct arrival arrivals[2];
  track_barrier_init(&b, 3, NULL, NULL, "aborted");
  start_arrivals(&b, actors, arrivals, 2);
  CU_ASSERT_EQUAL(track_barrier_abort(&b), 0);
  for (int i = 0; i < 2; i++)
    CU_ASSERT_EQUAL(actor_join(&actors[i]), ECANCELED);
  CU_ASSERT_TRUE(track_barrier_is_broken(&b));
  CU_ASSERT_EQUAL(track_barrier_n_waiting(&b), 0);
  CU_ASSERT_EQUAL(track_barrier_wait(&b, NULL), ECANCELED);
  CU_ASSERT_EQUAL(track_barrier_wait_timeout(&b, SOON, NULL), ECANCELED);
}

static void reset_makes_a_broken_one_whole(void) {
  struct track_barrier b;
  struct actor actors[2];
  struct arrival arrivals[2];
  track_barrier_init(&b, 3, NULL, NULL, "reset");
  track_barrier_abort(&b);
  CU_ASSERT_EQUAL(track_barrier_reset(&b), 0);
  CU_ASSERT_FALSE(track_barrier_is_broken(&b));
  start_arrivals(&b, actors, arrivals, 2);
  CU_ASSERT_EQUAL(track_barrier_wait(&b, NULL), 0);
  for (int i = 0; i < 2; i++)
    CU_ASSERT_EQUAL(actor_join(&actors[i]), 0);
}

static void reset_sends_who_waits_away_and_leaves_it_whole(void) {
  struct track_barrier b;
  struct actor actors[2];
  struct arrival arrivals[2];
  track_barrier_init(&b, 3, NULL, NULL, "reset while waiting");
  for (int round = 0; round < 20; round++) {
    start_arrivals(&b, actors, arrivals, 2);
    CU_ASSERT_EQUAL(track_barrier_reset(&b), 0);
    CU_ASSERT_FALSE(track_barrier_is_broken(&b));
    for (int i = 0; i < 2; i++)
      CU_ASSERT_EQUAL(actor_join(&actors[i]), ECANCELED);
  }
  start_arrivals(&b, actors, arrivals, 2);
  CU_ASSERT_EQUAL(track_barrier_wait(&b, NULL), 0);
  for (int i = 0; i < 2; i++)
    CU_ASSERT_EQUAL(actor_join(&actors[i]), 0);
}

static void reset_of_an_empty_whole_one_changes_nothing(void) {
  struct track_barrier b;
  track_barrier_init(&b, 1, NULL, NULL, NULL);
  CU_ASSERT_EQUAL(track_barrier_reset(&b), 0);
  CU_ASSERT_EQUAL(track_barrier_wait(&b, NULL), 0);
}

static void a_timeout_breaks_it_for_all(void) {
  struct track_barrier b;
  struct actor a;
  struct arrival arrival = ARRIVAL(&b, -1);
  track_barrier_init(&b, 3, NULL, NULL, "timed");
  actor_start(&a, arrive, &arrival);
  AWAIT(track_barrier_n_waiting(&b) == 1);
  int64_t begin = now_ns();
  CU_ASSERT_EQUAL(track_barrier_wait_timeout(&b, SOON, NULL), ETIMEDOUT);
  CU_ASSERT_TRUE(now_ns() - begin >= SOON);
  CU_ASSERT_EQUAL(actor_join(&a), ECANCELED);
  CU_ASSERT_TRUE(track_barrier_is_broken(&b));
}

static void a_timeout_of_0_breaks_it_unless_it_fills_the_round(void) {
  struct track_barrier b;
  track_barrier_init(&b, 1, NULL, NULL, NULL);
  CU_ASSERT_EQUAL(track_barrier_wait_timeout(&b, 0, NULL), 0);
  track_barrier_init(&b, 2, NULL, NULL, NULL);
  CU_ASSERT_EQUAL(track_barrier_wait_timeout(&b, 0, NULL), ETIMEDOUT);
  CU_ASSERT_TRUE(track_barrier_is_broken(&b));
}

/* Actions that act upon their barrier. */

static int abort_own(void *b) {
  return track_barrier_abort(b);
}
static int reset_own(void *b) {
  return track_barrier_reset(b);
}
static int abort_and_reset_own(void *b) {
  return track_barrier_abort(b) || track_barrier_reset(b);
}

static void all_get_ECANCELED_by(int (*action)(void *arg), bool is_broken_then) {
  struct track_barrier b;
  struct actor a;
  struct arrival arrival = ARRIVAL(&b, -1);
  track_barrier_init(&b, 2, action, &b, "own");
  actor_start(&a, arrive, &arrival);
  AWAIT(track_barrier_n_waiting(&b) == 1);
  CU_ASSERT_EQUAL(track_barrier_wait(&b, NULL), ECANCELED);
  CU_ASSERT_EQUAL(actor_join(&a), ECANCELED);
  CU_ASSERT_EQUAL(track_barrier_is_broken(&b), is_broken_then);
  CU_ASSERT_EQUAL(track_barrier_n_waiting(&b), 0);
  CU_ASSERT_EQUAL(track_barrier_destroy(&b), 0);
}

static void an_action_may_abort_its_barrier(void) {
  all_get_ECANCELED_by(abort_own, true);
}
static void an_action_may_reset_its_barrier(void) {
  all_get_ECANCELED_by(reset_own, false);
}
static void an_action_may_abort_and_reset_its_barrier(void) {
  all_get_ECANCELED_by(abort_and_reset_own, false);
}

static int ask_own(void *b) {
  return track_barrier_n_waiting(b) == track_barrier_parties(b) && !track_barrier_is_broken(b) ? 0 : EIO;
}

static void an_action_may_ask_its_barrier(void) {
  struct track_barrier b;
  track_barrier_init(&b, 1, ask_own, &b, "asked");
  CU_ASSERT_EQUAL(track_barrier_wait(&b, NULL), 0);
}

static int leave_the_thread(void *arg) {
  (void)arg;
  pthread_exit(NULL);
}
static void *come_last(void *barrier) {
  track_barrier_wait(barrier, NULL);
  return NULL;
}

static void an_action_that_ends_its_thread_breaks_it(void) {
  struct track_barrier b;
  struct actor first;
  struct arrival arrival;
  struct track_thread last;
  track_barrier_init(&b, 2, leave_the_thread, NULL, "left");
  start_arrivals(&b, &first, &arrival, 1);
  track_thread_init(&last, come_last, &b, NULL);
  CU_ASSERT_EQUAL(track_thread_start(&last), 0);
  CU_ASSERT_EQUAL(track_thread_join(&last, NULL), 0);
  CU_ASSERT_EQUAL(actor_join(&first), ECANCELED);
  CU_ASSERT(track_barrier_is_broken(&b));
  CU_ASSERT_EQUAL(track_barrier_destroy(&b), 0);
}

/* While the action of a full round runs. */
static struct track_event action_runs = TRACK_EVENT_INIT("runs"), action_may_end = TRACK_EVENT_INIT("may end");
static int slow_action(void *arg) {
  (void)arg;
  track_event_set(&action_runs);
  return track_event_wait_timeout(&action_may_end, LATE);
}

static void during_an_action_timeouts_break_nothing_neither_of_those_inside_nor_of_late_ones(void) {
  struct track_barrier b;
  struct actor first, second, late;
  struct arrival arrivals[3] = {ARRIVAL(&b, SOON), ARRIVAL(&b, -1), ARRIVAL(&b, SOON)};
  track_barrier_init(&b, 2, slow_action, NULL, "slow");
  for (bool is_in_time = false; !is_in_time;) { /* the first one must not time out before the round is full */
    track_event_clear(&action_runs);
    track_event_clear(&action_may_end);
    track_barrier_reset(&b);
    actor_start(&first, arrive, &arrivals[0]);
    AWAIT(track_barrier_n_waiting(&b) == 1 || track_barrier_is_broken(&b));
    actor_start(&second, arrive, &arrivals[1]);
    AWAIT(track_event_is_set(&action_runs) || track_barrier_is_broken(&b));
    is_in_time = track_event_is_set(&action_runs);
    if (!is_in_time)
      CU_ASSERT_EQUAL(actor_join(&first) + actor_join(&second), ETIMEDOUT + ECANCELED);
  }
  actor_start(&late, arrive, &arrivals[2]);
  AWAIT_ASLEEP(&late, &b);
  int64_t begin = now_ns();
  AWAIT(now_ns() - begin > 2 * SOON); /* all their times are over */
  CU_ASSERT_TRUE(track_thread_is_alive(&first.thread) && track_thread_is_alive(&late.thread));
  CU_ASSERT_FALSE(track_barrier_is_broken(&b));
  track_event_set(&action_may_end);
  CU_ASSERT_EQUAL(actor_join(&first), 0);
  CU_ASSERT_EQUAL(actor_join(&second), 0);
  CU_ASSERT_EQUAL(actor_join(&late), ETIMEDOUT); /* in a round of its own, which began then */
  CU_ASSERT_TRUE(track_barrier_is_broken(&b));
  CU_ASSERT_EQUAL(track_barrier_destroy(&b), 0);
}

/* Whoever comes out first ends it, as soon as that answers 0: the others are out of it then. */
static int leave_page(void *b) {
  return track_barrier_wait(b, NULL);
}

static void it_may_be_freed_as_soon_as_destroy_answers_0(void) {
  for (int i = 0; i < 200; i++) {
    struct track_barrier *b = page_new();
    struct actor a;
    track_barrier_init(b, 2, NULL, NULL, NULL);
    actor_start(&a, leave_page, b);
    CU_ASSERT_EQUAL(track_barrier_wait(b, NULL), 0);
    while (track_barrier_destroy(b))
      ;
    page_free(b);
    CU_ASSERT_EQUAL(actor_join(&a), 0);
  }
}

/* Waits, timeouts, aborts and resets of several threads at once: nobody hangs, and it can be made whole. */
static struct track_barrier shaken;
static atomic_bool is_over;

static int shake(void *arg) {
  int number = *(int *)arg;
  for (int i = 0; i < 1500; i++)
    track_barrier_wait_timeout(&shaken, (i % 7) * 20000, NULL);
  if (number == 0)
    is_over = true;
  return 0;
}

static int disturb(void *arg) {
  (void)arg;
  for (int i = 0; !is_over; i++)
    (void)(i % 3 ? track_barrier_reset(&shaken) : track_barrier_abort(&shaken));
  return 0;
}

static void nothing_hangs_when_all_happens_at_once(void) {
  struct actor actors[4];
  int numbers[3] = {0, 1, 2};
  track_barrier_init(&shaken, 3, NULL, NULL, "shaken");
  for (int i = 0; i < 3; i++)
    actor_start(&actors[i], shake, &numbers[i]);
  actor_start(&actors[3], disturb, NULL);
  for (int i = 0; i < 4; i++)
    CU_ASSERT_EQUAL(actor_join(&actors[i]), 0);
  CU_ASSERT_EQUAL(track_barrier_n_waiting(&shaken), 0);
  track_barrier_reset(&shaken);
  struct arrival arrivals[2];
  start_arrivals(&shaken, actors, arrivals, 2);
  CU_ASSERT_EQUAL(track_barrier_wait(&shaken, NULL), 0);
  CU_ASSERT_EQUAL(actor_join(&actors[0]) + actor_join(&actors[1]), 0);
}

int main(void) {
  static const struct test tests[] = {
      TEST(the_last_one_lets_all_go_on_and_indices_are_the_order_of_arrival),
      TEST(no_parties_answer_EINVAL),
      TEST(one_party_never_waits),
      TEST(it_serves_many_rounds),
      TEST(an_action_that_fails_breaks_it_and_its_thread_gets_the_failure),
      TEST(abort_breaks_it_for_who_waits_and_who_comes),
      TEST(reset_makes_a_broken_one_whole),
      TEST(reset_sends_who_waits_away_and_leaves_it_whole),
      TEST(reset_of_an_empty_whole_one_changes_nothing),
      TEST(a_timeout_breaks_it_for_all),
      TEST(a_timeout_of_0_breaks_it_unless_it_fills_the_round),
      TEST(an_action_may_abort_its_barrier),
      TEST(an_action_may_reset_its_barrier),
      TEST(an_action_may_abort_and_reset_its_barrier),
      TEST(an_action_may_ask_its_barrier),
      TEST(an_action_that_ends_its_thread_breaks_it),
      TEST(during_an_action_timeouts_break_nothing_neither_of_those_inside_nor_of_late_ones),
      TEST(it_may_be_freed_as_soon_as_destroy_answers_0),
      TEST(nothing_hangs_when_all_happens_at_once),
  };
  return SUITE("barrier", tests);
}
