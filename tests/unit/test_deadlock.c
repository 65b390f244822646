/* test_deadlock.c - the known traces, by what exhaustive search says of them: which events block,
 * and that what is predicted can be proven. */
#include <CUnit/Basic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/analysis.h"
#include "support/proof.h"

struct known {
  const char *trace;
  enum verdict verdict; /* of its only deadlock finding */
  const char *events;
  const char *waits; /* what the threads ask for, in wait order */
};

static const struct known known[] = {
    {"d01_abba", VERDICT_PREDICTED, "3+7", "T0:L2 T1:L1"},
    {"d02_single_thread", VERDICT_BENIGN, "2+6", "T0:L2 T0:L1"},
    {"d03_guard", VERDICT_BENIGN, "3+9", "T0:L2 T1:L1"},
    {"d04_forkjoin_ordered", VERDICT_BENIGN, "2+7", "T0:L2 T1:L1"},
    {"d05_reads_from_blocks", VERDICT_POTENTIAL, "2+8", "T1:L2 T2:L1"},
    {"d06_cs_order_blocks", VERDICT_POTENTIAL, "2+12", "T1:L2 T2:L1"},
    {"d07_three_cycle", VERDICT_PREDICTED, "2+6+10", "T1:B T2:C T3:A"},
    {"d08_second_instance", VERDICT_PREDICTED, "8+12", "T1:B T2:A"},
    {"d09_three_thread_rf", VERDICT_PREDICTED, "6+14", "T1:B T3:A"},
    {"d10_cross_thread_cs", VERDICT_PREDICTED, "3+5+8", "T1:T2 T2:y T3:x"},
    {"d11_pred_not_sp", VERDICT_PREDICTED, "5+11", "T1:L2 T0:L0"},
};

static struct findings *analyse(const char *trace) {
  char path[512];
  snprintf(path, sizeof path, "%s/traces/%s.std", TESTS_FOLDER, trace);
  char *paths[] = {path};
  static const char *const only[] = {"deadlock", NULL};
  struct analysis_options options = {.detect = {.max_cycle = 4, .want_benign = true}, .only = only};
  struct findings *findings = findings_new();
  struct summary summary = {0};
  unsigned n_unreadable = 0;
  analysis_run(paths, 1, &options, findings, &summary, &n_unreadable);
  CU_ASSERT_EQUAL(n_unreadable, 0);
  for (uint32_t i = 0; i < summary.n_traces; i++)
    free(summary.traces[i]);
  free(summary.traces);
  for (uint32_t i = 0; i < summary.n_notes; i++)
    free(summary.notes[i]);
  free(summary.notes);
  return findings;
}

static void expect_text(const char *trace, const char *found, const char *expected) {
  if (strcmp(found, expected) != 0)
    fprintf(stderr, "%s: found %s, expected %s\n", trace, found, expected);
  CU_ASSERT_STRING_EQUAL(found, expected);
}

static void expect_finding(const struct known *k, const struct finding *finding) {
  char events[64] = "", waits[256] = "", part[128];
  for (uint32_t i = 0; i < finding->n_events; i++) {
    snprintf(part, sizeof part, "%s%llu", i ? "+" : "", (unsigned long long)finding->events[i]);
    strncat(events, part, sizeof events - strlen(events) - 1);
  }
  for (uint32_t i = 0; i < finding->n_threads; i++) {
    const struct finding_thread *thread = &finding->threads[i];
    snprintf(part, sizeof part, "%s%s:%s", i ? " " : "", thread->name, thread->wants_name ? thread->wants_name : "?");
    strncat(waits, part, sizeof waits - strlen(waits) - 1);
  }
  expect_text(k->trace, events, k->events);
  expect_text(k->trace, waits, k->waits);
  expect_text(k->trace, verdict_text(finding->verdict), verdict_text(k->verdict));
  char *why = proof_missing(finding->trace, finding);
  expect_text(k->trace, why ? why : "", "");
  free(why);
}

static void known_traces_give_the_events_that_block(void) {
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    struct findings *findings = analyse(known[i].trace);
    CU_ASSERT_EQUAL(findings->n_items, 1);
    if (findings->n_items)
      expect_finding(&known[i], findings->items[0]);
    findings_free(findings);
  }
}

/* d01: both threads, what they hold and where they took it. */
static void every_thread_says_what_it_holds_since_when(void) {
  struct findings *findings = analyse("d01_abba");
  CU_ASSERT_EQUAL_FATAL(findings->n_items, 1);
  const struct finding *finding = findings->items[0];
  CU_ASSERT_EQUAL_FATAL(finding->n_threads, 2);
  static const uint64_t since[] = {2, 6};
  for (uint32_t i = 0; i < 2; i++) {
    CU_ASSERT_EQUAL_FATAL(finding->threads[i].n_holds, 1);
    CU_ASSERT_EQUAL(finding->threads[i].held_ordinals[0], since[i]);
  }
  findings_free(findings);
}

int main(void) {
  CU_initialize_registry();
  CU_pSuite suite = CU_add_suite("deadlock", NULL, NULL);
  CU_ADD_TEST(suite, known_traces_give_the_events_that_block);
  CU_ADD_TEST(suite, every_thread_says_what_it_holds_since_when);
  CU_basic_run_tests();
  int failures = (int)CU_get_number_of_failures();
  CU_cleanup_registry();
  return failures;
}
