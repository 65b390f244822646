/* test_text.c - text traces: the grammar line by line, what is refused and where, and that a dump reads back the same. */
#include <CUnit/Basic.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace/text.h"

enum { EVENT_LIMIT = 4096, SMALL_BATCH = 3 };

/* A trace read to its end. */
struct reading {
  struct source *source;
  const struct source_info *info;
  struct event events[EVENT_LIMIT];
  size_t n;
};

static void read_rest(struct reading *reading, size_t batch) {
  size_t n;
  reading->n = 0;
  while (reading->n + batch <= EVENT_LIMIT && (n = source_read(reading->source, reading->events + reading->n, batch)) > 0)
    reading->n += n;
  reading->info = source_info(reading->source);
}

static struct reading *read_text(const char *text) {
  struct reading *reading = calloc(1, sizeof *reading);
  reading->source = text_open_memory("t.std", text, strlen(text));
  read_rest(reading, SMALL_BATCH);
  return reading;
}

static void done(struct reading *reading) {
  source_close(reading->source);
  free(reading);
}

static const char *place_name(const struct reading *reading, uint32_t place) {
  return reading->info->places[place].name;
}
static const char *thread_name(const struct reading *reading, uint32_t thread) {
  return reading->info->threads[thread].name;
}

static void std_lines_are_events_with_their_line_as_ordinal(void) {
  struct reading *r = read_text("T0|acq(L1)|7\nT1|w(L1)|8\nT0|r(V234.23[0])|-9\nT0|rel(L1)|7");
  CU_ASSERT_EQUAL_FATAL(r->n, 4);
  CU_ASSERT_PTR_NULL(source_error(r->source));
  static const uint8_t ops[] = {TRACE_ACQ, TRACE_WRITE, TRACE_READ, TRACE_REL};
  static const uint32_t threads[] = {0, 1, 0, 0};
  static const int32_t locs[] = {7, 8, -9, 7};
  for (unsigned i = 0; i < 4; i++) {
    CU_ASSERT_EQUAL(r->events[i].op, ops[i]);
    CU_ASSERT_EQUAL(r->events[i].ordinal, i + 1);
    CU_ASSERT_EQUAL(r->events[i].thread, threads[i]);
    CU_ASSERT_EQUAL(r->info->sites[r->events[i].site].loc, locs[i]);
  }
  CU_ASSERT_EQUAL(r->events[0].site, r->events[3].site);
  CU_ASSERT_EQUAL(r->events[0].place, r->events[3].place);
  CU_ASSERT_NOT_EQUAL(r->events[0].place, r->events[1].place); /* a lock and a variable of one name */
  CU_ASSERT_STRING_EQUAL(place_name(r, r->events[2].place), "V234.23[0]");
  CU_ASSERT_STRING_EQUAL(thread_name(r, 1), "T1");
  CU_ASSERT_EQUAL(r->info->accesses, ACCESSES_COMPLETE);
  CU_ASSERT_TRUE(r->info->is_text);
  CU_ASSERT_EQUAL(r->info->n_events, 4);
  done(r);
}

static void comments_blank_lines_and_carriage_returns_count_as_lines_only(void) {
  struct reading *r = read_text("\xef\xbb\xbf# c\r\n\r\n \t\nT1|acq(a)|1\r\n  # d\nT1|dummy(x)|1\nT1 | rel(a) | 2 \r\n");
  CU_ASSERT_EQUAL_FATAL(r->n, 2);
  CU_ASSERT_EQUAL(r->events[0].ordinal, 4);
  CU_ASSERT_EQUAL(r->events[1].ordinal, 7);
  CU_ASSERT_EQUAL(r->events[1].thread, r->events[0].thread);
  done(r);
}

static void fork_of_2_and_of_T2_mean_one_thread(void) {
  struct reading *r = read_text("T1|fork(2)|1\nT2|r(x)|1\nT1|join(T2)|1\nT1|fork(worker)|1\nworker|r(x)|1\n");
  CU_ASSERT_EQUAL_FATAL(r->n, 5);
  CU_ASSERT_EQUAL(r->events[0].target, r->events[1].thread);
  CU_ASSERT_EQUAL(r->events[2].target, r->events[1].thread);
  CU_ASSERT_EQUAL(r->events[3].target, r->events[4].thread);
  CU_ASSERT_EQUAL(r->info->n_threads, 3);
  CU_ASSERT_STRING_EQUAL(thread_name(r, 1), "T2");
  done(r);
}

static void names_keep_commas_that_no_known_word_follows(void) {
  struct reading *r = read_text("T1|acq(f(a,b),c)|1\nT1|acq(f(a,b),c,rd)|1\nT1|r(x,rd)|1\n");
  CU_ASSERT_EQUAL_FATAL(r->n, 3);
  CU_ASSERT_STRING_EQUAL(place_name(r, r->events[0].place), "f(a,b),c");
  CU_ASSERT_EQUAL(r->events[0].place, r->events[1].place);
  CU_ASSERT_EQUAL(r->events[1].mode, TRACE_MODE_READ);
  CU_ASSERT_STRING_EQUAL(place_name(r, r->events[2].place), "x,rd");
  done(r);
}

