/* test_executor.c - track_executor and track_future. */
#include <pthread.h>
#include <string.h>

#include "support.h"

static void *number(size_t n) {
  return (void *)(uintptr_t)n;
}

static int give_back(void *arg, void **ret_result) {
  *ret_result = arg;
  return 0;
}
static int fail_with_EIO(void *arg, void **ret_result) {
  *ret_result = arg;
  return EIO;
}

/* A task that says that it runs and waits until it may end. */
struct gate {
  struct track_event runs, may_end;
};
#define GATE_INIT                                                                                                                          \
  { TRACK_EVENT_INIT("runs"), TRACK_EVENT_INIT("may end") }
static int pass_gate(void *arg, void **ret_result) {
  struct gate *g = arg;
  *ret_result = NULL;
  track_event_set(&g->runs);
  return track_event_wait_timeout(&g->may_end, LATE);
}

static void a_future_gives_what_the_task_gave(void) {
  struct track_executor e;
  struct track_future *f;
  void *result = NULL;
  CU_ASSERT_EQUAL(track_executor_init(&e, 2, "pool"), 0);
  CU_ASSERT_EQUAL(track_executor_submit(&e, give_back, number(7), &f), 0);
  for (int i = 0; i < 2; i++) {
    CU_ASSERT_EQUAL(track_future_result(f, -1, &result), 0);
    CU_ASSERT_PTR_EQUAL(result, number(7));
  }
  CU_ASSERT_EQUAL(track_future_result(f, 0, NULL), 0);
  CU_ASSERT_TRUE(track_future_is_done(f));
  CU_ASSERT_FALSE(track_future_is_running(f));
  CU_ASSERT_FALSE(track_future_is_cancelled(f));
  track_future_release(f);
  track_future_release(NULL);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
}

static void no_workers_answer_EINVAL(void) {
  struct track_executor e;
  CU_ASSERT_EQUAL(track_executor_init(&e, 0, NULL), EINVAL);
}

static void a_tasks_failure_reaches_who_asks_for_the_result(void) {
  struct track_executor e;
  struct track_future *f;
  track_executor_init(&e, 1, "fails");
  track_executor_submit(&e, fail_with_EIO, NULL, &f);
  CU_ASSERT_EQUAL(track_future_result(f, -1, NULL), EIO);
  CU_ASSERT_FALSE(track_future_is_cancelled(f));
  track_future_release(f);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
}

static size_t order[100], n_ordered;
static int note_order(void *arg, void **ret_result) {
  *ret_result = NULL;
  order[n_ordered++] = (size_t)(uintptr_t)arg;
  return 0;
}

static void one_worker_runs_tasks_in_the_order_in_which_they_came(void) {
  struct track_executor e;
  n_ordered = 0;
  track_executor_init(&e, 1, "order");
  for (size_t i = 0; i < 100; i++)
    CU_ASSERT_EQUAL(track_executor_submit(&e, note_order, number(i), NULL), 0);
  CU_ASSERT_EQUAL(track_executor_shutdown(&e, true, false), 0);
  CU_ASSERT_EQUAL(n_ordered, 100);
  for (size_t i = 0; i < 100; i++)
    CU_ASSERT_EQUAL(order[i], i);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
}

static atomic_int n_running, n_most, n_run;
static int count_running(void *arg, void **ret_result) {
  *ret_result = arg;
  int n = atomic_fetch_add(&n_running, 1) + 1;
  for (int most = n_most; n > most && !atomic_compare_exchange_weak(&n_most, &most, n);)
    ;
  n_run++;
  atomic_fetch_sub(&n_running, 1);
  return 0;
}

static void no_more_than_max_workers_run_at_once(void) {
  struct track_executor e;
  n_most = n_run = 0;
  track_executor_init(&e, 3, "three");
  for (int i = 0; i < 3000; i++)
    track_executor_submit(&e, count_running, NULL, NULL);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
  CU_ASSERT_TRUE(n_most <= 3);
  CU_ASSERT_EQUAL(n_run, 3000);
}

static void as_many_as_max_workers_run_at_once(void) {
  struct track_executor e;
  struct gate gates[3] = {GATE_INIT, GATE_INIT, GATE_INIT};
  track_executor_init(&e, 3, "together");
  for (int i = 0; i < 3; i++)
    track_executor_submit(&e, pass_gate, &gates[i], NULL);
  for (int i = 0; i < 3; i++)
    CU_ASSERT_EQUAL(track_event_wait_timeout(&gates[i].runs, LATE), 0);
  for (int i = 0; i < 3; i++)
    track_event_set(&gates[i].may_end);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
}

