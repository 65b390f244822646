/* test_native.c - recordings as files: what is read back, what is refused, and what is left of damaged ones. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <CUnit/Basic.h>

#include "support/trace_writer.h"
#include "trace/source.h"

enum { LOCK = 0x601000, HANDLE = 0x7f00, EVENTS = 5000 };

static char trace_path[64];
static struct event events[EVENTS];

static struct source *open_trace(void) {
  struct source *source = NULL;
  char *error = NULL;
  if (source_open(trace_path, &source, &error)) {
    fprintf(stderr, "%s\n", error);
    abort();
  }
  return source;
}

static size_t read_all(struct source *source) {
  size_t n = 0;
  for (size_t got; n < EVENTS && (got = source_read(source, events + n, n % 7 + 1));)
    n += got;
  return n;
}

static void put(struct trace_writer *w, uint32_t lane, uint64_t time, uint8_t op, uint64_t address, uint32_t number) {
  trace_writer_event(w, lane,
                     &(struct written_event){.time = time, .op = op, .address = address, .number = number, .kind = TRACE_KIND_MUTEX});
}

/* `n` critical sections of main, all on one lock, with numbers from `first`. */
static void put_sections(struct trace_writer *w, uint32_t first, uint32_t n) {
  for (uint32_t i = first; i < first + n; i++) {
    put(w, 0, 1000 + i * 10, TRACE_ACQ, LOCK, i);
    put(w, 0, 1000 + i * 10, TRACE_REL, LOCK, 0);
  }
}

static struct trace_writer *begin(void) {
  struct trace_writer *w = trace_writer_new(trace_path);
  trace_writer_begin(w, 0, 1000, 1, HANDLE);
  return w;
}

static bool has_damage(const struct source_info *info, const char *text) {
  for (uint32_t i = 0; i < info->n_damage; i++)
    if (strstr(info->damage[i], text) && strncmp(info->damage[i], trace_path, strlen(trace_path)) == 0)
      return true;
  return false;
}

static void patch(uint64_t offset, const void *bytes, size_t n) {
  FILE *file = fopen(trace_path, "r+b");
  if (!file || fseek(file, (long)offset, SEEK_SET) || fwrite(bytes, n, 1, file) != 1 || fclose(file))
    abort();
}

static void the_header_is_told(void) {
  struct trace_writer *w = begin();
  struct trace_header *header = trace_writer_header(w);
  header->parent_pid = 12;
  header->parent_start = 34;
  header->parent_fork = 56;
  header->dropped = 7;
  header->main_stack_top = 0x7fff0000;
  trace_writer_end(w);
  struct source *source = open_trace();
  CU_ASSERT_EQUAL(read_all(source), 1);
  const struct source_info *info = source_info(source);
  CU_ASSERT_STRING_EQUAL(info->path, trace_path);
  CU_ASSERT_STRING_EQUAL(info->program, "/usr/bin/program");
  CU_ASSERT_STRING_EQUAL(info->arguments, "program --with arguments");
  CU_ASSERT_EQUAL(info->pid, 4711);
  CU_ASSERT_EQUAL(info->parent_pid, 12);
  CU_ASSERT_EQUAL(info->parent_start, 34);
  CU_ASSERT_EQUAL(info->parent_fork, 56);
  CU_ASSERT_EQUAL(info->dropped, 7);
  CU_ASSERT_EQUAL(info->start_ticks, 1000);
  CU_ASSERT_TRUE(info->ended_in_order);
  CU_ASSERT_FALSE(info->is_text);
  CU_ASSERT_EQUAL(info->threads[0].stack_top, 0x7fff0000);
  CU_ASSERT_EQUAL(info->threads[0].native_id, 5001);
  CU_ASSERT_EQUAL(info->n_events, 1);
  source_close(source);
}

