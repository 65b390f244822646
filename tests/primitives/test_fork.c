/* test_fork.c - a process with running primitives forks: the child has them all, and none of its parent's threads. */
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

#define CHECK(condition)                                                                                                                   \
  do                                                                                                                                       \
    if (!(condition))                                                                                                                      \
      return __LINE__ % 200 + 2;                                                                                                           \
  while (0)

/* Waits of a child end at last, but not before its alarm. */
static int release_lock(void *lock) {
  return track_lock_release(lock);
}
static int set_event(void *event) {
  return track_event_set(event);
}
static int post(void *semaphore) {
  return track_semaphore_release(semaphore, 1);
}
static int meet(void *barrier) {
  return track_barrier_wait(barrier, NULL);
}
static int give_back(void *arg, void **ret_result) {
  *ret_result = arg;
  return 0;
}

static struct {
  struct track_lock lock;
  struct track_rlock rlock;
  struct track_condition condition;
  struct track_semaphore semaphore;
  struct track_event event, may_end;
  struct track_barrier barrier;
  struct track_queue queue;
  struct track_local local;
  struct track_executor executor;
  struct track_timer timer;
} all;

static void init_all(void) {
  track_lock_init(&all.lock, NULL);
  track_rlock_init(&all.rlock, NULL);
  track_condition_init(&all.condition, NULL);
  track_semaphore_init(&all.semaphore, 0, NULL);
  track_event_init(&all.event, NULL);
  track_event_init(&all.may_end, NULL);
  track_barrier_init(&all.barrier, 2, NULL, NULL, NULL);
  track_queue_init(&all.queue, 0, NULL);
  track_local_init(&all.local, NULL, NULL, NULL);
  track_executor_init(&all.executor, 2, NULL);
}

static void end_all(void) {
  CU_ASSERT_EQUAL(track_executor_destroy(&all.executor), 0);
  CU_ASSERT_EQUAL(track_queue_destroy(&all.queue), 0);
  CU_ASSERT_EQUAL(track_local_destroy(&all.local), 0);
}

static void fire(void *event) {
  track_event_set(event);
}

static void *notify_condition(void *condition) {
  TRACK_WITH((struct track_condition *)condition) {
    track_condition_notify(condition, 1);
  }
  return NULL;
}

static int start(struct track_thread *t, void *(*run)(void *), void *arg) {
  track_thread_init(t, run, arg, NULL);
  return track_thread_start(t);
}

struct call {
  int (*act)(void *);
  void *arg;
};
static void *make_call(void *call) {
  struct call *c = call;
  return (void *)(intptr_t)c->act(c->arg);
}

/* Each primitive, between two threads of this process. */
static int use_all(void) {
  struct track_thread t;
  void *got = NULL;
  struct track_future *f;
  CHECK(!track_lock_acquire(&all.lock));
  struct call release = {release_lock, &all.lock};
  CHECK(!start(&t, make_call, &release));
  CHECK(!track_lock_acquire(&all.lock) && !track_lock_release(&all.lock) && !track_thread_join(&t, NULL));
  CHECK(!track_rlock_acquire(&all.rlock) && !track_rlock_acquire(&all.rlock) && track_rlock_depth(&all.rlock) == 2);
  CHECK(!track_rlock_release(&all.rlock) && !track_rlock_release(&all.rlock));
  struct call posting = {post, &all.semaphore};
  CHECK(!start(&t, make_call, &posting));
  CHECK(!track_semaphore_acquire(&all.semaphore) && !track_thread_join(&t, NULL));
  struct call setting = {set_event, &all.event};
  CHECK(!start(&t, make_call, &setting));
  CHECK(!track_event_wait(&all.event) && !track_thread_join(&t, NULL));
  track_event_clear(&all.event);
  track_condition_acquire(&all.condition);
  CHECK(!start(&t, notify_condition, &all.condition));
  CHECK(!track_condition_wait(&all.condition));
  track_condition_release(&all.condition);
  CHECK(!track_thread_join(&t, NULL) && !track_condition_destroy(&all.condition));
  track_condition_init(&all.condition, NULL);
  CHECK(!track_queue_put(&all.queue, &got) && !track_queue_get(&all.queue, &got) && got == &got && !track_queue_task_done(&all.queue));
  CHECK(!track_local_set(&all.local, &got) && track_local_get(&all.local) == &got);
  CHECK(!track_executor_submit(&all.executor, give_back, &got, &f));
  CHECK(!track_future_result(f, -1, NULL));
  track_future_release(f);
  CHECK(!track_timer_init(&all.timer, 1000, fire, &all.event, NULL) && !track_timer_start(&all.timer));
  CHECK(!track_event_wait(&all.event) && !track_timer_join(&all.timer) && !track_timer_destroy(&all.timer));
  track_event_clear(&all.event);
  track_log(TRACK_DEBUG, "%s", "child");
  return 0;
}

