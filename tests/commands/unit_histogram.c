/* Durations in buckets: exact where that is promised, near elsewhere. */
#include <CUnit/Basic.h>

#include "commands/histogram.h"
#include "commands/tally.h"

static void an_empty_histogram_has_no_quantile(void) {
  struct histogram histogram = {0};
  CU_ASSERT_EQUAL(histogram_quantile(&histogram, 50), 0);
}

static void one_value_is_every_quantile(void) {
  static const uint64_t values[] = {0, 1, 7, 8, 9, 1000, 123456789, UINT64_MAX / 2};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    struct histogram histogram = {0};
    histogram_add(&histogram, values[i]);
    CU_ASSERT_EQUAL(histogram_quantile(&histogram, 0), values[i]);
    CU_ASSERT_EQUAL(histogram_quantile(&histogram, 50), values[i]);
    CU_ASSERT_EQUAL(histogram_quantile(&histogram, 100), values[i]);
    CU_ASSERT_EQUAL(histogram.total_ns, values[i]);
    CU_ASSERT_EQUAL(histogram.max_ns, values[i]);
    histogram_done(&histogram);
  }
}

/* 1 to 100000 in an order that jumps: a quantile is at most an eighth above the true value and never below it. */
static void quantiles_are_near(void) {
  struct histogram histogram = {0};
  for (uint64_t i = 0; i < 100000; i++)
    histogram_add(&histogram, i * 7919 % 100000 + 1);
  CU_ASSERT_EQUAL(histogram.count, 100000);
  CU_ASSERT_EQUAL(histogram.total_ns, UINT64_C(5000050000));
  for (unsigned percent = 1; percent <= 100; percent++) {
    uint64_t exact = percent * 1000, found = histogram_quantile(&histogram, percent);
    CU_ASSERT(found >= exact && found <= exact + exact / 8);
  }
  CU_ASSERT_EQUAL(histogram_quantile(&histogram, 100), 100000);
  histogram_done(&histogram);
}

static void a_tally_counts_each_key(void) {
  struct tally tally = {0};
  for (uint32_t i = 0; i < 3000; i++)
    tally_at(&tally, i * 7919 % 300)->count++;
  CU_ASSERT_EQUAL(tally.n, 300);
  for (uint32_t i = 0; i < tally.n; i++)
    CU_ASSERT(tally.entries[i].key == i && tally.entries[i].count == 10);
  tally_at(&tally, 17)->count++;
  tally_at(&tally, 200)->wait_ns = 5;
  tally_sort(&tally);
  CU_ASSERT_EQUAL(tally.entries[0].key, 200);
  CU_ASSERT_EQUAL(tally.entries[1].key, 17);
  CU_ASSERT_EQUAL(tally.entries[2].key, 0);
  tally_done(&tally);
}

int main(void) {
  if (CU_initialize_registry())
    return 1;
  CU_pSuite suite = CU_add_suite("histogram", NULL, NULL);
  CU_ADD_TEST(suite, an_empty_histogram_has_no_quantile);
  CU_ADD_TEST(suite, one_value_is_every_quantile);
  CU_ADD_TEST(suite, quantiles_are_near);
  CU_ADD_TEST(suite, a_tally_counts_each_key);
  CU_basic_run_tests();
  unsigned failures = CU_get_number_of_failures();
  CU_cleanup_registry();
  return (int)failures;
}
