/* visit.c - see visit.h. */
#include "commands/visit.h"

#include "commands/summary.h"

void visit_traces(char *const *paths, size_t n_paths, const struct analysis_visitor *visitor) {
  static const char *const nobody[] = {NULL};
  const struct analysis_options options = {.visitor = visitor, .only = nobody};
  struct summary summary = {0};
  struct findings *findings = findings_new();
  unsigned n_unreadable = 0;
  analysis_run(paths, n_paths, &options, findings, &summary, &n_unreadable);
  findings_free(findings);
  summary_done(&summary);
}
