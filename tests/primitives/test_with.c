/* test_with.c - TRACK_WITH: released on every way out of the block. */
#include <pthread.h>

#include "support.h"

static struct track_lock lock = TRACK_LOCK_INIT("with");

static bool is_held(void) {
  return track_lock_is_locked(&lock);
}

static void the_block_runs_once_and_holds_it(void) {
  int n = 0;
  TRACK_WITH(&lock) {
    CU_ASSERT_TRUE(is_held());
    n++;
  }
  CU_ASSERT_EQUAL(n, 1);
  CU_ASSERT_FALSE(is_held());
}

static int return_from_within(void) {
  TRACK_WITH(&lock) {
    return is_held() ? 7 : 8;
  }
  return 9;
}

static void return_releases(void) {
  CU_ASSERT_EQUAL(return_from_within(), 7);
  CU_ASSERT_FALSE(is_held());
}

static void break_leaves_the_block_and_not_the_loop_around_it(void) {
  int n = 0;
  for (int i = 0; i < 3; i++) {
    TRACK_WITH(&lock) {
      if (i == 1)
        break;
      n += is_held();
    }
    CU_ASSERT_FALSE(is_held());
  }
  CU_ASSERT_EQUAL(n, 2);
}

static void continue_leaves_the_block(void) {
  int n = 0;
  for (int i = 0; i < 3; i++) {
    TRACK_WITH(&lock) {
      if (i == 1)
        continue;
      n += is_held();
    }
    CU_ASSERT_FALSE(is_held());
    n += 10;
  }
  CU_ASSERT_EQUAL(n, 32);
}

static void goto_releases(void) {
  TRACK_WITH(&lock) {
    if (is_held())
      goto out;
    CU_FAIL("goto did not leave");
  }
out:
  CU_ASSERT_FALSE(is_held());
}

static void blocks_nest(void) {
  struct track_rlock l = TRACK_RLOCK_INIT("nested");
  TRACK_WITH(&l)
  TRACK_WITH(&l) {
    TRACK_WITH(&lock) {
      CU_ASSERT_EQUAL(track_rlock_depth(&l), 2);
      CU_ASSERT_TRUE(is_held());
    }
    CU_ASSERT_FALSE(is_held());
    CU_ASSERT_EQUAL(track_rlock_depth(&l), 2);
  }
  CU_ASSERT_EQUAL(track_rlock_depth(&l), 0);
}

static void the_pointer_is_evaluated_once(void) {
  struct track_lock locks[2] = {TRACK_LOCK_INIT("0"), TRACK_LOCK_INIT("1")}, *next = locks;
  TRACK_WITH(next++) {
    CU_ASSERT_TRUE(track_lock_is_locked(&locks[0]));
    CU_ASSERT_FALSE(track_lock_is_locked(&locks[1]));
  }
  CU_ASSERT_FALSE(track_lock_is_locked(&locks[0]));
  CU_ASSERT_PTR_EQUAL(next, locks + 1);
}

static void it_is_released_as_it_was_when_the_variable_changes(void) {
  struct track_lock locks[2] = {TRACK_LOCK_INIT("0"), TRACK_LOCK_INIT("1")}, *l = locks;
  TRACK_WITH(l) {
    l++;
  }
  CU_ASSERT_FALSE(track_lock_is_locked(&locks[0]));
}

