/* gitlab.c - a Code Quality report of GitLab: a list of places, each with a fingerprint by which a merge request's are told from those that
 * were there before. The service reads these fields, wants fingerprints to be different, and shows nothing that lacks a path and a line.
 *
 * What has no source file is shown at its object file or its recording, line 1. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/json_values.h"
#include "report/location.h"
#include "report/wording.h"
#include "util/alloc.h"

struct gitlab_report {
  FILE *out;
  const struct summary *summary;
  json_t *issues;
  json_t *seen; /* fingerprint: how often */
};

static void *gitlab_begin(FILE *out, const struct summary *summary) {
  struct gitlab_report *report = xcalloc(1, sizeof *report);
  *report = (struct gitlab_report){out, summary, json_array(), json_object()};
  return report;
}

/* How bad it would be, lowered by how unsure it is. */
static const char *severity_of(const struct finding *finding) {
  static const char *const errors[] = {[VERDICT_BENIGN] = "info",        [VERDICT_POTENTIAL] = "major",   [VERDICT_PLAUSIBLE] = "critical",
                                       [VERDICT_PREDICTED] = "critical", [VERDICT_CONFIRMED] = "blocker", [VERDICT_OBSERVED] = "blocker"};
  switch (finding->severity) {
  case SEVERITY_ERROR:
    return errors[finding->verdict];
  case SEVERITY_WARNING:
    return finding->verdict > VERDICT_BENIGN ? "minor" : "info";
  case SEVERITY_NOTE:
    return "info";
  }
  return "info";
}

/* Two findings with one fingerprint, as one kind of mistake can be found with two verdicts, would be shown as one. */
static json_t *fingerprint_of(struct gitlab_report *report, const struct finding *finding) {
  char *fingerprint = xasprintf("%016" PRIx64, finding->fingerprint);
  json_int_t n = json_integer_value(json_object_get(report->seen, fingerprint)) + 1;
  json_object_set_new(report->seen, fingerprint, json_integer(n));
  json_t *text = json_of_made(n > 1 ? xasprintf("%s-%lld", fingerprint, (long long)n) : xstrdup(fingerprint));
  free(fingerprint);
  return text;
}

static json_t *location_object(const struct gitlab_report *report, const struct finding *finding) {
  struct location location = location_of_finding(report->summary, finding);
  json_t *object = json_object();
  json_object_set_new(object, "path", json_of_clean(location.path ? location.path : "unknown"));
  json_object_set_new(object, "lines", json_pack("{s:I}", "begin", (json_int_t)(location.line ? location.line : 1)));
  location_done(&location);
  return object;
}

static json_t *description_of(const struct finding *finding) {
  char *verdict = wording_verdict(finding);
  json_t *text = json_of_made(xasprintf("%s (%s)", finding->message ? finding->message : finding->kind, verdict));
  free(verdict);
  return text;
}

static void gitlab_finding(void *state, const struct finding *finding) {
  struct gitlab_report *report = state;
  if (finding->verdict == VERDICT_BENIGN && !report->summary->show_all)
    return;
  json_t *issue = json_object();
  json_object_set_new(issue, "description", description_of(finding));
  json_object_set_new(issue, "check_name", json_of_text(finding->kind));
  json_object_set_new(issue, "fingerprint", fingerprint_of(report, finding));
  json_object_set_new(issue, "severity", json_string(severity_of(finding)));
  json_object_set_new(issue, "location", location_object(report, finding));
  json_array_append_new(report->issues, issue);
}

static void gitlab_end(void *state) {
  struct gitlab_report *report = state;
  json_dumpf(report->issues, report->out, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
  fputc('\n', report->out);
  json_decref(report->issues);
  json_decref(report->seen);
  free(report);
}

const struct reporter reporter_gitlab = {
    .name = "gitlab", .extension = "json", .begin = gitlab_begin, .finding = gitlab_finding, .end = gitlab_end};
