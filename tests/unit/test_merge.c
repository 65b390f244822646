/* test_merge.c - the merge against executions whose true order is known, and against recordings that lack something. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <CUnit/Basic.h>

#include "model/model.h"
#include "support/execution.h"
#include "support/trace_writer.h"
#include "trace/source.h"

enum { LOCKS = 256 };

static char trace_path[64];

static struct source *open_trace(void) {
  struct source *source = NULL;
  char *error = NULL;
  if (source_open(trace_path, &source, &error)) {
    fprintf(stderr, "%s\n", error);
    abort();
  }
  return source;
}

/* What is known while the merged events pass by, beside the true events. */
struct check {
  const struct execution *truth;
  const struct source_info *info;
  uint32_t next_of_thread[EXECUTION_THREADS + 1]; /* index in truth */
  uint32_t next_of_object[LOCKS];                 /* the same, S events, by low byte of the address */
  uint32_t owner[LOCKS], depth[LOCKS], readers[LOCKS];
  uint32_t given_up[EXECUTION_THREADS + 1]; /* depth of the rlock that the thread waits with */
  bool is_created[EXECUTION_THREADS + 1], has_ended[EXECUTION_THREADS + 1];
  uint32_t n_wrong;
  uint32_t seen;
};

static void expect(struct check *c, bool is_right, const char *what) {
  if (!is_right && c->n_wrong++ < 5)
    fprintf(stderr, "event %u: %s\n", c->seen, what);
}

static const struct true_event *next_true(struct check *c, uint32_t *at, uint32_t thread, uint64_t address) {
  for (; *at < c->truth->n_events; ++*at) {
    const struct true_event *e = &c->truth->events[*at];
    if (thread ? e->thread == thread : e->number && e->address == address)
      return &c->truth->events[(*at)++];
  }
  return NULL;
}

static uint64_t address_of(const struct check *c, uint32_t place) {
  return place == NO_INDEX ? 0 : c->info->places[place].address;
}

static void check_lock(struct check *c, const struct event *e, uint32_t thread, uint32_t lock) {
  bool is_read = e->mode & TRACE_MODE_READ;
  if (e->op == TRACE_ACQ && is_read) {
    expect(c, !c->owner[lock], "shared while held");
    c->readers[lock]++;
  } else if (e->op == TRACE_ACQ) {
    expect(c, !c->readers[lock] && (!c->owner[lock] || c->owner[lock] == thread), "exclusive while held");
    c->owner[lock] = thread;
    c->depth[lock] += event_gives_up_all(e) ? c->given_up[thread] : 1;
  } else if (e->op == TRACE_REL && is_read)
    c->readers[lock]--;
  else if (e->op == TRACE_REL && event_gives_up_all(e)) {
    c->given_up[thread] = c->depth[lock];
    c->owner[lock] = c->depth[lock] = 0;
  } else if (e->op == TRACE_REL_ODD) {
    expect(c, c->owner[lock] && c->owner[lock] != thread, "released when free");
    c->owner[lock] = c->depth[lock] = 0;
  } else if (e->op == TRACE_REL && --c->depth[lock] == 0)
    c->owner[lock] = 0;
  else if (e->op == TRACE_INIT || e->op == TRACE_DESTROY)
    expect(c, !c->owner[lock] && !c->readers[lock], "renewed while held");
}

static void check_thread(struct check *c, const struct event *e, uint32_t thread, uint32_t target) {
  if (e->op == TRACE_CREATE)
    c->is_created[target] = true;
  else if (e->op == TRACE_THREAD_BEGIN)
    expect(c, thread == 1 || c->is_created[thread], "begins before it is created");
  else if (e->op == TRACE_THREAD_END)
    c->has_ended[thread] = true;
  else if (e->op == TRACE_JOIN)
    expect(c, c->has_ended[target], "joined before its end");
}

static bool names_thread(uint8_t op) {
  return op == TRACE_CREATE || op == TRACE_JOIN_REQ || op == TRACE_JOIN;
}

