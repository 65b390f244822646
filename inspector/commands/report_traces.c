/* report_traces.c - from traces to a written report: analysis, which findings fail, the reporter, the file.
 *
 * A file named by -o is tried before the long work and only emptied when there is something to write into it. */
#include "commands/report_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/command.h"
#include "commands/explain.h"
#include "commands/output.h"
#include "commands/page.h"
#include "commands/progress.h"
#include "commands/second_report.h"
#include "commands/summary.h"
#include "commands/usage.h"
#include "util/alloc.h"

enum { MAX_PATTERNS = 1000000 };

static bool is_file(const struct report_options *options) {
  return options->output && strcmp(options->output, "-") != 0;
}

int report_check_output(const struct report_options *options) {
  int status = is_file(options) ? output_check(options->output) : 0;
  status = status ? status : second_report_check(options->reporter);
  return status ? status : suppress_check_output(&options->suppress);
}

int report_check_output_of(const struct report_options *options, char *const *paths, size_t n_paths) {
  for (size_t i = 0; i < n_paths; i++)
    if (is_file(options) && output_check_trace(options->output, paths[i]))
      return EXIT_TROUBLE;
  return report_check_output(options);
}

void report_begin_summary(const struct report_options *options, struct summary *summary) {
  summary->show_all = options->show_all;
  summary->quiet = options->quiet;
  summary->verbose = options->verbose;
  summary->fail_verdict = options->fail_verdict;
  summary->fail_severity = options->fail_severity;
  summary->explain = explain_page_of;
  summary->paths = &options->paths;
}

bool report_write_findings(const struct report_options *options, const struct findings *findings, struct summary *summary, FILE *standard) {
  FILE *out = is_file(options) ? fopen(options->output, "we") : options->output ? stdout : standard;
  bool is_good = out;
  if (out) {
    summary->colour = colour_is_wanted(options->colour, out);
    report_write(options->reporter, out, summary, findings);
    is_good = !ferror(out) && !(is_file(options) ? fclose(out) : fflush(out));
  }
  if (!is_good)
    complain("%s: cannot be written: %s", is_file(options) ? options->output : "report", strerror(errno));
  return is_good && second_report_write(options->reporter, summary, findings);
}

static void count_failing(const struct findings *findings, struct summary *summary) {
  for (size_t i = 0; i < findings->n_items; i++)
    summary->n_failing += summary_fails(summary, findings->items[i]);
}

/* Trouble with a trace belongs on stderr, unless the whole report, which lists all of it, goes there. */
static void complain_notes(const struct report_options *options, const struct summary *summary, const FILE *standard) {
  if (options->output || standard != stderr || !summary->n_traces)
    summary_complain(summary);
}

bool report_has_too_few_events(const struct report_options *options, const struct summary *summary) {
  if (summary->n_events >= options->require_events)
    return false;
  complain("only %llu events were recorded, %llu are required", (unsigned long long)summary->n_events,
           (unsigned long long)options->require_events);
  return true;
}

/* The report, and before it what a page shows beside the findings. Returns false after one line. */
static bool write_report(const struct report_options *options, const struct page *page, const struct findings *findings,
                         struct summary *summary, FILE *out) {
  struct report_extras extras = {0};
  bool is_good = true;
  if (options->reporter->wants_extras) {
    summary->extras = &extras;
    is_good = !page_gather(page, summary, findings, &extras);
  }
  is_good = is_good && report_write_findings(options, findings, summary, out);
  report_extras_done(&extras);
  return is_good;
}

/* Beside the report, and only where there is something to tell of. Returns false after one line. */
static bool write_files(const struct report_options *options, const struct findings *findings, const struct summary *summary) {
  return !summary->n_traces || suppress_write(&options->suppress, findings);
}

struct report_result report_traces(struct report_options *options, char *const *paths, size_t n_paths, FILE *out) {
  struct page page = {.wish = options->wish, .around = options->around, .process = options->process};
  const struct analysis_visitor visitor = {.state = &page, .end = page_note_trace};
  const struct analysis_options analysis = {
      .detect = {.max_cycle = options->max_cycle, .want_benign = options->show_all, .max_patterns = MAX_PATTERNS},
      .visitor = options->reporter->wants_extras ? &visitor : NULL,
      .only = (const char *const *)options->only,
  };
  struct summary summary = {.require_events = options->require_events};
  struct report_result result = {0};
  struct findings *findings = findings_new();
  struct progress progress;
  report_begin_summary(options, &summary);
  progress_begin(&progress, !options->quiet);
  analysis_run(paths, n_paths, &analysis, findings, &summary, &result.n_unreadable);
  progress_end(&progress);
  summary.n_unreadable = result.n_unreadable;
  complain_notes(options, &summary, out);
  struct triage triage;
  suppress_triage(&options->suppress, (const char *const *)options->only, findings, &summary, &triage);
  count_failing(findings, &summary);
  source_paths_apply(&options->paths, findings);
  result.n_failing = summary.n_failing;
  if (summary.n_traces || options->reporter->tells_trouble)
    result.write_failed = !write_report(options, &page, findings, &summary, out);
  result.write_failed |= !write_files(options, findings, &summary);
  result.too_few_events = report_has_too_few_events(options, &summary);
  triage_done(&triage);
  page_done(&page);
  findings_free(findings);
  summary_done(&summary);
  return result;
}
