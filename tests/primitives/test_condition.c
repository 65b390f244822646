/* test_condition.c - track_condition: who is woken, when, and with what held. */
#include <pthread.h>
#include <signal.h>

#include "support.h"

/* A waiter: its number goes to `order` when it is back. */
static struct {
  struct track_condition *condition;
  atomic_uint n_waiting; /* counted with the lock held: who then has the lock knows that all those wait */
  unsigned order[16], n_back;
  bool is_hasty_back;
} room;

static int wait_in_room(void *number) {
  track_condition_acquire(room.condition);
  room.n_waiting++;
  int answer = track_condition_wait(room.condition);
  room.order[room.n_back++] = (unsigned)(uintptr_t)number;
  track_condition_release(room.condition);
  return answer;
}

static void await_waiters(unsigned n) {
  AWAIT(room.n_waiting >= n);
  track_condition_acquire(room.condition);
  track_condition_release(room.condition);
}

static void await_back(unsigned n) {
  for (unsigned n_back = 0; n_back < n;) {
    track_condition_acquire(room.condition);
    n_back = room.n_back;
    track_condition_release(room.condition);
    if (n_back < n)
      poll_again(now_ns());
  }
}

static void room_fill(struct track_condition *c, struct actor *actors, unsigned n) {
  room.condition = c;
  room.n_waiting = room.n_back = 0;
  for (unsigned i = 0; i < n; i++) {
    actor_start(&actors[i], wait_in_room, (void *)(uintptr_t)i);
    await_waiters(i + 1);
  }
}

static int room_empty(struct actor *actors, unsigned n) {
  int answer = 0;
  for (unsigned i = 0; i < n; i++)
    answer |= actor_join(&actors[i]);
  return answer;
}

static void notify(struct track_condition *c, unsigned n) {
  track_condition_acquire(c);
  CU_ASSERT_EQUAL(track_condition_notify(c, n), 0);
  track_condition_release(c);
}

static void notify_wakes_n_at_most_those_that_waited_longest(void) {
  struct track_condition c;
  struct actor actors[6];
  CU_ASSERT_EQUAL(track_condition_init(&c, "fifo"), 0);
  room_fill(&c, actors, 6);
  notify(&c, 0);
  notify(&c, 1);
  await_back(1);
  notify(&c, 2);
  await_back(3);
  CU_ASSERT_EQUAL(room.order[0], 0);
  CU_ASSERT_EQUAL(room.order[1] + room.order[2], 3);
  CU_ASSERT_EQUAL(room.n_back, 3);
  CU_ASSERT_EQUAL(track_condition_destroy(&c), EBUSY);
  notify(&c, 1);
  await_back(4);
  CU_ASSERT_EQUAL(room.order[3], 3);
  notify(&c, 1000);
  CU_ASSERT_EQUAL(room_empty(actors, 6), 0);
  CU_ASSERT_EQUAL(track_condition_destroy(&c), 0);
}

static void notify_all_wakes_all(void) {
  struct track_condition c = TRACK_CONDITION_INIT("all");
  struct actor actors[5];
  room_fill(&c, actors, 5);
  track_condition_acquire(&c);
  CU_ASSERT_EQUAL(track_condition_notify_all(&c), 0);
  track_condition_release(&c);
  CU_ASSERT_EQUAL(room_empty(actors, 5), 0);
}

static void a_notify_that_nobody_waits_for_is_forgotten(void) {
  struct track_condition c = TRACK_CONDITION_INIT("forgotten");
  track_condition_acquire(&c);
  CU_ASSERT_EQUAL(track_condition_notify(&c, 3), 0);
  CU_ASSERT_EQUAL(track_condition_notify_all(&c), 0);
  CU_ASSERT_EQUAL(track_condition_wait_timeout(&c, SOON), ETIMEDOUT);
  track_condition_release(&c);
}

static bool never_asked(void *arg) {
  ++*(int *)arg;
  return true;
}

