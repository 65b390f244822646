/* test_suppress.c - suppression files: what their entries are like, what they hide, and what a wrong line costs. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/Basic.h>

#include "detect/detector.h"
#include "findings/code_name.h"
#include "findings/pattern.h"
#include "findings/suppress.h"
#include "findings/triage.h"
#include "util/alloc.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const kinds[] = {"deadlock", "self-deadlock", "unlock-not-held", "unjoined-thread", NULL};

static void patterns_are_whole_names_or_parts(void) {
  CU_ASSERT_TRUE(pattern_is_whole("worker-*", "worker-12"));
  CU_ASSERT_TRUE(pattern_is_whole("a?c*e", "abcde"));
  CU_ASSERT_TRUE(pattern_is_whole("*ab*ab", "abxabab"));
  CU_ASSERT_FALSE(pattern_is_whole("worker", "worker-12"));
  CU_ASSERT_FALSE(pattern_is_whole("a?c", "ac"));
  CU_ASSERT_FALSE(pattern_is_whole("", "a"));
  CU_ASSERT_FALSE(pattern_is_whole("*", NULL));
  CU_ASSERT_TRUE(pattern_is_part("lock", "my_lock_all"));
  CU_ASSERT_TRUE(pattern_is_part("^my*all$", "my_lock_all"));
  CU_ASSERT_TRUE(pattern_is_part("all$", "all_of_all"));
  CU_ASSERT_TRUE(pattern_is_part("a*c*d", "xxabbcxdx"));
  CU_ASSERT_FALSE(pattern_is_part("^lock", "my_lock"));
  CU_ASSERT_FALSE(pattern_is_part("my$", "my_lock"));
  CU_ASSERT_FALSE(pattern_is_part("a?c", "abc"));
  CU_ASSERT_FALSE(pattern_is_part("*", ""));
}

static void paths_are_compared_from_their_end(void) {
  CU_ASSERT_TRUE(pattern_is_path("queue.c", "/home/x/src/queue.c"));
  CU_ASSERT_TRUE(pattern_is_path("src/queue.c", "/home/x/src/queue.c"));
  CU_ASSERT_TRUE(pattern_is_path("*/src/*", "/home/x/src/queue.c"));
  CU_ASSERT_TRUE(pattern_is_path("libfoo.so*", "/opt/libfoo.so.1.2"));
  CU_ASSERT_FALSE(pattern_is_path("queue.c", "/home/x/src/my_queue.c"));
  CU_ASSERT_FALSE(pattern_is_path("rc/queue.c", "/home/x/src/queue.c"));
  CU_ASSERT_FALSE(pattern_is_path("*", NULL));
}

static void functions_are_like_with_and_without_parameters(void) {
  CU_ASSERT_TRUE(pattern_is_function("ns::Queue::pop", "ns::Queue::pop(std::function<void (int)>) const"));
  CU_ASSERT_TRUE(pattern_is_function("pop(int, char)", "pop(int, char)"));
  CU_ASSERT_TRUE(pattern_is_function("(anonymous namespace)::run", "(anonymous namespace)::run()"));
  CU_ASSERT_TRUE(pattern_is_function("S::operator()", "S::operator()()"));
  CU_ASSERT_FALSE(pattern_is_function("pop", "ns::pop(int)"));
  CU_ASSERT_FALSE(pattern_is_function("*", NULL));
}

static void code_names_are_what_compilers_agree_about(void) {
  static const char *const pairs[][2] = {
      {"queue_pop", "queue_pop"},
      {"ns::Queue<int>::pop(int) const", "ns::Queue::pop"},
      {"void apply<int, std::less<int> >(std::function<void (int)>)", "apply"},
      {"main::{lambda(int)#2}::operator()(int) const", "main::{lambda}::operator()"},
      {"main::$_12::operator()() const", "main::{lambda}::operator()"},
      {"main::{lambda}::operator()", "main::{lambda}::operator()"},
      {"(anonymous namespace)::run(void*)", "run"},
      {"(anonymous namespace)::run", "run"},
      {"std::map<int, int>::operator[](int const&)", "std::map::operator[]"},
      {"operator<<(std::ostream&, X const&)", "operator<<"},
      {"X::operator->() const", "X::operator->"},
      {"X::operator bool() const", "X::operator bool"},
      {"std::unique_ptr<X, D>::~unique_ptr()", "std::unique_ptr::~unique_ptr"},
      {"name[abi:cxx11](int)", "name"},
      {"operators(int)", "operators"},
      {"f(", "f"},
      {"", ""},
  };
  for (size_t i = 0; i < COUNT(pairs); i++) {
    char *name = code_name(pairs[i][0]);
    CU_ASSERT_STRING_EQUAL(name, pairs[i][1]);
    free(name);
  }
}

static void set_stack(struct stack *stack, const char *function, const char *outer) {
  stack->n_frames = 2;
  stack->frames = xcalloc(2, sizeof *stack->frames);
  stack->frames[0] = (struct frame){.function = xstrdup(function),
                                    .linkage = xasprintf("_Z%s", function),
                                    .file = xstrdup("/home/x/src/queue.c"),
                                    .line = 31,
                                    .is_own = true};
  stack->frames[1] = (struct frame){.function = xstrdup(outer), .module = xstrdup("/opt/lib/libjobs.so.2"), .is_own = true};
}

/* main holds A and asks for B in transfer(int), worker-3 the other way in audit, both called by run. */
static struct findings *example(void) {
  static const char *const functions[] = {"transfer(int)", "audit"}, *const locks[] = {"A", "B"},
                           *const threads[] = {"main", "worker-3 #4"};
  struct findings *findings = findings_new();
  findings_know_kind(findings, "deadlock", 'D', "cycle");
  findings_know_kind(findings, "unlock-not-held", 'M', "unlock");
  struct finding *finding = finding_new("deadlock", VERDICT_PLAUSIBLE, SEVERITY_ERROR);
  for (uint32_t i = 0; i < 2; i++) {
    struct finding_thread *thread = finding_add_thread(finding, i, i + 1, i + 1, "asks for it here");
    thread->wants = 1 - i;
    finding_add_hold(thread, i, i + 10, i + 20);
  }
  finding_message(finding, "main holds mutex 0x55aa (created in make, q.c:12) and T3 (run) is worker #12");
  findings_add(findings, finding);
  for (uint32_t i = 0; i < 2; i++) {
    struct finding_thread *thread = &finding->threads[i];
    thread->name = xstrdup(threads[i]);
    thread->wants_name = xstrdup(locks[1 - i]);
    thread->hold_names = xcalloc(1, sizeof *thread->hold_names);
    thread->hold_names[0] = xstrdup(locks[i]);
    thread->held_stacks = xcalloc(1, sizeof *thread->held_stacks);
    set_stack(&thread->stack, functions[i], "run");
    set_stack(&thread->held_stacks[0], "take", functions[i]);
  }
  finding->fingerprint = UINT64_C(0x0123456789abcdef);
  return findings;
}

