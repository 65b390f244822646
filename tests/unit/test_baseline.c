/* test_baseline.c - baselines: written the same for the same findings, read back, and refused when they are none. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/Basic.h>

#include "findings/baseline.h"
#include "findings/triage.h"
#include "util/alloc.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char head[] = "# inspector baseline 1\n";

static void add(struct findings *findings, const char *kind, uint64_t fingerprint, enum verdict verdict, const char *message) {
  struct finding *finding = finding_new(kind, verdict, SEVERITY_ERROR);
  finding_message(finding, "%s", message);
  finding_add_thread(finding, (uint32_t)findings->n_items, 1, (uint32_t)findings->n_items + 1, "here");
  findings_add(findings, finding);
  finding->fingerprint = fingerprint;
}

static struct findings *example(void) {
  struct findings *findings = findings_new();
  add(findings, "unlock-not-held", 9, VERDICT_OBSERVED, "T3 (run) unlocks mutex 0x55aa (created in make, q.c:12)");
  add(findings, "deadlock", 3, VERDICT_POTENTIAL, "worker #12 holds T3");
  add(findings, "deadlock", 3, VERDICT_PLAUSIBLE, "worker #13 holds T3");
  add(findings, "deadlock", 4, VERDICT_BENIGN, "guarded");
  add(findings, "deadlock", 5, VERDICT_PLAUSIBLE, "hidden");
  findings->items[4]->suppressed = xstrdup("supp:1");
  return findings;
}

static void it_is_sorted_and_says_nothing_that_changes(void) {
  struct findings *findings = example();
  char *text = baseline_text(findings);
  CU_ASSERT_STRING_EQUAL(text,
                         "# inspector baseline 1\n# Findings that are known and do not fail. Written by inspector check --write-baseline.\n"
                         "0000000000000003 deadlock plausible worker holds T3\n"
                         "0000000000000009 unlock-not-held observed T (run) unlocks mutex (created in make, q.c)\n");
  free(text);
  findings_free(findings);
}

static void findings_are_new_known_and_fixed(void) {
  static const char text[] = "# inspector baseline 1\n0000000000000009 unlock-not-held observed old words\n\n# why\r\n"
                             "0000000000000005 deadlock plausible hidden now\n0000000000000001 deadlock potential gone\n"
                             "0000000000000001 deadlock plausible gone, of another branch\n";
  struct baseline baseline;
  struct suppressions suppressions = {0};
  char *error = NULL;
  struct findings *findings = example();
  CU_ASSERT_EQUAL_FATAL(baseline_parse(&baseline, "base", text, strlen(text), &error), 0);
  CU_ASSERT_EQUAL(baseline.n_entries, 3);
  struct triage triage = {.suppressions = &suppressions, .baseline = &baseline};
  triage_findings(&triage, findings);
  CU_ASSERT_EQUAL(triage.n_new, 2);
  CU_ASSERT_EQUAL(triage.n_known, 1);
  CU_ASSERT_EQUAL(triage.n_fixed, 1);
  CU_ASSERT_EQUAL(findings->items[0]->baseline, BASELINE_KNOWN);
  CU_ASSERT_EQUAL(findings->items[1]->baseline, BASELINE_NEW);
  CU_ASSERT_EQUAL(findings->items[3]->baseline, BASELINE_UNKNOWN);
  CU_ASSERT_EQUAL(findings->items[4]->baseline, BASELINE_UNKNOWN);
  CU_ASSERT_EQUAL_FATAL(triage.n_lines, 2);
  CU_ASSERT_STRING_EQUAL(triage.lines[0], "2 new, 1 known, 1 fixed, compared with base");
  CU_ASSERT_STRING_EQUAL(triage.lines[1],
                         "fixed, or not found this time: deadlock, was plausible: gone, of another branch (0000000000000001)");
  triage_done(&triage);
  baseline_done(&baseline);
  findings_free(findings);
}

static void what_was_not_looked_for_is_not_fixed(void) {
  static const char *const only[] = {"unlock-not-held", NULL};
  struct baseline baseline;
  struct suppressions suppressions = {0};
  char *error = NULL, *text = xasprintf("%s0000000000000001 deadlock potential gone\n", head);
  struct findings *findings = findings_new();
  CU_ASSERT_EQUAL_FATAL(baseline_parse(&baseline, "base", text, strlen(text), &error), 0);
  struct triage triage = {.suppressions = &suppressions, .baseline = &baseline, .only = only};
  triage_findings(&triage, findings);
  CU_ASSERT_EQUAL(triage.n_fixed, 0);
  triage_done(&triage);
  baseline_done(&baseline);
  findings_free(findings);
  free(text);
}

static void what_is_written_is_known(void) {
  struct findings *findings = example();
  struct baseline baseline;
  char *error = NULL, *text = baseline_text(findings);
  CU_ASSERT_EQUAL_FATAL(baseline_parse(&baseline, "base", text, strlen(text), &error), 0);
  baseline_apply(&baseline, findings);
  for (uint32_t i = 0; i < 3; i++)
    CU_ASSERT_EQUAL(findings->items[i]->baseline, BASELINE_KNOWN);
  baseline_done(&baseline);
  findings_free(findings);
  free(text);
}

struct damaged {
  const char *text;
  size_t n_bytes; /* 0: all */
  const char *error;
};

