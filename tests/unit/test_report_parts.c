/* test_report_parts.c - what reports for services are made of: the story of a finding, its title, its place, messages with links, XML. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/Basic.h>

#include "report/excerpt.h"
#include "report/location.h"
#include "report/sarif_parts.h"
#include "report/source_paths.h"
#include "report/story.h"
#include "report/xml_write.h"
#include "util/alloc.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct stack stack_in(const char *function, const char *file, int line) {
  struct stack stack = {xcalloc(1, sizeof *stack.frames), 1};
  stack.frames[0] =
      (struct frame){.function = function ? xstrdup(function) : NULL, .file = file ? xstrdup(file) : NULL, .line = line, .is_own = true};
  return stack;
}

static struct finding_thread *add_thread(struct finding *finding, const char *name, uint64_t event, struct stack stack) {
  struct finding_thread *thread = finding_add_thread(finding, finding->n_threads, event, 1, "waits for it here");
  thread->name = xstrdup(name);
  thread->stack = stack;
  return thread;
}

static void add_hold(struct finding_thread *thread, const char *lock, uint64_t ordinal) {
  finding_add_hold(thread, 0, 1, ordinal);
  thread->hold_names = xreallocarray(thread->hold_names, thread->n_holds, sizeof *thread->hold_names);
  thread->hold_names[thread->n_holds - 1] = xstrdup(lock);
  thread->held_stacks = xreallocarray(thread->held_stacks, thread->n_holds, sizeof *thread->held_stacks);
  thread->held_stacks[thread->n_holds - 1] = (struct stack){0};
}

static void add_place(struct finding_thread *thread, const char *what, const char *by, uint64_t ordinal) {
  finding_add_place(thread, what, NO_INDEX, NO_INDEX, 1, ordinal);
  thread->places[thread->n_places - 1].thread_name = by ? xstrdup(by) : NULL;
}

/* The steps, a line each. */
static char *told(const struct finding *finding) {
  struct story story = story_of(finding);
  char *all = xstrdup("");
  for (uint32_t i = 0; i < story.n_steps; i++) {
    char *text = story_step_text(finding, &story.steps[i]);
    const char *actor = story.steps[i].actor == STORY_NOBODY ? "?" : story.actors[story.steps[i].actor];
    char *longer = xasprintf("%s%s: %s\n", all, actor, text);
    free(text);
    free(all);
    all = longer;
  }
  story_done(&story);
  return all;
}

static void check_story(struct finding *finding, const char *expected) {
  char *story = told(finding);
  CU_ASSERT_STRING_EQUAL(story, expected);
  free(story);
  finding_free(finding);
}

/* In the recorded run, the first thread was done before the second began. */
static void a_circle_ends_with_what_the_threads_ask_for(void) {
  struct finding *finding = finding_new("deadlock", VERDICT_PLAUSIBLE, SEVERITY_ERROR);
  struct finding_thread *a = add_thread(finding, "A", 4, (struct stack){0}), *b;
  add_hold(a, "x", 3);
  b = add_thread(finding, "B", 9, (struct stack){0});
  add_hold(b, "y", 8);
  add_hold(b, "z", 7);
  add_place(b, "created here", "main", 1);
  check_story(finding, "main: created here by main (event 1)\nA: A acquires x here (event 3)\nB: B acquires z here (event 7)\n"
                       "B: B acquires y here (event 8)\nA: A: waits for it here (event 4)\nB: B: waits for it here (event 9)\n");
}

static void a_thread_that_is_there_twice_is_one_actor(void) {
  struct finding *finding = finding_new("deadlock", VERDICT_BENIGN, SEVERITY_NOTE);
  for (uint64_t i = 0; i < 2; i++)
    add_hold(add_thread(finding, "A", 2 * i + 2, (struct stack){0}), "x", 2 * i + 1);
  struct story story = story_of(finding);
  CU_ASSERT_EQUAL_FATAL(story.n_steps, 4);
  for (uint32_t i = 0; i < story.n_steps; i++)
    CU_ASSERT_EQUAL(story.steps[i].actor, 0);
  story_done(&story);
  finding_free(finding);
}