static int parse(struct suppressions *suppressions, const char *text, char **ret_error) {
  suppressions_init(suppressions, kinds);
  return suppressions_parse(suppressions, "supp", text, strlen(text), ret_error);
}

/* Is the example hidden by this file? */
static bool hides(const char *text) {
  struct suppressions suppressions;
  char *error = NULL;
  struct findings *findings = example();
  int status = parse(&suppressions, text, &error);
  CU_ASSERT_EQUAL(status, 0);
  if (error)
    CU_FAIL(error);
  suppressions_apply(&suppressions, findings);
  bool is_hidden = findings->items[0]->suppressed != NULL;
  suppressions_done(&suppressions);
  findings_free(findings);
  free(error);
  return is_hidden;
}

static void lines_of_tsan_are_like_any_frame(void) {
  CU_ASSERT_TRUE(hides("# a comment\n\n  deadlock:transfer\r\n"));
  CU_ASSERT_TRUE(hides("deadlock:^audit$\n"));
  CU_ASSERT_TRUE(hides("deadlock:src/*.c"));
  CU_ASSERT_TRUE(hides("deadlock:libjobs"));
  CU_ASSERT_TRUE(hides("*:run"));
  CU_ASSERT_FALSE(hides("deadlock:^src"));
  CU_ASSERT_FALSE(hides("deadlock:transfer$"));
  CU_ASSERT_FALSE(hides("mutex:transfer\nrace:transfer\nthread:transfer\nsignal:transfer\nrace_top:transfer\n"));
  CU_ASSERT_FALSE(hides("unlock-not-held:transfer"));
  CU_ASSERT_FALSE(hides("deadlock:lock::A"));
  CU_ASSERT_FALSE(hides("called_from_lib:libjobs"));
}