static void all_kinds_are_held_within_and_given_back(void) {
  struct track_rlock r = TRACK_RLOCK_INIT("r");
  struct track_condition own = TRACK_CONDITION_INIT("own"), on_rlock, on_lock;
  struct track_semaphore s = TRACK_SEMAPHORE_INIT(1, "s");
  struct track_bounded_semaphore b = TRACK_BOUNDED_SEMAPHORE_INIT(2, "b");
  struct track_lock l = TRACK_LOCK_INIT("l");
  track_condition_init_rlock(&on_rlock, &r, "on rlock");
  track_condition_init_lock(&on_lock, &l, "on lock");
  TRACK_WITH(&r) {
    CU_ASSERT_EQUAL(track_rlock_depth(&r), 1);
  }
  TRACK_WITH(&own) {
    CU_ASSERT_EQUAL(track_condition_notify(&own, 1), 0);
  }
  CU_ASSERT_EQUAL(track_condition_notify(&own, 1), EPERM);
  TRACK_WITH(&on_rlock) {
    CU_ASSERT_EQUAL(track_rlock_depth(&r), 1);
  }
  TRACK_WITH(&on_lock) {
    CU_ASSERT_TRUE(track_lock_is_locked(&l));
  }
  CU_ASSERT_FALSE(track_lock_is_locked(&l));
  CU_ASSERT_EQUAL(track_rlock_depth(&r), 0);
  TRACK_WITH(&s) {
    CU_ASSERT_EQUAL(track_semaphore_value(&s), 0);
  }
  CU_ASSERT_EQUAL(track_semaphore_value(&s), 1);
  TRACK_WITH(&b) {
    CU_ASSERT_EQUAL(track_bounded_semaphore_value(&b), 1);
  }
  CU_ASSERT_EQUAL(track_bounded_semaphore_value(&b), 2);
}

static int count(void *arg, void **ret_result) {
  (void)ret_result;
  atomic_fetch_add((atomic_int *)arg, 1);
  return 0;
}

static void leaving_an_executors_block_waits_for_its_tasks(void) {
  atomic_int n = 0;
  struct track_executor e;
  track_executor_init(&e, 2, "with");
  TRACK_WITH(&e) {
    for (int i = 0; i < 20; i++)
      CU_ASSERT_EQUAL(track_executor_submit(&e, count, &n, NULL), 0);
  }
  CU_ASSERT_EQUAL(n, 20);
  CU_ASSERT_EQUAL(track_executor_submit(&e, count, &n, NULL), ECANCELED);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
}

static void *exit_within(void *arg) {
  TRACK_WITH(&lock) {
    pthread_exit(arg);
  }
  return NULL;
}

static void pthread_exit_releases(void) {
  struct track_thread t;
  track_thread_init(&t, exit_within, NULL, NULL);
  CU_ASSERT_EQUAL(track_thread_start(&t), 0);
  CU_ASSERT_EQUAL(track_thread_join(&t, NULL), 0);
  CU_ASSERT_FALSE(is_held());
}

static void *wait_within(void *arg) {
  (void)arg;
  TRACK_WITH(&lock) {
    for (;;) /* a cancellation point */
      poll_again(now_ns());
  }
  return NULL;
}

static void cancellation_releases(void) {
  struct track_thread t;
  void *result = NULL;
  track_thread_init(&t, wait_within, NULL, NULL);
  CU_ASSERT_EQUAL(track_thread_start(&t), 0);
  AWAIT(is_held());
  pthread_cancel((pthread_t)track_thread_ident(&t));
  CU_ASSERT_EQUAL(track_thread_join(&t, &result), 0);
  CU_ASSERT_PTR_EQUAL(result, PTHREAD_CANCELED);
  CU_ASSERT_FALSE(is_held());
}

static void what_the_block_released_itself_is_not_released_for_another(void) {
  struct track_rlock l = TRACK_RLOCK_INIT("given back early");
  TRACK_WITH(&l) {
    CU_ASSERT_EQUAL(track_rlock_release(&l), 0);
  }
  CU_ASSERT_EQUAL(track_rlock_depth(&l), 0);
  CU_ASSERT_EQUAL(track_rlock_try_acquire(&l), 0);
  CU_ASSERT_EQUAL(track_rlock_release(&l), 0);
}

int main(void) {
  static const struct test tests[] = {
      TEST(the_block_runs_once_and_holds_it),
      TEST(return_releases),
      TEST(break_leaves_the_block_and_not_the_loop_around_it),
      TEST(continue_leaves_the_block),
      TEST(goto_releases),
      TEST(blocks_nest),
      TEST(the_pointer_is_evaluated_once),
      TEST(it_is_released_as_it_was_when_the_variable_changes),
      TEST(all_kinds_are_held_within_and_given_back),
      TEST(leaving_an_executors_block_waits_for_its_tasks),
      TEST(pthread_exit_releases),
      TEST(cancellation_releases),
      TEST(what_the_block_released_itself_is_not_released_for_another),
  };
  return SUITE("with", tests);
}