static void workers_are_made_as_tasks_come(void) {
  struct track_executor e;
  struct track_future *f;
  size_t n_before = track_thread_active_count();
  track_executor_init(&e, 8, "few");
  CU_ASSERT_EQUAL(track_thread_active_count(), n_before);
  CU_ASSERT_EQUAL(track_executor_submit(&e, give_back, NULL, &f), 0);
  CU_ASSERT_EQUAL(track_thread_active_count(), n_before + 1);
  track_future_result(f, -1, NULL);
  track_future_release(f);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
  CU_ASSERT_EQUAL(track_thread_active_count(), n_before);
}

static int note_name(void *arg, void **ret_result) {
  *ret_result = NULL;
  snprintf(arg, 64, "%s %d", track_thread_name(track_thread_current()), track_thread_is_daemon(track_thread_current()));
  return 0;
}

static void workers_bear_its_name_and_are_no_daemons(void) {
  struct track_executor e;
  struct track_future *f;
  char name[64] = "";
  track_executor_init(&e, 1, "a name that is longer than all the names there may be");
  track_executor_submit(&e, note_name, name, &f);
  track_future_result(f, -1, NULL);
  CU_ASSERT_STRING_EQUAL(name, "a name that is longer tha_0 0");
  track_future_release(f);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
}

static void a_result_may_time_out(void) {
  struct track_executor e;
  struct track_future *f;
  struct gate g = GATE_INIT;
  track_executor_init(&e, 1, "slow");
  track_executor_submit(&e, pass_gate, &g, &f);
  int64_t begin = now_ns();
  CU_ASSERT_EQUAL(track_future_result(f, SOON, NULL), ETIMEDOUT);
  CU_ASSERT_TRUE(now_ns() - begin >= SOON);
  CU_ASSERT_EQUAL(track_future_result(f, 0, NULL), ETIMEDOUT);
  track_event_set(&g.may_end);
  CU_ASSERT_EQUAL(track_future_result(f, LATE, NULL), 0);
  track_future_release(f);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
}

/* Cancelling. */

static int result_of(void *future) {
  return track_future_result(future, -1, NULL);
}

static void a_pending_one_is_cancelled_a_running_and_a_done_one_are_not(void) {
  struct track_executor e;
  struct track_future *running, *pending, *after;
  struct gate g = GATE_INIT;
  struct actor a;
  n_run = 0;
  track_executor_init(&e, 1, "cancel");
  track_executor_submit(&e, pass_gate, &g, &running);
  track_executor_submit(&e, count_running, NULL, &pending);
  track_executor_submit(&e, give_back, NULL, &after);
  CU_ASSERT_EQUAL(track_event_wait_timeout(&g.runs, LATE), 0);
  CU_ASSERT_TRUE(track_future_is_running(running));
  CU_ASSERT_FALSE(track_future_is_done(running));
  CU_ASSERT_EQUAL(track_future_cancel(running), EBUSY);
  CU_ASSERT_FALSE(track_future_is_running(pending));
  actor_start(&a, result_of, pending);
  AWAIT(is_asleep_on(a.tid, (void *)pending, 4096)); /* what a future is is nobody's business: in its memory or close to it */
  CU_ASSERT_EQUAL(track_future_cancel(pending), 0);
  CU_ASSERT_EQUAL(track_future_cancel(pending), 0);
  CU_ASSERT_EQUAL(actor_join(&a), ECANCELED);
  CU_ASSERT_TRUE(track_future_is_cancelled(pending));
  CU_ASSERT_TRUE(track_future_is_done(pending));
  CU_ASSERT_EQUAL(track_future_result(pending, 0, NULL), ECANCELED);
  track_event_set(&g.may_end);
  CU_ASSERT_EQUAL(track_future_result(after, -1, NULL), 0);
  CU_ASSERT_EQUAL(track_future_cancel(running), EBUSY);
  CU_ASSERT_EQUAL(n_run, 0);
  track_future_release(running);
  track_future_release(pending);
  track_future_release(after);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
}