static void check_event(struct check *c, const struct event *e) {
  uint32_t thread = c->info->threads[e->thread].number;
  const struct true_event *t = next_true(c, &c->next_of_thread[thread], thread, 0);
  c->seen++;
  if (!t || t->op != e->op || t->mode != e->mode) {
    expect(c, false, "not the thread's next event");
    return;
  }
  if (names_thread(e->op))
    expect(c, e->target != NO_INDEX && c->info->threads[e->target].number == t->target, "another target");
  if (!t->address) {
    expect(c, e->kind == t->kind, "another kind of thread");
    check_thread(c, e, thread, t->target);
    return;
  }
  expect(c, address_of(c, e->place) == t->address && e->kind == t->kind, "another object");
  expect(c, address_of(c, e->place2) == t->address2, "another mutex of the wait");
  if (t->number)
    expect(c, next_true(c, &c->next_of_object[t->address & 255], 0, t->address) == t, "out of the object's order");
  check_lock(c, e, thread, t->address & 255);
}

/* An execution that is right in all but these gives the model nothing to wonder about. An end may come before another thread's
 * release of its track_lock. */
static void check_model(struct check *c, struct model *model, struct event event) {
  uint32_t by_chance = ODD_NOTIFY_UNLOCKED | ODD_WAIT_TWO | ODD_WAIT_TWO_NOW | ODD_END_HOLDING;
  model->info = c->info;
  model_judge(model, &event);
  bool is_handed_over = event.op == TRACE_REL_ODD;
  expect(c, !(event.oddity & ~(by_chance | ODD_HANDED_OVER)), "odd");
  expect(c, is_handed_over == !!(event.oddity & ODD_HANDED_OVER), "handed over or not");
  model_apply(model, &event);
  expect(c, !model->contradictions, "a contradiction");
}

static uint32_t check_execution(const struct execution *truth, bool is_for_model) {
  struct check *c = calloc(1, sizeof *c);
  struct source *source = open_trace();
  struct event events[100];
  c->truth = truth;
  struct model *model = model_new(source_info(source));
  for (size_t n; (n = source_read(source, events, 100));)
    for (size_t i = 0; i < n; i++) {
      c->info = source_info(source);
      check_event(c, &events[i]);
      if (is_for_model)
        check_model(c, model, events[i]);
    }
  model_free(model);
  const struct source_info *info = source_info(source);
  expect(c, c->seen == truth->n_events, "events are missing");
  expect(c, info->n_threads == truth->n_threads, "another number of threads");
  expect(c, !info->order_repaired && !info->contradictions && !info->lost_order, "the order was guessed");
  expect(c, !info->n_damage && !info->dropped, "damage");
  uint32_t n_wrong = c->n_wrong;
  source_close(source);
  free(c);
  return n_wrong;
}

static void any_recorded_execution_is_merged_into_a_legal_order(void) {
  static const uint64_t jitters[] = {0, 1, EXECUTION_STEP, 10 * EXECUTION_STEP, 300 * EXECUTION_STEP};
  uint64_t seeds = getenv("TRACK_TEST_SEEDS") ? strtoull(getenv("TRACK_TEST_SEEDS"), NULL, 10) : 300;
  for (uint64_t seed = 1; seed <= seeds; seed++) {
    struct execution_options options = {.seed = seed,
                                        .n_events = 50 + seed * 37 % 4000,
                                        .n_lanes = 2 + seed % 12,
                                        .jitter = jitters[seed % 5],
                                        .has_children_named = seed % 2,
                                        .has_renewals = seed % 3 == 0,
                                        .block_percent = seed % 3 * 20};
    struct execution truth;
    execution_run(&truth, &options, trace_path);
    uint32_t n_wrong = check_execution(&truth, !options.has_renewals);
    if (n_wrong)
      fprintf(stderr, "seed %llu\n", (unsigned long long)seed);
    CU_ASSERT_EQUAL(n_wrong, 0);
    execution_done(&truth);
  }
}

/* Reads all of it; returns how many events there are, the first `capacity` in `events`. */
static size_t read_all(struct source *source, struct event *events, size_t capacity) {
  size_t n = 0;
  for (size_t got; n < capacity && (got = source_read(source, events + n, capacity - n));)
    n += got;
  return n;
}

enum { LOCK = 0x1000, LOCK2 = 0x2000, HANDLE = 0x7f00, TICK0 = 1000 };

static void put(struct trace_writer *w, uint32_t lane, uint64_t time, uint8_t op, uint64_t address, uint32_t number) {
  trace_writer_event(w, lane,
                     &(struct written_event){.time = time, .op = op, .address = address, .number = number, .kind = TRACE_KIND_MUTEX});
}

static void put_thread(struct trace_writer *w, uint32_t lane, uint64_t time, uint8_t op, uint64_t value) {
  trace_writer_wide(w, lane, &(struct written_event){.time = time, .op = op, .value = value});
}

