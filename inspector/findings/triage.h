/* triage.h - which findings a report shows and which of them are new: suppressions and baseline applied, and what is to be said about both.
 */
#ifndef INSPECTOR_TRIAGE_H
#define INSPECTOR_TRIAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "findings/baseline.h"
#include "findings/suppress.h"

struct triage {
  struct suppressions *suppressions;
  struct baseline *baseline; /* NULL: none */
  const char *const *only;   /* kinds that were looked for, NULL-terminated; NULL: all */
  bool wants_entries;        /* reports show the entry that hides each finding */
  /* results */
  uint64_t n_suppressed, n_new, n_known, n_fixed;
  char **lines; /* what was hidden, new, fixed: one sentence each */
  uint32_t n_lines, line_capacity;
  char **notes; /* what is odd about entries */
  uint32_t n_notes, note_capacity;
};

/* Marks the findings, which must be finished, and counts them. */
void triage_findings(struct triage *triage, struct findings *findings);

/* Frees the findings that are suppressed. Those left keep their ids. */
void triage_drop_suppressed(struct findings *findings);

/* An entry that no finding is like any more, of a kind that was looked for? */
bool triage_is_fixed(const struct triage *triage, const struct baseline_entry *entry);

/* Not what the first three point to. */
void triage_done(struct triage *triage);

#endif
