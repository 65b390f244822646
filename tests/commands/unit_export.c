/* The ends of holds in `inspector export --format perfetto` where the recording does not time them: ticks are nanoseconds here. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <CUnit/Basic.h>

#include "commands/export_traces.h"
#include "support/trace_writer.h"
#include "viz/export/exporter.h"

enum { LOCK = 0x1000, OUTER = 0x2000, HANDLE = 0x7f00, START = 1000 };

static char trace_path[64], output_path[64];

static void put(struct trace_writer *w, uint32_t lane, uint64_t time, uint8_t op, uint32_t number) {
  trace_writer_event(w, lane, &(struct written_event){.time = time, .op = op, .address = LOCK, .number = number, .kind = TRACE_KIND_MUTEX});
}

static void put_outer(struct trace_writer *w, uint32_t lane, uint64_t time, uint8_t op, uint32_t number) {
  trace_writer_event(w, lane,
                     &(struct written_event){.time = time, .op = op, .address = OUTER, .number = number, .kind = TRACE_KIND_MUTEX});
}

/* Main takes the lock at 2000 and gives it up at some time, then does something at `next`; the other thread waits from 3000 on. */
static struct trace_writer *begin(void) {
  struct trace_writer *w = trace_writer_new(trace_path);
  trace_writer_begin(w, 0, START, 1, HANDLE + 1);
  trace_writer_wide(w, 0, &(struct written_event){.time = START + 10, .op = TRACE_CREATE, .value = 2});
  trace_writer_begin(w, 1, START + 20, 2, HANDLE + 2);
  return w;
}

/* The hold of main at that address, in nanoseconds; its arguments in *ret_arguments, borrowed from the document. */
struct hold {
  double begin_ns, length_ns;
  json_t *arguments;
};

static struct hold find_hold(json_t *document, const char *name, double begin_us) {
  size_t i;
  json_t *event;
  json_array_foreach(json_object_get(document, "traceEvents"), i, event) {
    const char *category = json_string_value(json_object_get(event, "cat")), *own = json_string_value(json_object_get(event, "name"));
    double begin = json_number_value(json_object_get(event, "ts"));
    if (category && !strcmp(category, "hold") && strstr(own, name) && begin > begin_us - 0.0001 && begin < begin_us + 0.0001)
      return (struct hold){begin * 1000, json_number_value(json_object_get(event, "dur")) * 1000, json_object_get(event, "args")};
  }
  return (struct hold){0};
}

static json_t *export_it(struct trace_writer *w) {
  trace_writer_end(w);
  CU_ASSERT_EQUAL(export_traces(&exporter_perfetto, trace_path, output_path), 0);
  json_error_t error;
  json_t *document = json_load_file(output_path, 0, &error);
  CU_ASSERT_PTR_NOT_NULL_FATAL(document);
  return document;
}

static void expect_length(const struct hold *hold, double length_ns) {
  CU_ASSERT_DOUBLE_EQUAL(hold->length_ns, length_ns, 0.01);
}

static void an_untimed_hold_lasts_until_the_waiting_thread_gets_the_lock(void) {
  struct trace_writer *w = begin();
  put(w, 0, 2000, TRACE_ACQ, 1);
  put(w, 0, 2000, TRACE_REL, 0);
  put(w, 1, 3000, TRACE_REQ, 0);
  put(w, 1, 9000, TRACE_ACQ, 2);
  put(w, 1, 9500, TRACE_REL, 0);
  trace_writer_wide(w, 0, &(struct written_event){.time = 20000, .op = TRACE_THREAD_END});
  json_t *document = export_it(w);
  struct hold hold = find_hold(document, "0x1000", 1.0);
  expect_length(&hold, 9000 - 2000 - 1);
  CU_ASSERT(json_is_false(json_object_get(hold.arguments, "end_timed")));
  struct hold other = find_hold(document, "0x1000", 8.0);
  expect_length(&other, 500);
  CU_ASSERT_PTR_NULL(json_object_get(other.arguments, "end_timed"));
  json_decref(document);
}

static void it_lasts_no_longer_than_what_its_thread_does_next(void) {
  struct trace_writer *w = begin();
  put(w, 0, 2000, TRACE_ACQ, 1);
  put(w, 0, 2000, TRACE_REL, 0);
  put(w, 1, 3000, TRACE_REQ, 0);
  trace_writer_wide(w, 0, &(struct written_event){.time = 5000, .op = TRACE_THREAD_END});
  put(w, 1, 9000, TRACE_ACQ, 2);
  put(w, 1, 9500, TRACE_REL, 0);
  json_t *document = export_it(w);
  struct hold hold = find_hold(document, "0x1000", 1.0);
  expect_length(&hold, 5000 - 2000 - 1);
  json_decref(document);
}

static void it_ends_at_its_last_known_time_when_nobody_waits(void) {
  struct trace_writer *w = begin();
  put(w, 0, 2000, TRACE_ACQ, 1);
  put(w, 0, 2000, TRACE_REL, 0);
  trace_writer_wide(w, 0, &(struct written_event){.time = 5000, .op = TRACE_THREAD_END});
  json_t *document = export_it(w);
  struct hold hold = find_hold(document, "0x1000", 1.0);
  expect_length(&hold, 1);
  CU_ASSERT_DOUBLE_EQUAL(json_number_value(json_object_get(hold.arguments, "at_most_us")), 3.0, 0.0001);
  json_decref(document);
}

static void what_was_given_up_later_ends_later(void) {
  struct trace_writer *w = begin();
  put_outer(w, 0, 1500, TRACE_ACQ, 1);
  put(w, 0, 2000, TRACE_ACQ, 1);
  put(w, 0, 2000, TRACE_REL, 0);
  put_outer(w, 0, 2000, TRACE_REL, 0);
  put(w, 1, 3000, TRACE_REQ, 0);
  put(w, 1, 9000, TRACE_ACQ, 2);
  put(w, 1, 9500, TRACE_REL, 0);
  trace_writer_wide(w, 0, &(struct written_event){.time = 20000, .op = TRACE_THREAD_END});
  json_t *document = export_it(w);
  struct hold inner = find_hold(document, "0x1000", 1.0), outer = find_hold(document, "0x2000", 0.5);
  CU_ASSERT(inner.begin_ns + inner.length_ns < outer.begin_ns + outer.length_ns);
  CU_ASSERT(inner.begin_ns + inner.length_ns > 7900);
  json_decref(document);
}

int main(void) {
  snprintf(trace_path, sizeof trace_path, "/tmp/track-export-%d.trace", getpid());
  snprintf(output_path, sizeof output_path, "/tmp/track-export-%d.json", getpid());
  if (CU_initialize_registry())
    return 1;
  CU_pSuite suite = CU_add_suite("export", NULL, NULL);
  CU_ADD_TEST(suite, an_untimed_hold_lasts_until_the_waiting_thread_gets_the_lock);
  CU_ADD_TEST(suite, it_lasts_no_longer_than_what_its_thread_does_next);
  CU_ADD_TEST(suite, it_ends_at_its_last_known_time_when_nobody_waits);
  CU_ADD_TEST(suite, what_was_given_up_later_ends_later);
  CU_basic_run_tests();
  unsigned failures = CU_get_number_of_failures();
  CU_cleanup_registry();
  unlink(trace_path);
  unlink(output_path);
  return (int)failures;
}