static void put_lock(struct trace_writer *w, uint32_t lane, uint64_t time, uint8_t op, uint32_t number) {
  trace_writer_event(w, lane, &(struct written_event){.time = time, .op = op, .address = LOCK, .number = number, .kind = TRACE_KIND_LOCK});
}

static void put_primitive(struct trace_writer *w, uint32_t lane, uint64_t time, uint8_t op, uint16_t kind, uint64_t value, uint64_t extra) {
  trace_writer_wide(w, lane, &(struct written_event){.time = time, .op = op, .kind = kind, .value = value, .extra = extra});
}

/* Main and threads 2 ... n, each in its lane. */
static struct trace_writer *begin(uint32_t n) {
  struct trace_writer *w = trace_writer_new(trace_path);
  trace_writer_begin(w, 0, TICK0, 1, HANDLE + 1);
  for (uint32_t i = 2; i <= n; i++) {
    put_thread(w, 0, TICK0, TRACE_CREATE, i);
    trace_writer_begin(w, i - 1, TICK0 + 1, i, HANDLE + i);
  }
  return w;
}

/* The events of two threads with objects, as "1a2r": thread, then a acquire, r release, o odd release ... */
static void spell(const struct event *events, size_t n, char *ret_text) {
  char *at = ret_text;
  for (size_t i = 0; i < n; i++) {
    const char *letter = events[i].op == TRACE_ACQ          ? "a"
                         : events[i].op == TRACE_REL        ? "r"
                         : events[i].op == TRACE_REL_ODD    ? "o"
                         : events[i].op == TRACE_JOIN       ? "j"
                         : events[i].op == TRACE_THREAD_END ? "e"
                                                            : NULL;
    if (letter)
      at += sprintf(at, "%u%s", events[i].thread + 1, letter);
  }
  *at = 0;
}

static void expect_order(const char *order, uint64_t repaired, uint64_t contradictions) {
  struct source *source = open_trace();
  struct event events[200];
  char text[1000];
  spell(events, read_all(source, events, 200), text);
  CU_ASSERT_STRING_EQUAL(text, order);
  CU_ASSERT_EQUAL(source_info(source)->order_repaired, repaired);
  CU_ASSERT_EQUAL(source_info(source)->contradictions, contradictions);
  CU_ASSERT_EQUAL(source_info(source)->lost_order, repaired + contradictions > 0);
  source_close(source);
}

static void numbers_beat_times(void) {
  struct trace_writer *w = begin(2);
  put(w, 0, 2000, TRACE_ACQ, LOCK, 2);
  put(w, 0, 2001, TRACE_REL, LOCK, 0);
  put(w, 1, 3000, TRACE_ACQ, LOCK, 1);
  put(w, 1, 3001, TRACE_REL, LOCK, 0);
  trace_writer_end(w);
  expect_order("2a2r1a1r", 0, 0);
}

static void an_acquire_waits_for_the_release_of_the_holder(void) {
  struct trace_writer *w = begin(2);
  put(w, 0, 2000, TRACE_ACQ, LOCK, 1);
  put(w, 0, 9000, TRACE_REL, LOCK, 0);
  put(w, 1, 3000, TRACE_ACQ, LOCK, 2);
  put(w, 1, 3001, TRACE_REL, LOCK, 0);
  trace_writer_end(w);
  expect_order("1a1r2a2r", 0, 0);
}

static void a_missing_number_is_passed_over_and_counted(void) {
  struct trace_writer *w = begin(2);
  put(w, 0, 2000, TRACE_ACQ, LOCK, 1);
  put(w, 0, 2001, TRACE_REL, LOCK, 0);
  put(w, 1, 3000, TRACE_ACQ, LOCK, 3);
  put(w, 1, 3001, TRACE_REL, LOCK, 0);
  put(w, 0, 2500, TRACE_ACQ, LOCK, 4);
  put(w, 0, 2501, TRACE_REL, LOCK, 0);
  trace_writer_end(w);
  expect_order("1a1r2a2r1a1r", 1, 0);
}

static void a_lock_that_nobody_gives_back_is_taken_in_the_end(void) {
  struct trace_writer *w = begin(2);
  put(w, 0, 2000, TRACE_ACQ, LOCK, 1);
  put(w, 1, 2001, TRACE_ACQ, LOCK, 2);
  put(w, 1, 2002, TRACE_REL, LOCK, 0);
  put(w, 0, 3000, TRACE_ACQ, LOCK, 3);
  trace_writer_end(w);
  expect_order("1a2a2r1a", 0, 1);
}

