/* suppress_reader.h - what the two parsers of a suppression file share: the lines of a text, and errors that name one. */
#ifndef INSPECTOR_SUPPRESS_READER_H
#define INSPECTOR_SUPPRESS_READER_H

#include "findings/suppress.h"

struct suppress_reader {
  const char *const *kinds;
  struct suppress_file *file;
  const char *at, *end; /* what is not read yet */
  char *text;           /* the line that was read last, without blanks around it */
  unsigned line;        /* its number */
  char *error;          /* "PATH:LINE: what is wrong"; NULL: nothing was */
};

/* The next line that is neither empty nor a comment; false at the end. */
bool suppress_next_line(struct suppress_reader *reader);

/* Sets the error, with path and line before it. Returns -EINVAL. */
int suppress_error(struct suppress_reader *reader, unsigned line, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Our kinds for another tool's name of one; NULL: it has none such. `tool` is compared whatever the case of its letters. */
const char *suppress_kinds_of(const char *tool, const char *name);
bool suppress_is_kind(const struct suppress_reader *reader, const char *kind);
/* Is it a tool of suppress_kinds.def? */
bool suppress_is_tool(const char *tool);

/* Takes over the texts. */
void suppression_add_test(struct suppression *entry, enum suppress_target target, char *pattern);
void suppression_add_frame(struct suppression *entry, enum suppress_step step, char *pattern);
/* Adds the entry, which the file owns from then on. */
void suppress_add(struct suppress_reader *reader, const struct suppression *entry);
void suppression_done(struct suppression *entry);

/* suppress_block.c: the rest of a Valgrind block, whose "{" was the last line. Returns 0, or -EINVAL with the error set. */
int suppress_read_block(struct suppress_reader *reader);

#endif
