/* test_tables.c - a row of a table without what belongs to it is an error: its source file, its page, a case, an example.
 *
 * The tables are expanded here as they are everywhere else; what belongs to a row is looked for in the source tree, which is found
 * from this file's own path. */
#include <glob.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/Basic.h>

#include "track/trace.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const detector_names[] = {
#define DETECTOR(name) #name,
#include "detect/detectors.def"
#undef DETECTOR
};
static const char *const reporter_names[] = {
#define REPORTER(name, about) #name,
#include "report/reporters.def"
#undef REPORTER
};
static const char *const view_names[] = {
#define VIEW(name) #name,
#include "viz/views.def"
#undef VIEW
};
static const char *const exporter_names[] = {
#define EXPORTER(name) #name,
#include "viz/export/exporters.def"
#undef EXPORTER
};
static const char *const command_names[] = {
#define COMMAND(name, summary) #name,
#include "commands/commands.def"
#undef COMMAND
};

struct row {
  const char *name, *text;
  unsigned code;
};
static const struct row events[] = {
#define EVENT(name, code, text, operand, flags) {#name, text, code},
#include "track/events.def"
};
static const struct row kinds[] = {
#define KIND(name, code, text, family) {#name, text, code},
#include "track/events.def"
};
static const struct row modes[] = {
#define MODE(name, bit, text) {#name, text, bit},
#include "track/events.def"
};

enum { PATH_BYTES = 4096, FILE_BYTES = 1 << 16 };

/* "tests/unit/test_tables.c" of __FILE__ cut off: the folder of the sources, with a slash. */
static int source_root_length(void) {
  return (int)(strlen(__FILE__) - strlen("tests/unit/test_tables.c"));
}

static void check_row(bool is_right, const char *table, const char *row, const char *what) {
  CU_ASSERT(is_right);
  if (!is_right)
    printf("\n  %s: %s: %s", table, row, what);
}

/* Files below the source root that match; the caller calls globfree(). */
static size_t files_find(const char *pattern, glob_t *ret_files) {
  char path[PATH_BYTES];
  snprintf(path, sizeof path, "%.*s%s", source_root_length(), __FILE__, pattern);
  return glob(path, 0, NULL, ret_files) == 0 ? ret_files->gl_pathc : 0;
}

static bool file_contains(const char *path, const char *text) {
  static char bytes[FILE_BYTES];
  FILE *file = fopen(path, "r");
  if (!file)
    return false;
  size_t n = fread(bytes, 1, sizeof bytes - 1, file);
  fclose(file);
  bytes[n] = '\0';
  return strstr(bytes, text) != NULL;
}

/* Does a file that matches hold the text? */
static bool any_file_contains(const char *pattern, const char *text) {
  glob_t files = {0};
  bool found = false;
  for (size_t i = 0, n = files_find(pattern, &files); i < n && !found; i++)
    found = file_contains(files.gl_pathv[i], text);
  globfree(&files);
  return found;
}

__attribute__((format(printf, 3, 4))) static void require(const char *table, const char *row, const char *format, ...) {
  char pattern[PATH_BYTES], message[PATH_BYTES + 32];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(pattern, sizeof pattern, format, arguments);
  va_end(arguments);
  snprintf(message, sizeof message, "there is no %s", pattern);
  check_row(any_file_contains(pattern, ""), table, row, message);
}

/* "self_deadlock" is the row, "self-deadlock" the kind that users see. */
static void kind_of_row(const char *row, char *ret_kind, size_t capacity) {
  snprintf(ret_kind, capacity, "%s", row);
  for (char *c = ret_kind; *c; c++)
    *c = *c == '_' ? '-' : *c;
}

static void every_detector_has_its_file_and_page(void) {
  for (size_t i = 0; i < COUNT(detector_names); i++) {
    const char *name = detector_names[i];
    char kind[64], pattern[PATH_BYTES], title[80];
    kind_of_row(name, kind, sizeof kind);
    require("detectors.def", name, "inspector/detect/%s.c", name);
    snprintf(pattern, sizeof pattern, "docs/detectors/%s.md", kind);
    snprintf(title, sizeof title, "# %s: ", kind);
    check_row(any_file_contains(pattern, title), "detectors.def", name, "docs/detectors has no page with its title");
  }
}

static void every_detector_has_a_case_that_finds(void) {
  for (size_t i = 0; i < COUNT(detector_names); i++) {
    char kind[64], expectation[80];
    kind_of_row(detector_names[i], kind, sizeof kind);
    snprintf(expectation, sizeof expectation, "=> %s ", kind);
    check_row(any_file_contains("tests/cases/*.case", expectation), "detectors.def", detector_names[i],
              "tests/cases has no case that expects it");
  }
}

static void every_detector_has_an_example_and_its_twin(void) {
  for (size_t i = 0; i < COUNT(detector_names); i++) {
    const char *name = detector_names[i];
    char kind[64], expectation[80];
    kind_of_row(name, kind, sizeof kind);
    require("detectors.def", name, "examples/%s.c", strcmp(name, "deadlock") ? name : "deadlock_two_locks");
    require("detectors.def", name, "examples/%s_fixed.c", strcmp(name, "deadlock") ? name : "deadlock_two_locks");
    snprintf(expectation, sizeof expectation, " %s ", kind);
    check_row(any_file_contains("tests/examples/expected.txt", expectation), "detectors.def", name,
              "tests/examples/expected.txt expects it of no example");
  }
}