/* ... and not only when everything else is over: annotations may lack a release. */
static void others_do_not_wait_for_it_for_ever(void) {
  struct trace_writer *w = begin(2);
  put(w, 0, 2000, TRACE_ACQ, LOCK, 1);
  put(w, 1, 2001, TRACE_ACQ, LOCK, 2);
  put(w, 1, 2002, TRACE_REL, LOCK, 0);
  put(w, 0, 900000000, TRACE_ACQ, LOCK2, 1);
  put(w, 0, 900000000, TRACE_REL, LOCK2, 0);
  put(w, 0, 1100000000, TRACE_ACQ, LOCK2, 2);
  trace_writer_end(w);
  expect_order("1a1a1r2a2r1a", 0, 1);
}

static void a_dead_owner_s_lock_is_free_after_its_end(void) {
  struct trace_writer *w = begin(2);
  put(w, 1, 2000, TRACE_ACQ, LOCK, 1);
  put_thread(w, 1, 5000, TRACE_THREAD_END, 0);
  trace_writer_event(w, 0,
                     &(struct written_event){.time = 3000,
                                             .op = TRACE_ACQ,
                                             .mode = TRACE_MODE_OWNER_DEAD,
                                             .address = LOCK,
                                             .number = 2,
                                             .kind = TRACE_KIND_MUTEX | TRACE_TYPE_ROBUST});
  trace_writer_end(w);
  expect_order("2a2e1a", 0, 0);
}

static void a_join_comes_after_the_end(void) {
  struct trace_writer *w = begin(2);
  put_thread(w, 0, 2000, TRACE_JOIN_REQ, HANDLE + 2);
  put_thread(w, 0, 2001, TRACE_JOIN, HANDLE + 2);
  put_thread(w, 1, 5000, TRACE_THREAD_END, 0);
  trace_writer_end(w);
  expect_order("2e1j", 0, 0);
}

/* The number says that it is its turn: nothing else is waited for. */
static void a_track_lock_is_handed_over_at_once(void) {
  struct trace_writer *w = begin(2);
  put_lock(w, 0, 2000, TRACE_ACQ, 1);
  put_lock(w, 1, 2010, TRACE_REL_ODD, 2);
  put_lock(w, 1, 2020, TRACE_ACQ, 3);
  put_lock(w, 0, 2030, TRACE_REL_ODD, 4);
  put_lock(w, 0, 2040, TRACE_ACQ, 5);
  put_lock(w, 0, 2050, TRACE_REL, 0);
  trace_writer_end(w);
  expect_order("1a2o2a1o1a1r", 0, 0);
}

/* Each means the thread that it named, whoever has its handle now. */
static void a_thread_of_a_primitive_may_be_joined_by_several(void) {
  struct trace_writer *w = trace_writer_new(trace_path);
  trace_writer_begin(w, 0, TICK0, 1, HANDLE + 1);
  put_primitive(w, 0, TICK0, TRACE_CREATE, TRACE_KIND_THREAD, 2, 0);
  trace_writer_child(w, 0, 2, HANDLE + 2);
  put_primitive(w, 0, TICK0, TRACE_CREATE, TRACE_KIND_DAEMON, 3, 0);
  trace_writer_child(w, 0, 3, HANDLE + 3);
  trace_writer_begin(w, 1, TICK0 + 10, 2, HANDLE + 2);
  trace_writer_begin(w, 2, TICK0 + 10, 3, HANDLE + 3);
  put_primitive(w, 0, TICK0 + 20, TRACE_JOIN_REQ, TRACE_KIND_THREAD, HANDLE + 2, 0);
  put_primitive(w, 2, TICK0 + 20, TRACE_JOIN_REQ, TRACE_KIND_THREAD, HANDLE + 2, 0);
  put_thread(w, 1, TICK0 + 30, TRACE_THREAD_END, 0);
  put_primitive(w, 0, TICK0 + 40, TRACE_JOIN, TRACE_KIND_THREAD, HANDLE + 2, 0);
  put_primitive(w, 0, TICK0 + 50, TRACE_CREATE, TRACE_KIND_DAEMON, 4, 0);
  trace_writer_child(w, 0, 4, HANDLE + 2);
  trace_writer_begin(w, 1, TICK0 + 60, 4, HANDLE + 2);
  put_primitive(w, 2, TICK0 + 70, TRACE_JOIN, TRACE_KIND_THREAD, HANDLE + 2, 0);
  put_primitive(w, 2, TICK0 + 80, TRACE_JOIN_REQ, TRACE_KIND_THREAD, HANDLE + 2, 2);
  put_primitive(w, 2, TICK0 + 90, TRACE_JOIN, TRACE_KIND_THREAD, HANDLE + 2, 2);
  put_thread(w, 1, TICK0 + 100, TRACE_THREAD_END, 0);
  trace_writer_end(w);
  struct source *source = open_trace();
  struct event events[32];
  size_t n = read_all(source, events, 32);
  const struct source_info *info = source_info(source);
  uint32_t n_joins = 0;
  for (size_t i = 0; i < n; i++)
    if (events[i].op == TRACE_JOIN && events[i].target != NO_INDEX)
      n_joins += info->threads[events[i].target].number == 2;
  CU_ASSERT_EQUAL(n_joins, 3);
  CU_ASSERT_EQUAL(info->contradictions + info->order_repaired, 0);
  source_close(source);
}