static void qualifiers_must_all_hold(void) {
  CU_ASSERT_TRUE(hides("deadlock: lock:A thread:worker-*"));
  CU_ASSERT_TRUE(hides("deadlock:lock:A"));
  CU_ASSERT_TRUE(hides("*: function:transfer file:queue.c module:libjobs.so.2 lock:B thread:\"main\" # why"));
  CU_ASSERT_TRUE(hides("deadlock: fun:\"transfer(int)\" src:src/queue.c obj:/opt/*"));
  CU_ASSERT_TRUE(hides("deadlock: fingerprint:0123456789abcdef"));
  CU_ASSERT_FALSE(hides("deadlock: fingerprint:0123456789abcdee"));
  CU_ASSERT_FALSE(hides("deadlock: lock:A thread:helper-*"));
  CU_ASSERT_FALSE(hides("deadlock: lock:C thread:worker-*"));
  CU_ASSERT_FALSE(hides("deadlock: function:transf"));
  CU_ASSERT_FALSE(hides("self-deadlock: lock:A"));
}

static void blocks_of_valgrind_are_the_top_of_a_stack(void) {
  CU_ASSERT_TRUE(hides("{\n  name\n  Helgrind:LockOrder\n  fun:transfer\n}\n"));
  CU_ASSERT_TRUE(
      hides("{\n  name\n  helgrind,Memcheck:LockOrder\n  obj:*/vgpreload_helgrind*\n  fun:pthread_mutex_lock\n  fun:take\n  ...\n}\n"));
  CU_ASSERT_TRUE(hides("{\nname\nTrack:deadlock\n...\nobj:*/libjobs.so.2\n}"));
  CU_ASSERT_TRUE(hides("{\nname\nTrack:*\nsrc:queue.c:31\nfun:r?n\n}"));
  CU_ASSERT_TRUE(hides("{\nname\nTrack:deadlock\nfun:_Ztrans*\n}"));
  CU_ASSERT_FALSE(hides("{\nname\nTrack:deadlock\nfun:run\n}"));
  CU_ASSERT_FALSE(hides("{\nname\nTrack:deadlock\n...\nfun:take\nfun:run\n}"));
  CU_ASSERT_FALSE(hides("{\nname\nHelgrind:Race\nfun:transfer\n}"));
  CU_ASSERT_FALSE(hides("{\nname\nMemcheck:Param\nwrite(buf)\nfun:transfer\n}\n"));
  CU_ASSERT_FALSE(hides("{\nname\nHelgrind:LockOrder\nfun:pthread_mutex_lock\n}\n"));
}

/* As Valgrind 3.19 prints them by --gen-suppressions=all for a stack like the example's. */
static void blocks_that_valgrind_made_fit_too(void) {
  CU_ASSERT_TRUE(hides(
      "{\n   <insert_a_suppression_name_here>\n   Helgrind:LockOrder\n   obj:/usr/libexec/valgrind/vgpreload_helgrind-amd64-linux.so\n"
      "   fun:_Ztransfer(int)\n   obj:/usr/libexec/valgrind/vgpreload_helgrind-amd64-linux.so\n   obj:/usr/lib/libjobs.so.2.0.30\n"
      "   fun:start_thread\n   fun:clone\n}\n"));
  CU_ASSERT_FALSE(hides("{\nname\nHelgrind:LockOrder\nfun:pthread_mutex_lock\n...\nfun:start_thread\nfun:clone\n}\n"));
  CU_ASSERT_FALSE(hides("{\nname\nHelgrind:LockOrder\nfun:transfer\nobj:/usr/lib/libjobs.so.20\n}\n"));
}

