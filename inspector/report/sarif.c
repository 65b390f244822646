/* sarif.c - findings for code scanning services and editors: SARIF 2.1.0 (OASIS, with errata 01). Checked with the schema of the npm
 * package
 * @microsoft/jest-sarif by tests/formats.
 *
 * A kind is a rule, a finding a result: the place that location_of_finding() chooses, links from the sentence to each thread's place, and
 * one flow a thread. The fingerprint is ours, so that a service needs no lines of source to know a result again. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "findings/triage.h"
#include "report/json_values.h"
#include "report/location.h"
#include "report/reporter.h"
#include "report/sarif_parts.h"
#include "report/source_paths.h"
#include "report/wording.h"
#include "util/alloc.h"

#define SCHEMA "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

struct sarif_report {
  FILE *out;
  const struct summary *summary;
  json_t *rules, *results;
};

static void *sarif_begin(FILE *out, const struct summary *summary) {
  struct sarif_report *report = xcalloc(1, sizeof *report);
  *report = (struct sarif_report){out, summary, json_array(), json_array()};
  return report;
}

static size_t rule_index(const struct sarif_report *report, const struct finding *finding) {
  size_t n = json_array_size(report->rules);
  for (size_t i = 0; i < n; i++)
    if (!strcmp(json_string_value(json_object_get(json_array_get(report->rules, i), "id")), finding->kind))
      return i;
  json_array_append_new(report->rules, sarif_rule(report->summary, finding));
  return n;
}

static const char *level_of(const struct finding *finding) {
  static const char *const levels[] = {[SEVERITY_NOTE] = "note", [SEVERITY_WARNING] = "warning", [SEVERITY_ERROR] = "error"};
  return finding->verdict == VERDICT_BENIGN ? "none" : levels[finding->severity];
}

/* How sure it is, from 0 to 100 (3.27.25). */
static double rank_of(enum verdict verdict) {
  static const double ranks[] = {[VERDICT_BENIGN] = 0,     [VERDICT_POTENTIAL] = 20,  [VERDICT_PLAUSIBLE] = 60,
                                 [VERDICT_PREDICTED] = 90, [VERDICT_CONFIRMED] = 100, [VERDICT_OBSERVED] = 100};
  return ranks[verdict];
}

static void set_locations(const struct sarif_report *report, const struct finding *finding, json_t *result) {
  struct location chosen = location_of_finding(report->summary, finding);
  json_t *locations = json_array(), *location = sarif_location(&chosen);
  if (location)
    json_array_append_new(locations, location);
  location_done(&chosen);
  json_object_set_new(result, "locations", locations);
}

static bool append_related(const struct sarif_report *report, const struct finding *finding, const struct story_step *step, json_t *related,
                           json_int_t id) {
  json_t *location = sarif_location_of_stack(report->summary, finding, step->stack, step->ordinal);
  if (!location)
    return false;
  json_object_set_new(location, "id", json_integer(id));
  json_object_set_new(location, "message", sarif_message(story_step_text(finding, step)));
  json_array_append_new(related, location);
  return true;
}

/* What the threads do, with their numbers + 1 as ids, then what they hold, and other places. Sets which threads have a location. */
static json_t *related_locations(const struct sarif_report *report, const struct finding *finding, const struct story *story,
                                 bool *is_linked) {
  json_t *related = json_array();
  json_int_t id = finding->n_threads;
  for (uint32_t i = 0; i < story->n_steps; i++)
    if (story->steps[i].kind == STORY_DEED) {
      uint32_t thread = story->steps[i].thread;
      is_linked[thread] = append_related(report, finding, &story->steps[i], related, (json_int_t)thread + 1);
    }
  for (uint32_t i = 0; i < story->n_steps; i++)
    if (story->steps[i].kind != STORY_DEED)
      id += append_related(report, finding, &story->steps[i], related, id + 1);
  return related;
}

static void set_flows(const struct sarif_report *report, const struct finding *finding, const struct story *story, json_t *result) {
  json_t *flow = sarif_code_flow(report->summary, finding, story), *stacks = json_array();
  for (uint32_t i = 0; i < story->n_steps; i++)
    if (sarif_has_stack(finding, story->steps[i].stack))
      json_array_append_new(stacks,
                            sarif_stack(report->summary, story->steps[i].stack, sarif_message(story_step_text(finding, &story->steps[i]))));
  if (flow)
    json_object_set_new(result, "codeFlows", json_pack("[o]", flow));
  json_object_set_new(result, "stacks", stacks);
}

static void set_properties(const struct sarif_report *report, const struct finding *finding, json_t *result) {
  json_t *properties = json_object();
  json_object_set_new(properties, "id", json_of_text(finding->id));
  json_object_set_new(properties, "verdict", json_string(verdict_text(finding->verdict)));
  if (finding->reason)
    json_object_set_new(properties, "reason", json_of_clean(finding->reason));
  if (finding->benign)
    json_object_set_new(properties, "benign", json_of_text(finding->benign));
  json_object_set_new(properties, "fails", json_boolean(summary_fails(report->summary, finding)));
  if (finding->trace)
    json_object_set_new(properties, "trace", json_of_clean(finding->trace));
  json_object_set_new(result, "properties", properties);
}