static int all_without_lock(void *condition) {
  struct track_condition *c = condition;
  int n_asked = 0, n = 0;
  n += track_condition_wait(c) == EPERM;
  n += track_condition_wait_timeout(c, LATE) == EPERM;
  n += track_condition_wait_for(c, never_asked, &n_asked, LATE) == EPERM;
  n += track_condition_notify(c, 1) == EPERM;
  n += track_condition_notify(c, 0) == EPERM;
  n += track_condition_notify_all(c) == EPERM;
  n += track_condition_release(c) == EPERM;
  return n_asked ? -1 : n;
}

static void without_the_lock_everything_answers_EPERM(void) {
  struct track_condition own, with_rlock;
  struct track_rlock l = TRACK_RLOCK_INIT("given");
  track_condition_init(&own, NULL);
  track_condition_init_rlock(&with_rlock, &l, NULL);
  CU_ASSERT_EQUAL(all_without_lock(&own), 7);
  CU_ASSERT_EQUAL(all_without_lock(&with_rlock), 7);
}

static void a_lock_that_another_holds_does_not_do(void) {
  struct track_condition c;
  struct track_rlock l = TRACK_RLOCK_INIT("other's");
  struct actor a;
  track_condition_init_rlock(&c, &l, "c");
  track_condition_acquire(&c);
  actor_start(&a, all_without_lock, &c);
  CU_ASSERT_EQUAL(actor_join(&a), 7);
  CU_ASSERT_EQUAL(track_condition_release(&c), 0);
}

/* An rlock. */

static struct track_rlock deep = TRACK_RLOCK_INIT("deep");
static struct track_condition on_deep;
static atomic_bool is_in;

static int wait_at_depth_3(void *timeout_ns) {
  track_rlock_acquire(&deep);
  track_rlock_acquire(&deep);
  track_condition_acquire(&on_deep);
  is_in = true;
  int answer = track_condition_wait_timeout(&on_deep, *(int64_t *)timeout_ns);
  unsigned depth = track_rlock_depth(&deep);
  for (int i = 0; i < 3; i++)
    answer |= track_rlock_release(&deep) << 8;
  return track_rlock_release(&deep) == EPERM && depth == 3 ? answer : -1;
}

static void a_wait_gives_up_an_rlock_whole_and_takes_it_back_at_its_depth(void) {
  struct actor a;
  int64_t timeouts[] = {-1, SOON};
  for (int i = 0; i < 2; i++) {
    track_condition_init_rlock(&on_deep, &deep, "on deep");
    is_in = false;
    actor_start(&a, wait_at_depth_3, &timeouts[i]);
    AWAIT(is_in);
    CU_ASSERT_EQUAL(track_rlock_acquire_timeout(&deep, LATE), 0); /* another can take it meanwhile */
    CU_ASSERT_EQUAL(track_rlock_depth(&deep), 1);
    track_rlock_acquire(&deep);
    if (i == 0)
      CU_ASSERT_EQUAL(track_condition_notify(&on_deep, 1), 0);
    AWAIT_ASLEEP(&a, &deep); /* notified or not, it is back only when it has the lock */
    CU_ASSERT_EQUAL(track_rlock_depth(&deep), 2);
    track_rlock_release(&deep);
    track_rlock_release(&deep);
    CU_ASSERT_EQUAL(actor_join(&a), i ? ETIMEDOUT : 0);
    CU_ASSERT_FALSE(track_rlock_is_locked(&deep));
    CU_ASSERT_EQUAL(track_condition_destroy(&on_deep), 0);
  }
}

/* Timeouts. */

static void a_timed_wait_lasts_that_long_and_holds_the_lock_again(void) {
  struct track_condition c;
  track_condition_init(&c, "timed");
  track_condition_acquire(&c);
  int64_t begin = now_ns();
  CU_ASSERT_EQUAL(track_condition_wait_timeout(&c, SOON), ETIMEDOUT);
  CU_ASSERT_TRUE(now_ns() - begin >= SOON);
  CU_ASSERT_EQUAL(track_condition_destroy(&c), EBUSY);
  CU_ASSERT_EQUAL(track_condition_wait_timeout(&c, 0), ETIMEDOUT);
  CU_ASSERT_EQUAL(track_condition_release(&c), 0);
  CU_ASSERT_EQUAL(track_condition_destroy(&c), 0);
}