static void damaged_and_foreign_files_are_refused(void) {
  static const struct damaged cases[] = {
      {"", 0, "base:1: this is no baseline"},
      {"{\"version\": 1}\n", 0, "base:1: this is no baseline"},
      {"\177ELF\0\0", 6, "base:1: this is no baseline"},
      {"# inspector baseline 2\n", 0, "base:1: a baseline of version 2"},
      {"# inspector baseline 1\nabc\n", 0, "base:2: a line of a baseline begins with 16 digits"},
      {"# inspector baseline 1\n\n00000000000000010 deadlock potential x\n", 0, "base:3: a line of a baseline begins with 16 digits"},
      {"# inspector baseline 1\n<<<<<<< HEAD\n", 0, "base:2: a merge of git that was not finished"},
      {"# inspector baseline 1\n0000000000000001 deadlock\n", 0, "base:2: there is no kind"},
      {"# inspector baseline 1\n0000000000000001 deadlock maybe x\n", 0, "base:2: 'maybe' is no verdict"},
      {"# inspector baseline 1\n0000000000000001 \0", 41, "base:2: a byte of value 0"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    struct baseline baseline;
    char *error = NULL;
    size_t n_bytes = cases[i].n_bytes ? cases[i].n_bytes : strlen(cases[i].text);
    CU_ASSERT_NOT_EQUAL(baseline_parse(&baseline, "base", cases[i].text, n_bytes, &error), 0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(error);
    CU_ASSERT_EQUAL(strncmp(error, cases[i].error, strlen(cases[i].error)), 0);
    CU_ASSERT_PTR_NULL(strchr(error, '\n'));
    baseline_done(&baseline);
    free(error);
  }
}

int main(void) {
  static const CU_TestInfo tests[] = {
      {"it_is_sorted_and_says_nothing_that_changes", it_is_sorted_and_says_nothing_that_changes},
      {"findings_are_new_known_and_fixed", findings_are_new_known_and_fixed},
      {"what_was_not_looked_for_is_not_fixed", what_was_not_looked_for_is_not_fixed},
      {"what_is_written_is_known", what_is_written_is_known},
      {"damaged_and_foreign_files_are_refused", damaged_and_foreign_files_are_refused},
      CU_TEST_INFO_NULL,
  };
  CU_SuiteInfo suites[] = {{.pName = "baseline", .pTests = (CU_TestInfo *)tests}, CU_SUITE_INFO_NULL};
  if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS)
    return 1;
  CU_basic_set_mode(CU_BRM_VERBOSE);
  CU_basic_run_tests();
  unsigned failures = CU_get_number_of_failures();
  CU_cleanup_registry();
  return failures != 0;
}