/* SARIF 2.1.0, 3.27.24 baselineState, and 3.27.23 suppressions: where one result has any, the others say that they have none. */
static void set_triage(const struct summary *summary, const struct finding *finding, json_t *result) {
  if (finding->baseline != BASELINE_UNKNOWN)
    json_object_set_new(result, "baselineState", json_string(finding->baseline == BASELINE_NEW ? "new" : "unchanged"));
  if (!summary->triage || !summary->triage->n_suppressed)
    return;
  json_t *suppressions = json_array();
  if (finding->suppressed)
    json_array_append_new(suppressions, json_pack("{s:s, s:o}", "kind", "external", "justification", json_of_clean(finding->suppressed)));
  json_object_set_new(result, "suppressions", suppressions);
}

static json_t *fingerprints_of(const struct finding *finding) {
  char fingerprint[17];
  snprintf(fingerprint, sizeof fingerprint, "%016" PRIx64, finding->fingerprint);
  return json_pack("{s:s}", "trackFingerprint/v1", fingerprint);
}

static void sarif_finding(void *state, const struct finding *finding) {
  struct sarif_report *report = state;
  bool is_benign = finding->verdict == VERDICT_BENIGN;
  if (is_benign && !report->summary->show_all)
    return;
  json_t *result = json_object();
  struct story story = story_of(finding);
  json_object_set_new(result, "ruleId", json_of_text(finding->kind));
  json_object_set_new(result, "ruleIndex", json_integer((json_int_t)rule_index(report, finding)));
  json_object_set_new(result, "kind", json_string(is_benign ? "informational" : "fail"));
  json_object_set_new(result, "level", json_string(level_of(finding)));
  json_object_set_new(result, "rank", json_real(rank_of(finding->verdict)));
  bool *is_linked = xcalloc(finding->n_threads, sizeof *is_linked);
  json_t *related = related_locations(report, finding, &story, is_linked);
  json_object_set_new(result, "message", sarif_linked_message(finding, is_linked));
  set_locations(report, finding, result);
  json_object_set_new(result, "relatedLocations", related);
  set_flows(report, finding, &story, result);
  json_object_set_new(result, "partialFingerprints", fingerprints_of(finding));
  json_object_set_new(result, "occurrenceCount", json_integer(finding->instances));
  set_properties(report, finding, result);
  set_triage(report->summary, finding, result);
  json_array_append_new(report->results, result);
  free(is_linked);
  story_done(&story);
}

static void add_notification(json_t *notifications, const char *level, char *made) {
  json_t *notification = json_object();
  json_object_set_new(notification, "level", json_string(level));
  json_object_set_new(notification, "message", sarif_message(made));
  json_array_append_new(notifications, notification);
}

static json_t *invocation_of(const struct summary *summary) {
  json_t *invocation = json_object(), *notifications = json_array();
  for (uint32_t i = 0; i < summary->n_notes; i++)
    add_notification(notifications, "warning", xstrdup(summary->notes[i]));
  char *trouble = wording_trouble(summary);
  if (trouble)
    add_notification(notifications, "error", trouble);
  json_object_set_new(invocation, "executionSuccessful", json_boolean(!trouble));
  json_object_set_new(invocation, "toolExecutionNotifications", notifications);
  return invocation;
}

static json_t *driver_of(const struct sarif_report *report) {
  json_t *driver = json_object();
  json_object_set_new(driver, "name", json_string("inspector"));
  json_object_set_new(driver, "fullName", json_string("Track inspector"));
  json_object_set_new(driver, "version", json_string(TRACK_VERSION));
  json_object_set_new(driver, "semanticVersion", json_string(TRACK_VERSION));
  json_object_set(driver, "rules", report->rules);
  return driver;
}

/* The folder's address ends in a slash (3.14.14). */
static json_t *roots_of(const struct source_paths *paths) {
  char *path = source_uri_path(paths->root), *uri = xasprintf("file://%s/", path);
  json_t *roots = json_pack("{s:{s:s}}", SARIF_ROOT, "uri", uri);
  free(uri);
  free(path);
  return roots;
}

/* The proof of work. */
static json_t *totals_of(const struct summary *summary) {
  json_t *totals = json_object();
  json_object_set_new(totals, "events", json_of_number(summary->n_events));
  json_object_set_new(totals, "threads", json_of_number(summary->n_threads));
  json_object_set_new(totals, "locks", json_of_number(summary->n_locks));
  json_object_set_new(totals, "libraries", json_of_number(summary->n_libraries));
  json_object_set_new(totals, "processes", json_of_number(summary->n_processes));
  json_object_set_new(totals, "dropped", json_of_number(summary->dropped));
  return totals;
}

static void sarif_end(void *state) {
  struct sarif_report *report = state;
  const struct summary *summary = report->summary;
  json_t *run = json_object(), *root = json_object();
  json_object_set_new(run, "tool", json_pack("{s:o}", "driver", driver_of(report)));
  json_object_set_new(run, "invocations", json_pack("[o]", invocation_of(summary)));
  if (summary->paths && summary->paths->root)
    json_object_set_new(run, "originalUriBaseIds", roots_of(summary->paths));
  json_object_set(run, "results", report->results);
  json_object_set_new(run, "properties", totals_of(summary));
  json_object_set_new(root, "$schema", json_string(SCHEMA));
  json_object_set_new(root, "version", json_string("2.1.0"));
  json_object_set_new(root, "runs", json_pack("[o]", run));
  json_dumpf(root, report->out, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
  fputc('\n', report->out);
  json_decref(root);
  json_decref(report->rules);
  json_decref(report->results);
  free(report);
}

const struct reporter reporter_sarif = {
    .name = "sarif", .extension = "sarif", .tells_trouble = true, .begin = sarif_begin, .finding = sarif_finding, .end = sarif_end};