static void a_join_without_an_end_is_a_contradiction_only_while_its_lane_goes_on(void) {
  struct trace_writer *w = begin(2);
  put_thread(w, 0, 2000, TRACE_JOIN, HANDLE + 2);
  put(w, 1, 5000, TRACE_ACQ, LOCK, 1);
  trace_writer_end(w);
  expect_order("2a1j", 0, 0);
}

static const struct event *find(const struct event *events, size_t n, uint8_t op) {
  for (size_t i = 0; i < n; i++)
    if (events[i].op == op)
      return &events[i];
  return NULL;
}

/* pthread_create() returns, and the parent joins, before the child's first record. */
static void a_handle_may_be_used_before_its_thread_begins(void) {
  struct trace_writer *w = trace_writer_new(trace_path);
  trace_writer_begin(w, 0, 1000, 1, HANDLE + 1);
  put_thread(w, 0, 1001, TRACE_CREATE, 2);
  put_thread(w, 0, 1002, TRACE_JOIN_REQ, HANDLE + 2);
  trace_writer_begin(w, 1, 5000, 2, HANDLE + 2);
  trace_writer_end(w);
  struct source *source = open_trace();
  struct event events[10];
  size_t n = read_all(source, events, 10);
  const struct event *join = find(events, n, TRACE_JOIN_REQ);
  CU_ASSERT_EQUAL(n, 4);
  CU_ASSERT_PTR_NOT_NULL_FATAL(join);
  CU_ASSERT_EQUAL(source_info(source)->threads[join->target].number, 2);
  source_close(source);
}

/* The child gets a lane whose last thread needed what the parent did after the detach. */
static void a_named_child_s_handle_is_known_at_once(void) {
  struct trace_writer *w = begin(2);
  put_thread(w, 0, 2000, TRACE_CREATE, 3);
  trace_writer_child(w, 0, 3, HANDLE + 3);
  put_thread(w, 0, 2001, TRACE_DETACH, HANDLE + 3);
  put(w, 0, 2002, TRACE_ACQ, LOCK, 1);
  put(w, 0, 2002, TRACE_REL, LOCK, 0);
  put(w, 1, 2003, TRACE_ACQ, LOCK, 2);
  put(w, 1, 2003, TRACE_REL, LOCK, 0);
  put_thread(w, 1, 2004, TRACE_THREAD_END, 0);
  trace_writer_begin(w, 1, 3000, 3, HANDLE + 3);
  trace_writer_end(w);
  struct source *source = open_trace();
  struct event events[20];
  size_t n = read_all(source, events, 20);
  const struct event *detach = find(events, n, TRACE_DETACH);
  CU_ASSERT_PTR_NOT_NULL_FATAL(detach);
  CU_ASSERT_EQUAL(source_info(source)->threads[detach->target].number, 3);
  CU_ASSERT_EQUAL(source_info(source)->order_repaired, 0);
  CU_ASSERT_EQUAL(source_info(source)->contradictions, 0);
  source_close(source);
}