enum { RE_ENTRANT = TRACE_KIND_MUTEX | TRACE_TYPE_RECURSIVE };

struct attribute_row {
  const char *op;
  uint8_t code, mode;
  uint16_t kind;
  uint64_t value;
  int32_t result;
};

static const struct attribute_row attribute_rows[] = {
    {"acq(m)", TRACE_ACQ, 0, RE_ENTRANT, 0, 0},
    {"acq(m,mutex)", TRACE_ACQ, 0, TRACE_KIND_MUTEX, 0, 0},
    {"acq(m,rd)", TRACE_ACQ, TRACE_MODE_READ, TRACE_KIND_RWLOCK, 0, 0},
    {"acq(m,wr,try)", TRACE_ACQ, TRACE_MODE_TRY, TRACE_KIND_RWLOCK, 0, 0},
    {"req(m,timed,cond)", TRACE_REQ, TRACE_MODE_TIMED | TRACE_MODE_CONDITION, RE_ENTRANT, 0, 0},
    {"tryfail(m,result=EBUSY)", TRACE_TRYFAIL, 0, RE_ENTRANT, 0, EBUSY},
    {"acqfail(m,errorcheck,mutex,result=35)", TRACE_ACQ_FAIL, 0, TRACE_KIND_MUTEX | TRACE_TYPE_ERRORCHECK, 0, 35},
    {"create(m)", TRACE_INIT, 0, TRACE_KIND_MUTEX, 0, 0},
    {"create(m,rwlock,prefer-writer,shared)", TRACE_INIT, 0, TRACE_KIND_RWLOCK | TRACE_TYPE_PREFER_WRITER | TRACE_TYPE_SHARED, 0, 0},
    {"create(m,mutex,recursive,robust,pi,c11)", TRACE_INIT, 0, RE_ENTRANT | TRACE_TYPE_ROBUST | TRACE_TYPE_PI | TRACE_TYPE_C11, 0, 0},
    {"create(m,semaphore,named,value=18446744073709551615)", TRACE_INIT, 0, TRACE_KIND_SEMAPHORE | TRACE_TYPE_NAMED, UINT64_MAX, 0},
    {"destroy(m,result=EBUSY)", TRACE_DESTROY, 0, TRACE_KIND_UNKNOWN, 0, EBUSY},
    {"free(m,lock)", TRACE_FREE, 0, TRACE_KIND_ANNOTATED, 0, 0},
    {"post(m)", TRACE_POST, 0, TRACE_KIND_SEMAPHORE, 0, 0},
    {"semwait(m)", TRACE_SEM_WAIT, 0, TRACE_KIND_SEMAPHORE, 0, 0},
    {"arrive(m)", TRACE_ARRIVE, 0, TRACE_KIND_BARRIER, 0, 0},
    {"leave(m)", TRACE_LEAVE, 0, TRACE_KIND_BARRIER, 0, 0},
    {"notify(m)", TRACE_SIGNAL, 0, TRACE_KIND_CONDITION, 0, 0},
    {"notifyAll(m)", TRACE_BROADCAST, 0, TRACE_KIND_CONDITION, 0, 0},
    {"acq(m,once)", TRACE_ACQ, 0, TRACE_KIND_ONCE, 0, 0},
    {"acq(m,spinlock)", TRACE_ACQ, 0, TRACE_KIND_SPIN, 0, 0},
    {"acq(m,ownerdead,waited)", TRACE_ACQ, TRACE_MODE_OWNER_DEAD | TRACE_MODE_WAITED, RE_ENTRANT, 0, 0},
    {"fork(m,detached)", TRACE_CREATE, TRACE_MODE_DETACHED, 0, 0, 0},
    {"joinfail(m,result=EDEADLK)", TRACE_JOIN_FAIL, 0, 0, 0, EDEADLK},
    {"detach(m)", TRACE_DETACH, 0, 0, 0, 0},
    {"exit()", TRACE_EXIT, 0, 0, 0, 0},
    {"exit(3)", TRACE_EXIT, 0, 0, 3, 0},
    {"forkproc(value=2)", TRACE_FORK, 0, 0, 2, 0},
    {"acq(m,track_lock)", TRACE_ACQ, 0, TRACE_KIND_LOCK, 0, 0},
    {"acq(m,track_rlock)", TRACE_ACQ, 0, TRACE_KIND_RLOCK | TRACE_TYPE_RECURSIVE, 0, 0},
    {"create(m,track_barrier,value=3)", TRACE_INIT, 0, TRACE_KIND_TRACK_BARRIER, 3, 0},
    {"leave(m,track_barrier,result=ECANCELED)", TRACE_LEAVE, 0, TRACE_KIND_TRACK_BARRIER, 0, ECANCELED},
    {"abort(m)", TRACE_ABORT, 0, TRACE_KIND_TRACK_BARRIER, 0, 0},
    {"reset(m)", TRACE_RESET, 0, TRACE_KIND_TRACK_BARRIER, 0, 0},
    {"set(m)", TRACE_SET, 0, TRACE_KIND_TRACK_EVENT, 0, 0},
    {"clear(m)", TRACE_CLEAR, 0, TRACE_KIND_TRACK_EVENT, 0, 0},
    {"await(m,timed)", TRACE_AWAIT, TRACE_MODE_TIMED, TRACE_KIND_TRACK_EVENT, 0, 0},
    {"pass(m,track_future,waited)", TRACE_PASS, TRACE_MODE_WAITED, TRACE_KIND_FUTURE, 0, 0},
    {"awaitfail(m,track_thread,result=EINVAL)", TRACE_AWAIT_FAIL, 0, TRACE_KIND_THREAD, 0, EINVAL},
    {"putreq(m)", TRACE_PUT_REQ, 0, TRACE_KIND_QUEUE, 0, 0},
    {"put(m,track_executor)", TRACE_PUT, 0, TRACE_KIND_EXECUTOR, 0, 0},
    {"putfail(m,try,result=EBUSY)", TRACE_PUT_FAIL, TRACE_MODE_TRY, TRACE_KIND_QUEUE, 0, EBUSY},
    {"getreq(m)", TRACE_GET_REQ, 0, TRACE_KIND_QUEUE, 0, 0},
    {"get(m,track_local)", TRACE_GET, 0, TRACE_KIND_LOCAL, 0, 0},
    {"getfail(m)", TRACE_GET_FAIL, 0, TRACE_KIND_QUEUE, 0, 0},
    {"taskdone(m)", TRACE_TASK_DONE, 0, TRACE_KIND_QUEUE, 0, 0},
    {"taskdonefail(m,result=EINVAL)", TRACE_TASK_DONE_FAIL, 0, TRACE_KIND_QUEUE, 0, EINVAL},
    {"shutdown(m)", TRACE_SHUTDOWN, 0, TRACE_KIND_QUEUE, 0, 0},
    {"start(m,value=1)", TRACE_START, 0, TRACE_KIND_TIMER, 1, 0},
    {"startfail(m,result=EINVAL)", TRACE_START_FAIL, 0, TRACE_KIND_TIMER, 0, EINVAL},
    {"waitfail(m,result=EPERM)", TRACE_WAIT_FAIL, 0, TRACE_KIND_CONDITION, 0, EPERM},
    {"notifyfail(m,track_condition)", TRACE_NOTIFY_FAIL, 0, TRACE_KIND_TRACK_CONDITION, 0, 0},
    {"post(m,track_bounded_semaphore,value=2)", TRACE_POST, 0, TRACE_KIND_BOUNDED_SEMAPHORE, 2, 0},
    {"acq(m,file_lock)", TRACE_ACQ, 0, TRACE_KIND_FILE_LOCK, 0, 0},
    {"fork(m,track_daemon)", TRACE_CREATE, 0, TRACE_KIND_DAEMON, 0, 0},
    {"join(m,track_thread,timed)", TRACE_JOIN, TRACE_MODE_TIMED, TRACE_KIND_THREAD, 0, 0},
    {"begin(foreign)", TRACE_THREAD_BEGIN, TRACE_MODE_FOREIGN, 0, 0, 0},
    {"begin any thing", TRACE_THREAD_BEGIN, 0, 0, 0, 0},
    {"end", TRACE_THREAD_END, 0, 0, 0, 0},
};