static int wait_soon(void *condition) {
  track_condition_acquire(condition);
  room.n_waiting++;
  int answer = track_condition_wait_timeout(condition, SOON);
  room.n_back += answer == 0;
  room.is_hasty_back = true;
  track_condition_release(condition);
  return answer;
}

/* Has the lock, and the actor waits, or will for the lock. False: it is back already. */
static bool catch_hasty(struct track_condition *c, struct actor *hasty) {
  room.condition = c;
  room.n_waiting = room.n_back = 0;
  room.is_hasty_back = false;
  actor_start(hasty, wait_soon, c);
  AWAIT(room.n_waiting == 1);
  track_condition_acquire(c);
  if (!room.is_hasty_back)
    return true;
  track_condition_release(c);
  actor_join(hasty);
  return false;
}

/* Its time is over, and it waits for the lock, when it is notified: it has the notification, and not the one who waits behind it. */
static void a_waiter_that_is_notified_when_its_time_is_over_loses_nothing(void) {
  struct track_condition c = TRACK_CONDITION_INIT("late");
  struct actor hasty, patient;
  while (!catch_hasty(&c, &hasty))
    ;
  AWAIT_ASLEEP(&hasty, &c);
  actor_start(&patient, wait_in_room, NULL);
  AWAIT_ASLEEP(&patient, &c);
  CU_ASSERT_EQUAL(track_condition_notify(&c, 1), 0);
  track_condition_release(&c);
  CU_ASSERT_EQUAL(actor_join(&hasty), 0);
  await_waiters(2);
  CU_ASSERT_EQUAL(room.n_back, 1);
  notify(&c, 1);
  CU_ASSERT_EQUAL(actor_join(&patient), 0);
}

/* Of each two waiters one is hasty: whichever way a notification races its timeout, it wakes one of them. */
static void no_notification_is_lost_to_a_waiter_that_times_out(void) {
  struct track_condition c;
  track_condition_init(&c, "race");
  for (int i = 0; i < 200; i++) {
    struct actor hasty, patient;
    room.condition = &c;
    room.n_waiting = room.n_back = 0;
    actor_start(&hasty, wait_soon, &c);
    AWAIT(room.n_waiting == 1);
    actor_start(&patient, wait_in_room, NULL);
    await_waiters(2);
    int64_t begin = now_ns(), length = SOON / 2 + i * SOON / 200;
    while (i % 4 && now_ns() - begin < length)
      ;
    notify(&c, 1);
    int answer = actor_join(&hasty);
    if (answer == 0) {
      await_waiters(2);
      track_condition_acquire(&c);
      CU_ASSERT_EQUAL(room.n_back, 1);
      track_condition_release(&c);
      notify(&c, 1);
    } else
      CU_ASSERT_EQUAL(answer, ETIMEDOUT);
    CU_ASSERT_EQUAL(actor_join(&patient), 0);
  }
  CU_ASSERT_EQUAL(track_condition_destroy(&c), 0);
}

/* wait_for. */

struct asked {
  struct track_condition condition;
  int n_asked, true_from; /* true at that question */
};

static bool is_true(void *arg) {
  struct asked *a = arg;
  return ++a->n_asked >= a->true_from;
}

static void wait_for_does_not_wait_when_it_is_true_at_once(void) {
  struct asked a = {TRACK_CONDITION_INIT("at once"), 0, 1};
  track_condition_acquire(&a.condition);
  CU_ASSERT_EQUAL(track_condition_wait_for(&a.condition, is_true, &a, 0), 0);
  CU_ASSERT_EQUAL(a.n_asked, 1);
  track_condition_release(&a.condition);
}

static void wait_for_times_out_when_it_stays_false(void) {
  struct asked a = {TRACK_CONDITION_INIT("false"), 0, 1000};
  track_condition_acquire(&a.condition);
  int64_t begin = now_ns();
  CU_ASSERT_EQUAL(track_condition_wait_for(&a.condition, is_true, &a, SOON), ETIMEDOUT);
  CU_ASSERT_TRUE(now_ns() - begin >= SOON);
  CU_ASSERT_TRUE(a.n_asked >= 2);
  CU_ASSERT_EQUAL(track_condition_wait_for(&a.condition, is_true, &a, 0), ETIMEDOUT);
  track_condition_release(&a.condition);
}