static void a_single_threads_story_is_in_the_order_of_events(void) {
  struct finding *finding = finding_new("join-twice", VERDICT_OBSERVED, SEVERITY_ERROR);
  struct finding_thread *a = add_thread(finding, "A", 4, (struct stack){0});
  add_place(a, "joins it here", "B", 9);
  add_place(a, "first joined here", "A", 2);
  add_place(a, "last seen here", NULL, 0);
  check_story(finding, "?: last seen here\nA: first joined here by A (event 2)\nA: A: waits for it here (event 4)\n"
                       "B: joins it here by B (event 9)\n");
}

static struct finding *new_circle(const char *const *functions, const char *const *files, size_t n) {
  struct finding *finding = finding_new("deadlock", VERDICT_PLAUSIBLE, SEVERITY_ERROR);
  for (size_t i = 0; i < n; i++)
    add_thread(finding, "T", i + 1, stack_in(functions[i], files[i], 7));
  return finding;
}

static void titles_and_places_do_not_depend_on_who_came_first(void) {
  static const char *const functions[][5] = {{"f", "g", "f", NULL, "e"}, {"g", "e", "f", NULL, "f"}};
  static const char *const files[][5] = {{"/usr/a.c", "/r/z.c", "/r/b.c", NULL, "/r/b.c"},
                                         {"/r/z.c", "/r/b.c", "/usr/a.c", NULL, "/r/b.c"}};
  struct source_paths paths = {0};
  source_paths_set_root(&paths, "/r");
  const struct summary summary = {.paths = &paths};
  for (size_t i = 0; i < COUNT(functions); i++) {
    struct finding *finding = new_circle(functions[i], files[i], 5);
    char *title = excerpt_title(finding);
    struct location location = location_of_finding(&summary, finding);
    CU_ASSERT_STRING_EQUAL(title, "deadlock: e, f, g");
    CU_ASSERT_STRING_EQUAL(location.path, "b.c");
    CU_ASSERT_EQUAL(location.line, 7);
    CU_ASSERT_TRUE(location.is_inside);
    free(title);
    location_done(&location);
    finding_free(finding);
  }
  source_paths_done(&paths);
}

static void long_titles_are_cut(void) {
  static const char *const functions[] = {"e", "d", "c", "b", "a", "f"}, *const files[6] = {NULL};
  struct finding *finding = new_circle(functions, files, 6);
  char *title = excerpt_title(finding);
  CU_ASSERT_STRING_EQUAL(title, "deadlock: a, b, c, d, …");
  free(title);
  finding_free(finding);
}

static void what_has_no_source_is_at_its_object_file_or_recording(void) {
  const struct summary summary = {0};
  struct finding *finding = finding_new("deadlock", VERDICT_PLAUSIBLE, SEVERITY_ERROR);
  finding->trace = xstrdup("nowhere.track/1.trace");
  struct finding_thread *thread = add_thread(finding, "A", 4, (struct stack){0});
  struct location location = location_of_finding(&summary, finding);
  CU_ASSERT_STRING_EQUAL(location.path, "nowhere.track/1.trace");
  CU_ASSERT_TRUE(location.is_stand_in);
  location_done(&location);
  add_hold(thread, "x", 3);
  thread->held_stacks[0] = stack_in("f", "/a.c", 3);
  location = location_of_finding(&summary, finding);
  CU_ASSERT_STRING_EQUAL(location.path, "/a.c");
  location_done(&location);
  free(thread->held_stacks[0].frames[0].file);
  thread->held_stacks[0].frames[0].file = NULL;
  thread->stack = stack_in(NULL, NULL, 0);
  thread->stack.frames[0].module = xstrdup("/opt/program");
  location = location_of_finding(&summary, finding);
  CU_ASSERT_STRING_EQUAL(location.path, "/opt/program");
  CU_ASSERT_TRUE(location.is_stand_in);
  location_done(&location);
  finding->by_name = true;
  location = location_of_finding(&summary, finding);
  CU_ASSERT_STRING_EQUAL(location.path, "nowhere.track/1.trace");
  CU_ASSERT_EQUAL(location.line, 4);
  location_done(&location);
  finding_free(finding);
}

