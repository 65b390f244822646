/* test_with_exceptions.cpp - TRACK_WITH in C++: exceptions release. */
#include <CUnit/Basic.h>
#include <stdexcept>

#include "track/track.h"

static track_lock lock = TRACK_LOCK_INIT("with");
static track_rlock rlock = TRACK_RLOCK_INIT("with too");

static void throw_within() {
  TRACK_WITH(&rlock)
  TRACK_WITH(&lock) throw std::runtime_error("out");
}

static void an_exception_releases() {
  bool is_caught = false;
  try {
    throw_within();
  } catch (const std::runtime_error &) {
    is_caught = true;
  }
  CU_ASSERT_TRUE(is_caught);
  CU_ASSERT_FALSE(track_lock_is_locked(&lock));
  CU_ASSERT_EQUAL(track_rlock_depth(&rlock), 0);
}

static int return_within() {
  TRACK_WITH(&lock) return track_lock_is_locked(&lock);
  return 2;
}

static void return_releases() {
  CU_ASSERT_EQUAL(return_within(), 1);
  CU_ASSERT_FALSE(track_lock_is_locked(&lock));
}

/* Thrown by a predicate through the library, whose wait is left with the lock held. */
static bool throw_when_asked(void *) {
  throw std::runtime_error("predicate");
}

static void an_exception_of_a_predicate_passes_through(void) {
  track_condition c = TRACK_CONDITION_INIT("c");
  bool is_caught = false;
  try {
    TRACK_WITH(&c) track_condition_wait_for(&c, throw_when_asked, nullptr, -1);
  } catch (const std::runtime_error &) {
    is_caught = true;
  }
  CU_ASSERT_TRUE(is_caught);
  CU_ASSERT_EQUAL(track_condition_destroy(&c), 0);
}

static void all_kinds_have_their_overload() {
  track_condition c = TRACK_CONDITION_INIT("c");
  track_semaphore s = TRACK_SEMAPHORE_INIT(1, "s");
  track_bounded_semaphore b = TRACK_BOUNDED_SEMAPHORE_INIT(1, "b");
  track_executor e;
  track_executor_init(&e, 1, "e");
  int n = 0;
  TRACK_WITH(&c) TRACK_WITH(&s) TRACK_WITH(&b) TRACK_WITH(&e) {
    n += track_semaphore_value(&s) == 0;
    n += track_bounded_semaphore_value(&b) == 0;
  }
  CU_ASSERT_EQUAL(n, 2);
  CU_ASSERT_EQUAL(track_semaphore_value(&s), 1);
  CU_ASSERT_EQUAL(track_bounded_semaphore_value(&b), 1);
  CU_ASSERT_EQUAL(track_executor_destroy(&e), 0);
}

int main() {
  CU_initialize_registry();
  CU_pSuite suite = CU_add_suite("with, in C++", nullptr, nullptr);
  CU_add_test(suite, "an_exception_releases", an_exception_releases);
  CU_add_test(suite, "return_releases", return_releases);
  CU_add_test(suite, "an_exception_of_a_predicate_passes_through", an_exception_of_a_predicate_passes_through);
  CU_add_test(suite, "all_kinds_have_their_overload", all_kinds_have_their_overload);
  CU_basic_set_mode(CU_BRM_VERBOSE);
  CU_basic_run_tests();
  int is_failed = CU_get_number_of_failures() > 0;
  CU_cleanup_registry();
  return is_failed;
}