static void attributes_set_modes_kinds_types_values_and_results(void) {
  for (size_t i = 0; i < sizeof attribute_rows / sizeof *attribute_rows; i++) {
    const struct attribute_row *row = &attribute_rows[i];
    char line[128];
    snprintf(line, sizeof line, "T1|%s|1\n", row->op);
    struct reading *r = read_text(line);
    CU_ASSERT_EQUAL_FATAL(r->n, 1);
    const struct event *event = &r->events[0];
    bool is_right = event->op == row->code && event->mode == row->mode && event->kind == row->kind && event->value == row->value &&
                    event->result == row->result;
    if (!is_right)
      printf("\n  %s: op %d mode %d kind %d value %llu result %d\n", row->op, event->op, event->mode, event->kind,
             (unsigned long long)event->value, event->result);
    CU_ASSERT_TRUE(is_right);
    done(r);
  }
}

static void an_object_keeps_the_kind_that_was_told(void) {
  struct reading *r =
      read_text("T1|create(a,spinlock)|1\nT1|acq(a)|2\nT1|rel(a)|3\nT1|acq(b,rd)|4\nT1|rel(b)|5\nT1|acq(c,mutex)|6\nT1|destroy(c)|7\n");
  CU_ASSERT_EQUAL_FATAL(r->n, 7);
  CU_ASSERT_EQUAL(r->events[1].kind, TRACE_KIND_SPIN);
  CU_ASSERT_EQUAL(r->events[2].kind, TRACE_KIND_SPIN);
  CU_ASSERT_EQUAL(r->events[4].kind, TRACE_KIND_RWLOCK);
  CU_ASSERT_EQUAL(r->events[4].mode, TRACE_MODE_READ); /* the release of what was read-locked */
  CU_ASSERT_EQUAL(r->events[6].kind, TRACE_KIND_MUTEX);
  done(r);
}