static void wait_for_asks_a_last_time_when_the_time_is_over(void) {
  struct asked a = {TRACK_CONDITION_INIT("last"), 0, 2};
  track_condition_acquire(&a.condition);
  CU_ASSERT_EQUAL(track_condition_wait_for(&a.condition, is_true, &a, SOON), 0);
  CU_ASSERT_EQUAL(a.n_asked, 2);
  track_condition_release(&a.condition);
}

static int wait_for_third(void *arg) {
  struct asked *a = arg;
  track_condition_acquire(&a->condition);
  int answer = track_condition_wait_for(&a->condition, is_true, a, -1);
  track_condition_release(&a->condition);
  return answer;
}

static void wait_for_asks_again_at_every_wake_up(void) {
  struct asked a = {TRACK_CONDITION_INIT("again"), 0, 3};
  struct actor actor;
  actor_start(&actor, wait_for_third, &a);
  for (int n = 1; n <= 2; n++) {
    bool has_asked = false;
    for (int64_t begin = now_ns(); !has_asked; poll_again(begin)) {
      track_condition_acquire(&a.condition);
      if ((has_asked = a.n_asked == n))
        track_condition_notify(&a.condition, 1);
      track_condition_release(&a.condition);
    }
  }
  CU_ASSERT_EQUAL(actor_join(&actor), 0);
  CU_ASSERT_EQUAL(a.n_asked, 3);
}

/* Shared locks. */

static void share_a_lock(struct track_condition *first, struct track_condition *second) {
  struct actor actors[2];
  room_fill(first, actors, 2);
  track_condition_acquire(second);
  CU_ASSERT_EQUAL(track_condition_notify_all(second), 0); /* nobody waits for this one */
  CU_ASSERT_EQUAL(track_condition_wait_timeout(second, SOON), ETIMEDOUT);
  CU_ASSERT_EQUAL(room.n_back, 0);
  CU_ASSERT_EQUAL(track_condition_notify_all(first), 0); /* the lock is that of both */
  track_condition_release(first);
  CU_ASSERT_EQUAL(room_empty(actors, 2), 0);
  CU_ASSERT_EQUAL(track_condition_destroy(first), 0);
  CU_ASSERT_EQUAL(track_condition_destroy(second), 0);
}

static void conditions_that_share_a_lock_wake_their_own_waiters_only(void) {
  struct track_lock l = TRACK_LOCK_INIT("shared lock");
  struct track_condition first, second;
  CU_ASSERT_EQUAL(track_condition_init_lock(&first, &l, "first"), 0);
  CU_ASSERT_EQUAL(track_condition_init_lock(&second, &l, "second"), 0);
  share_a_lock(&first, &second);
}

static void conditions_that_share_an_rlock_wake_their_own_waiters_only(void) {
  struct track_rlock l = TRACK_RLOCK_INIT("shared rlock");
  struct track_condition first, second;
  CU_ASSERT_EQUAL(track_condition_init_rlock(&first, &l, "first"), 0);
  CU_ASSERT_EQUAL(track_condition_init_rlock(&second, &l, "second"), 0);
  share_a_lock(&first, &second);
}

static void destroying_one_is_no_matter_of_a_given_lock(void) {
  struct track_lock l = TRACK_LOCK_INIT("given");
  struct track_condition c;
  track_condition_init_lock(&c, &l, NULL);
  track_lock_acquire(&l);
  CU_ASSERT_EQUAL(track_condition_destroy(&c), 0);
  CU_ASSERT_EQUAL(track_lock_release(&l), 0);
}

/* Signals. */

static atomic_int n_signals;
static void count_signal(int number) {
  (void)number;
  n_signals++;
}