static void a_future_that_was_released_is_run_all_the_same(void) {
  struct track_executor e;
  n_run = 0;
  track_executor_init(&e, 2, "released");
  for (int i = 0; i < 1000; i++) {
    struct track_future *f;
    track_executor_submit(&e, count_running, NULL, &f);
    track_future_release(f);
  }
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
  CU_ASSERT_EQUAL(n_run, 1000);
}

static void futures_outlive_their_executor(void) {
  struct track_executor e;
  struct track_future *done, *cancelled, *running;
  struct gate g = GATE_INIT;
  void *result = NULL;
  track_executor_init(&e, 1, "short life");
  track_executor_submit(&e, give_back, number(3), &done);
  track_executor_submit(&e, pass_gate, &g, &running);
  track_executor_submit(&e, give_back, number(4), &cancelled);
  track_event_wait(&g.runs);
  track_executor_shutdown(&e, false, true);
  track_event_set(&g.may_end);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
  memset(&e, 0xa5, sizeof e);
  CU_ASSERT_EQUAL(track_future_result(done, -1, &result), 0);
  CU_ASSERT_PTR_EQUAL(result, number(3));
  CU_ASSERT_EQUAL(track_future_result(running, -1, NULL), 0);
  CU_ASSERT_EQUAL(track_future_result(cancelled, -1, NULL), ECANCELED);
  CU_ASSERT_EQUAL(track_future_cancel(done), EBUSY);
  CU_ASSERT_EQUAL(track_future_cancel(cancelled), 0);
  track_future_release(done);
  track_future_release(running);
  track_future_release(cancelled);
}

/* Shutdown. */

static void a_shutdown_runs_what_is_queued(void) {
  struct track_executor e;
  struct gate g = GATE_INIT;
  struct track_future *f;
  n_run = 0;
  track_executor_init(&e, 1, "queued");
  track_executor_submit(&e, pass_gate, &g, NULL);
  for (int i = 0; i < 10; i++)
    track_executor_submit(&e, count_running, NULL, NULL);
  CU_ASSERT_EQUAL(track_executor_shutdown(&e, false, false), 0);
  CU_ASSERT_EQUAL(track_executor_submit(&e, count_running, NULL, &f), ECANCELED);
  track_event_set(&g.may_end);
  CU_ASSERT_EQUAL(track_executor_shutdown(&e, true, false), 0);
  CU_ASSERT_EQUAL(n_run, 10);
  CU_ASSERT_EQUAL(track_executor_shutdown(&e, true, true), 0);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
}

static void a_shutdown_that_cancels_leaves_what_has_begun(void) {
  struct track_executor e;
  struct gate g = GATE_INIT;
  struct track_future *begun, *queued[5];
  track_executor_init(&e, 1, "cancels");
  track_executor_submit(&e, pass_gate, &g, &begun);
  for (int i = 0; i < 5; i++)
    track_executor_submit(&e, count_running, NULL, &queued[i]);
  track_event_wait(&g.runs);
  n_run = 0;
  CU_ASSERT_EQUAL(track_executor_shutdown(&e, false, true), 0);
  for (int i = 0; i < 5; i++)
    CU_ASSERT_EQUAL(track_future_result(queued[i], -1, NULL), ECANCELED);
  CU_ASSERT_FALSE(track_future_is_done(begun));
  track_event_set(&g.may_end);
  CU_ASSERT_EQUAL(track_executor_shutdown(&e, true, true), 0);
  CU_ASSERT_EQUAL(track_future_result(begun, 0, NULL), 0);
  CU_ASSERT_EQUAL(n_run, 0);
  for (int i = 0; i < 5; i++)
    track_future_release(queued[i]);
  track_future_release(begun);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
}

static void one_without_tasks_is_shut_down_and_destroyed(void) {
  struct track_executor e;
  track_executor_init(&e, 4, "idle");
  CU_ASSERT_EQUAL(track_executor_shutdown(&e, true, false), 0);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
  track_executor_init(&e, 4, NULL);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
}

static int shut_down(void *e) {
  return track_executor_shutdown(e, true, false);
}

static void several_may_wait_for_the_end(void) {
  for (int round = 0; round < 20; round++) {
    struct track_executor e;
    struct actor actors[3];
    n_run = 0;
    track_executor_init(&e, 4, "ends");
    for (int i = 0; i < 100; i++)
      track_executor_submit(&e, count_running, NULL, NULL);
    for (int i = 0; i < 3; i++)
      actor_start(&actors[i], shut_down, &e);
    CU_ASSERT_EQUAL(track_executor_shutdown(&e, true, false), 0);
    CU_ASSERT_EQUAL(n_run, 100);
    for (int i = 0; i < 3; i++)
      CU_ASSERT_EQUAL(actor_join(&actors[i]), 0);
    CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
  }
}

