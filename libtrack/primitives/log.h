/* log.h - how a line of track_log looks: a list of pieces, made of the format once. */
#ifndef TRACK_PRIMITIVES_LOG_H
#define TRACK_PRIMITIVES_LOG_H

#include "record/thread_state.h"
#include "track/log.h"

enum { LOG_FORMAT_BYTES = 256, LOG_PIECES = 32 };

enum log_field { LOG_TEXT, LOG_LEVEL, LOG_THREAD_NAME, LOG_THREAD, LOG_PROCESS, LOG_TIME, LOG_SINCE_START, LOG_MESSAGE };

struct log_piece {
  enum log_field field;
  int width; /* negative: to the left */
  const char *text;
  size_t bytes;
};

struct log_format {
  char text[LOG_FORMAT_BYTES];
  struct log_piece pieces[LOG_PIECES];
  size_t n_pieces;
};

/* Copies and reads a format. 0 or EINVAL. */
HIDDEN int log_format_read(struct log_format *f, const char *format);

/* A line that is written; what does not fit is counted. */
struct log_line {
  char *text;
  size_t capacity, length;
};
HIDDEN void log_format_write(const struct log_format *f, struct log_line *line, enum track_log_level level, const char *message);

#endif