static void every_page_has_its_detector(void) {
  glob_t pages = {0};
  size_t n = files_find("docs/detectors/*.md", &pages);
  CU_ASSERT(n > 0);
  for (size_t i = 0; i < n; i++) {
    char kind[64], page[72];
    bool found = false;
    for (size_t d = 0; d < COUNT(detector_names) && !found; d++) {
      kind_of_row(detector_names[d], kind, sizeof kind);
      snprintf(page, sizeof page, "/%s.md", kind);
      found = strcmp(strrchr(pages.gl_pathv[i], '/'), page) == 0;
    }
    check_row(found, "docs/detectors", strrchr(pages.gl_pathv[i], '/') + 1, "detectors.def has no such row");
  }
  globfree(&pages);
}

static void every_reporter_has_its_file_and_golden(void) {
  for (size_t i = 0; i < COUNT(reporter_names); i++) {
    require("reporters.def", reporter_names[i], "inspector/report/%s.c", reporter_names[i]);
    require("reporters.def", reporter_names[i], "tests/golden/*%s*", reporter_names[i]);
  }
}

static void every_view_has_its_file_and_golden(void) {
  for (size_t i = 0; i < COUNT(view_names); i++) {
    char path[PATH_BYTES], row[80];
    snprintf(path, sizeof path, "viz/%s.c", view_names[i]);
    snprintf(row, sizeof row, "const struct view view_%s = {", view_names[i]);
    check_row(any_file_contains(path, row), "views.def", view_names[i], "its file does not define it");
    require("views.def", view_names[i], "tests/golden/%s*.dot", view_names[i]);
  }
}

static void every_exporter_has_its_file_test_and_section(void) {
  for (size_t i = 0; i < COUNT(exporter_names); i++) {
    char path[PATH_BYTES], row[80], title[80];
    snprintf(path, sizeof path, "viz/export/%s.c", exporter_names[i]);
    snprintf(row, sizeof row, "const struct exporter exporter_%s = {", exporter_names[i]);
    check_row(any_file_contains(path, row), "exporters.def", exporter_names[i], "its file does not define it");
    require("exporters.def", exporter_names[i], "tests/commands/export_%s_*.sh", exporter_names[i]);
    snprintf(title, sizeof title, "\n## %s: ", exporter_names[i]);
    check_row(any_file_contains("docs/export.md", title), "exporters.def", exporter_names[i], "docs/export.md has no section with its title");
  }
}

static void every_command_has_its_file(void) {
  for (size_t i = 0; i < COUNT(command_names); i++) {
    char path[PATH_BYTES], function[80];
    snprintf(path, sizeof path, "inspector/commands/%s.c", command_names[i]);
    snprintf(function, sizeof function, "int command_%s(", command_names[i]);
    check_row(any_file_contains(path, function), "commands.def", command_names[i], "its file does not define it");
  }
}

static void codes_are_unique(const char *table, const struct row *rows, size_t n, unsigned limit) {
  for (size_t i = 0; i < n; i++) {
    check_row(rows[i].code < limit, table, rows[i].name, "its code is beyond the limit");
    for (size_t j = 0; j < i; j++)
      check_row(rows[i].code != rows[j].code, table, rows[i].name, "its code is taken");
  }
}

static void words_are_unique(const char *table, const struct row *rows, size_t n) {
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < i; j++)
      if (rows[i].text && rows[j].text && strcmp(rows[i].name, "REL_ODD")) /* printed and read as REL */
        check_row(strcmp(rows[i].text, rows[j].text) != 0, table, rows[i].name, "its word is taken");
}

static void event_codes_and_words_are_unique(void) {
  codes_are_unique("events.def", events, COUNT(events), TRACE_OP_LIMIT);
  words_are_unique("events.def", events, COUNT(events));
}

static void kind_and_mode_codes_and_words_are_unique(void) {
  codes_are_unique("events.def KIND", kinds, COUNT(kinds), 256);
  words_are_unique("events.def KIND", kinds, COUNT(kinds));
  codes_are_unique("events.def MODE", modes, COUNT(modes), 8);
  words_are_unique("events.def MODE", modes, COUNT(modes));
}

static CU_TestInfo tests[] = {
    {"every_detector_has_its_file_and_page", every_detector_has_its_file_and_page},
    {"every_detector_has_a_case_that_finds", every_detector_has_a_case_that_finds},
    {"every_detector_has_an_example_and_its_twin", every_detector_has_an_example_and_its_twin},
    {"every_page_has_its_detector", every_page_has_its_detector},
    {"every_reporter_has_its_file_and_golden", every_reporter_has_its_file_and_golden},
    {"every_view_has_its_file_and_golden", every_view_has_its_file_and_golden},
    {"every_exporter_has_its_file_test_and_section", every_exporter_has_its_file_test_and_section},
    {"every_command_has_its_file", every_command_has_its_file},
    {"event_codes_and_words_are_unique", event_codes_and_words_are_unique},
    {"kind_and_mode_codes_and_words_are_unique", kind_and_mode_codes_and_words_are_unique},
    CU_TEST_INFO_NULL,
};
static CU_SuiteInfo suites[] = {{"tables", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};

int main(void) {
  if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS)
    return EXIT_FAILURE;
  CU_basic_set_mode(CU_BRM_VERBOSE);
  CU_basic_run_tests();
  int failures = (int)CU_get_number_of_failures();
  CU_cleanup_registry();
  return failures > 100 ? 100 : failures;
}
