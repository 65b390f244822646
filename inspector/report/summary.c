/* summary.c - what makes a check fail, and how what an analysis told is freed. */
#include <stdlib.h>

#include "report/reporter.h"

void summary_done(struct summary *summary) {
  for (uint32_t i = 0; i < summary->n_traces; i++)
    free(summary->traces[i]);
  for (uint32_t i = 0; i < summary->n_notes; i++)
    free(summary->notes[i]);
  free(summary->traces);
  free(summary->notes);
}

bool summary_fails(const struct summary *summary, const struct finding *finding) {
  bool is_told = !finding->suppressed && finding->baseline != BASELINE_KNOWN;
  return is_told && finding->verdict >= summary->fail_verdict && finding->severity >= summary->fail_severity;
}