static void an_event_comes_back_as_it_was(void) {
  static const uint64_t stack[] = {0x401234, 0x400100, 0x7f1234567890};
  struct trace_writer *w = begin();
  trace_writer_header(w)->ticks_per_s = 100000000;
  trace_writer_stack(w, 0, 0x7ffff000);
  uint32_t site = trace_writer_site(w, 0, 0x7fffe120, stack, 3);
  struct written_event e = {.time = 1250,
                            .op = TRACE_ACQ,
                            .mode = TRACE_MODE_TIMED | TRACE_MODE_WAITED,
                            .kind = TRACE_KIND_MUTEX | TRACE_TYPE_ROBUST,
                            .address = LOCK,
                            .number = 1,
                            .site = site};
  trace_writer_event(w, 0, &e);
  e = (struct written_event){
      .time = 2000, .op = TRACE_ACQ_FAIL, .kind = TRACE_KIND_SPIN, .address = 8, .result = -EDEADLK, .value = 99, .site = site};
  trace_writer_wide(w, 0, &e);
  trace_writer_end(w);
  struct source *source = open_trace();
  CU_ASSERT_EQUAL_FATAL(read_all(source), 3);
  const struct source_info *info = source_info(source);
  const struct event *acquire = &events[1], *fail = &events[2];
  CU_ASSERT_EQUAL(acquire->ordinal, 2);
  CU_ASSERT_EQUAL(acquire->op, TRACE_ACQ);
  CU_ASSERT_EQUAL(acquire->mode, TRACE_MODE_TIMED | TRACE_MODE_WAITED);
  CU_ASSERT_EQUAL(acquire->kind, TRACE_KIND_MUTEX | TRACE_TYPE_ROBUST);
  CU_ASSERT_TRUE(acquire->time_ns >= 2499 && acquire->time_ns <= 2500);
  CU_ASSERT_EQUAL(acquire->sp, 0x7fffe120);
  CU_ASSERT_EQUAL(acquire->place2, NO_INDEX);
  CU_ASSERT_EQUAL(acquire->object, NO_INDEX);
  CU_ASSERT_EQUAL(info->places[acquire->place].address, LOCK);
  CU_ASSERT_EQUAL_FATAL(info->sites[acquire->site].n_pcs, 3);
  CU_ASSERT_EQUAL(memcmp(info->sites[acquire->site].pcs, stack, sizeof stack), 0);
  CU_ASSERT_EQUAL(info->threads[0].stack_top, 0x7ffff000);
  CU_ASSERT_EQUAL(fail->result, -EDEADLK);
  CU_ASSERT_EQUAL(fail->value, 99);
  CU_ASSERT_EQUAL(fail->site, acquire->site);
  CU_ASSERT_EQUAL(info->places[fail->place].address, 8);
  CU_ASSERT_EQUAL(info->accesses, ACCESSES_NONE);
  source_close(source);
}

static void equal_stacks_of_two_lanes_are_one_site(void) {
  static const uint64_t stack[] = {1, 2, 3}, other[] = {1, 2};
  struct trace_writer *w = begin();
  trace_writer_wide(w, 0, &(struct written_event){.time = 1000, .op = TRACE_CREATE, .value = 2, .extra = 0x400400});
  trace_writer_begin(w, 1, 1001, 2, HANDLE + 1);
  uint32_t a = trace_writer_site(w, 0, 64, stack, 3), c = trace_writer_site(w, 0, 64, other, 2), b = trace_writer_site(w, 1, 128, stack, 3);
  trace_writer_event(w, 0, &(struct written_event){.time = 2000, .op = TRACE_READ, .address = 1, .site = a});
  trace_writer_event(w, 0, &(struct written_event){.time = 2000, .op = TRACE_READ, .address = 1, .site = c});
  trace_writer_event(w, 1, &(struct written_event){.time = 2001, .op = TRACE_WRITE, .address = 1, .site = b});
  trace_writer_end(w);
  struct source *source = open_trace();
  CU_ASSERT_EQUAL_FATAL(read_all(source), 6);
  CU_ASSERT_EQUAL(source_info(source)->n_sites, 3);
  CU_ASSERT_EQUAL(events[3].site, events[5].site);
  CU_ASSERT_NOT_EQUAL(events[3].site, events[4].site);
  CU_ASSERT_EQUAL(events[5].sp, 128);
  CU_ASSERT_EQUAL(source_info(source)->threads[1].start_pc, 0x400400);
  CU_ASSERT_EQUAL(source_info(source)->accesses, ACCESSES_PARTIAL);
  source_close(source);
}

/* The name that holds at a place behind the event of that ordinal; NULL if none was told. */
static const char *name_at(struct source *source, uint32_t place, uint64_t ordinal) {
  const struct source_info *info = source_info(source);
  const struct source_name *best = NULL;
  for (uint32_t i = info->places[place].last_name; i; i = info->names[i - 1].previous)
    if (info->names[i - 1].ordinal <= ordinal && (!best || info->names[i - 1].ordinal > best->ordinal))
      best = &info->names[i - 1];
  return best ? best->text : NULL;
}

