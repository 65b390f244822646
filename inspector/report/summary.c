/* summary.c - what an analysis told is freed. */
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