static int shut_own(void *e, void **ret_result) {
  *ret_result = NULL;
  int first = track_executor_destroy(e), second = track_executor_shutdown(e, true, false);
  return first == EDEADLK ? second : -1;
}

static void a_worker_cannot_wait_for_its_own_end(void) {
  struct track_executor e;
  struct track_future *f;
  track_executor_init(&e, 2, "own");
  track_executor_submit(&e, shut_own, &e, &f);
  CU_ASSERT_EQUAL(track_future_result(f, -1, NULL), EDEADLK);
  CU_ASSERT_EQUAL(track_executor_submit(&e, give_back, NULL, NULL), ECANCELED);
  track_future_release(f);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
}

static int shut_other(void *e, void **ret_result) {
  *ret_result = NULL;
  return track_executor_shutdown(e, true, false);
}

static void a_worker_can_wait_for_the_end_of_another_pool(void) {
  struct track_executor e, other;
  struct track_future *f;
  track_executor_init(&e, 1, "one");
  track_executor_init(&other, 1, "other");
  track_executor_submit(&other, count_running, NULL, NULL);
  track_executor_submit(&e, shut_other, &other, &f);
  CU_ASSERT_EQUAL(track_future_result(f, -1, NULL), 0);
  track_future_release(f);
  CU_ASSERT_EQUAL(track_executor_destroy(&other), 0);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
}

/* map. */

static int square(void *arg, void **ret_result) {
  size_t n = (size_t)(uintptr_t)arg;
  *ret_result = number(n * n);
  return n == 50 || n == 70 ? (int)n : 0;
}

static void map_gives_results_in_the_order_of_the_arguments(void) {
  struct track_executor e;
  void *args[40], *results[40];
  track_executor_init(&e, 3, "map");
  for (size_t i = 0; i < 40; i++)
    args[i] = number(i);
  CU_ASSERT_EQUAL(track_executor_map(&e, square, args, results, 40), 0);
  for (size_t i = 0; i < 40; i++)
    CU_ASSERT_PTR_EQUAL(results[i], number(i * i));
  CU_ASSERT_EQUAL(track_executor_map(&e, square, args, NULL, 40), 0);
  CU_ASSERT_EQUAL(track_executor_map(&e, square, NULL, NULL, 0), 0);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
}

static void map_answers_the_first_failure_and_runs_all(void) {
  struct track_executor e;
  void *args[100], *results[100];
  track_executor_init(&e, 3, "map fails");
  for (size_t i = 0; i < 100; i++)
    args[i] = number(i);
  CU_ASSERT_EQUAL(track_executor_map(&e, square, args, results, 100), 50);
  CU_ASSERT_PTR_EQUAL(results[99], number(99 * 99));
  track_executor_shutdown(&e, true, false);
  CU_ASSERT_EQUAL(track_executor_map(&e, square, args, results, 100), ECANCELED);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
}

/* Tasks that use their own pool. */

/* A task at each level waits for that of the level below: depth d needs d + 1 workers. */
static struct track_executor nested;
static int descend(void *depth, void **ret_result) {
  size_t d = (size_t)(uintptr_t)depth;
  struct track_future *f;
  *ret_result = NULL;
  if (!d)
    return 0;
  int answer = track_executor_submit(&nested, descend, number(d - 1), &f);
  if (answer)
    return answer;
  answer = track_future_result(f, -1, NULL);
  track_future_release(f);
  return answer;
}

static int submit_only(void *arg, void **ret_result) {
  *ret_result = NULL;
  return track_executor_submit(arg, count_running, NULL, NULL);
}

static void a_task_may_submit(void) {
  struct track_executor e;
  struct track_future *f;
  n_run = 0;
  track_executor_init(&e, 1, "submits");
  track_executor_submit(&e, submit_only, &e, &f);
  CU_ASSERT_EQUAL(track_future_result(f, -1, NULL), 0);
  track_future_release(f);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
  CU_ASSERT_EQUAL(n_run, 1);
}