static void a_wait_is_a_release_and_a_wait_of_one_line(void) {
  struct reading *r =
      read_text("T1|acq(m)|1\nT1|wait(c,m,timed)|2\nT2|acq(m)|3\nT2|rel(m)|4\nT1|wake(c,m,result=ETIMEDOUT)|5\nT1|acq(m,cond)|6\n");
  CU_ASSERT_EQUAL_FATAL(r->n, 7);
  const struct event *release = &r->events[1], *wait = &r->events[2], *wake = &r->events[5];
  CU_ASSERT_EQUAL(release->op, TRACE_REL);
  CU_ASSERT_EQUAL(release->mode, TRACE_MODE_CONDITION);
  CU_ASSERT_EQUAL(release->place, r->events[0].place);
  CU_ASSERT_EQUAL(release->kind, RE_ENTRANT);
  CU_ASSERT_EQUAL(wait->op, TRACE_WAIT);
  CU_ASSERT_EQUAL(wait->mode, TRACE_MODE_TIMED);
  CU_ASSERT_EQUAL(wait->kind, TRACE_KIND_CONDITION);
  CU_ASSERT_EQUAL(wait->place2, release->place);
  CU_ASSERT_EQUAL(wait->ordinal, 2);
  CU_ASSERT_EQUAL(release->ordinal, 2);
  CU_ASSERT_EQUAL(wake->place, wait->place);
  CU_ASSERT_EQUAL(wake->result, ETIMEDOUT);
  CU_ASSERT_EQUAL(r->events[6].mode, TRACE_MODE_CONDITION);
  CU_ASSERT_PTR_NULL(source_error(r->source));
  done(r);
}

static void a_wait_gives_up_an_rlock_however_deep(void) {
  static const char wait[] = "T1|acq(m,track_rlock)|1\nT1|acq(m)|1\nT1|wait(c,m)|2\nT2|acq(m)|3\nT2|rel(m)|4\nT1|wake(c,m)|5\n"
                             "T1|acq(m,cond)|6\nT1|rel(m)|7\nT2|tryfail(m)|8\nT1|rel(m)|9\nT2|acq(m)|10\n";
  struct reading *r = read_text(wait);
  CU_ASSERT_PTR_NULL(source_error(r->source));
  CU_ASSERT_EQUAL(r->n, 12);
  done(r);
  r = read_text("T1|acq(m,track_rlock)|1\nT1|acq(m)|1\nT1|wait(c,m)|2\nT1|wake(c,m)|5\nT1|acq(m,cond)|6\nT1|rel(m)|7\nT2|acq(m)|8\n");
  CU_ASSERT_PTR_NOT_NULL(source_error(r->source));
  done(r);
}

static void a_monitor_is_a_lock_and_a_condition(void) {
  struct reading *r = read_text("T1|acq(l)|1\nT1|wait(l)|2\nT2|acq(l)|3\nT2|notifyAll(l)|4\nT2|rel(l)|5\nT1|rel(l)|6\n");
  static const uint8_t ops[] = {TRACE_ACQ, TRACE_REL, TRACE_WAIT, TRACE_ACQ, TRACE_BROADCAST, TRACE_REL, TRACE_WAKE, TRACE_ACQ, TRACE_REL};
  CU_ASSERT_EQUAL_FATAL(r->n, sizeof ops);
  for (size_t i = 0; i < sizeof ops; i++)
    CU_ASSERT_EQUAL(r->events[i].op, ops[i]);
  CU_ASSERT_NOT_EQUAL(r->events[2].place, r->events[0].place);
  CU_ASSERT_EQUAL(r->events[2].place2, r->events[0].place);
  CU_ASSERT_EQUAL(r->events[4].place, r->events[2].place);
  CU_ASSERT_EQUAL(r->events[7].mode, TRACE_MODE_CONDITION);
  done(r);
}

static void releases_by_others_are_odd_and_free_the_lock(void) {
  struct reading *r =
      read_text("T1|acq(m)|1\nT2|rel(m)|2\nT2|acq(m)|3\nT1|rel(m)|4\nT1|rel(rw,rd)|5\nT2|acq(q,rd)|6\nT1|rel(q)|7\nT1|acq(q,wr)|8\n");
  CU_ASSERT_EQUAL_FATAL(r->n, 8);
  CU_ASSERT_EQUAL(r->events[1].op, TRACE_REL_ODD);
  CU_ASSERT_EQUAL(r->events[3].op, TRACE_REL_ODD);
  CU_ASSERT_EQUAL(r->events[4].op, TRACE_REL_ODD);
  CU_ASSERT_EQUAL(r->events[6].op, TRACE_REL_ODD);
  CU_ASSERT_EQUAL(r->events[6].mode, TRACE_MODE_READ);
  done(r);
}

static void a_holder_may_take_it_again_and_must_release_as_often(void) {
  struct reading *r = read_text("T1|acq(m)|1\nT1|acq(m)|2\nT1|rel(m)|3\nT1|rel(m)|4\nT2|acq(m)|5\nT2|acq(q,rd)|6\nT1|acq(q,rd)|7\n");
  CU_ASSERT_EQUAL(r->n, 7);
  CU_ASSERT_EQUAL(r->events[3].op, TRACE_REL);
  CU_ASSERT_PTR_NULL(source_error(r->source));
  done(r);
}

