/* test_lockset.c - interned lock sets: equal sets are one number, steps lead where a plain set would lead. */
#include <CUnit/Basic.h>
#include <stdlib.h>

#include "model/event.h"
#include "model/lockset.h"

static struct lockset_member exclusive(uint32_t object) {
  return (struct lockset_member){object, false};
}
static struct lockset_member shared(uint32_t object) {
  return (struct lockset_member){object, true};
}

static uint32_t add(struct lockset_table *table, uint32_t set, uint32_t object) {
  return lockset_add(table, set, exclusive(object));
}

static void equal_sets_have_one_number_whatever_the_order(void) {
  struct lockset_table *table = lockset_table_new();
  uint32_t a = add(table, add(table, add(table, LOCKSET_EMPTY, 7), 3), 5);
  uint32_t b = add(table, add(table, add(table, LOCKSET_EMPTY, 5), 7), 3);
  CU_ASSERT_EQUAL(a, b);
  CU_ASSERT_EQUAL(lockset_size(table, a), 3);
  for (uint32_t i = 0; i < 3; i++)
    CU_ASSERT_EQUAL(lockset_members(table, a)[i].object, 3 + 2 * i);
  lockset_table_free(table);
}

static void removing_undoes_adding_in_any_order(void) {
  struct lockset_table *table = lockset_table_new();
  uint32_t one = add(table, LOCKSET_EMPTY, 1), both = add(table, one, 2);
  CU_ASSERT_EQUAL(lockset_remove(table, both, 2), one);
  CU_ASSERT_EQUAL(lockset_remove(table, both, 1), add(table, LOCKSET_EMPTY, 2));
  CU_ASSERT_EQUAL(lockset_remove(table, one, 1), LOCKSET_EMPTY);
  CU_ASSERT_EQUAL(lockset_remove(table, one, 9), one);
  CU_ASSERT_EQUAL(lockset_remove(table, LOCKSET_EMPTY, 9), LOCKSET_EMPTY);
  lockset_table_free(table);
}

static void shared_and_exclusive_members_make_different_sets(void) {
  struct lockset_table *table = lockset_table_new();
  uint32_t read = lockset_add(table, LOCKSET_EMPTY, shared(4)), write = add(table, LOCKSET_EMPTY, 4);
  CU_ASSERT_NOT_EQUAL(read, write);
  CU_ASSERT_TRUE(lockset_members(table, read)[0].is_shared);
  CU_ASSERT_EQUAL(lockset_remove(table, read, 4), LOCKSET_EMPTY);
  uint32_t both = lockset_add(table, add(table, LOCKSET_EMPTY, 1), shared(4));
  CU_ASSERT_EQUAL(add(table, both, 4), add(table, write, 1)); /* a member is there once: the later mode counts */
  lockset_table_free(table);
}

static void a_common_member_guards_unless_both_sides_share_it(void) {
  struct lockset_table *table = lockset_table_new();
  uint32_t read = lockset_add(table, add(table, LOCKSET_EMPTY, 1), shared(4)), other_read = lockset_add(table, LOCKSET_EMPTY, shared(4));
  uint32_t write = add(table, add(table, LOCKSET_EMPTY, 2), 4);
  CU_ASSERT_EQUAL(lockset_common_guard(table, read, other_read), NO_INDEX);
  CU_ASSERT_EQUAL(lockset_common_guard(table, read, write), 4);
  CU_ASSERT_EQUAL(lockset_common_guard(table, write, write), 2);
  CU_ASSERT_EQUAL(lockset_common_guard(table, read, LOCKSET_EMPTY), NO_INDEX);
  lockset_table_free(table);
}

enum { OBJECTS = 60, STEPS = 200000 };

/* A walk over far more sets than the step cache holds, against an array of flags. */
static void a_long_walk_agrees_with_a_plain_set(void) {
  struct lockset_table *table = lockset_table_new();
  bool is_in[OBJECTS] = {false};
  uint32_t set = LOCKSET_EMPTY, size = 0, wrong = 0;
  unsigned seed = 1;
  for (int i = 0; i < STEPS; i++) {
    seed = seed * 1103515245u + 12345u;
    uint32_t object = (seed >> 16) % OBJECTS;
    set = is_in[object] ? lockset_remove(table, set, object) : add(table, set, object);
    size += is_in[object] ? UINT32_MAX : 1;
    is_in[object] = !is_in[object];
    wrong += lockset_size(table, set) != size || lockset_contains(table, set, object) != is_in[object];
  }
  for (uint32_t i = 0; i < OBJECTS; i++)
    wrong += lockset_contains(table, set, i) != is_in[i];
  CU_ASSERT_EQUAL(wrong, 0);
  uint32_t again = LOCKSET_EMPTY;
  for (uint32_t i = OBJECTS; i-- > 0;)
    if (is_in[i])
      again = add(table, again, i);
  CU_ASSERT_EQUAL(again, set);
  lockset_table_free(table);
}

static void members_stay_where_they_are_while_the_table_grows(void) {
  struct lockset_table *table = lockset_table_new();
  uint32_t first = add(table, add(table, LOCKSET_EMPTY, 1), 2);
  const struct lockset_member *members = lockset_members(table, first);
  for (uint32_t i = 3; i < 50000; i++)
    add(table, first, i);
  CU_ASSERT_PTR_EQUAL(lockset_members(table, first), members);
  CU_ASSERT_EQUAL(members[0].object, 1);
  CU_ASSERT_EQUAL(members[1].object, 2);
  lockset_table_free(table);
}

static CU_TestInfo tests[] = {
    {"equal_sets_have_one_number_whatever_the_order", equal_sets_have_one_number_whatever_the_order},
    {"removing_undoes_adding_in_any_order", removing_undoes_adding_in_any_order},
    {"shared_and_exclusive_members_make_different_sets", shared_and_exclusive_members_make_different_sets},
    {"a_common_member_guards_unless_both_sides_share_it", a_common_member_guards_unless_both_sides_share_it},
    {"a_long_walk_agrees_with_a_plain_set", a_long_walk_agrees_with_a_plain_set},
    {"members_stay_where_they_are_while_the_table_grows", members_stay_where_they_are_while_the_table_grows},
    CU_TEST_INFO_NULL,
};

static CU_SuiteInfo suites[] = {{"lockset", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};

int main(void) {
  if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS)
    return 1;
  CU_basic_set_mode(CU_BRM_VERBOSE);
  CU_basic_run_tests();
  unsigned failures = CU_get_number_of_failures();
  CU_cleanup_registry();
  return failures > 255 ? 255 : (int)failures;
}
