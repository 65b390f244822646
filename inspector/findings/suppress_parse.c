/* suppress_parse.c - lines: ThreadSanitizer's "KIND:PATTERN", and ours, "KIND: QUALIFIER:PATTERN ...", each of which must hold.
 *
 * A line is ours when a qualifier comes first behind the kind's colon. No function, file or module of ThreadSanitizer's lines looks like
 * that: C++ names have two colons, which are none here. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "findings/suppress_reader.h"
#include "util/alloc.h"

static const struct {
  const char *word;
  enum suppress_target target;
} qualifiers[] = {
    {"function", SUPPRESS_FUNCTION}, {"fun", SUPPRESS_FUNCTION},  {"file", SUPPRESS_FILE},
    {"src", SUPPRESS_FILE},          {"module", SUPPRESS_MODULE}, {"obj", SUPPRESS_MODULE},
    {"lock", SUPPRESS_LOCK},         {"thread", SUPPRESS_THREAD}, {"fingerprint", SUPPRESS_FINGERPRINT},
};

enum { N_QUALIFIERS = sizeof qualifiers / sizeof *qualifiers };

/* Which qualifier stands at `at`? N_QUALIFIERS: none. */
static size_t qualifier_at(const char *at) {
  size_t i = 0;
  for (; i < N_QUALIFIERS; i++) {
    size_t length = strlen(qualifiers[i].word);
    if (!strncmp(at, qualifiers[i].word, length) && at[length] == ':' && at[length + 1] != ':')
      break;
  }
  return i;
}

/* A word, or a text in double quotes with \" and \\ in it, copied to `out`. Returns what is behind it; NULL: the quotes do not end. */
static const char *read_value(const char *at, char *out) {
  bool is_quoted = *at == '"';
  for (at += is_quoted; *at && (is_quoted ? *at != '"' : !isspace((unsigned char)*at)); at++) {
    if (is_quoted && *at == '\\' && (at[1] == '"' || at[1] == '\\'))
      at++;
    *out++ = *at;
  }
  *out = '\0';
  if (is_quoted && *at != '"')
    return NULL;
  return at + is_quoted;
}

static bool is_fingerprint(const char *text) {
  return strlen(text) == 16 && text[strspn(text, "0123456789abcdef")] == '\0';
}

/* One qualifier at *at, which moves behind it. */
static int read_qualifier(struct suppress_reader *reader, struct suppression *entry, const char **at) {
  size_t which = qualifier_at(*at);
  if (which == N_QUALIFIERS)
    return suppress_error(reader, reader->line,
                          "'%s' does not begin with function:, file:, module:, lock:, thread: or fingerprint: (names with blanks belong in "
                          "double quotes)",
                          *at);
  const char *word = qualifiers[which].word;
  char *value = xmalloc(strlen(*at) + 1);
  *at = read_value(*at + strlen(word) + 1, value);
  int error = 0;
  if (!*at)
    error = suppress_error(reader, reader->line, "%s: the quotes do not end", word);
  else if (!*value)
    error = suppress_error(reader, reader->line, "%s: there is nothing behind it", word);
  else if (qualifiers[which].target == SUPPRESS_FINGERPRINT && !is_fingerprint(value))
    error = suppress_error(reader, reader->line, "%s: %s is not 16 digits of 0-9 and a-f", word, value);
  if (error)
    free(value);
  else
    suppression_add_test(entry, qualifiers[which].target, value);
  return error;
}

static int read_qualifiers(struct suppress_reader *reader, struct suppression *entry, const char *at) {
  for (;;) {
    at += strspn(at, " \t");
    if (!*at || *at == '#')
      return 0;
    if (read_qualifier(reader, entry, &at))
      return -EINVAL;
  }
}

static enum suppress_target plain_target(const char *kind) {
  if (!strcmp(kind, "race_top"))
    return SUPPRESS_TOP;
  return strcmp(kind, "called_from_lib") ? SUPPRESS_FRAME : SUPPRESS_CALLER;
}

/* "'x' is no kind of finding; 'inspector explain' lists them" */
static int read_kind(struct suppress_reader *reader, const char *kind, struct suppression *entry) {
  const char *foreign = suppress_kinds_of("", kind);
  if (!foreign && !suppress_is_kind(reader, kind))
    return suppress_error(reader, reader->line, "%s: no such kind of finding; 'inspector explain' lists them, * is any", kind);
  entry->kinds = xstrdup(foreign ? foreign : kind);
  return 0;
}

static int fill_entry(struct suppress_reader *reader, struct suppression *entry) {
  const char *colon = strchr(reader->text, ':');
  if (!colon || colon == reader->text)
    return suppress_error(reader, reader->line, "'%s' is neither KIND:PATTERN nor {, which begins a block", reader->text);
  size_t length = (size_t)(colon - reader->text);
  while (length && isspace((unsigned char)reader->text[length - 1]))
    length--;
  char *kind = xasprintf("%.*s", (int)length, reader->text);
  const char *rest = colon + 1 + strspn(colon + 1, " \t");
  int error = read_kind(reader, kind, entry);
  if (!error && !*rest)
    error = suppress_error(reader, reader->line, "there is nothing behind %s:", kind);
  else if (!error && qualifier_at(rest) < N_QUALIFIERS)
    error = read_qualifiers(reader, entry, rest);
  else if (!error)
    suppression_add_test(entry, plain_target(kind), xstrdup(rest));
  free(kind);
  return error;
}

static int read_line(struct suppress_reader *reader) {
  struct suppression entry = {.line = reader->line, .text = xstrdup(reader->text)};
  int error = fill_entry(reader, &entry);
  if (error)
    suppression_done(&entry);
  else
    suppress_add(reader, &entry);
  return error;
}

int suppressions_parse(struct suppressions *suppressions, const char *path, const char *text, size_t n_bytes, char **ret_error) {
  suppressions->files = grow(suppressions->files, suppressions->n_files, &suppressions->file_capacity, sizeof *suppressions->files);
  struct suppress_file *file = &suppressions->files[suppressions->n_files++];
  *file = (struct suppress_file){.path = xstrdup(path)};
  struct suppress_reader reader = {.kinds = suppressions->kinds, .file = file, .at = text, .end = text + n_bytes};
  int error = 0;
  while (!error && suppress_next_line(&reader))
    error = strcmp(reader.text, "{") ? read_line(&reader) : suppress_read_block(&reader);
  free(reader.text);
  if (error)
    *ret_error = reader.error;
  return error;
}