static void wrong_lines_are_said_with_file_and_line(void) {
  static const char *const cases[][2] = {
      {"deadlock:a\nfoo\n", "supp:2: 'foo' is neither"},
      {"foo:bar", "supp:1: foo: no such kind"},
      {":bar", "supp:1: "},
      {"\n\ndeadlock:", "supp:3: there is nothing behind deadlock:"},
      {"deadlock: lock:A queue", "supp:1: 'queue' does not begin with"},
      {"deadlock: lock:", "supp:1: lock: there is nothing behind it"},
      {"deadlock: lock:\"a b", "supp:1: lock: the quotes do not end"},
      {"deadlock: fingerprint:12", "supp:1: fingerprint: 12 is not 16 digits"},
      {"}", "supp:1: '}' is neither"},
      {"{\n}", "supp:1: the block has no name"},
      {"{\nname\n}", "supp:1: the block has no TOOL:KIND"},
      {"{\nname\nHelgrind\nfun:a\n}", "supp:3: 'Helgrind' is not TOOL:KIND"},
      {"{\nname\nHelgrind:Leak\nfun:a\n}", "supp:3: Leak: Helgrind has no such kind"},
      {"{\nname\nTrack:nothing\nfun:a\n}", "supp:3: nothing: Track has no such kind"},
      {"{\nname\nTrack:deadlock\n}", "supp:1: the block names no frame"},
      {"{\nname\nTrack:deadlock\nfunction:a\n}", "supp:4: 'function:a' is not fun:NAME"},
      {"\n{\nname\nTrack:deadlock\nfun:a\n", "supp:2: the block that begins here has no }"},
      {"{\nname\nTrack:deadlock\nfun:a\n{\n", "supp:1: the block that begins here has no }"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    struct suppressions suppressions;
    char *error = NULL;
    CU_ASSERT_NOT_EQUAL(parse(&suppressions, cases[i][0], &error), 0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(error);
    CU_ASSERT_EQUAL(strncmp(error, cases[i][1], strlen(cases[i][1])), 0);
    CU_ASSERT_PTR_NULL(strchr(error, '\n'));
    suppressions_done(&suppressions);
    free(error);
  }
}

static void entries_without_use_and_too_broad_ones_are_noted(void) {
  struct suppressions suppressions;
  char *error = NULL;
  struct findings *findings = example(), *more = example();
  findings->items = xreallocarray(findings->items, 2, sizeof(struct finding *));
  findings->items[findings->n_items++] = more->items[0];
  more->n_items = 0;
  findings->items[1]->fingerprint = 7;
  CU_ASSERT_EQUAL(parse(&suppressions, "deadlock:run\ndeadlock:nosuch\nrace:nosuch\ndeadlock: fingerprint:0123456789abcdef\n", &error), 0);
  struct triage triage = {.suppressions = &suppressions};
  triage_findings(&triage, findings);
  CU_ASSERT_EQUAL(triage.n_suppressed, 2);
  CU_ASSERT_EQUAL_FATAL(triage.n_lines, 1);
  CU_ASSERT_STRING_EQUAL(triage.lines[0], "2 findings suppressed by supp");
  CU_ASSERT_EQUAL_FATAL(triage.n_notes, 2);
  CU_ASSERT_PTR_NOT_NULL(strstr(triage.notes[0], "supp:1: 'deadlock:run' hides 2 different findings"));
  CU_ASSERT_PTR_NOT_NULL(strstr(triage.notes[1], "supp:2: 'deadlock:nosuch' hides nothing"));
  CU_ASSERT_STRING_EQUAL(findings->items[0]->suppressed, "supp:1");
  triage_done(&triage);
  suppressions_done(&suppressions);
  findings_free(findings);
  findings_free(more);
}

static void kinds_that_were_not_looked_for_are_not_without_use(void) {
  static const char *const only[] = {"unlock-not-held", NULL};
  struct suppressions suppressions;
  char *error = NULL;
  struct findings *findings = example();
  CU_ASSERT_EQUAL(parse(&suppressions, "deadlock:nosuch\n", &error), 0);
  struct triage triage = {.suppressions = &suppressions, .only = only};
  triage_findings(&triage, findings);
  CU_ASSERT_EQUAL(triage.n_notes, 0);
  triage_done(&triage);
  suppressions_done(&suppressions);
  findings_free(findings);
}

static void a_made_entry_hides_its_finding(void) {
  struct findings *findings = example();
  char *text = suppression_text_for(findings->items[0]);
  CU_ASSERT_TRUE(hides(text));
  CU_ASSERT_PTR_NOT_NULL(strstr(text, "\ndeadlock: fingerprint:0123456789abcdef\n"));
  free(text);
  findings_free(findings);
}

static void benign_findings_are_not_hidden(void) {
  struct suppressions suppressions;
  char *error = NULL;
  struct findings *findings = example();
  findings->items[0]->verdict = VERDICT_BENIGN;
  CU_ASSERT_EQUAL(parse(&suppressions, "deadlock:*\n", &error), 0);
  suppressions_apply(&suppressions, findings);
  CU_ASSERT_PTR_NULL(findings->items[0]->suppressed);
  suppressions_done(&suppressions);
  findings_free(findings);
}

/* As suppress_options.c makes it. */
static void built_in_entries_can_be_read(void) {
  const char *ids[64] = {NULL};
  for (size_t i = 0; detectors[i] && i < COUNT(ids) - 1; i++)
    ids[i] = detectors[i]->id;
  struct suppressions suppressions;
  char *text = suppressions_defaults_text(), *error = NULL;
  suppressions_init(&suppressions, ids);
  CU_ASSERT_EQUAL(suppressions_parse(&suppressions, "built-in", text, strlen(text), &error), 0);
  free(text);
  suppressions_done(&suppressions);
}

/* Kinds of other tools' names are ours, or will be. */
static void foreign_names_stand_for_kinds_that_exist(void) {
  static const char *const rows[] = {
#define SUPPRESS_KIND(tool, name, words) words,
#include "findings/suppress_kinds.def"
#undef SUPPRESS_KIND
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    char *words = xstrdup(rows[i]), *rest = NULL;
    for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
      bool is_known = !strcmp(word, "*") || !strcmp(word, "data-race");
      for (size_t k = 0; detectors[k] && !is_known; k++)
        is_known = !strcmp(detectors[k]->id, word);
      if (!is_known)
        CU_FAIL(word);
    }
    free(words);
  }
}

int main(void) {
  static const CU_TestInfo tests[] = {
      {"patterns_are_whole_names_or_parts", patterns_are_whole_names_or_parts},
      {"paths_are_compared_from_their_end", paths_are_compared_from_their_end},
      {"functions_are_like_with_and_without_parameters", functions_are_like_with_and_without_parameters},
      {"code_names_are_what_compilers_agree_about", code_names_are_what_compilers_agree_about},
      {"lines_of_tsan_are_like_any_frame", lines_of_tsan_are_like_any_frame},
      {"qualifiers_must_all_hold", qualifiers_must_all_hold},
      {"blocks_of_valgrind_are_the_top_of_a_stack", blocks_of_valgrind_are_the_top_of_a_stack},
      {"blocks_that_valgrind_made_fit_too", blocks_that_valgrind_made_fit_too},
      {"wrong_lines_are_said_with_file_and_line", wrong_lines_are_said_with_file_and_line},
      {"entries_without_use_and_too_broad_ones_are_noted", entries_without_use_and_too_broad_ones_are_noted},
      {"kinds_that_were_not_looked_for_are_not_without_use", kinds_that_were_not_looked_for_are_not_without_use},
      {"a_made_entry_hides_its_finding", a_made_entry_hides_its_finding},
      {"benign_findings_are_not_hidden", benign_findings_are_not_hidden},
      {"built_in_entries_can_be_read", built_in_entries_can_be_read},
      {"foreign_names_stand_for_kinds_that_exist", foreign_names_stand_for_kinds_that_exist},
      CU_TEST_INFO_NULL,
  };
  CU_SuiteInfo suites[] = {{.pName = "suppress", .pTests = (CU_TestInfo *)tests}, CU_SUITE_INFO_NULL};
  if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS)
    return 1;
  CU_basic_set_mode(CU_BRM_VERBOSE);
  CU_basic_run_tests();
  unsigned failures = CU_get_number_of_failures();
  CU_cleanup_registry();
  return failures != 0;
}