static void begin_and_end_are_atomic_blocks_where_a_thread_begins_twice(void) {
  struct reading *r = read_text("T1|begin|0\nT1|r(x)|1\nT1|end|0\nT1|begin|0\nT1|end|0\nT1|r(x)|2\n");
  CU_ASSERT_EQUAL(r->n, 2);
  CU_ASSERT_PTR_NULL(source_error(r->source));
  done(r);
  r = read_text("T1|begin|0\nT2|begin|0\nT1|r(x)|1\nT1|end|0\nT2|end|0\n");
  CU_ASSERT_EQUAL(r->n, 5);
  CU_ASSERT_TRUE(r->info->ended_in_order);
  done(r);
}

/* Text, the number of events before the refusal, what the message must hold. */
static const struct {
  const char *text;
  size_t n_events;
  const char *error;
} refused_rows[] = {
    {"T1|acq(m)|1\nT1|acq(m)\n", 1, "t.std: line 2: not an event, expected thread|operation(operand)|location"},
    {"T1|acq(m)|1|2\n", 0, "line 1: not an event, expected"},
    {"hello\n", 0, "line 1: not an event"},
    {"# c\n\nT1|lock(m)|1\n", 0, "line 3: not an event, unknown operation 'lock'"},
    {"T1|acq m|1\n", 0, "'acq m' is not of the form"},
    {"T1|acq()|1\n", 0, "the operand is missing"},
    {"T1|acq(a b)|1\n", 0, "holds a space"},
    {"T1|acq(a)|x\n", 0, "the location 'x'"},
    {"T1|acq(a)|\n", 0, "the location ''"},
    {"T1|acq(a)|2147483648\n", 0, "the location '2147483648'"},
    {"|acq(a)|1\n", 0, "the thread is missing"},
    {"T1||1\n", 0, "the operation is missing"},
    {"T1|exit(now)|1\n", 0, "no operand 'now'"},
    {"T1|acq(\"a\\q\")|1\n", 0, "malformed"},
    {"#! accesses: some\nT1|r(x)|1\n", 0, "line 1: not a header line"},
    {"T1|acq(m)|1\nT2|acq(m)|2\nT2|rel(m)|3\n", 1, "line 2: impossible event, thread T2 acquires m, which thread T1 holds since line 1"},
    {"T1|acq(m,track_lock)|1\nT1|acq(m)|2\n", 1, "line 2: impossible event, thread T1 acquires m, which it holds since line 1"},
    {"T1|acq(m,wr)|1\nT2|acq(m,rd)|2\n", 1, "which thread T1 holds since line 1"},
    {"T1|acq(m,rd)|1\nT2|acq(m,wr)|2\n", 1, "which another thread holds for reading"},
    {"T2|r(x)|1\nT1|fork(T2)|2\n", 1, "line 2: impossible event, thread T2 already runs since line 1"},
    {"T1|fork(T2)|1\nT1|fork(2)|2\n", 1, "was already started at line 1"},
    {"T1|end()|1\nT1|r(x)|2\n", 1, "line 2: impossible event, thread T1 ended at line 1"},
    {"T2|r(x)|1\nT1|join(T2)|2\nT2|r(x)|3\n", 2, "line 3: impossible event, thread T2 was joined at line 2"},
};

static void what_cannot_be_ends_the_stream_after_what_came_before(void) {
  for (size_t i = 0; i < sizeof refused_rows / sizeof *refused_rows; i++) {
    struct reading *r = read_text(refused_rows[i].text);
    const char *error = source_error(r->source);
    CU_ASSERT_EQUAL(r->n, refused_rows[i].n_events);
    CU_ASSERT_PTR_NOT_NULL_FATAL(error);
    if (!strstr(error, refused_rows[i].error))
      printf("\n  %s: got %s\n", refused_rows[i].error, error);
    CU_ASSERT_PTR_NOT_NULL(strstr(error, refused_rows[i].error));
    CU_ASSERT_EQUAL(source_read(r->source, r->events, 1), 0);
    CU_ASSERT_FALSE(r->info->ended_in_order);
    done(r);
  }
}

static void a_failed_start_may_be_tried_again(void) {
  struct reading *r = read_text("T1|fork(T2)|1\nT1|forkfail(T2,result=EAGAIN)|1\nT1|fork(T2)|2\nT2|r(x)|1\n");
  CU_ASSERT_EQUAL(r->n, 4);
  CU_ASSERT_PTR_NULL(source_error(r->source));
  done(r);
}

