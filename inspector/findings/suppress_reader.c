/* suppress_reader.c - see suppress_reader.h. */
#include "findings/suppress_reader.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/alloc.h"

/* A zero byte ends a line's text; the parsers see the line cut off, and say so if that makes it wrong. */
static void take_line(struct suppress_reader *reader) {
  const char *begin = reader->at, *end = memchr(begin, '\n', (size_t)(reader->end - begin));
  if (!end)
    end = reader->end;
  reader->at = end < reader->end ? end + 1 : end;
  reader->line++;
  while (begin < end && isspace((unsigned char)*begin))
    begin++;
  while (end > begin && isspace((unsigned char)end[-1]))
    end--;
  free(reader->text);
  reader->text = xcalloc((size_t)(end - begin) + 1, 1);
  memcpy(reader->text, begin, (size_t)(end - begin));
}

bool suppress_next_line(struct suppress_reader *reader) {
  while (reader->at < reader->end) {
    take_line(reader);
    if (*reader->text && *reader->text != '#')
      return true;
  }
  return false;
}

int suppress_error(struct suppress_reader *reader, unsigned line, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *what = xvasprintf(format, arguments);
  va_end(arguments);
  free(reader->error);
  reader->error = xasprintf("%s:%u: %s", reader->file->path, line, what);
  free(what);
  return -EINVAL;
}

struct kind_row {
  const char *tool, *name, *kinds;
};

static const struct kind_row rows[] = {
#define SUPPRESS_KIND(tool, name, kinds) {tool, name, kinds},
#include "findings/suppress_kinds.def"
#undef SUPPRESS_KIND
};

enum { N_ROWS = sizeof rows / sizeof *rows };

const char *suppress_kinds_of(const char *tool, const char *name) {
  for (size_t i = 0; i < N_ROWS; i++)
    if (!strcasecmp(rows[i].tool, tool) && !strcmp(rows[i].name, name))
      return rows[i].kinds;
  return NULL;
}

bool suppress_is_tool(const char *tool) {
  for (size_t i = 0; i < N_ROWS; i++)
    if (!strcasecmp(rows[i].tool, tool))
      return true;
  return false;
}

bool suppress_is_kind(const struct suppress_reader *reader, const char *kind) {
  for (size_t i = 0; reader->kinds[i]; i++)
    if (!strcmp(reader->kinds[i], kind))
      return true;
  return strcmp(kind, "*") == 0;
}

void suppression_add_test(struct suppression *entry, enum suppress_target target, char *pattern) {
  entry->tests = grow(entry->tests, entry->n_tests, &entry->test_capacity, sizeof *entry->tests);
  entry->tests[entry->n_tests++] = (struct suppress_test){target, pattern};
}

void suppression_add_frame(struct suppression *entry, enum suppress_step step, char *pattern) {
  entry->frames = grow(entry->frames, entry->n_frames, &entry->frame_capacity, sizeof *entry->frames);
  entry->frames[entry->n_frames++] = (struct suppress_frame){step, pattern};
}

void suppress_add(struct suppress_reader *reader, const struct suppression *entry) {
  struct suppress_file *file = reader->file;
  file->entries = grow(file->entries, file->n_entries, &file->entry_capacity, sizeof *file->entries);
  file->entries[file->n_entries++] = *entry;
}