static int use_barrier(void) {
  struct track_thread t;
  struct call meeting = {meet, &all.barrier};
  CHECK(!start(&t, make_call, &meeting));
  CHECK(!track_barrier_wait(&all.barrier, NULL) && !track_thread_join(&t, NULL));
  return 0;
}

static int use_all_and_barrier(void) {
  int answer = use_barrier();
  return answer ? answer : use_all();
}

static void the_child_of_a_process_with_primitives_can_use_them(void) {
  init_all();
  CU_ASSERT_EQUAL(use_all_and_barrier(), 0);
  CU_ASSERT_EQUAL(in_child(use_all_and_barrier), 0);
  CU_ASSERT_EQUAL(use_all_and_barrier(), 0);
  end_all();
}

/* The parent's threads wait for everything. */

static int wait_condition(void *condition) {
  track_condition_acquire(condition);
  int answer = track_condition_wait(condition);
  track_condition_release(condition);
  return answer;
}
static int wait_event(void *event) {
  return track_event_wait(event);
}
static int wait_semaphore(void *semaphore) {
  return track_semaphore_acquire(semaphore);
}
static int wait_queue(void *queue) {
  return track_queue_get(queue, NULL);
}
static int wait_local(void *local) {
  track_local_set(local, local);
  return track_event_wait(&all.may_end);
}

enum { WAITERS = 5 };
static struct actor waiters[WAITERS];
static void start_waiters(void) {
  init_all();
  actor_start(&waiters[0], wait_condition, &all.condition);
  actor_start(&waiters[1], wait_event, &all.event);
  actor_start(&waiters[2], wait_semaphore, &all.semaphore);
  actor_start(&waiters[3], wait_queue, &all.queue);
  actor_start(&waiters[4], wait_local, &all.local);
  for (int i = 0; i < WAITERS; i++)
    AWAIT(waiters[i].tid && is_asleep_on(waiters[i].tid, NULL, SIZE_MAX));
}

static void end_waiters(void) {
  track_condition_acquire(&all.condition);
  track_condition_notify_all(&all.condition);
  track_condition_release(&all.condition);
  track_event_set(&all.event);
  track_event_set(&all.may_end);
  track_semaphore_release(&all.semaphore, 1);
  track_queue_put(&all.queue, NULL);
  for (int i = 0; i < WAITERS; i++)
    CU_ASSERT_EQUAL(actor_join(&waiters[i]), 0);
  end_all();
}

static void what_the_parents_threads_wait_for_works_in_the_child(void) {
  start_waiters();
  CU_ASSERT_EQUAL(in_child(use_all), 0);
  CU_ASSERT_EQUAL(in_child(use_all), 0);
  end_waiters();
}