static void names_reach_threads_and_objects(void) {
  struct trace_writer *w = begin();
  trace_writer_name(w, 0, 0, 0, "boss");
  trace_writer_name(w, 0, 1, LOCK, "first");
  trace_writer_name(w, 0, 1, LOCK, "the lock");
  trace_writer_wide(w, 0, &(struct written_event){.time = 1001, .op = TRACE_CREATE, .value = 2});
  trace_writer_name(w, 0, 2, HANDLE + 1, "helper");
  trace_writer_begin(w, 1, 2000, 2, HANDLE + 1);
  put(w, 1, 2001, TRACE_ACQ, LOCK, 1);
  trace_writer_end(w);
  struct source *source = open_trace();
  CU_ASSERT_EQUAL_FATAL(read_all(source), 4);
  CU_ASSERT_STRING_EQUAL(source_info(source)->threads[0].name, "boss");
  CU_ASSERT_STRING_EQUAL(source_info(source)->threads[1].name, "helper");
  CU_ASSERT_STRING_EQUAL(name_at(source, events[3].place, events[3].ordinal), "the lock");
  source_close(source);
}

static void an_object_may_begin_its_life_without_a_call(void) {
  struct trace_writer *w = begin();
  trace_writer_name(w, 0, 1, LOCK, "old");
  put(w, 0, 2000, TRACE_ACQ, LOCK, 1);
  put(w, 0, 2001, TRACE_REL, LOCK, 0);
  trace_writer_name(w, 0, 3, LOCK, "");
  put(w, 0, 2002, TRACE_ACQ, LOCK, 2);
  put(w, 0, 2003, TRACE_REL, LOCK, 0);
  trace_writer_name(w, 0, 3, LOCK + 64, "other");
  put(w, 0, 2004, TRACE_ACQ, LOCK, 3);
  put(w, 0, 2005, TRACE_ACQ, LOCK + 64, 1);
  trace_writer_end(w);
  struct source *source = open_trace();
  CU_ASSERT_EQUAL_FATAL(read_all(source), 7);
  static const bool is_fresh[] = {false, false, false, true, false, false, false}; /* the last one's name is not told just before it */
  for (size_t i = 0; i < 7; i++)
    CU_ASSERT_EQUAL(events[i].is_fresh, is_fresh[i]);
  CU_ASSERT_STRING_EQUAL(name_at(source, events[1].place, events[2].ordinal), "old");
  CU_ASSERT_STRING_EQUAL(name_at(source, events[1].place, events[3].ordinal), "");
  CU_ASSERT_STRING_EQUAL(name_at(source, events[6].place, events[6].ordinal), "other");
  source_close(source);
}

static void modules_are_listed_once(void) {
  struct trace_module modules[2] = {{.bias = 0x7f0000, .begin = 0x7f1000, .end = 0x7f2000, .build_id = "abc", .build_id_bytes = 3},
                                    {.bias = 0, .begin = 0x400000, .end = 0x401000}};
  static const char *const paths[] = {"/lib/libc.so.6", "/usr/bin/program"};
  struct trace_writer *w = begin();
  trace_writer_modules(w, modules, paths, 1);
  trace_writer_modules(w, modules, paths, 2);
  trace_writer_end(w);
  struct source *source = open_trace();
  const struct source_info *info = source_info(source);
  CU_ASSERT_EQUAL_FATAL(info->n_modules, 2);
  CU_ASSERT_STRING_EQUAL(info->modules[0].path, "/usr/bin/program");
  CU_ASSERT_STRING_EQUAL(info->modules[1].path, "/lib/libc.so.6");
  CU_ASSERT_EQUAL(info->modules[1].begin, 0x7f1000);
  CU_ASSERT_EQUAL(info->modules[1].build_id_bytes, 3);
  CU_ASSERT_EQUAL(info->n_damage, 0);
  source_close(source);
}

static void expect_sections(size_t n, size_t n_damage) {
  struct source *source = open_trace();
  CU_ASSERT_EQUAL(read_all(source), 1 + 2 * n);
  CU_ASSERT_EQUAL(source_info(source)->n_damage, n_damage);
  CU_ASSERT_EQUAL(source_info(source)->order_repaired, 0);
  for (uint32_t i = 0; i < source_info(source)->n_damage && n_damage == 0; i++)
    fprintf(stderr, "%s\n", source_info(source)->damage[i]);
  source_close(source);
}