/* The same from a recorder that does not say so: whose handle it is stays unknown, the order is right. */
static void an_unnamed_child_does_not_cost_the_order(void) {
  struct trace_writer *w = begin(2);
  put_thread(w, 0, 2000, TRACE_CREATE, 3);
  put_thread(w, 0, 2001, TRACE_DETACH, HANDLE + 3);
  put(w, 0, 2002, TRACE_ACQ, LOCK, 1);
  put(w, 0, 2002, TRACE_REL, LOCK, 0);
  put_thread(w, 0, 2003, TRACE_CREATE, 4);
  put(w, 1, 2003, TRACE_ACQ, LOCK, 2);
  put(w, 1, 2003, TRACE_REL, LOCK, 0);
  put_thread(w, 1, 2004, TRACE_THREAD_END, 0);
  trace_writer_begin(w, 1, 3000, 3, HANDLE + 3);
  trace_writer_begin(w, 2, 3000, 4, HANDLE + 4);
  trace_writer_end(w);
  expect_order("1a1r2a2r2e", 0, 0);
}

static void a_handle_of_a_thread_that_never_begins_is_unknown(void) {
  struct trace_writer *w = trace_writer_new(trace_path);
  trace_writer_begin(w, 0, 1000, 1, HANDLE + 1);
  put_thread(w, 0, 1001, TRACE_CREATE, 2);
  put_thread(w, 0, 1002, TRACE_JOIN_REQ, HANDLE + 2);
  trace_writer_end(w);
  struct source *source = open_trace();
  struct event events[10];
  size_t n = read_all(source, events, 10);
  const struct event *join = find(events, n, TRACE_JOIN_REQ);
  CU_ASSERT_PTR_NOT_NULL_FATAL(join);
  CU_ASSERT_EQUAL(join->target, NO_INDEX);
  CU_ASSERT_EQUAL(source_info(source)->n_threads, 2);
  CU_ASSERT_EQUAL(source_info(source)->order_repaired, 0);
  source_close(source);
}

static void a_forked_child_counts_on_from_its_parent(void) {
  struct trace_writer *w = begin(2);
  trace_writer_header(w)->parent_pid = 17;
  put(w, 0, 3000, TRACE_ACQ, LOCK, 58);
  put(w, 0, 3001, TRACE_REL, LOCK, 0);
  put(w, 1, 4000, TRACE_ACQ, LOCK, 57);
  put(w, 1, 4001, TRACE_REL, LOCK, 0);
  put(w, 1, 5000, TRACE_ACQ, LOCK2, 1);
  put(w, 0, 6000, TRACE_ACQ, LOCK, 59);
  trace_writer_end(w);
  expect_order("2a2r1a1r2a1a", 0, 0);
}

static void numbers_may_wrap(void) {
  struct trace_writer *w = begin(2);
  trace_writer_header(w)->parent_pid = 17;
  put(w, 0, 3000, TRACE_ACQ, LOCK, UINT32_MAX - 1);
  put(w, 0, 3001, TRACE_REL, LOCK, 0);
  put(w, 1, 300000000, TRACE_ACQ, LOCK, UINT32_MAX);
  put(w, 1, 300000001, TRACE_REL, LOCK, 0);
  put(w, 0, 200000000, TRACE_ACQ, LOCK, 0);
  trace_writer_end(w);
  expect_order("1a1r2a2r1a", 0, 0);
}

static void readers_share_and_keep_writers_out(void) {
  struct trace_writer *w = begin(3);
  struct written_event read = {
      .time = 2000, .op = TRACE_ACQ, .mode = TRACE_MODE_READ, .address = LOCK, .number = 1, .kind = TRACE_KIND_RWLOCK};
  trace_writer_event(w, 0, &read);
  read.number = 2;
  trace_writer_event(w, 1, &read);
  put(w, 2, 3000, TRACE_ACQ, LOCK, 3);
  read.op = TRACE_REL;
  read.time = 4000;
  trace_writer_event(w, 0, &read);
  read.time = 5000;
  trace_writer_event(w, 1, &read);
  trace_writer_end(w);
  expect_order("1a2a1r2r3a", 0, 0);
}

static void put_signalled_wait(struct trace_writer *w) {
  put(w, 0, 2000, TRACE_ACQ, LOCK, 1);
  struct written_event e = {.time = 2001, .op = TRACE_REL, .mode = TRACE_MODE_CONDITION, .address = LOCK, .kind = TRACE_KIND_MUTEX};
  trace_writer_event(w, 0, &e);
  put(w, 0, 2002, TRACE_WAIT, LOCK2, 1);
  put(w, 1, 9000, TRACE_SIGNAL, LOCK2, 2);
  put(w, 0, 3000, TRACE_WAKE, LOCK2, 3);
}