static int look_around(void) {
  struct track_thread *listed[4];
  CHECK(track_thread_active_count() == 1);
  CHECK(track_thread_enumerate(listed, 4) == 1 && listed[0] == track_thread_current());
  CHECK(track_thread_main() == track_thread_current());
  CHECK(track_thread_native_id(track_thread_main()) == getpid());
  for (int i = 0; i < WAITERS; i++)
    CHECK(!track_thread_is_alive(&waiters[i].thread) && !track_thread_join(&waiters[i].thread, NULL));
  struct track_thread t;
  CHECK(!start(&t, make_call, &(struct call){set_event, &all.may_end}) && !track_thread_join(&t, NULL));
  CHECK(track_thread_active_count() == 1);
  return 0;
}

static void the_parents_threads_are_not_alive_in_the_child(void) {
  start_waiters();
  CU_ASSERT_EQUAL(in_child(look_around), 0);
  for (int i = 0; i < WAITERS; i++)
    CU_ASSERT_TRUE(track_thread_is_alive(&waiters[i].thread));
  end_waiters();
}

static int answer_6(void) {
  return 6;
}

static void the_end_of_the_child_does_not_wait_for_the_parents_threads(void) {
  start_waiters();
  CU_ASSERT_EQUAL(in_child(answer_6), 6);
  end_waiters();
}

static int grandchild(void) {
  return in_child(use_all) ? 7 : use_all();
}

static void a_grandchild_can_use_all(void) {
  start_waiters();
  CU_ASSERT_EQUAL(in_child(grandchild), 0);
  end_waiters();
}

/* In the child the stacks of the parent's waiters are others' memory: its new threads have them. */
enum { CROWD = 8 };
static struct actor crowd[CROWD];
static atomic_int n_waiting;

static int wait_in_crowd(void *condition) {
  volatile char deep[30000];
  deep[sizeof deep - 1] = deep[0] = 1;
  track_condition_acquire(condition);
  n_waiting++;
  int answer = track_condition_wait(condition);
  track_condition_release(condition);
  return answer + deep[0] - 1;
}

static void *fill_stack(void *arg) {
  char full[60000];
  memset(full, 0xee, sizeof full);
  __asm__ volatile("" : : "r"(full) : "memory");
  return arg;
}

static int wait_anew(void) {
  struct track_thread threads[2 * CROWD], t;
  for (int i = 0; i < 2 * CROWD; i++)
    CHECK(!start(&threads[i], fill_stack, NULL));
  for (int i = 0; i < 2 * CROWD; i++)
    CHECK(!track_thread_join(&threads[i], NULL));
  for (int i = 0; i < 3; i++) {
    track_condition_acquire(&all.condition);
    CHECK(!start(&t, notify_condition, &all.condition)); /* one notification: for the one waiter that there is */
    CHECK(!track_condition_wait_timeout(&all.condition, TRACK_S(15)));
    track_condition_release(&all.condition);
    CHECK(!track_thread_join(&t, NULL));
  }
  CHECK(!track_condition_destroy(&all.condition));
  return 0;
}

static void a_condition_forgets_the_parents_waiters(void) {
  track_condition_init(&all.condition, "crowded");
  n_waiting = 0;
  for (int i = 0; i < CROWD; i++)
    actor_start(&crowd[i], wait_in_crowd, &all.condition);
  AWAIT(n_waiting == CROWD);
  track_condition_acquire(&all.condition);
  track_condition_release(&all.condition);
  CU_ASSERT_EQUAL(in_child(wait_anew), 0);
  track_condition_acquire(&all.condition);
  track_condition_notify_all(&all.condition);
  track_condition_release(&all.condition);
  for (int i = 0; i < CROWD; i++)
    CU_ASSERT_EQUAL(actor_join(&crowd[i]), 0);
}

/* Locks keep their owner. */

static int release_what_was_held(void) {
  CHECK(track_lock_is_locked(&all.lock) && !track_lock_release(&all.lock));
  CHECK(track_rlock_depth(&all.rlock) == 2);
  CHECK(!track_rlock_release(&all.rlock) && !track_rlock_release(&all.rlock));
  CHECK(track_rlock_release(&all.rlock) == EPERM);
  return 0;
}

