/* test_hostile.c - recordings made to hurt: each opens or is refused, ends, and says what is wrong. */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <CUnit/Basic.h>

#include "support/trace_writer.h"
#include "trace/source.h"

enum { FORGED = 20000 };

/* `damage`: in the refusal, or in a line of damage; "" when there is none. */
static const struct {
  const char *name;
  int result;
  unsigned n_events;
  const char *damage;
} files[] = {
    {"capacity-beyond-file", 0, 3, "offset 4224: a region is cut off; 128 bytes skipped"},
    {"checksum-differs", 0, 3, "offset 4096: checksum differs; 128 bytes skipped"},
    {"clock-fast", 0, 3, ""},
    {"clock-impossible", -EINVAL, 0, "impossible clock"},
    {"escape-unknown", 0, 3, "offset 4207: lane 0: a record is damaged"},
    {"features-unknown", -ENOTSUP, 0, "recorded by a newer Track"},
    {"header-bytes-odd", 0, 3, ""},
    {"header-cut-off", -EINVAL, 0, "too short for a recording (200 bytes)"},
    {"header-only", 0, 0, ""},
    {"header-too-long", -EINVAL, 0, "header of 4294967295 bytes"},
    {"header-without-terminators", 0, 3, ""},
    {"lane-number-huge", 0, 6, ""},
    {"module-path-elsewhere", 0, 3, ""},
    {"modules-without-end", 0, 3, "offset 4096: the table of modules is damaged"},
    {"name-longer-than-file", 0, 3, "offset 4207: lane 0: a record is damaged"},
    {"noise", 0, 0, "offset 4096: no region starts here; 3000 bytes skipped"},
    {"number-without-end", 0, 3, "offset 4207: lane 0: a record is damaged"},
    {"numbers-from-nowhere", 0, 61, ""},
    {"numbers-twice", 0, 8, ""},
    {"part-numbers-huge", 0, 9, "parts 6 to 4294967294 are missing"},
    {"record-cut-off", 0, 3, "offset 4207: lane 0: a record is damaged or cut off; 4 bytes skipped"},
    {"regions-overlap", 0, 6, "offset 4096: checksum differs; 64 bytes skipped"},
    {"site-number-too-big", 0, 3, "offset 4207: lane 0: a record is damaged"},
    {"site-of-255-frames", 0, 3, "offset 4207: lane 0: a record is damaged"},
    {"slot-number-too-big", 0, 3, "offset 4207: lane 0: a record is damaged"},
    {"slot-of-unknown-event", 0, 1, "2 events refer to what is missing"},
    {"slot-undefined", 0, 1, "3 events refer to what is missing"},
    {"thread-waits-for-itself", 0, 8, ""},
    {"threads-unlikely", 0, 12, ""},
    {"times-wrap", 0, 4, ""},
    {"used-beyond-capacity", 0, 3, "offset 4224: a region is cut off; 128 bytes skipped"},
    {"version-newer", -ENOTSUP, 0, "recorded by a newer Track (format 7, this reads 1)"},
    {"version-zero", -EINVAL, 0, "damaged, format 0"},
};

static unsigned read_all(struct source *source) {
  struct event events[16];
  unsigned n = 0;
  for (size_t got; (got = source_read(source, events, 16));)
    n += (unsigned)got;
  return n;
}

static bool says(const struct source_info *info, const char *damage) {
  for (uint32_t i = 0; i < info->n_damage; i++)
    if (strstr(info->damage[i], damage))
      return true;
  return !*damage && !info->n_damage;
}

static bool is_as_expected(const char *path, int result, unsigned n_events, const char *damage) {
  struct source *source = NULL;
  char *error = NULL;
  bool is_right = source_open(path, &source, &error) == result;
  if (source)
    is_right &= read_all(source) == n_events && says(source_info(source), damage) && !source_error(source);
  else
    is_right &= error && strstr(error, damage);
  if (!is_right)
    fprintf(stderr, "%s: not as expected\n", path);
  source_close(source);
  free(error);
  return is_right;
}

static void each_file_is_read_as_far_as_it_goes(void) {
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    char path[1024];
    snprintf(path, sizeof path, TESTS_FOLDER "/format/hostile/%s.trace", files[i].name);
    CU_ASSERT_TRUE(is_as_expected(path, files[i].result, files[i].n_events, files[i].damage));
  }
}

static void no_file_is_forgotten(void) {
  glob_t found;
  CU_ASSERT_EQUAL_FATAL(glob(TESTS_FOLDER "/format/hostile/*.trace", 0, NULL, &found), 0);
  CU_ASSERT_EQUAL(found.gl_pathc, sizeof files / sizeof *files);
  globfree(&found);
}

/* Each of 20,000 headers claims that all that follows is its content: summing them all up would be 13 GB. */
static void forged_headers_do_not_cost_the_square(void) {
  char path[64];
  snprintf(path, sizeof path, "/tmp/test_hostile-%ld.trace", (long)getpid());
  trace_writer_end(trace_writer_new(path));
  FILE *file = fopen(path, "ab");
  if (!file)
    abort();
  for (uint32_t i = 0; i < FORGED; i++) {
    uint32_t bytes = (FORGED - i - 1) * 64;
    struct trace_region region = {.kind = TRACE_REGION_BLOCK, .capacity_bytes = bytes, .used_bytes = bytes, .checksum = 1};
    if (fwrite(&region, sizeof region, 1, file) != 1)
      abort();
  }
  fclose(file);
  CU_ASSERT_TRUE(is_as_expected(path, 0, 0, "offset 4096: too much damage"));
  remove(path);
}

int main(void) {
  CU_pSuite suite = CU_initialize_registry() == CUE_SUCCESS ? CU_add_suite("hostile", NULL, NULL) : NULL;
  if (!suite)
    return 1;
  CU_ADD_TEST(suite, each_file_is_read_as_far_as_it_goes);
  CU_ADD_TEST(suite, no_file_is_forgotten);
  CU_ADD_TEST(suite, forged_headers_do_not_cost_the_square);
  CU_basic_set_mode(CU_BRM_VERBOSE);
  CU_basic_run_tests();
  unsigned failures = CU_get_number_of_failures();
  CU_cleanup_registry();
  return failures > 0;
}
