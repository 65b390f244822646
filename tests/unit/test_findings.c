/* test_findings.c - findings as data: merged, sorted, numbered, named, lowered when a library's, and written as golden reports.
 *
 * Reports are compared with tests/golden/ after one normalising filter: the folder of the sources becomes ROOT, the time of
 * the analysis N. TRACK_UPDATE_GOLDEN=1 writes them anew. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/Basic.h>

#include "findings/finding.h"
#include "findings/names.h"
#include "findings/symbolize.h"
#include "model/model.h"
#include "report/extras.h"
#include "report/reporter.h"
#include "report/source_paths.h"
#include "util/alloc.h"
#include "util/text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The folder of the sources with a slash; caller frees. */
static char *source_root(void) {
  return xasprintf("%.*s", (int)(strlen(__FILE__) - strlen("tests/unit/test_findings.c")), __FILE__);
}

/* A two-lock cycle between threads 0 and 1 at sites `a` and `b`. */
static struct finding *new_cycle(uint32_t a, uint32_t b, uint32_t first_object) {
  struct finding *finding = finding_new("deadlock", VERDICT_PLAUSIBLE, SEVERITY_ERROR);
  for (uint32_t i = 0; i < 2; i++) {
    struct finding_thread *thread = finding_add_thread(finding, i, 10 * (i + 1), i ? b : a, "waits for it here");
    thread->wants = first_object + 1 - i;
    finding_add_hold(thread, first_object + i, i ? b + 1 : a + 1, 10 * (i + 1) - 1);
    finding_add_event(finding, 10 * (i + 1));
  }
  finding_message(finding, "%%t0%% and %%t1%% take %%o%u%% and %%o%u%% in opposite order", first_object, first_object + 1);
  finding_reason(finding, "a reordering leads there");
  return finding;
}

static void equal_sites_are_merged_with_a_count(void) {
  struct findings *findings = findings_new();
  findings_add(findings, new_cycle(1, 5, 0));
  findings_add(findings, new_cycle(1, 5, 2)); /* other locks of the same kind */
  findings_add(findings, new_cycle(5, 1, 4)); /* the same cycle from its other end */
  findings_add(findings, new_cycle(1, 7, 0));
  CU_ASSERT_EQUAL_FATAL(findings->n_items, 2);
  CU_ASSERT_EQUAL(findings->items[0]->instances, 3);
  CU_ASSERT_EQUAL(findings->items[1]->instances, 1);
  findings_free(findings);
}

static void text_traces_keep_different_locks_apart(void) {
  struct findings *findings = findings_new();
  findings->by_name = true;
  findings_add(findings, new_cycle(1, 5, 0));
  findings_add(findings, new_cycle(1, 5, 2));
  findings_add(findings, new_cycle(1, 5, 2));
  CU_ASSERT_EQUAL_FATAL(findings->n_items, 2);
  CU_ASSERT_EQUAL(findings->items[1]->instances, 2);
  findings_free(findings);
}

static void findings_without_sites_stay_apart(void) {
  struct findings *findings = findings_new();
  for (uint32_t i = 0; i < 4; i++) {
    struct finding *finding = finding_new("unlock-not-held", VERDICT_OBSERVED, SEVERITY_WARNING);
    finding_add_thread(finding, 0, i + 1, 0, "unlocked here")->wants = i / 2;
    findings_add(findings, finding);
  }
  CU_ASSERT_EQUAL(findings->n_items, 2);
  findings_free(findings);
}

static void another_trace_or_verdict_is_not_merged(void) {
  struct findings *findings = findings_new();
  findings_add(findings, new_cycle(1, 5, 0));
  struct finding *weaker = new_cycle(1, 5, 0);
  weaker->verdict = VERDICT_POTENTIAL;
  findings_add(findings, weaker);
  findings->source = 1;
  findings_add(findings, new_cycle(1, 5, 0));
  CU_ASSERT_EQUAL(findings->n_items, 3);
  findings_free(findings);
}

static void the_shortest_cycle_of_merged_ones_stays(void) {
  struct findings *findings = findings_new();
  for (uint32_t n = 5; n >= 2; n--) { /* philosophers: all at one site */
    struct finding *circle = finding_new("deadlock", VERDICT_PLAUSIBLE, SEVERITY_ERROR);
    for (uint32_t i = 0; i < n; i++)
      finding_add_hold(finding_add_thread(circle, i, i + 1, 3, "waits for it here"), i, 4, i);
    findings_add(findings, circle);
  }
  CU_ASSERT_EQUAL_FATAL(findings->n_items, 1);
  CU_ASSERT_EQUAL(findings->items[0]->n_threads, 2);
  CU_ASSERT_EQUAL(findings->items[0]->instances, 4);
  findings_free(findings);
}

