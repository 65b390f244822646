/* report_options.h - the options that `run` and `check` share, and the way from findings to a report and an exit status. */
#ifndef INSPECTOR_REPORT_OPTIONS_H
#define INSPECTOR_REPORT_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "commands/colour.h"
#include "commands/suppress_options.h"
#include "detect/analysis.h"
#include "findings/finding.h"
#include "report/reporter.h"
#include "report/source_paths.h"
#include "viz/scope.h"

struct report_options {
  const struct reporter *reporter;
  const char *output; /* NULL: the command's own stream; "-": stdout */
  enum verdict fail_verdict;
  enum severity fail_severity;
  int error_exitcode; /* -1: the command's own */
  const char **only;  /* NULL-terminated, or NULL */
  uint32_t n_only;
  enum colour colour;
  uint32_t max_cycle;
  uint64_t require_events;
  struct source_paths paths;
  bool show_all, quiet, verbose;
  struct suppress_options suppress;
  struct scope_wish wish; /* of a page's timelines; only `inspector report` has options for these */
  const char *around;
  uint64_t process;
};

/* What holds when nothing is said. */
struct report_options report_options_default(const struct reporter *reporter);

/* Child parser; its input is a struct report_options, which it initialises. */
extern const struct argp report_argp;

void report_options_done(struct report_options *options);

/* Would -o FILE work? Says so before the long work. Returns 0, or EXIT_TROUBLE after one line. */
int report_check_output(const struct report_options *options);
/* The same, and it must not be one of the traces that are read. */
int report_check_output_of(const struct report_options *options, char *const *paths, size_t n_paths);

/* What came of analysing the traces. */
struct report_result {
  uint64_t n_failing;
  unsigned n_unreadable; /* traces, also partly */
  bool too_few_events;
  bool write_failed;
};

/* What the options say about a summary. */
void report_begin_summary(const struct report_options *options, struct summary *summary);

/* Writes findings that are finished, without what a page shows beside them, to `out` or -o. Returns false after one line. */
bool report_write_findings(const struct report_options *options, const struct findings *findings, struct summary *summary, FILE *out);

/* Less than --require-events, which is then said in a line? */
bool report_has_too_few_events(const struct report_options *options, const struct summary *summary);

/* Analyse the traces and write the report to `out` or -o. Errors have been said when it returns. */
struct report_result report_traces(struct report_options *options, char *const *paths, size_t n_paths, FILE *out);

#endif