static void a_worker_that_waits_for_its_own_full_pool_is_told_EDEADLK(void) {
  for (size_t n_workers = 1; n_workers <= 3; n_workers++) {
    struct track_future *f;
    track_executor_init(&nested, (unsigned)n_workers, "starves");
    track_executor_submit(&nested, descend, number(n_workers), &f);
    CU_ASSERT_EQUAL(track_future_result(f, -1, NULL), EDEADLK); /* whichever level is told, it comes up to here */
    track_future_release(f);
    CU_ASSERT_EQUAL(track_executor_destroy(&nested), 0);
  }
}

static int wait_for_own(void *arg, void **ret_result) {
  *ret_result = NULL;
  struct track_future **own = arg;
  struct track_future *f;
  while (!(f = __atomic_load_n(own, __ATOMIC_ACQUIRE)))
    ;
  return track_future_result(f, -1, NULL);
}

static void a_task_that_waits_for_itself_is_told_EDEADLK(void) {
  struct track_executor e;
  struct track_future *f, *shown = NULL;
  track_executor_init(&e, 1, "itself");
  track_executor_submit(&e, wait_for_own, &shown, &f);
  __atomic_store_n(&shown, f, __ATOMIC_RELEASE);
  CU_ASSERT_EQUAL(track_future_result(f, -1, NULL), EDEADLK);
  track_future_release(f);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
}

static int wait_a_little(void *arg, void **ret_result) {
  struct track_future *f;
  *ret_result = NULL;
  int answer = track_executor_submit(arg, count_running, NULL, &f);
  answer = answer ? answer : track_future_result(f, SOON, NULL);
  track_future_release(f);
  return answer;
}

static void one_that_waits_for_a_time_is_not_told_so(void) {
  struct track_executor e;
  struct track_future *f;
  track_executor_init(&e, 1, "timed");
  track_executor_submit(&e, wait_a_little, &e, &f);
  CU_ASSERT_EQUAL(track_future_result(f, -1, NULL), ETIMEDOUT);
  track_future_release(f);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
}

/* Tasks of depth d need d + 1 workers each: as many as there are, so nobody may be told of a starvation. */
static void nobody_is_told_EDEADLK_while_a_worker_is_left(void) {
  static const struct {
    unsigned n_workers, n_tasks;
    size_t depth;
  } cases[] = {{2, 1, 1}, {3, 2, 1}, {4, 1, 3}, {4, 3, 1}, {5, 2, 2}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    int n_wrong = 0;
    track_executor_init(&nested, cases[k].n_workers, "suffices");
    for (int round = 0; round < 500; round++) {
      struct track_future *futures[3];
      for (unsigned i = 0; i < cases[k].n_tasks; i++)
        n_wrong += track_executor_submit(&nested, descend, number(cases[k].depth), &futures[i]) != 0;
      for (unsigned i = 0; i < cases[k].n_tasks; i++) {
        n_wrong += track_future_result(futures[i], -1, NULL) != 0;
        track_future_release(futures[i]);
      }
    }
    CU_ASSERT_EQUAL(n_wrong, 0);
    CU_ASSERT_EQUAL(track_executor_destroy(&nested), 0);
  }
}

/* Two tasks and two workers: if both come to wait, the last one is told, and the other then has its result. */
static void one_only_is_told_of_a_starvation_and_the_others_go_on(void) {
  int n_wrong = 0;
  track_executor_init(&nested, 2, "too few");
  for (int round = 0; round < 1000; round++) {
    struct track_future *futures[2];
    int n_told = 0;
    for (int i = 0; i < 2; i++)
      track_executor_submit(&nested, descend, number(1), &futures[i]);
    for (int i = 0; i < 2; i++) {
      int answer = track_future_result(futures[i], -1, NULL);
      n_told += answer == EDEADLK;
      n_wrong += answer && answer != EDEADLK;
      track_future_release(futures[i]);
    }
    n_wrong += n_told > 1;
  }
  CU_ASSERT_EQUAL(n_wrong, 0);
  CU_ASSERT_EQUAL(track_executor_destroy(&nested), 0);
}

/* The pool is being waited for, so its workers are taken from it one by one; one of them still runs what the other one waits for. */
struct chain {
  struct gate gate;
  struct track_future *awaited;
};
static int wait_for_awaited(void *arg, void **ret_result) {
  struct chain *c = arg;
  *ret_result = NULL;
  track_event_wait(&c->gate.runs);
  track_event_wait(&c->gate.may_end);
  return track_future_result(c->awaited, -1, NULL);
}

