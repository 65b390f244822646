/* log_format.c - Python's %(field)-10s into pieces, and pieces into a line. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "primitives/log.h"
#include "record/clock.h"
#include "track/thread.h"

static const struct {
  const char *name;
  enum log_field field;
  char conversion;
} fields[] = {
    {"levelname", LOG_LEVEL, 's'},
    {"threadName", LOG_THREAD_NAME, 's'},
    {"thread", LOG_THREAD, 'd'},
    {"process", LOG_PROCESS, 'd'},
    {"asctime", LOG_TIME, 's'},
    {"message", LOG_MESSAGE, 's'},
    {"relativeCreated", LOG_SINCE_START, 'd'},
};
enum { N_FIELDS = sizeof fields / sizeof *fields };

static const char *const level_names[] = {"DEBUG", "INFO", "WARNING", "ERROR"};

static uint64_t start_ns;
__attribute__((constructor(102))) static void note_start(void) {
  start_ns = clock_monotonic_ns();
}

static int add(struct log_format *f, struct log_piece piece) {
  if (f->n_pieces == LOG_PIECES)
    return EINVAL;
  f->pieces[f->n_pieces++] = piece;
  return 0;
}

static bool find_field(const char *name, size_t bytes, size_t *ret_index) {
  for (*ret_index = 0; *ret_index < N_FIELDS; ++*ret_index)
    if (strlen(fields[*ret_index].name) == bytes && !memcmp(fields[*ret_index].name, name, bytes))
      return true;
  return false;
}

enum { WIDTH_LIMIT = 100 };

/* At "%(": the field, or EINVAL. */
static int read_field(struct log_format *f, const char **at) {
  const char *name = *at + 2, *close = strchr(name, ')');
  size_t index;
  if (!close || !find_field(name, (size_t)(close - name), &index))
    return EINVAL;
  bool is_left = close[1] == '-';
  const char *end = close + 1 + is_left;
  int width = 0;
  for (; *end >= '0' && *end <= '9' && width <= WIDTH_LIMIT; end++)
    width = 10 * width + *end - '0';
  if (width > WIDTH_LIMIT || *end != fields[index].conversion)
    return EINVAL;
  *at = end + 1;
  return add(f, (struct log_piece){.field = fields[index].field, .width = is_left ? -width : width});
}

int log_format_read(struct log_format *f, const char *format) {
  size_t bytes = strlen(format);
  if (bytes >= sizeof f->text)
    return EINVAL;
  memcpy(f->text, format, bytes + 1);
  f->n_pieces = 0;
  int answer = 0;
  for (const char *at = f->text; *at && !answer;) {
    size_t n = strcspn(at, "%");
    if (n) {
      answer = add(f, (struct log_piece){.field = LOG_TEXT, .text = at, .bytes = n});
      at += n;
    } else if (at[1] == '%') {
      answer = add(f, (struct log_piece){.field = LOG_TEXT, .text = at, .bytes = 1});
      at += 2;
    } else
      answer = at[1] == '(' ? read_field(f, &at) : EINVAL;
  }
  return answer;
}

static void put(struct log_line *line, const char *text, size_t bytes) {
  for (size_t i = 0; i < bytes; i++, line->length++)
    if (line->length < line->capacity)
      line->text[line->length] = text[i];
}

static void put_padded(struct log_line *line, const char *text, int width) {
  size_t bytes = strlen(text), wanted = (size_t)abs(width), padding = bytes < wanted ? wanted - bytes : 0;
  if (width > 0)
    for (size_t i = 0; i < padding; i++)
      put(line, " ", 1);
  put(line, text, bytes);
  if (width < 0)
    for (size_t i = 0; i < padding; i++)
      put(line, " ", 1);
}

/* As Python's: "2016-07-10 10:45:28,170". */
static void write_time(char *text, size_t capacity) {
  struct timespec now;
  struct tm parts;
  clock_gettime(CLOCK_REALTIME, &now);
  localtime_r(&now.tv_sec, &parts);
  size_t n = strftime(text, capacity, "%Y-%m-%d %H:%M:%S", &parts);
  snprintf(text + n, capacity - n, ",%03ld", now.tv_nsec / 1000000);
}

static const char *field_text(enum log_field field, enum track_log_level level, const char *message, char *room, size_t capacity) {
  switch (field) {
  case LOG_LEVEL:
    return (unsigned)level < sizeof level_names / sizeof *level_names ? level_names[level] : "?";
  case LOG_THREAD_NAME:
    return track_thread_name(track_thread_current());
  case LOG_THREAD:
    snprintf(room, capacity, "%d", track_thread_native_id(track_thread_current()));
    return room;
  case LOG_PROCESS:
    snprintf(room, capacity, "%d", (int)getpid());
    return room;
  case LOG_TIME:
    write_time(room, capacity);
    return room;
  case LOG_SINCE_START:
    snprintf(room, capacity, "%llu", (unsigned long long)(clock_monotonic_ns() - start_ns) / 1000000);
    return room;
  case LOG_MESSAGE:
    return message;
  case LOG_TEXT:
    break;
  }
  return "";
}

void log_format_write(const struct log_format *f, struct log_line *line, enum track_log_level level, const char *message) {
  for (size_t i = 0; i < f->n_pieces; i++) {
    const struct log_piece *piece = &f->pieces[i];
    char room[64];
    if (piece->field == LOG_TEXT)
      put(line, piece->text, piece->bytes);
    else
      put_padded(line, field_text(piece->field, level, message, room, sizeof room), piece->width);
  }
  put(line, "\n", 1);
}