static void blocks_and_the_live_rest_are_one_stream(void) {
  struct trace_writer *w = begin();
  put_sections(w, 1, 10);
  trace_writer_flush(w, 0);
  put_sections(w, 11, 10);
  trace_writer_flush(w, 0);
  trace_writer_flush(w, 0);
  put_sections(w, 21, 10);
  trace_writer_end(w);
  expect_sections(30, 0);
}

static void a_lane_that_was_flushed_but_not_emptied_counts_once(void) {
  struct trace_writer *w = begin();
  put_sections(w, 1, 10);
  trace_writer_flush(w, 0);
  put_sections(w, 11, 10);
  trace_writer_keep_live(w, 0);
  trace_writer_end(w);
  expect_sections(20, 0);
}

/* A slot table that is full starts over. */
static void more_objects_than_slots_are_read(void) {
  struct trace_writer *w = begin();
  for (uint32_t i = 0; i < 10000; i++)
    put(w, 0, 1000 + i, TRACE_ACQ, 0x1000 + 64 * (uint64_t)i, 1);
  trace_writer_end(w);
  struct source *source = open_trace();
  size_t n = 0;
  for (size_t got; (got = source_read(source, events, EVENTS)); n += got)
    for (size_t i = n == 0; i < got; i++)
      CU_ASSERT_EQUAL(source_info(source)->places[events[i].place].address, 0x1000 + 64 * (n + i - 1));
  CU_ASSERT_EQUAL(n, 10001);
  source_close(source);
}

/* The first block is good, the second is damaged, the third cannot be understood without it. */
static void what_is_before_damage_is_used_and_what_hangs_on_it_is_counted(void) {
  struct trace_writer *w = begin();
  put_sections(w, 1, 10);
  trace_writer_flush(w, 0);
  put_sections(w, 11, 10);
  trace_writer_flush(w, 0);
  put_sections(w, 21, 10);
  trace_writer_end(w);
  patch(TRACE_HEADER_BYTES + 64 + 128 + 64 + 3, "x", 1);
  struct source *source = open_trace();
  CU_ASSERT_EQUAL(read_all(source), 21);
  const struct source_info *info = source_info(source);
  CU_ASSERT_TRUE(has_damage(info, "offset 4288: checksum differs"));
  CU_ASSERT_TRUE(has_damage(info, "parts 1 to 1 are missing"));
  CU_ASSERT_EQUAL(info->dropped, 20);
  source_close(source);
}

static void a_lane_that_starts_over_behind_a_gap_is_read_on(void) {
  struct trace_writer *w = begin();
  trace_writer_header(w)->write_errors = 1;
  trace_writer_header(w)->write_errno = ENOSPC;
  put_sections(w, 1, 10);
  trace_writer_flush(w, 0);
  put_sections(w, 11, 10);
  trace_writer_lose(w, 0, 1);
  put_sections(w, 21, 10);
  trace_writer_end(w);
  struct source *source = open_trace();
  CU_ASSERT_EQUAL(read_all(source), 41);
  const struct source_info *info = source_info(source);
  CU_ASSERT_TRUE(has_damage(info, "No space left"));
  CU_ASSERT_TRUE(has_damage(info, "parts 1 to 1 are missing"));
  CU_ASSERT_EQUAL(info->order_repaired, 1);
  CU_ASSERT_EQUAL(info->dropped, 0);
  CU_ASSERT_EQUAL(info->places[events[40].place].address, LOCK);
  source_close(source);
}

static void a_torn_tail_is_cut_at_the_last_whole_record(void) {
  struct trace_writer *w = begin();
  put_sections(w, 1, 10);
  trace_writer_bytes(w, 0, "\0\0\2\1", 4); /* a slot's definition that stops */
  trace_writer_end(w);
  expect_sections(10, 1);
}

static void room_that_was_never_written_is_no_damage(void) {
  struct trace_writer *w = begin();
  put_sections(w, 1, 10);
  trace_writer_bytes(w, 0, "\0\0\0\0\0\0\0\0\0\0", 10);
  trace_writer_end(w);
  expect_sections(10, 0);
  if (truncate(trace_path, 1 << 18))
    abort();
  expect_sections(10, 0);
}