static void a_pool_that_is_shut_down_does_not_starve_while_a_worker_runs(void) {
  for (int order_of_tasks = 0; order_of_tasks < 2; order_of_tasks++) {
    struct track_executor e;
    struct gate slow = GATE_INIT;
    struct chain c = {GATE_INIT, NULL};
    struct track_future *waiting;
    struct actor a;
    track_executor_init(&e, 2, "shut");
    if (order_of_tasks)
      track_executor_submit(&e, wait_for_awaited, &c, &waiting);
    track_executor_submit(&e, pass_gate, &slow, &c.awaited);
    if (!order_of_tasks)
      track_executor_submit(&e, wait_for_awaited, &c, &waiting);
    CU_ASSERT_EQUAL(track_event_wait_timeout(&slow.runs, LATE), 0);
    track_event_set(&c.gate.runs);
    actor_start(&a, shut_down, &e);
    AWAIT(a.tid && is_asleep_on(a.tid, NULL, SIZE_MAX)); /* it joins a worker */
    track_event_set(&c.gate.may_end);
    CU_ASSERT_EQUAL(track_future_result(waiting, TRACK_MS(50), NULL), ETIMEDOUT);
    track_event_set(&slow.may_end);
    CU_ASSERT_EQUAL(track_future_result(waiting, -1, NULL), 0);
    CU_ASSERT_EQUAL(actor_join(&a), 0);
    track_future_release(waiting);
    track_future_release(c.awaited);
    CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
  }
}

/* Its arguments may go when map has answered, so nothing of them may be left to be run. */
static struct track_executor mapped;
static int map_in_own_pool(void *arg, void **ret_result) {
  atomic_int counts[3] = {0, 0, 0};
  void *args[3] = {&counts[0], &counts[1], &counts[2]};
  (void)arg;
  *ret_result = NULL;
  int answer = track_executor_map(&mapped, count_running, args, NULL, 3);
  n_run = 0;
  return answer;
}

static void a_map_that_starves_leaves_nothing_to_be_run(void) {
  struct track_future *f;
  track_executor_init(&mapped, 1, "map in own");
  track_executor_submit(&mapped, map_in_own_pool, NULL, &f);
  CU_ASSERT_EQUAL(track_future_result(f, -1, NULL), EDEADLK);
  track_future_release(f);
  CU_ASSERT_EQUAL(track_executor_destroy(&mapped), 0);
  CU_ASSERT_EQUAL(n_run, 0);
}

/* Submitting, cancelling, asking and ending by many threads at once. */
static struct track_executor busy;
static atomic_int n_done;
static int submit_much(void *arg) {
  (void)arg;
  for (int i = 0; i < 1500; i++) {
    struct track_future *f;
    if (track_executor_submit(&busy, count_running, NULL, &f))
      return 1;
    int answer = i % 3 == 0 ? track_future_cancel(f) : EBUSY;
    if (i % 2 && answer == EBUSY)
      n_done += track_future_result(f, -1, NULL) == 0;
    else
      n_done += answer == EBUSY;
    track_future_release(f);
  }
  return 0;
}

static void what_is_not_cancelled_is_run_once(void) {
  struct actor actors[4];
  n_run = n_done = 0;
  track_executor_init(&busy, 3, "busy");
  for (int i = 0; i < 4; i++)
    actor_start(&actors[i], submit_much, NULL);
  for (int i = 0; i < 4; i++)
    CU_ASSERT_EQUAL(actor_join(&actors[i]), 0);
  CU_ASSERT_EQUAL(track_executor_destroy(&busy), 0);
  CU_ASSERT_EQUAL(n_run, n_done);
}

static void errno_is_left_alone(void) {
  struct track_executor e;
  struct track_future *f;
  errno = 77;
  track_executor_init(&e, 2, NULL);
  track_executor_submit(&e, give_back, NULL, &f);
  track_future_result(f, -1, NULL);
  track_future_release(f);
  track_executor_destroy(&e);
  CU_ASSERT_EQUAL(errno, 77);
}

/* In processes of their own. */

static int sleep_and_print(void *arg, void **ret_result) {
  *ret_result = NULL;
  poll_again(now_ns());
  printf("%s ", (const char *)arg);
  return 0;
}

static int left_open(void) {
  static struct track_executor e;
  track_executor_init(&e, 1, "left");
  for (int i = 0; i < 5; i++)
    track_executor_submit(&e, sleep_and_print, "task", NULL);
  return 5;
}