static void events_are_ascending_and_unique(void) {
  struct finding *finding = finding_new("deadlock", VERDICT_PLAUSIBLE, SEVERITY_ERROR);
  static const uint64_t ordinals[] = {7, 3, 9, 3, 1, 9};
  for (size_t i = 0; i < COUNT(ordinals); i++)
    finding_add_event(finding, ordinals[i]);
  static const uint64_t expected[] = {1, 3, 7, 9};
  CU_ASSERT_EQUAL_FATAL(finding->n_events, COUNT(expected));
  CU_ASSERT_EQUAL(memcmp(finding->events, expected, sizeof expected), 0);
  finding_free(finding);
}

static void findings_are_sorted_and_numbered_by_letter(void) {
  struct findings *findings = findings_new();
  findings_know_kind(findings, "deadlock", 'D', "Threads take locks in opposite order");
  findings_know_kind(findings, "unjoined-thread", 'U', "A thread is never joined");
  static const struct {
    const char *kind;
    enum verdict verdict;
    enum severity severity;
    uint64_t event;
  } added[] = {
      {"unjoined-thread", VERDICT_OBSERVED, SEVERITY_NOTE, 1},    {"unjoined-thread", VERDICT_OBSERVED, SEVERITY_WARNING, 9},
      {"unjoined-thread", VERDICT_OBSERVED, SEVERITY_WARNING, 8}, {"deadlock", VERDICT_POTENTIAL, SEVERITY_ERROR, 2},
      {"deadlock", VERDICT_PLAUSIBLE, SEVERITY_ERROR, 3},         {"zebra", VERDICT_OBSERVED, SEVERITY_WARNING, 1},
  };
  for (size_t i = 0; i < COUNT(added); i++) {
    struct finding *finding = finding_new(added[i].kind, added[i].verdict, added[i].severity);
    finding_add_thread(finding, 0, added[i].event, (uint32_t)i + 1, "is here");
    findings_add(findings, finding);
  }
  findings_finish(findings);
  static const char *const ids[] = {"D1", "D2", "U1", "U2", "Z1", "U3"};
  static const uint64_t events[] = {3, 2, 8, 9, 1, 1};
  CU_ASSERT_EQUAL_FATAL(findings->n_items, COUNT(ids));
  for (size_t i = 0; i < COUNT(ids); i++) {
    CU_ASSERT_STRING_EQUAL(findings->items[i]->id, ids[i]);
    CU_ASSERT_EQUAL(findings->items[i]->threads[0].event, events[i]);
  }
  CU_ASSERT_STRING_EQUAL(findings->items[0]->title, "Threads take locks in opposite order");
  findings_free(findings);
}

/* A trace made by hand. Site n holds one program counter: 1 to 3 in the program, 4 in a library, 5 in the program again. */
struct trace {
  struct source_info info;
  struct source_thread threads[4];
  struct source_place places[4];
  struct source_site sites[6];
  struct source_module modules[2];
  struct thread model_threads[4];
  struct object objects[4];
  struct model model;
  uint64_t pcs[6];
};

static void trace_init(struct trace *trace, bool is_text) {
  static char *const names[] = {NULL, "worker", "worker", NULL}, *const spellings[] = {"T1", "T2", "T3", "T4"};
  static char *const locks[] = {"L1", "L2", "L3", "L4"};
  static const uint64_t pcs[] = {0, 0x1100, 0x1200, 0x1300, 0x9100, 0x1500};
  memset(trace, 0, sizeof *trace);
  memcpy(trace->pcs, pcs, sizeof pcs);
  trace->modules[0] = (struct source_module){.path = "/nowhere/program", .begin = 0x1000, .end = 0x2000, .bias = 0x1000};
  trace->modules[1] = (struct source_module){.path = "/usr/lib/nowhere/libstrange.so.1", .begin = 0x9000, .end = 0xa000, .bias = 0x9000};
  for (uint32_t i = 0; i < 4; i++) {
    trace->threads[i] = (struct source_thread){.name = is_text ? spellings[i] : names[i], .number = i + 1};
    trace->places[i] = (struct source_place){.address = is_text ? 0 : 0xdead0 + i, .name = is_text ? locks[i] : NULL};
    trace->objects[i] = (struct object){.place = i, .successor = NO_INDEX, .kind = TRACE_KIND_MUTEX, .first_site = 5};
    trace->model_threads[i] = (struct thread){.is_main = i == 0, .create_site = 4};
  }
  for (uint32_t i = 1; i < 6; i++)
    trace->sites[i] =
        (struct source_site){.pcs = is_text ? NULL : &trace->pcs[i], .n_pcs = !is_text, .loc = is_text ? (int32_t)i * 10 : -1};
  trace->info = (struct source_info){.path = "a.trace", .program = "/nowhere/program", .is_text = is_text};
  trace->info.threads = trace->threads, trace->info.n_threads = 4;
  trace->info.places = trace->places, trace->info.n_places = 4;
  trace->info.sites = trace->sites, trace->info.n_sites = 6;
  trace->info.modules = trace->modules, trace->info.n_modules = is_text ? 0 : 2;
  trace->model =
      (struct model){.info = &trace->info, .threads = trace->model_threads, .n_threads = 4, .objects = trace->objects, .n_objects = 4};
}