static void given_names_are_shown_and_stay_apart(void) {
  struct reading *r =
      read_text("T1|create(a,mutex,name=\"queue, \\\"lock\\\"\")|1\nT1|create(b,name=\"queue, \\\"lock\\\"\")|1\nT1|name(\"main loop\")|0\n"
                "T2|acq(a)|1\nT1|name(T2,\"b\")|0\nT1|name(b,\"c\")|0\nT1|acq(c)|1\n");
  CU_ASSERT_EQUAL_FATAL(r->n, 4);
  CU_ASSERT_STRING_EQUAL(place_name(r, r->events[0].place), "queue, \"lock\"");
  CU_ASSERT_STRING_EQUAL(place_name(r, r->events[1].place), "c");
  CU_ASSERT_STRING_EQUAL(thread_name(r, 0), "main loop");
  CU_ASSERT_STRING_EQUAL(thread_name(r, 1), "b");
  CU_ASSERT_EQUAL(r->events[2].place, r->events[0].place);
  CU_ASSERT_NOT_EQUAL(r->events[3].place, r->events[1].place);
  CU_ASSERT_STRING_NOT_EQUAL(place_name(r, r->events[3].place), "c");
  done(r);
}

static void headers_tell_accesses_and_the_end(void) {
  struct reading *r = read_text("#! accesses: none\nT1|acq(m)|1\n#! ended: yes\n");
  CU_ASSERT_EQUAL(r->info->accesses, ACCESSES_NONE);
  CU_ASSERT_TRUE(r->info->ended_in_order);
  done(r);
  r = read_text("#!/bin/sh\n#! accesses: partial\nT1|exit()|1\n");
  CU_ASSERT_EQUAL(r->info->accesses, ACCESSES_PARTIAL);
  CU_ASSERT_TRUE(r->info->ended_in_order);
  done(r);
  r = read_text("T1|acq(m)|1\n");
  CU_ASSERT_FALSE(r->info->ended_in_order);
  done(r);
}

/* Everything the source has, written; the caller frees. */
static char *dump(const struct source_info *info, const struct event *events, size_t n) {
  char *text = NULL;
  size_t bytes;
  FILE *out = open_memstream(&text, &bytes);
  text_write_header(out, info);
  for (size_t i = 0; i < n; i++)
    text_write_event(out, info, &events[i]);
  text_write_end(out, info);
  fclose(out);
  return text;
}

static const char *const round_trip_texts[] = {
    "T1|acq(m)|1\nT2|rel(m)|2\nT1|acq(m,mutex)|3\nT1|rel(m)|4\nT1|acq(m)|8\nT1|rel(m)|9\nT1|rel(m)|9\n",
    "T1|acq(m)|1\nT1|wait(c,m)|4\nT2|acq(m)|5\nT2|signal(c)|5\nT2|rel(m)|6\nT1|wake(c,m)|7\nT1|acq(m)|8\n",
    "T1|begin|0\nT1|fork(2)|1\nT2|acq(a,rd)|1\nT1|acq(a,rd)|1\nT2|rel(a)|1\nT1|rel(a)|1\nT1|rel(a)|2\n",
    "T1|begin|0\nT1|fork(2)|1\nT2|end|0\nT1|join(T2)|1\nT1|join(?)|1\nT1|end|0\n",
    "T1|fork(T2,track_thread)|1\nT1|fork(T3,track_timer)|1\nT2|acq(a,track_rlock)|2\nT2|wait(c,a)|3\nT1|notifyfail(c,result=EPERM)|4\n",
    "T1|create(b,track_barrier,value=2)|1\nT1|arrive(b)|1\nT1|leave(b,result=ETIMEDOUT)|1\nT1|put(x,track_executor)|2\nT1|put(q)|3\n",
    "#! accesses: partial\nT1|create(q,name=\"a b\\x7c,c\")|1\nT1|acq(q)|2\n\"T 3\"|r(x,y)|1\n",
    "T 4|w(\"x)|1\nT1|acq(f(a,b))|1\nT1|acq(?)|1\nT1|acq(a,b,try)|-1\n",
};

static void a_dump_of_a_text_trace_reads_back_the_same(void) {
  for (size_t t = 0; t < sizeof round_trip_texts / sizeof *round_trip_texts; t++) {
    struct reading *r = read_text(round_trip_texts[t]);
    CU_ASSERT_PTR_NULL(source_error(r->source));
    char *text = dump(r->info, r->events, r->n);
    struct reading *again = read_text(text);
    CU_ASSERT_PTR_NULL(source_error(again->source));
    CU_ASSERT_EQUAL_FATAL(again->n, r->n);
    for (size_t i = 0; i < r->n; i++) {
      struct event expected = r->events[i];
      const struct event *got = &again->events[i];
      CU_ASSERT_EQUAL(r->info->sites[expected.site].loc, again->info->sites[got->site].loc);
      expected.ordinal = got->ordinal;
      expected.site = got->site;
      CU_ASSERT_EQUAL(memcmp(&expected, got, sizeof expected), 0);
    }
    for (uint32_t i = 0; i < r->info->n_places; i++)
      CU_ASSERT_STRING_EQUAL(place_name(r, i), place_name(again, i));
    CU_ASSERT_EQUAL(r->info->accesses, again->info->accesses);
    CU_ASSERT_EQUAL(r->info->ended_in_order, again->info->ended_in_order);
    free(text);
    done(again);
    done(r);
  }
}

enum { N_THREADS = 5, N_PLACES = 8, N_RANDOM = 3000 };