static void what_was_submitted_is_done_before_the_process_ends(void) {
  char output[256];
  CU_ASSERT_EQUAL(run_program("left_open", output, sizeof output), 5);
  CU_ASSERT_STRING_EQUAL(output, "task task task task task ");
}

static int exit_3(void *arg, void **ret_result) {
  (void)arg;
  *ret_result = NULL;
  exit(3);
}

static int exit_in_a_task(void) {
  static struct track_executor e;
  static struct gate g = GATE_INIT;
  struct track_future *f;
  track_executor_init(&e, 2, "exits");
  track_executor_submit(&e, sleep_and_print, "other", NULL);
  track_executor_submit(&e, exit_3, NULL, &f);
  track_event_wait(&g.may_end); /* for ever */
  return 0;
}

static void a_task_may_exit_the_process(void) {
  char output[256];
  CU_ASSERT_EQUAL(run_program("exit_in_a_task", output, sizeof output), 3);
  CU_ASSERT_STRING_EQUAL(output, "other ");
}

/* On the stack, shut down by the end of its block, and never destroyed. */
static __attribute__((noinline)) void use_on_stack(void) {
  struct track_executor e;
  track_executor_init(&e, 2, "on the stack");
  TRACK_WITH(&e) {
    track_executor_submit(&e, sleep_and_print, "done", NULL);
  }
  memset(&e, 0xff, sizeof e);
}

static int shut_down_and_forgotten(void) {
  use_on_stack();
  struct track_executor e;
  track_executor_init(&e, 1, "another");
  int status = in_child(left_open);
  track_executor_destroy(&e);
  return status == 5 ? 4 : 1;
}

static void one_that_was_shut_down_may_go_without_destroy(void) {
  char output[256];
  CU_ASSERT_EQUAL(run_program("shut_down_and_forgotten", output, sizeof output), 4);
  CU_ASSERT_PTR_NOT_NULL(strstr(output, "done"));
}

int main(int argc, char **argv) {
  static const struct child_program children[] = {CHILD(left_open), CHILD(exit_in_a_task), CHILD(shut_down_and_forgotten), {NULL, NULL}};
  static const struct test tests[] = {
      TEST(a_future_gives_what_the_task_gave),
      TEST(no_workers_answer_EINVAL),
      TEST(a_tasks_failure_reaches_who_asks_for_the_result),
      TEST(one_worker_runs_tasks_in_the_order_in_which_they_came),
      TEST(no_more_than_max_workers_run_at_once),
      TEST(as_many_as_max_workers_run_at_once),
      TEST(workers_are_made_as_tasks_come),
      TEST(workers_bear_its_name_and_are_no_daemons),
      TEST(a_result_may_time_out),
      TEST(a_pending_one_is_cancelled_a_running_and_a_done_one_are_not),
      TEST(a_future_that_was_released_is_run_all_the_same),
      TEST(futures_outlive_their_executor),
      TEST(a_shutdown_runs_what_is_queued),
      TEST(a_shutdown_that_cancels_leaves_what_has_begun),
      TEST(one_without_tasks_is_shut_down_and_destroyed),
      TEST(several_may_wait_for_the_end),
      TEST(a_worker_cannot_wait_for_its_own_end),
      TEST(a_worker_can_wait_for_the_end_of_another_pool),
      TEST(map_gives_results_in_the_order_of_the_arguments),
      TEST(map_answers_the_first_failure_and_runs_all),
      TEST(a_task_may_submit),
      TEST(a_worker_that_waits_for_its_own_full_pool_is_told_EDEADLK),
      TEST(a_task_that_waits_for_itself_is_told_EDEADLK),
      TEST(one_that_waits_for_a_time_is_not_told_so),
      TEST(nobody_is_told_EDEADLK_while_a_worker_is_left),
      TEST(one_only_is_told_of_a_starvation_and_the_others_go_on),
      TEST(a_pool_that_is_shut_down_does_not_starve_while_a_worker_runs),
      TEST(a_map_that_starves_leaves_nothing_to_be_run),
      TEST(what_is_not_cancelled_is_run_once),
      TEST(errno_is_left_alone),
      TEST(what_was_submitted_is_done_before_the_process_ends),
      TEST(a_task_may_exit_the_process),
      TEST(one_that_was_shut_down_may_go_without_destroy),
  };
  return run_suite("executor", tests, sizeof tests / sizeof *tests, children, argc, argv);
}