static void resolve(struct findings *findings, struct trace *trace) {
  struct symbols *symbols = symbols_new(&trace->info);
  findings_resolve(findings, &trace->model, symbols);
  symbols_free(symbols);
}

/* Three lives at one address; the second one's name was told late, the third has none. */
static void a_name_belongs_to_a_life(void) {
  struct trace trace;
  trace_init(&trace, false);
  struct source_name given[] = {{.ordinal = 1, .text = (char *)(uintptr_t) "early", .place = 1, .previous = 0},
                                {.ordinal = 12, .text = (char *)(uintptr_t) "first", .place = 1, .previous = 1},
                                {.ordinal = 25, .text = (char *)(uintptr_t) "second", .place = 1, .previous = 2},
                                {.ordinal = 30, .text = (char *)(uintptr_t) "", .place = 1, .previous = 3}};
  for (uint32_t i = 0; i < 3; i++) {
    trace.objects[i] = (struct object){.place = 1, .kind = TRACE_KIND_LOCK, .generation = i, .first_ordinal = 10 + 10 * i};
    trace.objects[i].successor = i < 2 ? i + 1 : NO_INDEX;
  }
  trace.info.names = given;
  trace.info.n_names = 4;
  trace.places[1].last_name = 4;
  struct symbols *symbols = symbols_new(&trace.info);
  struct names *names = names_new(&trace.model, symbols);
  static const char *const expected[] = {"first", "second", "track_lock 0xdead1"};
  for (uint32_t i = 0; i < 3; i++) {
    char *name = names_object(names, i);
    CU_ASSERT_STRING_EQUAL(name, expected[i]);
    free(name);
  }
  names_free(names);
  symbols_free(symbols);
}

static void text_traces_are_named_as_they_are_spelled(void) {
  struct trace trace;
  trace_init(&trace, true);
  struct findings *findings = findings_new();
  findings->by_name = true;
  findings_add(findings, new_cycle(1, 3, 1));
  resolve(findings, &trace);
  const struct finding *finding = findings->items[0];
  CU_ASSERT_STRING_EQUAL(finding->message, "T1 and T2 take L2 and L3 in opposite order");
  CU_ASSERT_STRING_EQUAL(finding->threads[0].name, "T1");
  CU_ASSERT_STRING_EQUAL(finding->threads[0].wants_name, "L3");
  CU_ASSERT_STRING_EQUAL(finding->threads[0].hold_names[0], "L2");
  CU_ASSERT_EQUAL_FATAL(finding->threads[0].stack.n_frames, 1);
  CU_ASSERT_EQUAL(finding->threads[0].stack.frames[0].line, 10);
  CU_ASSERT_PTR_NULL(finding->threads[0].stack.frames[0].function);
  CU_ASSERT_EQUAL(finding->severity, SEVERITY_ERROR);
  findings_free(findings);
}

static void native_names_are_unique(void) {
  struct trace trace;
  trace_init(&trace, false);
  struct findings *findings = findings_new();
  struct finding *finding = finding_new("deadlock", VERDICT_PLAUSIBLE, SEVERITY_ERROR);
  for (uint32_t i = 0; i < 4; i++)
    finding_add_thread(finding, i, i + 1, 1, "is here")->wants = i;
  finding_message(finding, "100%% of %%t3%%, %%o9%%, %%x1%%, %%t, %%o1%%, %%o1%%, %%t1");
  findings_add(findings, finding);
  resolve(findings, &trace);
  static const char *const names[] = {"main", "worker #2", "worker #3", "T4"};
  for (size_t i = 0; i < COUNT(names); i++)
    CU_ASSERT_STRING_EQUAL(finding->threads[i].name, names[i]);
  CU_ASSERT_STRING_EQUAL(finding->message,
                         "100% of T4, object 9, %x1%, %t, mutex 0xdead1 (first used at program+0x4ff), mutex 0xdead1, %t1");
  CU_ASSERT_STRING_EQUAL(finding->threads[1].wants_name, "mutex 0xdead1");
  CU_ASSERT_STRING_EQUAL(finding->trace, "a.trace");
  findings_free(findings);
}

