/* source.c - opens a trace whatever it is: its first bytes tell a recording from a text trace.
 *
 * A recording starts with TRACE_MAGIC. Anything else that holds no control characters at its start is taken as text, whose
 * lines are judged by the text reader; the rest is refused here, before it can look like a text trace with strange names. */
#include "trace/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trace/source_impl.h"
#include "util/alloc.h"

enum { HEAD_BYTES = 4096 };

static int refuse(int error, char **ret_error, const char *path, const char *what, const char *why) {
  *ret_error = xasprintf("%s: %s, %s", path, what, why);
  return -error;
}

static bool looks_like_text(const unsigned char *bytes, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (bytes[i] < ' ' && !strchr("\t\n\r", bytes[i] ? bytes[i] : 1))
      return false;
  return true;
}

/* What a regular file starts with; a pipe can be read only once, so it is left to the text reader. */
static int read_head(const char *path, unsigned char *head, size_t *ret_n, char **ret_error) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return refuse(errno, ret_error, path, "cannot open", strerror(errno));
  struct stat stat;
  ssize_t n = fstat(fd, &stat);
  if (n == 0 && S_ISREG(stat.st_mode))
    n = pread(fd, head, HEAD_BYTES, 0);
  int error = errno;
  close(fd);
  if (n < 0)
    return refuse(error, ret_error, path, "cannot read", strerror(error));
  if (S_ISDIR(stat.st_mode))
    return refuse(EISDIR, ret_error, path, "not a trace", "it is a folder");
  if (S_ISREG(stat.st_mode) && n == 0)
    return refuse(ENODATA, ret_error, path, "not a trace", "the file is empty");
  *ret_n = (size_t)n;
  return 0;
}

int source_open(const char *path, struct source **ret_source, char **ret_error) {
  unsigned char head[HEAD_BYTES];
  size_t n = 0;
  int error = read_head(path, head, &n, ret_error);
  if (error)
    return error;
  size_t magic_bytes = sizeof TRACE_MAGIC - 1;
  if (n >= magic_bytes && memcmp(head, TRACE_MAGIC, magic_bytes) == 0)
    return native_open(path, ret_source, ret_error);
  if (!looks_like_text(head, n))
    return refuse(EINVAL, ret_error, path, "cannot analyse", "not a Track recording nor a text trace");
  return text_open(path, ret_source, ret_error);
}

void source_close(struct source *source) {
  if (source)
    source->close(source);
}

size_t source_read(struct source *source, struct event *events, size_t capacity) {
  size_t n = source->read(source, events, capacity);
  source->info.n_events += n;
  return n;
}

const char *source_error(const struct source *source) {
  return source->error;
}
const struct source_info *source_info(const struct source *source) {
  return &source->info;
}