static void a_signal_handler_does_not_end_a_wait(void) {
  struct track_condition c = TRACK_CONDITION_INIT("signalled");
  struct sigaction action = {.sa_handler = count_signal}, before;
  struct actor a;
  sigaction(SIGUSR1, &action, &before);
  room_fill(&c, &a, 1);
  for (int i = 1; i <= 20; i++) {
    pthread_kill((pthread_t)track_thread_ident(&a.thread), SIGUSR1);
    AWAIT(n_signals == i);
  }
  track_condition_acquire(&c);
  CU_ASSERT_EQUAL(room.n_back, 0);
  track_condition_notify(&c, 1);
  track_condition_release(&c);
  CU_ASSERT_EQUAL(actor_join(&a), 0);
  sigaction(SIGUSR1, &before, NULL);
}

/* A bounded buffer of one place, with two conditions on one lock: all goes through, whoever is woken. */
enum { ITEMS = 2000, PAIRS = 3 };
static struct {
  struct track_lock lock;
  struct track_condition is_full, is_empty;
  bool is_used;
  unsigned item, sum;
} buffer;

static bool has_item(void *arg) {
  return *(bool *)arg;
}
static bool has_room(void *arg) {
  return !*(bool *)arg;
}

static int produce(void *arg) {
  (void)arg;
  for (unsigned i = 1; i <= ITEMS; i++) {
    track_lock_acquire(&buffer.lock);
    while (track_condition_wait_for(&buffer.is_empty, has_room, &buffer.is_used, i % 2 ? -1 : 3000))
      ;
    buffer.is_used = true;
    buffer.item = i;
    track_condition_notify(&buffer.is_full, 1);
    track_lock_release(&buffer.lock);
  }
  return 0;
}

static int consume(void *arg) {
  (void)arg;
  for (unsigned i = 0; i < ITEMS; i++) {
    track_lock_acquire(&buffer.lock);
    track_condition_wait_for(&buffer.is_full, has_item, &buffer.is_used, -1);
    buffer.is_used = false;
    buffer.sum += buffer.item;
    track_condition_notify(&buffer.is_empty, 1);
    track_lock_release(&buffer.lock);
  }
  return 0;
}

static void producers_and_consumers_lose_nothing(void) {
  struct actor actors[2 * PAIRS];
  track_lock_init(&buffer.lock, "buffer");
  track_condition_init_lock(&buffer.is_full, &buffer.lock, "is full");
  track_condition_init_lock(&buffer.is_empty, &buffer.lock, "is empty");
  for (int i = 0; i < 2 * PAIRS; i++)
    actor_start(&actors[i], i % 2 ? produce : consume, NULL);
  for (int i = 0; i < 2 * PAIRS; i++)
    CU_ASSERT_EQUAL(actor_join(&actors[i]), 0);
  CU_ASSERT_EQUAL(buffer.sum, PAIRS * ITEMS * (ITEMS + 1) / 2);
}

int main(void) {
  static const struct test tests[] = {
      TEST(notify_wakes_n_at_most_those_that_waited_longest),
      TEST(notify_all_wakes_all),
      TEST(a_notify_that_nobody_waits_for_is_forgotten),
      TEST(without_the_lock_everything_answers_EPERM),
      TEST(a_lock_that_another_holds_does_not_do),
      TEST(a_wait_gives_up_an_rlock_whole_and_takes_it_back_at_its_depth),
      TEST(a_timed_wait_lasts_that_long_and_holds_the_lock_again),
      TEST(a_waiter_that_is_notified_when_its_time_is_over_loses_nothing),
      TEST(no_notification_is_lost_to_a_waiter_that_times_out),
      TEST(wait_for_does_not_wait_when_it_is_true_at_once),
      TEST(wait_for_times_out_when_it_stays_false),
      TEST(wait_for_asks_a_last_time_when_the_time_is_over),
      TEST(wait_for_asks_again_at_every_wake_up),
      TEST(conditions_that_share_a_lock_wake_their_own_waiters_only),
      TEST(conditions_that_share_an_rlock_wake_their_own_waiters_only),
      TEST(destroying_one_is_no_matter_of_a_given_lock),
      TEST(a_signal_handler_does_not_end_a_wait),
      TEST(producers_and_consumers_lose_nothing),
  };
  return SUITE("condition", tests);
}
