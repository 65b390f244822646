/* summary.c - see summary.h. */
#include "commands/summary.h"

#include <string.h>

#include "commands/usage.h"
#include "report/reporter.h"

/* The trace that a note, "TRACE: what, why", is about; NULL: none that could be opened. */
static const char *note_trace(const struct summary *summary, const char *note) {
  for (uint32_t i = 0; i < summary->n_traces; i++) {
    size_t length = strlen(summary->traces[i]);
    if (!strncmp(note, summary->traces[i], length) && note[length] == ':')
      return summary->traces[i];
  }
  return NULL;
}

void summary_complain(const struct summary *summary) {
  const char *last = NULL;
  for (uint32_t i = 0; i < summary->n_notes; i++) {
    const char *trace = note_trace(summary, summary->notes[i]);
    if (!trace || trace != last)
      complain("%s", summary->notes[i]);
    last = trace;
  }
}
