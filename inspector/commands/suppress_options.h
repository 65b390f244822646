/* suppress_options.h - the options about findings that are not to be told, or known already. */
#ifndef INSPECTOR_SUPPRESS_OPTIONS_H
#define INSPECTOR_SUPPRESS_OPTIONS_H

#include <argp.h>
#include <stdbool.h>

#include "findings/baseline.h"
#include "findings/suppress.h"
#include "findings/triage.h"

struct suppress_options {
  struct suppressions suppressions; /* of all files, read; the built-in ones come last */
  const char **kinds;
  struct baseline baseline;
  bool has_baseline, has_no_defaults, wants_entries;
  const char *entries_path;  /* NULL: entries go into the report */
  const char *baseline_path; /* to be written; NULL: none */
};

/* Child parser; its input is a struct suppress_options, which it initialises. Files are read at once. */
extern const struct argp suppress_argp;

void suppress_options_done(struct suppress_options *options);

/* Could the files be written? Returns 0, or EXIT_TROUBLE after one line. */
int suppress_check_output(const struct suppress_options *options);

struct summary;
/* Marks the findings, drops those that are suppressed unless all are to be shown, and tells the summary, which then points to *ret_triage:
 * to be freed by triage_done() when the report is written. `only`: kinds that were looked for, NULL all. */
void suppress_triage(struct suppress_options *options, const char *const *only, struct findings *findings, struct summary *summary,
                     struct triage *ret_triage);

/* Writes baseline and entries, where asked for. Returns false after one line. */
bool suppress_write(const struct suppress_options *options, const struct findings *findings);

#endif