static void what_happens_inside_a_library_is_a_note(void) {
  struct trace trace;
  trace_init(&trace, false);
  struct findings *findings = findings_new();
  struct finding *inside = finding_new("deadlock", VERDICT_PLAUSIBLE, SEVERITY_ERROR);
  finding_add_hold(finding_add_thread(inside, 0, 1, 4, "waits for it here"), 0, 4, 1);
  struct finding *touching = finding_new("deadlock", VERDICT_PLAUSIBLE, SEVERITY_ERROR);
  finding_add_hold(finding_add_thread(touching, 0, 1, 4, "waits for it here"), 0, 2, 1);
  struct finding *unknown = finding_new("deadlock", VERDICT_PLAUSIBLE, SEVERITY_ERROR);
  finding_add_thread(unknown, 0, 1, 0, "waits for it here");
  findings_add(findings, inside);
  findings_add(findings, touching);
  findings_add(findings, unknown);
  resolve(findings, &trace);
  CU_ASSERT_EQUAL(inside->severity, SEVERITY_NOTE);
  CU_ASSERT_PTR_NOT_NULL(strstr(inside->reason, "libstrange.so.1"));
  CU_ASSERT_EQUAL(touching->severity, SEVERITY_ERROR);
  CU_ASSERT_EQUAL(unknown->severity, SEVERITY_ERROR);
  findings_free(findings);
}

static void a_librarys_own_thread_is_no_finding(void) {
  struct trace trace;
  trace_init(&trace, false);
  trace.threads[1].start_pc = 0x9200; /* made and run by the library */
  trace.threads[2].start_pc = 0x1200; /* made by the library, runs our function */
  struct findings *findings = findings_new();
  struct finding *added[2];
  for (uint32_t i = 0; i < 2; i++) {
    added[i] = finding_new("unjoined-thread", VERDICT_OBSERVED, SEVERITY_WARNING);
    finding_add_place(finding_add_thread(added[i], i + 1, 1, i + 1, "ends here"), "created here", NO_INDEX, 0, 4, 1);
    findings_add(findings, added[i]);
  }
  resolve(findings, &trace);
  CU_ASSERT_EQUAL(added[0]->verdict, VERDICT_BENIGN);
  CU_ASSERT_EQUAL(added[0]->severity, SEVERITY_NOTE);
  CU_ASSERT_EQUAL(added[1]->verdict, VERDICT_OBSERVED);
  CU_ASSERT_EQUAL(added[1]->severity, SEVERITY_WARNING);
  findings_free(findings);
}

static uint64_t fingerprint_of(uint32_t a, uint32_t b, uint32_t object, int32_t shift) {
  struct trace trace;
  trace_init(&trace, true);
  for (uint32_t i = 1; i < 6; i++)
    trace.sites[i].loc += shift;
  struct findings *findings = findings_new();
  findings_add(findings, new_cycle(a, b, object));
  resolve(findings, &trace);
  uint64_t fingerprint = findings->items[0]->fingerprint;
  findings_free(findings);
  return fingerprint;
}

static void fingerprints_tell_code_and_locks_apart(void) {
  CU_ASSERT_EQUAL(fingerprint_of(1, 3, 0, 0), fingerprint_of(1, 3, 0, 0));
  CU_ASSERT_NOT_EQUAL(fingerprint_of(1, 3, 0, 0), fingerprint_of(1, 2, 0, 0));
  CU_ASSERT_NOT_EQUAL(fingerprint_of(1, 3, 0, 0), fingerprint_of(1, 3, 1, 0));
  CU_ASSERT_NOT_EQUAL(fingerprint_of(1, 3, 0, 0), fingerprint_of(1, 3, 0, 5));
}

static void a_finding_of_ten_processes_is_shown_once(void) {
  struct findings *findings = findings_new();
  for (uint32_t process = 0; process < 10; process++) {
    struct trace trace;
    trace_init(&trace, false);
    trace.modules[0].bias = trace.modules[0].begin = 0x1000 + process * 0x100000; /* ASLR */
    trace.modules[0].end = trace.modules[0].begin + 0x1000;
    for (uint32_t i = 1; i < 6; i++)
      trace.pcs[i] += process * 0x100000;
    findings->source = process;
    findings_add(findings, new_cycle(1, 2, 0));
    resolve(findings, &trace);
  }
  findings_finish(findings);
  CU_ASSERT_EQUAL_FATAL(findings->n_items, 1);
  CU_ASSERT_EQUAL(findings->items[0]->instances, 10);
  CU_ASSERT_EQUAL(findings->items[0]->source, 0);
  findings_free(findings);
}

