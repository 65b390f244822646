/* source_lines.c - see source_lines.h. */
#include "report/source_lines.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/alloc.h"

enum { MAX_BYTES = 8 << 20 };

/* NULL: no regular file, too large, or not to be opened. */
static FILE *open_source(const char *path) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat status;
  if (descriptor < 0)
    return NULL;
  bool is_fine = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= MAX_BYTES;
  FILE *file = is_fine ? fdopen(descriptor, "r") : NULL;
  if (!file)
    close(descriptor);
  return file;
}

static char *read_text(const char *path) {
  FILE *file = open_source(path);
  if (!file)
    return NULL;
  char *text = xmalloc(MAX_BYTES + 1);
  size_t n = fread(text, 1, MAX_BYTES, file);
  fclose(file);
  text[n] = '\0';
  return xreallocarray(text, n + 1, 1);
}

/* Cuts the text into lines; a file of one very long line is one line. */
static void split(struct source_lines *source) {
  uint32_t capacity = 0;
  for (char *at = source->text; *at;) {
    source->lines = grow(source->lines, source->n_lines, &capacity, sizeof *source->lines);
    source->lines[source->n_lines++] = at;
    at += strcspn(at, "\n");
    if (*at)
      *at++ = '\0';
  }
}

void source_lines_open(struct source_lines *source, const char *path) {
  if (source->path && !strcmp(source->path, path))
    return;
  source_lines_done(source);
  source->path = xstrdup(path);
  source->text = read_text(path);
  if (source->text)
    split(source);
}

void source_lines_done(struct source_lines *source) {
  free(source->path);
  free(source->text);
  free(source->lines);
  *source = (struct source_lines){0};
}

char *source_line(struct source_lines *source, const char *path, int number) {
  source_lines_open(source, path);
  if (number < 1 || (uint32_t)number > source->n_lines)
    return NULL;
  const char *line = source->lines[number - 1];
  line += strspn(line, " \t");
  size_t end = strlen(line);
  while (end && strchr(" \t\r", line[end - 1]))
    end--;
  return end ? xasprintf("%.*s", (int)end, line) : NULL;
}
