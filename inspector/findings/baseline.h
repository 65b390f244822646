/* baseline.h - the findings of an earlier day, so that only new ones fail: a text of one line a finding, sorted, as git merges it best.
 *
 *   # inspector baseline 1
 *   FINGERPRINT KIND VERDICT MESSAGE
 *
 * Only fingerprint and kind tell findings again; verdict and message are for readers, without what changes from run to run. */
#ifndef INSPECTOR_BASELINE_H
#define INSPECTOR_BASELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "findings/finding.h"

struct baseline_entry {
  uint64_t fingerprint;
  char *kind;
  enum verdict verdict;
  char *message;
  bool is_seen; /* some finding of this run is it */
};

struct baseline {
  char *path;
  struct baseline_entry *entries; /* by fingerprint, kind; each once */
  uint32_t n_entries, capacity;
};

/* Returns 0, or -EINVAL with "PATH:LINE: what is wrong", which the caller frees; the baseline is to be freed then, too. */
int baseline_parse(struct baseline *baseline, const char *path, const char *text, size_t n_bytes, char **ret_error);
void baseline_done(struct baseline *baseline);

/* Says of each finding whether it is new, and of each entry whether it was seen. Benign findings are neither. */
void baseline_apply(struct baseline *baseline, struct findings *findings);

/* The text of a baseline that knows these findings: all but benign and suppressed ones. Caller frees. */
char *baseline_text(const struct findings *findings);

#endif