static void two_text_traces_are_two_programs(void) {
  struct findings *findings = findings_new();
  findings->by_name = true;
  for (uint32_t file = 0; file < 2; file++) {
    struct trace trace;
    trace_init(&trace, true);
    findings->source = file;
    findings_add(findings, new_cycle(1, 2, 0));
    resolve(findings, &trace);
  }
  findings_finish(findings);
  CU_ASSERT_EQUAL(findings->n_items, 2);
  findings_free(findings);
}

static void strangers_text_is_made_printable(void) {
  static const char *const cases[][3] = {
      {"plain", "plain", "plain"},
      {"g\xc3\xbcn", "g\xc3\xbcn", "g\xc3\xbcn"},
      {"a\033[31mb\n", "a\\x1b[31mb\\x0a", "a\033[31mb\n"},
      {"\xff\xc3", "\\xff\\xc3", "\xef\xbf\xbd\xef\xbf\xbd"},
      {"\xc0\x80\xed\xa0\x80", "\\xc0\\x80\\xed\\xa0\\x80",
       "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* overlong, surrogate */
      {"\xe2\x80\xae"
       "evil\xc2\x9b",
       "\\xe2\\x80\\xae"
       "evil\\xc2\\x9b",
       "\xe2\x80\xae"
       "evil\xc2\x9b"},
      {"", "", ""},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    char *clean = text_clean(cases[i][0]), *valid = text_utf8(cases[i][0]);
    CU_ASSERT_STRING_EQUAL(clean, cases[i][1]);
    CU_ASSERT_STRING_EQUAL(valid, cases[i][2]);
    free(clean);
    free(valid);
  }
  char *elided = text_elide("g\xc3\xbc\xc3\xbcn", 3), *whole = text_elide("g\xc3\xbc\xc3\xbcn", 4);
  CU_ASSERT_STRING_EQUAL(elided, "g\xc3\xbc…");
  CU_ASSERT_STRING_EQUAL(whole, "g\xc3\xbc\xc3\xbcn");
  free(elided);
  free(whole);
}

/* Reports. */

static struct frame own_frame(const char *function, int line) {
  char *root = source_root();
  struct frame frame = {.function = xstrdup(function), .file = xasprintf("%stests/golden/sample.c", root), .line = line};
  free(root);
  frame.module = xstrdup("/home/user/bank");
  frame.offset = 0x1000u + (uint64_t)line;
  frame.is_own = true;
  return frame;
}

static struct frame library_frame(const char *function, const char *module) {
  return (struct frame){.function = function ? xstrdup(function) : NULL, .module = xstrdup(module), .offset = 0x2b3c4};
}

static void push(struct stack *stack, struct frame frame) {
  stack->frames = xreallocarray(stack->frames, stack->n_frames + 1, sizeof *stack->frames);
  stack->frames[stack->n_frames++] = frame;
}

static struct stack own_stack(const char *function, int line) {
  struct stack stack = {0};
  push(&stack, library_frame("strange_lock", "/usr/lib/x86_64-linux-gnu/libstrange.so.1"));
  push(&stack, own_frame(function, line));
  push(&stack, own_frame("worker", 20));
  push(&stack, library_frame("start_thread", "/lib/x86_64-linux-gnu/libc.so.6"));
  push(&stack, library_frame("clone3", "/lib/x86_64-linux-gnu/libc.so.6"));
  return stack;
}

static void name_thread(struct finding_thread *thread, const char *name, const char *wants, struct stack stack) {
  thread->name = xstrdup(name);
  thread->wants_name = wants ? xstrdup(wants) : NULL;
  thread->stack = stack;
  thread->hold_names = xcalloc(thread->n_holds, sizeof *thread->hold_names);
  thread->held_stacks = xcalloc(thread->n_holds, sizeof *thread->held_stacks);
}

static void add_deadlock(struct findings *findings) {
  struct finding *finding = new_cycle(1, 5, 0);
  finding_message(finding,
                  "main and worker\033[31m #2 take from and to in opposite order: if each gets its first lock, neither gets its second");
  name_thread(&finding->threads[0], "main", "to", own_stack("transfer", 9));
  name_thread(&finding->threads[1], "worker\033[31m #2", "from", own_stack("transfer_back(std::vector<int, std::allocator<int> >&)", 14));
  finding->threads[0].hold_names[0] = xstrdup("from");
  finding->threads[0].held_stacks[0] = own_stack("transfer", 8);
  finding->threads[1].hold_names[0] = xstrdup("to");
  finding_add_place(&finding->threads[1], "created here", 1, 0, 2, 3);
  finding->threads[1].places[0].object_name = xstrdup("to");
  finding->threads[1].places[0].thread_name = xstrdup("main");
  push(&finding->threads[1].places[0].stack, library_frame(NULL, "/home/user/plugin.so"));
  finding->threads[1].places[0].stack.frames[0].is_own = true;
  finding->instances = 14;
  finding->fingerprint = 0x0123456789abcdef;
  finding->trace = xstrdup("bank.track/4711.trace");
  findings_add(findings, finding);
}

static void add_text_finding(struct findings *findings) {
  struct finding *finding = finding_new("unlock-not-held", VERDICT_OBSERVED, SEVERITY_WARNING);
  finding_message(finding, "T1 unlocks L1, which nobody holds");
  name_thread(finding_add_thread(finding, 0, 12, 1, "unlocked here"), "T1", NULL, (struct stack){0});
  push(&finding->threads[0].stack, (struct frame){.line = 31, .is_own = true});
  finding_add_event(finding, 12);
  findings->by_name = true;
  findings_add(findings, finding);
  findings->by_name = false;
}

static void add_benign(struct findings *findings) {
  struct finding *finding = finding_new("deadlock", VERDICT_BENIGN, SEVERITY_NOTE);
  finding_message(finding, "main and worker take a and b in opposite order");
  finding_reason(finding, "both are inside gate");
  finding->benign = xstrdup("guarded");
  findings_add(findings, finding);
}

/* ROOT for the folder of the sources, N for the seconds. */
static char *normalise(const char *text) {
  char *root = source_root(), *normal = NULL;
  size_t n_bytes = 0;
  FILE *out = open_memstream(&normal, &n_bytes);
  for (const char *at = text; *at;) {
    const char *seconds = strstr(at, " dropped, ");
    if (strncmp(at, root, strlen(root)) == 0) {
      fputs("ROOT/", out);
      at += strlen(root);
    } else if (seconds == at) {
      fputs(" dropped, N s\n", out);
      at += strcspn(at, "\n") + 1;
    } else {
      fputc(*at++, out);
    }
  }
  fclose(out);
  free(root);
  return normal;
}

static char *read_file(const char *path) {
  char *text = NULL;
  size_t capacity = 0;
  FILE *file = fopen(path, "r");
  ssize_t n = file ? getdelim(&text, &capacity, 0, file) : -1;
  if (file)
    fclose(file);
  if (n < 0) {
    free(text);
    return xstrdup("");
  }
  return text;
}

static void compare_golden(const char *name, const char *report) {
  char *root = source_root(), *path = xasprintf("%stests/golden/%s", root, name), *normal = normalise(report);
  if (getenv("TRACK_UPDATE_GOLDEN")) {
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs(normal, file);
    fclose(file);
  }
  char *golden = read_file(path);
  CU_ASSERT_STRING_EQUAL(normal, golden);
  if (strcmp(normal, golden) != 0)
    printf("\n--- %s is not what was written:\n%s", name, normal);
  free(golden);
  free(normal);
  free(path);
  free(root);
}

static struct findings *example_findings(void) {
  struct findings *findings = findings_new();
  findings_know_kind(findings, "deadlock", 'D', "Threads take locks in opposite order");
  findings_know_kind(findings, "unlock-not-held", 'U', "A lock is unlocked that nobody holds");
  add_text_finding(findings);
  add_benign(findings);
  add_deadlock(findings);
  findings_finish(findings);
  return findings;
}

static char *traces[] = {"bank.track/4711.trace", "bank.track/4712.tr\xff"
                                                  "ace"};
static char *notes[] = {"bank.track/4712.trace: offset 8192: checksum differs; 1 block skipped"};

/* Freed at the end of main(). */
static struct source_paths paths;

static struct summary example_summary(void) {
  char *root = source_root();
  source_paths_set_root(&paths, root);
  free(root);
  return (struct summary){.n_events = 1234567,
                          .n_threads = 5,
                          .n_locks = 12,
                          .n_libraries = 6,
                          .n_processes = 1,
                          .n_benign_cycles = 4,
                          .n_benign = {2, 1, 1},
                          .seconds = 0.04,
                          .traces = traces,
                          .n_traces = 2,
                          .notes = notes,
                          .n_notes = 1,
                          .n_failing = 2,
                          .paths = &paths,
                          .fail_verdict = VERDICT_PLAUSIBLE,
                          .fail_severity = SEVERITY_WARNING};
}

static char *write_report(const char *format, const struct summary *summary, const struct findings *findings) {
  char *report = NULL;
  size_t n_bytes = 0;
  FILE *out = open_memstream(&report, &n_bytes);
  report_write(reporter_find(format), out, summary, findings);
  fclose(out);
  return report;
}

static void check_report(const char *format, struct summary summary, const char *golden) {
  struct findings *findings = example_findings();
  char *report = write_report(format, &summary, findings);
  compare_golden(golden, report);
  free(report);
  findings_free(findings);
}

static void the_text_report_is_as_written(void) {
  check_report("text", example_summary(), "report-text.txt");
}

static void the_whole_text_report_is_as_written(void) {
  struct summary summary = example_summary();
  summary.show_all = summary.verbose = summary.colour = true;
  check_report("text", summary, "report-text-all.txt");
}

static void the_json_report_is_as_written(void) {
  check_report("json", example_summary(), "report-json.json");
}

static void all_in_json_shows_benign_findings(void) {
  struct summary summary = example_summary();
  summary.show_all = true;
  check_report("json", summary, "report-json-all.json");
}

/* Style and script have tests of their own. */
static void cut_between(char *report, const char *begin, const char *end) {
  char *from = strstr(report, begin), *to = from ? strstr(from, end) : NULL;
  CU_ASSERT_PTR_NOT_NULL(to);
  if (to)
    memmove(from + strlen(begin), to, strlen(to) + 1);
}

static const char *example_page(const char *kind) {
  return strcmp(kind, "deadlock") ? NULL
                                  : "# deadlock: x\n\n## What <it> means\nTwo *threads* hold `a<b>`\nand so on, see [here](https://x).\n\n"
                                    "- one\n  more of it\n- two\n\n## Example\n```c\nif (a < b) /* - no list */\n```\nEnd.\n";
}

static void the_html_report_is_as_written(void) {
  struct report_column columns[] = {{"lock", false}, {"acquired", true}};
  struct report_cell cells[] = {{(char *)"<a>", 0}, {(char *)"12", 12}};
  char *details[] = {(char *)"3 times in f<int>() (a.c:3)"};
  struct report_row rows[] = {{cells, details, 1}};
  struct report_picture pictures[] = {{(char *)"Order of <locks>", (char *)"<svg></svg>"}};
  struct report_timeline timelines[] = {{(char *)"</option>", (char *)"{\"threads\":[[\"</script><b>\"]]}"}};
  char *finding_pictures[] = {(char *)"<svg id=\"f0\"></svg>"};
  const struct report_extras extras = {.title = (char *)"bank & co",
                                       .finding_pictures = finding_pictures,
                                       .n_finding_pictures = 1,
                                       .pictures = pictures,
                                       .n_pictures = 1,
                                       .timelines = timelines,
                                       .n_timelines = 1,
                                       .contention = {columns, 2, rows, 1, (char *)"That's all"}};
  struct summary summary = example_summary();
  summary.extras = &extras;
  summary.explain = example_page;
  struct findings *findings = example_findings();
  char *report = write_report("html", &summary, findings);
  cut_between(report, "<style>\n", "</style>");
  cut_between(report, "<script>\n", "</script>");
  compare_golden("report-html.html", report);
  free(report);
  findings_free(findings);
}

static void the_sarif_report_is_as_written(void) {
  struct summary summary = example_summary();
  summary.show_all = true;
  summary.explain = example_page;
  check_report("sarif", summary, "report-sarif.sarif");
}

static void the_junit_report_is_as_written(void) {
  struct summary summary = example_summary();
  summary.fail_severity = SEVERITY_ERROR; /* the warning passes */
  check_report("junit", summary, "report-junit.xml");
}

static void a_check_that_failed_is_an_error_in_every_format(void) {
  static const struct {
    const char *format, *says;
  } cases[] = {{"sarif", "\"executionSuccessful\": false"},
               {"junit", "<error message=\"2 traces could not be read (to the end); only 1 events were recorded, 9 are required\""},
               {"github", "::error title=inspector::2 traces"},
               {"markdown", "**The check has failed: 2 traces"}};
  struct findings *findings = findings_new();
  struct summary summary = {.n_events = 1, .n_unreadable = 2, .require_events = 9};
  for (size_t i = 0; i < COUNT(cases); i++) {
    char *report = write_report(cases[i].format, &summary, findings);
    CU_ASSERT_PTR_NOT_NULL(strstr(report, cases[i].says));
    free(report);
  }
  findings_free(findings);
}

static void the_github_report_is_as_written(void) {
  check_report("github", example_summary(), "report-github.txt");
}

static void the_gitlab_report_is_as_written(void) {
  struct summary summary = example_summary();
  summary.show_all = true;
  check_report("gitlab", summary, "report-gitlab.json");
}

static void the_markdown_report_is_as_written(void) {
  check_report("markdown", example_summary(), "report-markdown.md");
}

static void a_clean_report_says_so(void) {
  struct findings *findings = findings_new();
  struct summary summary = {.n_events = 1, .n_threads = 1, .n_locks = 1, .n_processes = 1};
  char *report = write_report("text", &summary, findings);
  CU_ASSERT_STRING_EQUAL(report, "No findings.\n1 event, 1 thread, 1 lock, 0 libraries, 1 process, 0 dropped, 0.00 s\n");
  free(report);
  summary = (struct summary){.quiet = true};
  report = write_report("text", &summary, findings);
  CU_ASSERT_STRING_EQUAL(report, "");
  free(report);
  summary = (struct summary){0};
  report = write_report("text", &summary, findings);
  CU_ASSERT_PTR_NOT_NULL(strstr(report, "nothing was recorded"));
  free(report);
  findings_free(findings);
}

static void only_known_formats_are_found(void) {
  CU_ASSERT_PTR_NOT_NULL(reporter_find("text"));
  CU_ASSERT_PTR_NOT_NULL(reporter_find("json"));
  CU_ASSERT_PTR_NULL(reporter_find("punchcard"));
}

int main(void) {
  CU_TestInfo findings_tests[] = {
      {"equal_sites_are_merged_with_a_count", equal_sites_are_merged_with_a_count},
      {"text_traces_keep_different_locks_apart", text_traces_keep_different_locks_apart},
      {"findings_without_sites_stay_apart", findings_without_sites_stay_apart},
      {"another_trace_or_verdict_is_not_merged", another_trace_or_verdict_is_not_merged},
      {"the_shortest_cycle_of_merged_ones_stays", the_shortest_cycle_of_merged_ones_stays},
      {"events_are_ascending_and_unique", events_are_ascending_and_unique},
      {"findings_are_sorted_and_numbered_by_letter", findings_are_sorted_and_numbered_by_letter},
      {"text_traces_are_named_as_they_are_spelled", text_traces_are_named_as_they_are_spelled},
      {"a_name_belongs_to_a_life", a_name_belongs_to_a_life},
      {"native_names_are_unique", native_names_are_unique},
      {"what_happens_inside_a_library_is_a_note", what_happens_inside_a_library_is_a_note},
      {"a_librarys_own_thread_is_no_finding", a_librarys_own_thread_is_no_finding},
      {"fingerprints_tell_code_and_locks_apart", fingerprints_tell_code_and_locks_apart},
      {"a_finding_of_ten_processes_is_shown_once", a_finding_of_ten_processes_is_shown_once},
      {"two_text_traces_are_two_programs", two_text_traces_are_two_programs},
      CU_TEST_INFO_NULL,
  };
  CU_TestInfo report_tests[] = {
      {"strangers_text_is_made_printable", strangers_text_is_made_printable},
      {"the_text_report_is_as_written", the_text_report_is_as_written},
      {"the_whole_text_report_is_as_written", the_whole_text_report_is_as_written},
      {"the_json_report_is_as_written", the_json_report_is_as_written},
      {"all_in_json_shows_benign_findings", all_in_json_shows_benign_findings},
      {"the_html_report_is_as_written", the_html_report_is_as_written},
      {"the_sarif_report_is_as_written", the_sarif_report_is_as_written},
      {"the_junit_report_is_as_written", the_junit_report_is_as_written},
      {"the_github_report_is_as_written", the_github_report_is_as_written},
      {"the_gitlab_report_is_as_written", the_gitlab_report_is_as_written},
      {"the_markdown_report_is_as_written", the_markdown_report_is_as_written},
      {"a_check_that_failed_is_an_error_in_every_format", a_check_that_failed_is_an_error_in_every_format},
      {"a_clean_report_says_so", a_clean_report_says_so},
      {"only_known_formats_are_found", only_known_formats_are_found},
      CU_TEST_INFO_NULL,
  };
  CU_SuiteInfo suites[] = {
      {.pName = "findings", .pTests = findings_tests},
      {.pName = "reports", .pTests = report_tests},
      CU_SUITE_INFO_NULL,
  };
  if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS)
    return 1;
  CU_basic_set_mode(CU_BRM_NORMAL);
  CU_basic_run_tests();
  unsigned failures = CU_get_number_of_failures();
  CU_cleanup_registry();
  source_paths_done(&paths);
  return failures > 100 ? 100 : (int)failures;
}
