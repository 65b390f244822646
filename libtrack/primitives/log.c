/* log.c - track_log: makes the line, then writes it whole.
 *
 * `lock` protects how lines look and is held while one is written, so that the rest of a line which the kernel took only in part follows at
 * once. */
#include "primitives/log.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "preload/wrap.h"
#include "primitives/inner.h"
#include "primitives/thread.h"

enum { LINE_BYTES = 4096, MESSAGE_BYTES = 2048 };
#define DEFAULT_FORMAT "[%(levelname)s] (%(threadName)-10s) %(message)s"

static struct {
  uint32_t lock;
  struct log_format format;
  enum track_log_level least;
  int fd;
  bool is_set;
} log_state;

static void set_defaults(void) {
  if (log_state.is_set)
    return;
  log_format_read(&log_state.format, DEFAULT_FORMAT);
  log_state.fd = 2;
  log_state.is_set = true;
}

PUBLIC int track_log_configure(const char *format, enum track_log_level least, int fd) {
  struct log_format wanted;
  int answer = log_format_read(&wanted, format ? format : DEFAULT_FORMAT);
  if (answer)
    return answer;
  inner_lock(&log_state.lock);
  log_format_read(&log_state.format, format ? format : DEFAULT_FORMAT); /* its pieces point into itself */
  log_state.least = least;
  log_state.fd = fd;
  log_state.is_set = true;
  inner_unlock(&log_state.lock);
  return 0;
}

/* Whoever reads is gone, or slow and the descriptor does not wait: then the line is lost, but none half. */
static void write_whole(int fd, const char *text, size_t bytes) {
  for (bool has_begun = false; bytes; has_begun = true) {
    struct pollfd reader = {.fd = fd, .events = POLLOUT};
    long n;
    while ((n = sys_call3(SYS_write, fd, text, bytes)) == -EINTR || (n == -EAGAIN && has_begun))
      if (n == -EAGAIN)
        sys_call(SYS_ppoll, &reader, 1, NULL, NULL, 0, 0);
    if (n <= 0)
      return;
    text += n;
    bytes -= (size_t)n;
  }
}

static void write_line(enum track_log_level level, const char *message) {
  char room[LINE_BYTES], *long_room = NULL;
  struct log_line line = {room, sizeof room, 0};
  inner_lock(&log_state.lock);
  set_defaults();
  if (level >= log_state.least) {
    log_format_write(&log_state.format, &line, level, message);
    if (line.length > line.capacity && (long_room = malloc(line.length))) {
      line = (struct log_line){long_room, line.length, 0};
      log_format_write(&log_state.format, &line, level, message);
    }
    if (line.length > line.capacity) /* no memory, or a field grew meanwhile */
      line.text[line.capacity - 1] = '\n';
    write_whole(log_state.fd, line.text, line.length < line.capacity ? line.length : line.capacity);
  }
  inner_unlock(&log_state.lock);
  free(long_room);
}

/* Another thread may have held it, and for as long as it takes the reader of a pipe. */
void log_after_fork(void) {
  log_state.lock = 0;
}

static bool is_wanted(enum track_log_level level) {
  inner_lock(&log_state.lock);
  bool is_so = !log_state.is_set || level >= log_state.least;
  inner_unlock(&log_state.lock);
  return is_so;
}

PUBLIC void track_log(enum track_log_level level, const char *format, ...) {
  char room[MESSAGE_BYTES], *message = room, *long_message = NULL;
  int saved = errno;
  registry_use();
  if (!is_wanted(level))
    return;
  va_list arguments;
  va_start(arguments, format);
  int bytes = vsnprintf(room, sizeof room, format, arguments);
  va_end(arguments);
  if (bytes >= (int)sizeof room && (long_message = malloc((size_t)bytes + 1))) {
    va_start(arguments, format);
    vsnprintf(long_message, (size_t)bytes + 1, format, arguments);
    va_end(arguments);
    message = long_message;
  }
  if (bytes >= 0)
    write_line(level, message);
  free(long_message);
  errno = saved;
}
