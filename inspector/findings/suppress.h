/* suppress.h - findings that the user does not want to see: entries of files, which findings they hide, and what is odd about the entries.
 *
 * Three syntaxes may stand in one file: ThreadSanitizer's lines, Valgrind's blocks, and our own lines with qualifiers; docs/suppressions.md
 * has them. An entry that hides nothing, or more than one bug, is a danger that nobody sees, so each one counts what it hid. */
#ifndef INSPECTOR_SUPPRESS_H
#define INSPECTOR_SUPPRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "findings/finding.h"

/* What of a finding a pattern is compared with. */
enum suppress_target {
  SUPPRESS_FRAME,    /* function, file or module of any frame, as ThreadSanitizer does it */
  SUPPRESS_TOP,      /* the same of a thread's innermost frame */
  SUPPRESS_CALLER,   /* the module of any stack's innermost frame */
  SUPPRESS_FUNCTION, /* from here on whole names */
  SUPPRESS_FILE,
  SUPPRESS_MODULE,
  SUPPRESS_LOCK,
  SUPPRESS_THREAD,
  SUPPRESS_FINGERPRINT,
};

struct suppress_test {
  enum suppress_target target;
  char *pattern;
};

/* A line of a Valgrind block. */
enum suppress_step { STEP_FUNCTION, STEP_OBJECT, STEP_SOURCE, STEP_ANY_NUMBER };
struct suppress_frame {
  enum suppress_step step;
  char *pattern; /* NULL for "..." */
};

struct suppression {
  unsigned line;
  char *text;                  /* as the user wrote it, or the name of the block */
  char *kinds;                 /* words; "*" all */
  struct suppress_test *tests; /* all must hold */
  uint32_t n_tests, test_capacity;
  struct suppress_frame *frames; /* of a block: some stack begins so */
  uint32_t n_frames, frame_capacity;
  uint64_t *fingerprints; /* of what it hid, each once */
  uint32_t n_fingerprints, fingerprint_capacity;
};

struct suppress_file {
  char *path;
  bool is_built_in;
  struct suppression *entries;
  uint32_t n_entries, entry_capacity;
  uint64_t n_hidden; /* findings, each told of the first entry that is like it */
};

struct suppressions {
  const char *const *kinds; /* that exist; NULL-terminated */
  struct suppress_file *files;
  uint32_t n_files, file_capacity;
};

/* `kinds`: the ids that an entry may name, NULL-terminated; must outlive the suppressions. */
void suppressions_init(struct suppressions *suppressions, const char *const *kinds);
void suppressions_done(struct suppressions *suppressions);

/* suppress_parse.c: adds the entries of a text. Returns 0, or -EINVAL with "PATH:LINE: what is wrong", which the caller frees. */
int suppressions_parse(struct suppressions *suppressions, const char *path, const char *text, size_t n_bytes, char **ret_error);

/* suppress_defaults.c: adds what is known to be harmless. */
void suppressions_add_defaults(struct suppressions *suppressions);
/* The same as text that can be read back, each with its reason. Caller frees. */
char *suppressions_defaults_text(void);

/* Says of each finding which entry hides it, if one does. Benign ones are left alone. */
void suppressions_apply(struct suppressions *suppressions, struct findings *findings);

/* suppress_match.c */
bool suppression_matches(const struct suppression *entry, const struct finding *finding);
bool suppress_has_word(const char *words, const char *word); /* "*" has all */

/* suppress_write.c: the entry that hides this finding and no other. Caller frees. */
char *suppression_for(const struct finding *finding);
/* The same with a comment above that says what it hides, ends with a newline. */
char *suppression_text_for(const struct finding *finding);

#endif
