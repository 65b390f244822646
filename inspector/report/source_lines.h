/* source_lines.h - lines of the user's source files, for excerpts. Only regular files are read, when the report is made. */
#ifndef INSPECTOR_SOURCE_LINES_H
#define INSPECTOR_SOURCE_LINES_H

#include <stdint.h>

/* Of one file at a time: findings next to each other are mostly about the same one. Zeroed: no file yet. */
struct source_lines {
  char *path;
  char *text;
  const char **lines; /* into text, without their ends; line 1 at [0] */
  uint32_t n_lines;
};

/* Reads the file unless it is the one that is there. A file that cannot be read, or is larger than some megabytes, has no lines. */
void source_lines_open(struct source_lines *source, const char *path);
void source_lines_done(struct source_lines *source);

/* The line without its indentation and the blanks at its end; NULL if the file has none such. Caller frees. */
char *source_line(struct source_lines *source, const char *path, int number);

#endif