static void what_the_forking_thread_held_it_holds_in_the_child(void) {
  init_all();
  track_lock_acquire(&all.lock);
  track_rlock_acquire(&all.rlock);
  track_rlock_acquire(&all.rlock);
  CU_ASSERT_EQUAL(in_child(release_what_was_held), 0);
  CU_ASSERT_EQUAL(release_what_was_held(), 0);
  end_all();
}

/* Executors. */

static struct track_future *done, *running, *pending;
static struct track_event task_runs = TRACK_EVENT_INIT("runs"), task_may_end = TRACK_EVENT_INIT("may end");
static int wait_to_end(void *arg, void **ret_result) {
  *ret_result = arg;
  track_event_set(&task_runs);
  return track_event_wait(&task_may_end);
}

static int ask_futures(void) {
  void *result = NULL;
  CHECK(!track_future_result(done, -1, &result) && result == &done);
  CHECK(track_future_result(pending, -1, NULL) == ECANCELED && track_future_is_cancelled(pending));
  CHECK(track_future_result(running, -1, NULL) == ECANCELED && track_future_is_done(running) && !track_future_is_running(running));
  track_future_release(done);
  track_future_release(pending);
  track_future_release(running);
  struct track_future *f;
  CHECK(!track_executor_submit(&all.executor, give_back, &done, &f));
  CHECK(!track_future_result(f, -1, &result) && result == &done);
  track_future_release(f);
  CHECK(!track_executor_destroy(&all.executor));
  return 0;
}

static void what_a_pool_had_to_do_is_cancelled_in_the_child_and_it_works_anew(void) {
  track_executor_init(&all.executor, 1, "forked");
  track_executor_submit(&all.executor, give_back, &done, &done);
  CU_ASSERT_EQUAL(track_future_result(done, -1, NULL), 0);
  track_executor_submit(&all.executor, wait_to_end, NULL, &running);
  track_executor_submit(&all.executor, give_back, NULL, &pending);
  track_event_wait(&task_runs);
  CU_ASSERT_EQUAL(in_child(ask_futures), 0);
  track_event_set(&task_may_end);
  CU_ASSERT_EQUAL(track_future_result(running, -1, NULL), 0);
  CU_ASSERT_EQUAL(track_future_result(pending, -1, NULL), 0);
  track_future_release(done);
  track_future_release(running);
  track_future_release(pending);
  CU_ASSERT_EQUAL(track_executor_destroy(&all.executor), 0);
}

static int submit_in_child(void) {
  struct track_future *f;
  CHECK(track_executor_shutdown(&all.executor, true, false) == EDEADLK); /* this is a worker */
  struct track_executor own;
  CHECK(!track_executor_init(&own, 2, NULL) && !track_executor_submit(&own, give_back, NULL, &f));
  CHECK(!track_future_result(f, -1, NULL));
  track_future_release(f);
  CHECK(!track_executor_destroy(&own));
  return 0;
}

static int fork_in_task(void *arg, void **ret_result) {
  *ret_result = arg;
  return in_child(submit_in_child);
}

static void a_worker_may_fork(void) {
  struct track_future *f;
  track_executor_init(&all.executor, 2, "forks");
  track_executor_submit(&all.executor, fork_in_task, NULL, &f);
  CU_ASSERT_EQUAL(track_future_result(f, -1, NULL), 0);
  track_future_release(f);
  CU_ASSERT_EQUAL(track_executor_destroy(&all.executor), 0);
}

/* Forks in other threads. */

static int is_main_here(void) {
  CHECK(track_thread_main() == track_thread_current() && track_thread_active_count() == 1);
  CHECK(track_thread_join(track_thread_current(), NULL) == EDEADLK);
  return 0;
}

static int fork_here(void *arg) {
  (void)arg;
  return in_child(is_main_here);
}