static void a_truncated_file_keeps_what_it_holds(void) {
  struct trace_writer *w = begin();
  put_sections(w, 1, 10);
  trace_writer_flush(w, 0);
  put_sections(w, 11, 10);
  trace_writer_end(w);
  struct source *source = NULL;
  char *error = NULL;
  for (long bytes = 12000; bytes > 0; bytes -= 61) {
    if (truncate(trace_path, bytes))
      abort();
    int result = source_open(trace_path, &source, &error);
    CU_ASSERT_EQUAL(result, bytes < 4096 ? -EINVAL : 0);
    size_t n = result ? 0 : read_all(source);
    CU_ASSERT_EQUAL(n, bytes >= 8192 + 64 + 40 ? 41 : bytes >= 4096 + 64 + 128 ? 21 : 0);
    if (!result)
      source_close(source);
    else
      free(error);
  }
}

static void expect_refusal(int wanted, const char *text) {
  struct source *source = NULL;
  char *error = NULL;
  int result = source_open(trace_path, &source, &error);
  CU_ASSERT_EQUAL(result, wanted);
  CU_ASSERT_PTR_NULL(source);
  CU_ASSERT_PTR_NOT_NULL_FATAL(error);
  CU_ASSERT_PTR_NOT_NULL(strstr(error, text));
  CU_ASSERT_EQUAL(strncmp(error, trace_path, strlen(trace_path)), 0);
  if (!strstr(error, text))
    fprintf(stderr, "%s\n", error);
  free(error);
}

static void a_newer_recording_is_refused(void) {
  struct trace_writer *w = begin();
  trace_writer_header(w)->version = 7;
  trace_writer_end(w);
  expect_refusal(-ENOTSUP, "recorded by a newer Track (format 7, this reads 1)");
  w = begin();
  trace_writer_header(w)->features = 5;
  trace_writer_end(w);
  expect_refusal(-ENOTSUP, "recorded by a newer Track (unknown features 0x5)");
}

static void an_impossible_header_is_refused(void) {
  struct trace_writer *w = begin();
  trace_writer_header(w)->ticks_per_s = 0;
  trace_writer_end(w);
  expect_refusal(-EINVAL, "impossible clock");
  w = begin();
  trace_writer_header(w)->header_bytes = 1 << 30;
  trace_writer_end(w);
  expect_refusal(-EINVAL, "damaged, header of 1073741824 bytes");
  if (truncate(trace_path, 100))
    abort();
  expect_refusal(-EINVAL, "too short for a recording (100 bytes)");
}

static void an_empty_recording_has_no_events(void) {
  trace_writer_end(trace_writer_new(trace_path));
  struct source *source = open_trace();
  CU_ASSERT_EQUAL(read_all(source), 0);
  CU_ASSERT_EQUAL(source_info(source)->n_damage, 0);
  source_close(source);
}

int main(void) {
  CU_pSuite suite = CU_initialize_registry() == CUE_SUCCESS ? CU_add_suite("native", NULL, NULL) : NULL;
  if (!suite)
    return 1;
  snprintf(trace_path, sizeof trace_path, "/tmp/test_native-%ld.trace", (long)getpid());
  CU_ADD_TEST(suite, the_header_is_told);
  CU_ADD_TEST(suite, an_event_comes_back_as_it_was);
  CU_ADD_TEST(suite, equal_stacks_of_two_lanes_are_one_site);
  CU_ADD_TEST(suite, names_reach_threads_and_objects);
  CU_ADD_TEST(suite, an_object_may_begin_its_life_without_a_call);
  CU_ADD_TEST(suite, modules_are_listed_once);
  CU_ADD_TEST(suite, blocks_and_the_live_rest_are_one_stream);
  CU_ADD_TEST(suite, a_lane_that_was_flushed_but_not_emptied_counts_once);
  CU_ADD_TEST(suite, more_objects_than_slots_are_read);
  CU_ADD_TEST(suite, what_is_before_damage_is_used_and_what_hangs_on_it_is_counted);
  CU_ADD_TEST(suite, a_lane_that_starts_over_behind_a_gap_is_read_on);
  CU_ADD_TEST(suite, a_torn_tail_is_cut_at_the_last_whole_record);
  CU_ADD_TEST(suite, room_that_was_never_written_is_no_damage);
  CU_ADD_TEST(suite, a_truncated_file_keeps_what_it_holds);
  CU_ADD_TEST(suite, a_newer_recording_is_refused);
  CU_ADD_TEST(suite, an_impossible_header_is_refused);
  CU_ADD_TEST(suite, an_empty_recording_has_no_events);
  CU_basic_set_mode(CU_BRM_VERBOSE);
  CU_basic_run_tests();
  unsigned failures = CU_get_number_of_failures();
  CU_cleanup_registry();
  remove(trace_path);
  return failures > 0;
}