static void a_wake_comes_after_its_signal_and_names_the_mutex(void) {
  struct trace_writer *w = begin(2);
  put_signalled_wait(w);
  trace_writer_end(w);
  struct source *source = open_trace();
  struct event events[20];
  size_t n = read_all(source, events, 20);
  const struct event *wait = find(events, n, TRACE_WAIT), *wake = find(events, n, TRACE_WAKE), *acquire = find(events, n, TRACE_ACQ);
  CU_ASSERT_TRUE_FATAL(wait && wake && acquire);
  CU_ASSERT_EQUAL(wait->place2, acquire->place);
  CU_ASSERT_EQUAL(wake->place2, acquire->place);
  CU_ASSERT_TRUE(wake > find(events, n, TRACE_SIGNAL));
  source_close(source);
}

/* Whatever goes missing, what is there comes out: every event once, each thread's in its order. */
static void dropped_events_do_not_stop_the_rest(void) {
  struct trace_writer *w = begin(4);
  trace_writer_header(w)->dropped = 1;
  uint32_t number = 0, n = 0;
  for (uint32_t i = 0; i < 3000; i++) {
    uint32_t lane = i * 7 % 4;
    number += 1 + (i % 5 == 0);
    put(w, lane, 2000 + i * 10, TRACE_ACQ, LOCK, number);
    if (i % 11)
      put(w, lane, 2000 + i * 10, TRACE_REL, LOCK, 0);
    n += 1 + (i % 11 != 0);
  }
  trace_writer_end(w);
  struct source *source = open_trace();
  static struct event events[8000];
  CU_ASSERT_EQUAL(read_all(source, events, 8000), n + 7);
  CU_ASSERT_EQUAL(source_info(source)->order_repaired, 600);
  CU_ASSERT_TRUE(source_info(source)->lost_order);
  source_close(source);
}

int main(void) {
  CU_pSuite suite = CU_initialize_registry() == CUE_SUCCESS ? CU_add_suite("merge", NULL, NULL) : NULL;
  if (!suite)
    return 1;
  snprintf(trace_path, sizeof trace_path, "/tmp/test_merge-%ld.trace", (long)getpid());
  CU_ADD_TEST(suite, numbers_beat_times);
  CU_ADD_TEST(suite, an_acquire_waits_for_the_release_of_the_holder);
  CU_ADD_TEST(suite, a_missing_number_is_passed_over_and_counted);
  CU_ADD_TEST(suite, a_lock_that_nobody_gives_back_is_taken_in_the_end);
  CU_ADD_TEST(suite, others_do_not_wait_for_it_for_ever);
  CU_ADD_TEST(suite, a_dead_owner_s_lock_is_free_after_its_end);
  CU_ADD_TEST(suite, a_join_comes_after_the_end);
  CU_ADD_TEST(suite, a_track_lock_is_handed_over_at_once);
  CU_ADD_TEST(suite, a_thread_of_a_primitive_may_be_joined_by_several);
  CU_ADD_TEST(suite, a_join_without_an_end_is_a_contradiction_only_while_its_lane_goes_on);
  CU_ADD_TEST(suite, a_handle_may_be_used_before_its_thread_begins);
  CU_ADD_TEST(suite, a_named_child_s_handle_is_known_at_once);
  CU_ADD_TEST(suite, an_unnamed_child_does_not_cost_the_order);
  CU_ADD_TEST(suite, a_handle_of_a_thread_that_never_begins_is_unknown);
  CU_ADD_TEST(suite, a_forked_child_counts_on_from_its_parent);
  CU_ADD_TEST(suite, numbers_may_wrap);
  CU_ADD_TEST(suite, readers_share_and_keep_writers_out);
  CU_ADD_TEST(suite, a_wake_comes_after_its_signal_and_names_the_mutex);
  CU_ADD_TEST(suite, dropped_events_do_not_stop_the_rest);
  CU_ADD_TEST(suite, any_recorded_execution_is_merged_into_a_legal_order);
  CU_basic_set_mode(CU_BRM_VERBOSE);
  CU_basic_run_tests();
  unsigned failures = CU_get_number_of_failures();
  CU_cleanup_registry();
  remove(trace_path);
  return failures > 0;
}