static void *fork_in_pthread(void *is_known) {
  if (is_known)
    track_thread_current();
  return (void *)(intptr_t)in_child(is_main_here);
}

static void whoever_forks_is_the_childs_main_thread(void) {
  struct actor a;
  pthread_t t;
  void *answer;
  actor_start(&a, fork_here, NULL);
  CU_ASSERT_EQUAL(actor_join(&a), 0);
  for (uintptr_t is_known = 0; is_known < 2; is_known++) {
    pthread_create(&t, NULL, fork_in_pthread, (void *)is_known);
    pthread_join(t, &answer);
    CU_ASSERT_PTR_NULL(answer);
  }
  CU_ASSERT_PTR_EQUAL(track_thread_main(), track_thread_current());
}

/* The library's own locks are in use at the forks. */

static atomic_bool is_over;
static int use_locals(void *arg) {
  while (!is_over) {
    struct track_local l;
    track_local_init(&l, NULL, NULL, NULL);
    track_local_set(&l, arg);
    track_local_destroy(&l);
  }
  return 0;
}
static int use_log(void *arg) {
  (void)arg;
  while (!is_over)
    track_log(TRACK_INFO, "a line");
  return 0;
}
static void *do_nothing(void *arg) {
  return arg;
}
static int use_threads(void *arg) {
  while (!is_over) {
    struct track_thread t;
    start(&t, do_nothing, arg);
    track_thread_join(&t, NULL);
  }
  return 0;
}
static int use_pools(void *arg) {
  struct track_executor e;
  while (!is_over) {
    track_executor_init(&e, 2, NULL);
    for (int i = 0; i < 10; i++)
      track_executor_submit(&e, give_back, arg, NULL);
    track_executor_destroy(&e);
  }
  return 0;
}

static int use_what_all_share(void) {
  struct track_local l;
  struct track_thread t;
  struct track_executor e;
  track_local_init(&l, NULL, NULL, NULL);
  CHECK(!track_local_set(&l, &l) && !track_local_destroy(&l));
  track_log(TRACK_INFO, "a child's line");
  CHECK(!start(&t, do_nothing, NULL) && !track_thread_join(&t, NULL));
  CHECK(!track_executor_init(&e, 2, NULL) && !track_executor_submit(&e, give_back, NULL, NULL) && !track_executor_destroy(&e));
  return 0;
}

static void forks_meet_no_lock_of_the_library_held(void) {
  struct actor actors[4];
  int n_wrong = 0, fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
  track_log_configure(NULL, TRACK_DEBUG, fd);
  is_over = false;
  actor_start(&actors[0], use_locals, NULL);
  actor_start(&actors[1], use_log, NULL);
  actor_start(&actors[2], use_threads, NULL);
  actor_start(&actors[3], use_pools, NULL);
  for (int i = 0; i < 40; i++)
    n_wrong += in_child(use_what_all_share) != 0;
  is_over = true;
  for (int i = 0; i < 4; i++)
    actor_join(&actors[i]);
  CU_ASSERT_EQUAL(n_wrong, 0);
  track_log_configure(NULL, TRACK_DEBUG, 2);
  close(fd);
}

int main(void) {
  static const struct test tests[] = {
      TEST(the_child_of_a_process_with_primitives_can_use_them),
      TEST(what_the_parents_threads_wait_for_works_in_the_child),
      TEST(the_parents_threads_are_not_alive_in_the_child),
      TEST(the_end_of_the_child_does_not_wait_for_the_parents_threads),
      TEST(a_grandchild_can_use_all),
      TEST(a_condition_forgets_the_parents_waiters),
      TEST(what_the_forking_thread_held_it_holds_in_the_child),
      TEST(what_a_pool_had_to_do_is_cancelled_in_the_child_and_it_works_anew),
      TEST(a_worker_may_fork),
      TEST(whoever_forks_is_the_childs_main_thread),
      TEST(forks_meet_no_lock_of_the_library_held),
  };
  return SUITE("fork", tests);
}
