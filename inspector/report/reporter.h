/* reporter.h - the contract of every report format: findings and totals onto a FILE, nothing else. */
#ifndef INSPECTOR_REPORTER_H
#define INSPECTOR_REPORTER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "findings/finding.h"
#include "trace/source.h"

struct report_extras;
struct source_paths;
struct triage;

/* Totals over all traces of one report: the proof of work. */
struct summary {
  uint64_t n_events, n_threads, n_locks, n_libraries, n_processes, dropped, order_repaired, contradictions;
  uint64_t n_benign_cycles, n_benign[8]; /* by reason, in the order of benign_texts */
  enum accesses accesses;
  double seconds; /* of the analysis */
  char **traces;
  uint32_t n_traces;
  char **notes;
  uint32_t n_notes;            /* damage, lost data: one line each, shown after the findings */
  uint64_t n_failing;          /* findings that make the exit status */
  enum verdict fail_verdict;   /* the weakest that fails ... */
  enum severity fail_severity; /* ... if it is at least this */
  unsigned n_unreadable;       /* traces, also partly */
  uint64_t require_events;     /* fewer: the check has failed */
  bool show_all;               /* benign ones too */
  bool colour;
  const char *nothing; /* what is said when there are no findings; NULL: what that means for a check */
  bool quiet, verbose;
  const struct triage *triage;              /* what was hidden and what is new; NULL: nobody asked */
  bool relative_paths;                      /* in texts for people: an excerpt in another format */
  const struct report_extras *extras;       /* for formats that want them; NULL: there are none */
  const struct source_paths *paths;         /* what paths are relative to; NULL: they stay as they are */
  const char *(*explain)(const char *kind); /* Markdown; NULL: there are no pages, or no page of this kind */
};

void summary_done(struct summary *summary);
/* Does the finding make the exit status? None does that is suppressed or known. */
bool summary_fails(const struct summary *summary, const struct finding *finding);

/* One report: `state = begin(); finding(state, ...) for each; end(state)`, which frees the state. Findings arrive resolved,
 * in their order; benign ones too, and the reporter leaves them out unless summary->show_all. */
struct reporter {
  const char *name; /* of --format */
  const char *extension;
  bool wants_extras;             /* a page with pictures: see extras.h */
  bool tells_trouble;            /* has a place for why the check failed: written even when no trace could be read */
  const char *second_variable;   /* of the environment; if it names a file, a second report is appended to it ... */
  const struct reporter *second; /* ... in this format; NULL: none */
  void *(*begin)(FILE *out, const struct summary *summary);
  void (*finding)(void *state, const struct finding *finding);
  void (*end)(void *state);
};

/* The whole report in one call. */
void report_write(const struct reporter *reporter, FILE *out, const struct summary *summary, const struct findings *findings);

#define REPORTER(name, about) extern const struct reporter reporter_##name;
#include "report/reporters.def"
#undef REPORTER

const struct reporter *reporter_find(const char *name);
/* "text, json and html"; caller frees. */
char *reporter_names(void);

#endif
