/* verify_witness.c - inspector verify-witness: the proofs that a JSON report carries, checked step by step on the trace.
 *
 * Nothing is shared with the analysis that wrote the report but the reader of traces: see verify/replay.h. */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "commands/usage.h"
#include "util/alloc.h"
#include "util/text.h"
#include "verify/replay.h"

struct verify {
  const char *trace, *report, *finding;
  struct replay *replay;
  unsigned n_held, n_failed, n_unknown;
};

static const struct argp_option options_table[] = {{"finding", 'f', "ID", 0, "Check this finding only, such as D1", 0}, {0}};

static error_t parse_verify_option(int key, char *argument, struct argp_state *state) {
  struct verify *verify = state->input;
  switch (key) {
  case 'f':
    verify->finding = argument;
    return 0;
  case ARGP_KEY_ARG:
    if (verify->report)
      return usage_error("verify-witness: %s: one trace and one report", argument);
    *(verify->trace ? &verify->report : &verify->trace) = argument;
    return 0;
  case ARGP_KEY_END:
    return verify->report ? 0 : usage_error("verify-witness: name a trace and the report that 'inspector check --format json' made of it");
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp verify_argp = {
    .options = options_table,
    .parser = parse_verify_option,
    .args_doc = "TRACE REPORT.json",
    .doc = "Check the proofs of predicted findings, independently of the analysis.\v"
           "REPORT.json is what 'inspector check --format json TRACE' wrote. The steps of each witness are executed one by one: of each "
           "thread in "
           "the order of the trace, each read sees the write that it saw, locks have one owner, threads start and end in order. Then every "
           "request "
           "of the finding has to block on what the next thread holds. One line a finding says what came out.\n\n"
           "Exit status: 0 every proof holds, 1 one does not, 2 cannot tell: wrong usage, a file that cannot be read, a finding without a "
           "proof, "
           "or a trace without all memory accesses.",
};

/* What the claim of a finding is made of; freed with it. */
struct claim {
  struct replay_claim claim;
  uint64_t *requests, *order;
  struct replay_stop *stops;
};

static bool number_of(const json_t *value, uint64_t *ret_number) {
  if (!json_is_integer(value) || json_integer_value(value) < 0)
    return false;
  *ret_number = (uint64_t)json_integer_value(value);
  return true;
}

/* An array of event numbers; NULL if it is none. */
static uint64_t *numbers_of(const json_t *array, size_t *ret_n) {
  if (!json_is_array(array))
    return NULL;
  *ret_n = json_array_size(array);
  uint64_t *numbers = xcalloc(*ret_n + 1, sizeof *numbers);
  for (size_t i = 0; i < *ret_n; i++)
    if (!number_of(json_array_get(array, i), &numbers[i])) {
      free(numbers);
      return NULL;
    }
  return numbers;
}

static char *thread_name(const struct source_info *info, uint32_t thread) {
  const char *name = info->threads[thread].name;
  return name ? text_utf8(name) : xasprintf("T%" PRIu32, info->threads[thread].number ? info->threads[thread].number : thread + 1);
}

struct named_thread {
  char *name;
  uint32_t thread;
};

static int compare_names(const void *a, const void *b) {
  return strcmp(((const struct named_thread *)a)->name, ((const struct named_thread *)b)->name);
}

static struct named_thread *named_threads(const struct source_info *info) {
  struct named_thread *threads = xcalloc(info->n_threads, sizeof *threads);
  for (uint32_t i = 0; i < info->n_threads; i++)
    threads[i] = (struct named_thread){thread_name(info, i), i};
  if (info->n_threads)
    qsort(threads, info->n_threads, sizeof *threads, compare_names);
  return threads;
}

/* The thread of this name; NULL unless exactly one has it. */
static const struct named_thread *find_thread(const struct named_thread *threads, uint32_t n, const char *name) {
  struct named_thread key = {(char *)name, 0};
  const struct named_thread *found = n ? bsearch(&key, threads, n, sizeof *threads, compare_names) : NULL;
  bool is_shared =
      found && ((found > threads && !compare_names(found - 1, &key)) || (found + 1 < threads + n && !compare_names(found + 1, &key)));
  return is_shared ? NULL : found;
}

static const char *read_stops(const struct source_info *info, json_t *object, struct claim *claim) {
  struct named_thread *threads = named_threads(info);
  claim->stops = xcalloc(json_object_size(object), sizeof *claim->stops);
  const char *problem = NULL, *name;
  json_t *value;
  json_object_foreach(object, name, value) {
    const struct named_thread *thread = find_thread(threads, info->n_threads, name);
    struct replay_stop *stop = &claim->stops[claim->claim.n_stops++];
    if (!thread)
      problem = "its witness names a thread that the trace does not have";
    else if (!number_of(value, &stop->n))
      problem = "its witness is not made of numbers";
    else
      stop->thread = thread->thread;
  }
  for (uint32_t i = 0; i < info->n_threads; i++)
    free(threads[i].name);
  free(threads);
  claim->claim.stops = claim->stops;
  return problem;
}

/* NULL, or why there is no claim to check. */
static const char *read_claim(const struct source_info *info, const json_t *finding, struct claim *claim) {
  const json_t *threads = json_object_get(finding, "threads"), *witness = json_object_get(finding, "witness");
  json_t *stops = json_object_get(witness, "stop"), *order = json_object_get(witness, "order");
  claim->claim.n_requests = (uint32_t)json_array_size(threads);
  claim->claim.requests = claim->requests = xcalloc(claim->claim.n_requests, sizeof *claim->requests);
  for (uint32_t i = 0; i < claim->claim.n_requests; i++)
    if (!number_of(json_object_get(json_array_get(threads, i), "event"), &claim->requests[i]))
      return "it does not say which events block";
  if (order) {
    claim->claim.order = claim->order = numbers_of(order, &claim->claim.n_order);
    return claim->order ? NULL : "its witness is not made of numbers";
  }
  return json_is_object(stops) ? read_stops(info, stops, claim) : "it carries no witness";
}

static enum replay_answer check_claim(const struct verify *verify, const json_t *finding, char **ret_why) {
  struct claim claim = {0};
  const char *problem = read_claim(replay_info(verify->replay), finding, &claim);
  enum replay_answer answer = REPLAY_UNKNOWN;
  if (problem)
    *ret_why = xstrdup(problem);
  else
    answer = replay_check(verify->replay, &claim.claim, ret_why);
  free(claim.requests);
  free(claim.order);
  free(claim.stops);
  return answer;
}

static void check_finding(struct verify *verify, const char *id, const json_t *finding) {
  static const char *const answers[] = {[REPLAY_HOLDS] = "holds", [REPLAY_FAILS] = "does not hold", [REPLAY_UNKNOWN] = "cannot tell"};
  char *why = NULL;
  enum replay_answer answer = check_claim(verify, finding, &why);
  char *clean = text_clean(id);
  printf("%s: %s%s%s\n", clean, answers[answer], why ? ": " : "", why ? why : "");
  free(clean);
  free(why);
  *(answer == REPLAY_HOLDS ? &verify->n_held : answer == REPLAY_FAILS ? &verify->n_failed : &verify->n_unknown) += 1;
}

static const char *text_of(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

/* A report on several traces tells which one each finding is about. */
static bool is_about(const struct verify *verify, const json_t *report, const json_t *finding) {
  if (json_array_size(json_object_get(report, "traces")) < 2)
    return true;
  char *asked = realpath(verify->trace, NULL), *found = realpath(text_of(finding, "trace"), NULL);
  bool is_same = asked && found ? strcmp(asked, found) == 0 : strcmp(verify->trace, text_of(finding, "trace")) == 0;
  free(asked);
  free(found);
  return is_same;
}

static bool is_asked(const struct verify *verify, const json_t *report, const json_t *finding) {
  if (verify->finding)
    return strcmp(verify->finding, text_of(finding, "id")) == 0;
  return strcmp(text_of(finding, "verdict"), "predicted") == 0 && is_about(verify, report, finding);
}

static int check_report(struct verify *verify, const json_t *report) {
  json_t *findings = json_object_get(report, "findings"), *finding;
  size_t i;
  json_array_foreach(findings, i, finding) {
    if (is_asked(verify, report, finding))
      check_finding(verify, text_of(finding, "id"), finding);
  }
  unsigned n = verify->n_held + verify->n_failed + verify->n_unknown;
  if (!n && verify->finding) {
    complain("%s: no finding %s", verify->report, verify->finding);
    return EXIT_TROUBLE;
  }
  if (!n)
    puts("No finding is predicted: there is no proof to check.");
  return verify->n_failed ? EXIT_FINDINGS : verify->n_unknown ? EXIT_TROUBLE : EXIT_CLEAN;
}

/* NULL after one line. */
static json_t *load_report(const char *path) {
  json_error_t error;
  json_t *report = json_load_file(path, 0, &error);
  if (!report && error.line < 1)
    complain("%s: cannot be read: %s", path, strerror(errno));
  else if (!report)
    complain("%s: line %d: %s", path, error.line, error.text);
  else if (!json_is_array(json_object_get(report, "findings"))) {
    complain("%s: not a report of 'inspector check --format json'", path);
    json_decref(report);
    report = NULL;
  }
  return report;
}

static int run_verify(struct verify *verify) {
  char *problem = NULL;
  json_t *report = load_report(verify->report);
  if (!report)
    return EXIT_TROUBLE;
  int status = EXIT_TROUBLE;
  if (replay_open(verify->trace, &verify->replay, &problem)) {
    complain("%s", problem);
    free(problem);
  } else
    status = check_report(verify, report);
  replay_close(verify->replay);
  json_decref(report);
  return status;
}

int command_verify_witness(int argc, char **argv) {
  struct verify verify = {0};
  int status = command_parse(&verify_argp, "verify-witness", 0, argc, argv, &verify);
  return status ? status : run_verify(&verify);
}