static void the_first_mention_of_each_thread_is_a_link(void) {
  static const struct {
    const char *names[2], *message, *text;
  } cases[] = {
      {{"T1", "T2"}, "T1 and T2, T1", "[T1](1) and [T2](2), T1"},
      {{"T1", "T1 (x)"}, "T11, T1 (x), xT1 and T1", "T11, [T1 (x)](2), xT1 and [T1](1)"},
      {{"a", "b"}, "a cat ate b", "[a](1) cat ate [b](2)"},
      {{"[x](http://y)", "\\"}, "[x](http://y) \\ z", "[\\[x\\](http://y)](1) [\\\\](2) z"},
      {{"no", ""}, "[x](http://y) {0}", "[x] (http://y) {{0}}"},
      {{"{}", "q"}, "{} {}", "[{{}}](1) {{}}"},
      {{"\xc3\xbc", "q"}, "\xc3\xbc\xc3\xbc \xc3\xbc", "\xc3\xbc\xc3\xbc [\xc3\xbc](1)"},
  };
  static const bool is_linked[] = {true, true};
  for (size_t i = 0; i < COUNT(cases); i++) {
    struct finding *finding = finding_new("deadlock", VERDICT_PLAUSIBLE, SEVERITY_ERROR);
    for (size_t k = 0; k < 2; k++)
      add_thread(finding, cases[i].names[k], k + 1, (struct stack){0});
    finding->message = xstrdup(cases[i].message);
    json_t *message = sarif_linked_message(finding, is_linked);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(message, "text")), cases[i].text);
    json_decref(message);
    finding_free(finding);
  }
}

static void any_text_is_xml(void) {
  char *text = NULL;
  size_t n_bytes = 0;
  FILE *out = open_memstream(&text, &n_bytes);
  CU_ASSERT_PTR_NOT_NULL_FATAL(out);
  xml_text(out, "<a b='c'>&\"]]>\n\t\x1b\xff\xef\xbf\xbe\xef\xbf\xbf\xc3\xbc\r");
  xml_attribute(out, "x", "a\nb\t\"");
  xml_text(out, NULL);
  fclose(out);
  CU_ASSERT_STRING_EQUAL(
      text, "&lt;a b=&apos;c&apos;&gt;&amp;&quot;]]&gt;\n\t\\x1b\\xff\xef\xbf\xbd\xef\xbf\xbd\xc3\xbc\\x0d x=\"a&#10;b&#9;&quot;\"?");
  free(text);
}

int main(void) {
  CU_TestInfo tests[] = {
      {"a_circle_ends_with_what_the_threads_ask_for", a_circle_ends_with_what_the_threads_ask_for},
      {"a_thread_that_is_there_twice_is_one_actor", a_thread_that_is_there_twice_is_one_actor},
      {"a_single_threads_story_is_in_the_order_of_events", a_single_threads_story_is_in_the_order_of_events},
      {"titles_and_places_do_not_depend_on_who_came_first", titles_and_places_do_not_depend_on_who_came_first},
      {"long_titles_are_cut", long_titles_are_cut},
      {"what_has_no_source_is_at_its_object_file_or_recording", what_has_no_source_is_at_its_object_file_or_recording},
      {"the_first_mention_of_each_thread_is_a_link", the_first_mention_of_each_thread_is_a_link},
      {"any_text_is_xml", any_text_is_xml},
      CU_TEST_INFO_NULL,
  };
  CU_SuiteInfo suites[] = {{.pName = "report parts", .pTests = tests}, CU_SUITE_INFO_NULL};
  if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS)
    return 1;
  CU_basic_set_mode(CU_BRM_NORMAL);
  CU_basic_run_tests();
  unsigned failures = CU_get_number_of_failures();
  CU_cleanup_registry();
  return failures > 100 ? 100 : (int)failures;
}
