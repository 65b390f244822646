/* junit.c - a check as a suite of tests, for servers that show test results. There is no standard; the elements are those that
 * xunit-plugin's junit-10.xsd allows. Checked by xmllint with that shape in RELAX NG, and by python3-junitparser.
 *
 * A finding is a test case: it fails if the finding makes the exit status, and passes with what was found as its output if not. A check
 * that found nothing is one that passed; one that could not do its work is an error; one that saw no event at all is skipped. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "findings/own_code.h"
#include "report/excerpt.h"
#include "report/location.h"
#include "report/wording.h"
#include "report/xml_write.h"
#include "util/alloc.h"

struct junit_report {
  FILE *out, *cases;
  const struct summary *summary;
  char *cases_text;
  size_t cases_bytes;
  uint64_t n_by_severity[3], n_cases, n_failures, n_errors, n_skipped;
};

static void *junit_begin(FILE *out, const struct summary *summary) {
  struct junit_report *report = xcalloc(1, sizeof *report);
  *report = (struct junit_report){.out = out, .summary = summary};
  report->cases = open_memstream(&report->cases_text, &report->cases_bytes);
  if (!report->cases)
    abort(); /* out of memory, as everywhere offline */
  return report;
}

/* <testcase ... without its end. */
static void begin_case(struct junit_report *report, const char *class, const char *name) {
  report->n_cases++;
  fputs("    <testcase", report->cases);
  xml_attribute(report->cases, "classname", class);
  xml_attribute(report->cases, "name", name);
  fputs(" time=\"0.000\"", report->cases);
}

static void set_location(struct junit_report *report, const struct finding *finding) {
  struct location location = location_of_finding(report->summary, finding);
  if (location.path)
    xml_attribute(report->cases, "file", location.path);
  if (location.line)
    fprintf(report->cases, " line=\"%" PRIu64 "\"", location.line);
  location_done(&location);
}

static void junit_finding(void *state, const struct finding *finding) {
  struct junit_report *report = state;
  if (finding->verdict == VERDICT_BENIGN && !report->summary->show_all)
    return;
  report->n_by_severity[finding->severity]++;
  char *title = excerpt_title(finding), *name = xasprintf("%s [%016" PRIx64 "]", title, finding->fingerprint);
  char *class = xasprintf("track.%s", finding->kind);
  begin_case(report, class, name);
  set_location(report, finding);
  bool is_failing = summary_fails(report->summary, finding);
  report->n_failures += is_failing;
  fputs(is_failing ? ">\n      <failure" : ">\n      <system-out>", report->cases);
  if (is_failing) {
    xml_attribute(report->cases, "message", finding->message ? finding->message : title);
    xml_attribute(report->cases, "type", finding->kind);
    fputc('>', report->cases);
  }
  xml_made(report->cases, excerpt_of(report->summary, finding));
  fprintf(report->cases, "</%s>\n    </testcase>\n", is_failing ? "failure" : "system-out");
  free(class);
  free(name);
  free(title);
}

/* What is true of the whole check. */
static void add_check(struct junit_report *report) {
  char *trouble = wording_trouble(report->summary);
  begin_case(report, "track", "check");
  if (trouble) {
    report->n_errors++;
    fputs(">\n      <error", report->cases);
    xml_attribute(report->cases, "message", trouble);
    fputs(" type=\"recording\"/>\n    </testcase>\n", report->cases);
  } else if (!report->summary->n_events) {
    report->n_skipped++;
    fputs(">\n      <skipped message=\"nothing was recorded\"/>\n    </testcase>\n", report->cases);
  } else {
    fputs("/>\n", report->cases);
  }
  free(trouble);
}

/* The recording's folder if there is one: its files are named by numbers that change. Caller frees. */
static char *suite_name(const struct summary *summary) {
  const char *trace = summary->n_traces ? summary->traces[0] : "recording", *slash = strrchr(trace, '/');
  size_t n = strlen(trace), suffix = strlen(".trace");
  if (!slash || slash == trace || n < suffix || strcmp(trace + n - suffix, ".trace") != 0)
    return xstrdup(base_name(trace));
  char *folder = strndup(trace, (size_t)(slash - trace)), *name = xstrdup(base_name(folder ? folder : trace));
  free(folder);
  return name;
}

static void write_counts(struct junit_report *report, const char *element, const char *name) {
  fprintf(report->out, "%s", element);
  xml_attribute(report->out, "name", name);
  fprintf(report->out, " tests=\"%" PRIu64 "\" failures=\"%" PRIu64 "\" errors=\"%" PRIu64 "\"", report->n_cases, report->n_failures,
          report->n_errors);
}

static void write_outputs(struct junit_report *report) {
  FILE *out = report->out;
  fputs("    <system-out>", out);
  xml_made(out, wording_count(report->summary, report->n_by_severity));
  fputc('\n', out);
  xml_made(out, wording_proof(report->summary));
  fputs("\n</system-out>\n", out);
  if (!report->summary->n_notes)
    return;
  fputs("    <system-err>", out);
  for (uint32_t i = 0; i < report->summary->n_notes; i++) {
    fputs(i ? "\n" : "", out);
    xml_text(out, report->summary->notes[i]);
  }
  fputs("</system-err>\n", out);
}

static void junit_end(void *state) {
  struct junit_report *report = state;
  add_check(report);
  fclose(report->cases);
  char *name = suite_name(report->summary);
  fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", report->out);
  write_counts(report, "<testsuites", "inspector");
  fprintf(report->out, " time=\"%.3f\">\n", report->summary->seconds);
  write_counts(report, "  <testsuite", name);
  fprintf(report->out, " skipped=\"%" PRIu64 "\" time=\"%.3f\">\n", report->n_skipped, report->summary->seconds);
  fwrite(report->cases_text, 1, report->cases_bytes, report->out);
  write_outputs(report);
  fputs("  </testsuite>\n</testsuites>\n", report->out);
  free(name);
  free(report->cases_text);
  free(report);
}

const struct reporter reporter_junit = {
    .name = "junit", .extension = "xml", .tells_trouble = true, .begin = junit_begin, .finding = junit_finding, .end = junit_end};
