/* test_source_paths.c - paths as text: what lies in the root, what maps make of it, and addresses of any name. */
#include <stdlib.h>
#include <string.h>

#include <CUnit/Basic.h>

#include "findings/finding.h"
#include "report/source_paths.h"
#include "util/alloc.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void a_path_is_relative_to_the_root_it_lies_in(void) {
  static const struct {
    const char *root, *file, *path;
    bool is_inside;
  } cases[] = {
      {"/r", "/r/a.c", "a.c", true},
      {"/r/", "/r//x/./y/../a.c", "x/a.c", true},
      {"/r/./q/..", "/r/a.c", "a.c", true},
      {"/r", "/r/build/../../r/src/a.c", "src/a.c", true},
      {"/r", "/rest/a.c", "/rest/a.c", false},
      {"/r", "/r/../s/a.c", "/s/a.c", false},
      {"/r", "/../../a.c", "/a.c", false},
      {"/", "/s/a.c", "s/a.c", true},
      {"/r", "a.c", "a.c", true},
      {"/r", "./src/../a.c", "a.c", true},
      {"/r/s", "../a.c", "/r/a.c", false},
      {"/r/s", "../s/a.c", "a.c", true},
      {"/r", "../../../a.c", "/a.c", false},
      {"/r", "/r/..a/b..c/...", "..a/b..c/...", true},
      {"/r", "/r/a\n\xff.c", "a\n\xff.c", true},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    struct source_paths paths = {0};
    bool is_inside;
    source_paths_set_root(&paths, cases[i].root);
    char *path = source_path(&paths, cases[i].file, &is_inside);
    CU_ASSERT_STRING_EQUAL(path, cases[i].path);
    CU_ASSERT_EQUAL(is_inside, cases[i].is_inside);
    free(path);
    source_paths_done(&paths);
  }
}

static void without_a_root_only_relative_paths_are_inside(void) {
  bool is_inside;
  char *path = source_path(NULL, "/a/./b.c", &is_inside);
  CU_ASSERT_STRING_EQUAL(path, "/a/b.c");
  CU_ASSERT_FALSE(is_inside);
  free(path);
  path = source_path(NULL, "x/b.c", &is_inside);
  CU_ASSERT_STRING_EQUAL(path, "x/b.c");
  CU_ASSERT_TRUE(is_inside);
  free(path);
}

/* The file of a finding's only frame. */
static char *applied(const struct source_paths *paths, const char *file) {
  struct findings *findings = findings_new();
  struct finding *finding = finding_new("deadlock", VERDICT_OBSERVED, SEVERITY_ERROR);
  struct finding_thread *thread = finding_add_thread(finding, 0, 1, 1, "is here");
  thread->stack.frames = xcalloc(1, sizeof *thread->stack.frames);
  thread->stack.n_frames = 1;
  thread->stack.frames[0].file = xstrdup(file);
  findings_add(findings, finding);
  source_paths_apply(paths, findings);
  char *name = xstrdup(thread->stack.frames[0].file);
  findings_free(findings);
  return name;
}

static void the_first_map_that_fits_counts(void) {
  static const char *const maps[][2] = {{"/a/b", "/x"}, {"/a", "sub"}, {"/c/", ""}, {".", "/rel"}, {"/g", "/"}, {"/e/../f", "/"}};
  static const char *const cases[][2] = {
      {"/a/b/c.c", "/x/c.c"},    {"/a/bc/c.c", "/r/sub/bc/c.c"},   {"/a/./b/c.c", "/x/c.c"}, {"/c/d.c", "/r/d.c"}, {"d.c", "/rel/d.c"},
      {"./q/d.c", "/rel/q/d.c"}, {"/z/./kept/.c", "/z/./kept/.c"}, {"/f/g.c", "/g.c"},       {"/g/h", "/h"},
  };
  struct source_paths paths = {0};
  source_paths_set_root(&paths, "/r");
  for (size_t i = 0; i < COUNT(maps); i++)
    source_paths_add_map(&paths, maps[i][0], maps[i][1]);
  for (size_t i = 0; i < COUNT(cases); i++) {
    char *name = applied(&paths, cases[i][0]);
    CU_ASSERT_STRING_EQUAL(name, cases[i][1]);
    free(name);
  }
  source_paths_done(&paths);
}

static void any_name_is_an_address(void) {
  static const char *const cases[][2] = {
      {"src/a-b_c.~9.c", "src/a-b_c.~9.c"},
      {"a b", "a%20b"},
      {"50%", "50%25"},
      {"a:b?c#d", "a%3Ab%3Fc%23d"},
      {"\xc3\xbc", "%C3%BC"},
      {"\xff\n\x7f", "%FF%0A%7F"},
      {"[x]^`{|}\\\"<>", "%5Bx%5D%5E%60%7B%7C%7D%5C%22%3C%3E"},
      {"", ""},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    char *uri = source_uri_path(cases[i][0]);
    CU_ASSERT_STRING_EQUAL(uri, cases[i][1]);
    free(uri);
  }
}

int main(void) {
  CU_TestInfo tests[] = {
      {"a_path_is_relative_to_the_root_it_lies_in", a_path_is_relative_to_the_root_it_lies_in},
      {"without_a_root_only_relative_paths_are_inside", without_a_root_only_relative_paths_are_inside},
      {"the_first_map_that_fits_counts", the_first_map_that_fits_counts},
      {"any_name_is_an_address", any_name_is_an_address},
      CU_TEST_INFO_NULL,
  };
  CU_SuiteInfo suites[] = {{.pName = "source paths", .pTests = tests}, CU_SUITE_INFO_NULL};
  if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS)
    return 1;
  CU_basic_set_mode(CU_BRM_NORMAL);
  CU_basic_run_tests();
  unsigned failures = CU_get_number_of_failures();
  CU_cleanup_registry();
  return failures > 100 ? 100 : (int)failures;
}
