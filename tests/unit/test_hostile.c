/* test_hostile.c - recordings made to hurt: each opens or is refused, ends, and says what is wrong; and events in no order that makes
 * sense, which the detectors survive. */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <CUnit/Basic.h>

#include "detect/analysis.h"
#include "support/trace_writer.h"
#include "trace/source.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { FORGED = 20000, SENSELESS_TRACES = 60, SENSELESS_EVENTS = 600 };

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

enum operand { OBJECT, THREAD, VARIABLE, NONE };
static const struct {
  const char *word;
  enum operand operand;
} ops[] = {
#define EVENT(name, code, text, operand, flags) {text, operand},
#include "track/events.def"
};
static const char *const kinds[] = {
#define KIND(name, code, text, family) text,
#include "track/events.def"
};
static const char *const modes[] = {
#define MODE(name, bit, text) text,
#include "track/events.def"
};

static uint32_t random_below(uint64_t *state, size_t limit) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(*state >> 33) % (uint32_t)limit;
}

/* Few objects, each mostly of one kind, and few threads: so that states get far. */
static void write_senseless_event(FILE *file, uint64_t *state) {
  static const uint32_t results[] = {0, 0, 0, 0, EPERM, EINVAL, ETIMEDOUT, ECANCELED, EDEADLK, EOVERFLOW, EBUSY};
  uint32_t op = random_below(state, COUNT(ops)), object = random_below(state, 12);
  uint32_t kind = random_below(state, 16) ? object + 9 : random_below(state, COUNT(kinds));
  bool is_wait = strcmp(ops[op].word, "wait") == 0 || strcmp(ops[op].word, "wake") == 0;
  fprintf(file, "T%u|%s(", 1 + random_below(state, 6), ops[op].word);
  if (ops[op].operand == VARIABLE) {
    fprintf(file, "v_%x)|1\n", 0x1000 + object);
    return;
  }
  if (ops[op].operand == THREAD)
    fprintf(file, "T%u,", 1 + random_below(state, 8));
  else if (ops[op].operand == OBJECT)
    fprintf(file, "m_%x,%s", 0x1000 + object, is_wait ? "m_1001," : "");
  fprintf(file, "%s,%s,value=%u,result=%u)|%u\n", kinds[kind], modes[random_below(state, COUNT(modes))], random_below(state, 4),
          results[random_below(state, COUNT(results))], random_below(state, 40));
}

static unsigned analyse(char *path, struct summary *summary) {
  struct analysis_options options = {.detect = {.want_benign = true}};
  struct findings *findings = findings_new();
  unsigned n_unreadable = 0;
  analysis_run(&path, 1, &options, findings, summary, &n_unreadable);
  findings_free(findings);
  return n_unreadable;
}

static void events_of_every_kind_in_any_order_are_survived(void) {
  char path[64];
  snprintf(path, sizeof path, "/tmp/test_hostile-%ld.std", (long)getpid());
  uint64_t state = 4711;
  for (uint32_t trace = 0; trace < SENSELESS_TRACES; trace++) {
    FILE *file = fopen(path, "w");
    if (!file)
      abort();
    fputs("#! events: recorded\n#! accesses: none\n#! origin: recording\n", file);
    for (uint32_t i = 0; i < SENSELESS_EVENTS; i++)
      write_senseless_event(file, &state);
    fprintf(file, "#! ended: %s\n", trace % 2 ? "yes" : "no");
    fclose(file);
    struct summary summary = {0};
    CU_ASSERT_EQUAL(analyse(path, &summary), 0);
    CU_ASSERT_EQUAL(summary.n_events, SENSELESS_EVENTS);
    for (uint32_t i = 0; i < summary.n_notes; i++)
      printf("%s\n", summary.notes[i]);
    summary_done(&summary);
  }
  remove(path);
}

int main(void) {
  CU_pSuite suite = CU_initialize_registry() == CUE_SUCCESS ? CU_add_suite("hostile", NULL, NULL) : NULL;
  if (!suite)
    return 1;
  CU_ADD_TEST(suite, each_file_is_read_as_far_as_it_goes);
  CU_ADD_TEST(suite, no_file_is_forgotten);
  CU_ADD_TEST(suite, forged_headers_do_not_cost_the_square);
  CU_ADD_TEST(suite, events_of_every_kind_in_any_order_are_survived);
  CU_basic_set_mode(CU_BRM_VERBOSE);
  CU_basic_run_tests();
  unsigned failures = CU_get_number_of_failures();
  CU_cleanup_registry();
  return failures > 0;
}