static uint32_t random_below(uint64_t *state, uint32_t limit) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(*state >> 33) % limit;
}

static const uint8_t all_ops[] = {
#define EVENT(name, code, text, operand, flags) code,
#include "track/events.def"
};

static bool is_thread_op(uint8_t op) {
#define EVENT(name, code, text, operand, flags)                                                                                            \
  if (op == code)                                                                                                                          \
    return strcmp(#operand, "THREAD") == 0;
#include "track/events.def"
  return false;
}

static bool is_object_op(uint8_t op) {
#define EVENT(name, code, text, operand, flags)                                                                                            \
  if (op == code)                                                                                                                          \
    return strcmp(#operand, "OBJECT") == 0;
#include "track/events.def"
  return false;
}

static struct event random_event(uint64_t *state) {
  struct event event = {.place = NO_INDEX, .place2 = NO_INDEX, .object = NO_INDEX, .object2 = NO_INDEX};
  event.op = all_ops[random_below(state, sizeof all_ops)];
  event.thread = random_below(state, N_THREADS);
  event.site = random_below(state, 50);
  bool is_access = event.op == TRACE_READ || event.op == TRACE_WRITE;
  if (is_thread_op(event.op))
    event.target = random_below(state, 4) ? random_below(state, N_THREADS) : NO_INDEX;
  else if (is_object_op(event.op))
    event.place = random_below(state, N_PLACES);
  else if (is_access)
    event.place = N_PLACES + random_below(state, N_PLACES);
  if ((event.op == TRACE_WAIT || event.op == TRACE_WAKE) && random_below(state, 3))
    event.place2 = random_below(state, N_PLACES);
  if (is_access)
    return event;
  event.mode = (uint8_t)random_below(state, 256);
  event.is_fresh = is_object_op(event.op) && random_below(state, 4) == 0;
  event.value = random_below(state, 2) ? *state : 0;
  event.sp = random_below(state, 2) ? *state >> 16 : 0;
  event.result = random_below(state, 2) ? (int32_t)random_below(state, 300) - 10 : 0;
  if (is_object_op(event.op) || is_thread_op(event.op))
    event.kind = (uint16_t)(random_below(state, TRACE_KIND_LIMIT) | random_below(state, 256) << 8);
  return event;
}

/* A recording's tables: numbered threads, some named, places with addresses. */
struct tables {
  struct source_thread threads[N_THREADS];
  struct source_place places[2 * N_PLACES];
  struct source_info info;
};

static void fill_tables(struct tables *tables) {
  static char name[] = "worker | \"1\"", program[] = "/bin/prog\nram";
  for (uint32_t i = 0; i < N_THREADS; i++)
    tables->threads[i] = (struct source_thread){.number = i + 1, .name = i % 2 ? name : NULL, .stack_top = 0x7ff000 + i};
  for (uint32_t i = 0; i < 2 * N_PLACES; i++)
    tables->places[i] = (struct source_place){.address = 0x1000 + i * 40, .name = i % 3 || i >= N_PLACES ? NULL : name};
  tables->info = (struct source_info){.program = program,
                                      .pid = 7,
                                      .threads = tables->threads,
                                      .n_threads = N_THREADS,
                                      .places = tables->places,
                                      .n_places = 2 * N_PLACES,
                                      .ended_in_order = true,
                                      .accesses = ACCESSES_NONE};
}

static uint32_t number_of(const struct reading *r, uint32_t thread) {
  return thread == NO_INDEX ? 0 : r->info->threads[thread].number;
}
static uint64_t address_of(const struct source_info *info, uint32_t place) {
  return place == NO_INDEX ? 0 : info->places[place].address;
}

static bool is_same_event(const struct tables *tables, const struct reading *r, const struct event *a, const struct event *b) {
  bool is_same =
      a->op == b->op && a->mode == b->mode && a->kind == b->kind && a->value == b->value && a->sp == b->sp && a->result == b->result;
  is_same =
      is_same && a->is_fresh == b->is_fresh && a->thread + 1 == number_of(r, b->thread) && (int32_t)a->site == r->info->sites[b->site].loc;
  is_same = is_same && address_of(&tables->info, a->place2) == address_of(r->info, b->place2);
  if (is_thread_op(a->op))
    return is_same && (a->target == NO_INDEX ? 0 : a->target + 1) == number_of(r, b->target);
  return is_same && address_of(&tables->info, a->place) == address_of(r->info, b->place);
}

static void random_recordings_of_every_op_and_mode_read_back_the_same(void) {
  struct tables tables;
  fill_tables(&tables);
  uint64_t state = 42;
  static struct event events[N_RANDOM];
  for (size_t i = 0; i < N_RANDOM; i++)
    events[i] = random_event(&state);
  char *text = dump(&tables.info, events, N_RANDOM);
  struct reading *r = read_text(text);
  CU_ASSERT_PTR_NULL(source_error(r->source));
  CU_ASSERT_EQUAL_FATAL(r->n, N_RANDOM);
  size_t n_same = 0;
  for (size_t i = 0; i < N_RANDOM; i++)
    n_same += is_same_event(&tables, r, &events[i], &r->events[i]);
  CU_ASSERT_EQUAL(n_same, N_RANDOM);
  CU_ASSERT_TRUE(r->info->is_dump);
  CU_ASSERT_TRUE(r->info->ended_in_order);
  CU_ASSERT_EQUAL(r->info->accesses, ACCESSES_NONE);
  for (uint32_t i = 0; i < r->info->n_threads; i++) {
    const struct source_thread *thread = &r->info->threads[i];
    CU_ASSERT_EQUAL(thread->number % 2 == 0, thread->name && strcmp(thread->name, tables.threads[1].name) == 0);
    CU_ASSERT_EQUAL(thread->stack_top, 0x7ff000 + thread->number - 1);
  }
  char *once_more = dump(r->info, r->events, r->n);
  struct reading *again = read_text(once_more);
  CU_ASSERT_EQUAL(again->n, N_RANDOM);
  n_same = 0;
  for (size_t i = 0; i < again->n; i++)
    n_same += is_same_event(&tables, again, &events[i], &again->events[i]);
  CU_ASSERT_EQUAL(n_same, N_RANDOM);
  done(again);
  free(once_more);
  free(text);
  done(r);
}

static void the_known_answer_traces_are_read_whole(void) {
  static const struct {
    const char *name;
    size_t n_events;
  } rows[] = {{"d01_abba", 10}, {"d08_second_instance", 14}, {"d11_pred_not_sp", 15}, {"r01_plain", 2}, {"r06_pred_not_sp", 12}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char path[512], *error = NULL;
    snprintf(path, sizeof path, TESTS_FOLDER "/traces/%s.std", rows[i].name);
    struct reading *r = calloc(1, sizeof *r);
    CU_ASSERT_EQUAL_FATAL(source_open(path, &r->source, &error), 0);
    read_rest(r, 5);
    CU_ASSERT_EQUAL(r->n, rows[i].n_events);
    CU_ASSERT_PTR_NULL(source_error(r->source));
    done(r);
  }
}

static void open_is_refused(const char *path, int error, const char *why) {
  struct source *source = NULL;
  char *message = NULL;
  CU_ASSERT_EQUAL(source_open(path, &source, &message), -error);
  CU_ASSERT_PTR_NULL(source);
  CU_ASSERT_PTR_NOT_NULL_FATAL(message);
  CU_ASSERT_EQUAL(strncmp(message, path, strlen(path)), 0);
  CU_ASSERT_PTR_NOT_NULL(strstr(message, why));
  CU_ASSERT_PTR_NULL(strchr(message, '\n'));
  free(message);
}

static void what_is_no_trace_is_refused_in_one_line(void) {
  char path[] = "/tmp/test_text-XXXXXX";
  int fd = mkstemp(path);
  CU_ASSERT_TRUE_FATAL(fd >= 0);
  open_is_refused("/nonexistent/trace.std", ENOENT, "No such file");
  open_is_refused("/", EISDIR, "folder");
  open_is_refused(path, ENODATA, "empty");
  static const char garbage[] = "T1|acq(m)|1\n\x01\x00\x02";
  CU_ASSERT_EQUAL_FATAL(write(fd, garbage, sizeof garbage), (ssize_t)sizeof garbage);
  open_is_refused(path, EINVAL, "not a Track recording nor a text trace");
  close(fd);
  unlink(path);
}

#define TEST(name)                                                                                                                         \
  { #name, name }

static CU_TestInfo tests[] = {
    TEST(std_lines_are_events_with_their_line_as_ordinal),
    TEST(comments_blank_lines_and_carriage_returns_count_as_lines_only),
    TEST(fork_of_2_and_of_T2_mean_one_thread),
    TEST(names_keep_commas_that_no_known_word_follows),
    TEST(attributes_set_modes_kinds_types_values_and_results),
    TEST(an_object_keeps_the_kind_that_was_told),
    TEST(a_wait_is_a_release_and_a_wait_of_one_line),
    TEST(a_wait_gives_up_an_rlock_however_deep),
    TEST(a_monitor_is_a_lock_and_a_condition),
    TEST(releases_by_others_are_odd_and_free_the_lock),
    TEST(a_holder_may_take_it_again_and_must_release_as_often),
    TEST(begin_and_end_are_atomic_blocks_where_a_thread_begins_twice),
    TEST(what_cannot_be_ends_the_stream_after_what_came_before),
    TEST(a_failed_start_may_be_tried_again),
    TEST(given_names_are_shown_and_stay_apart),
    TEST(headers_tell_accesses_and_the_end),
    TEST(a_dump_of_a_text_trace_reads_back_the_same),
    TEST(random_recordings_of_every_op_and_mode_read_back_the_same),
    TEST(the_known_answer_traces_are_read_whole),
    TEST(what_is_no_trace_is_refused_in_one_line),
    CU_TEST_INFO_NULL,
};

static CU_SuiteInfo suites[] = {{"text", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};

int main(void) {
  if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS)
    return 1;
  CU_basic_set_mode(CU_BRM_NORMAL);
  CU_basic_run_tests();
  unsigned failures = CU_get_number_of_failures();
  CU_cleanup_registry();
  return (int)failures;
}
