/* text_read.c - a text trace as a source: the lines of a mapped file, one after the other.
 *
 * Nearly all lines of a long trace are plain accesses, acquisitions and releases, in which nothing is quoted and nothing
 * follows the operand. Those are taken apart in one pass over their bytes that hashes the operand on the way; every other
 * line goes through text_parse(). What ends the stream keeps what came before it. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/event.h"
#include "trace/text.h"
#include "trace/text_impl.h"
#include "util/alloc.h"

bool text_fail(struct text_source *text, const char *format, ...) {
  char *why = NULL;
  va_list arguments;
  va_start(arguments, format);
  int length = vasprintf(&why, format, arguments);
  va_end(arguments);
  free(text->source.error);
  text->source.error = xasprintf("%s: line %" PRIu64 ": %s", text->source.info.path, text->line, length < 0 ? "impossible" : why);
  if (length >= 0)
    free(why);
  return false;
}

/* `#! lost: NAME` */
static bool read_lost(struct text_source *text, struct span line) {
  static const char key[] = "#! lost: ";
  size_t n = sizeof key - 1;
  if (line.length <= n || strncmp(line.text, key, n) != 0)
    return false;
  struct span name = {line.text + n, line.length - n};
  uint32_t place = text_object(text, name, intern_hash(name.text, name.length)); /* may move the places */
  text->source.info.places[place].is_lost = true;
  return true;
}

enum { UNKNOWN_PARENT = 1 }; /* no recorded process has this number and is another's parent */

/* `#! key: value` lines; others are comments like any other. */
static bool read_header(struct text_source *text, struct span line) {
  char key[16], value[16];
  struct source_info *info = &text->source.info;
  char copy[64];
  snprintf(copy, sizeof copy, "%.*s", (int)(line.length < 63 ? line.length : 63), line.text);
  if (read_lost(text, line) || sscanf(copy, "#! %15[a-z]: %15s", key, value) != 2)
    return true;
  static const char *const words[] = {[ACCESSES_NONE] = "none", [ACCESSES_PARTIAL] = "partial", [ACCESSES_COMPLETE] = "complete"};
  if (strcmp(key, "accesses") == 0) {
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
      if (strcmp(value, words[i]) == 0) {
        info->accesses = (enum accesses)i;
        return true;
      }
    return text_fail(text, "not a header line, accesses are none, partial or complete");
  }
  if (strcmp(key, "origin") == 0 && info->is_dump && (info->n_threads || info->n_places))
    return text_fail(text, "another process of the recording begins, a text trace holds one: dump the folder's files one by one");
  if (strcmp(key, "events") == 0)
    text->is_recorded = strcmp(value, "recorded") == 0;
  else if (strcmp(key, "forked") == 0)
    info->parent_pid = strcmp(value, "yes") == 0 ? UNKNOWN_PARENT : 0;
  else if (strcmp(key, "origin") == 0 && strcmp(value, "recording") == 0 && !info->n_threads && !info->n_places) {
    info->is_dump = text->is_recorded = true;
    text->mutex = TRACE_KIND_MUTEX;
  } else if (strcmp(key, "others") == 0)
    info->has_wakers = strcmp(value, "act") == 0;
  else if (strcmp(key, "stuck") == 0)
    info->was_seen_stuck = strcmp(value, "seen") == 0;
  else if (strcmp(key, "ended") == 0)
    text->ended_is_given = info->ended_in_order = strcmp(value, "yes") == 0;
  return true;
}

static bool read_slowly(struct text_source *text, struct span line) {
  if (text->scratch_bytes < line.length + 1) {
    text->scratch_bytes = line.length * 2 + 256;
    free(text->scratch);
    text->scratch = xmalloc(text->scratch_bytes);
  }
  struct text_line parsed;
  if (!text_parse(line, text->scratch, &parsed))
    return text_fail(text, "not an event, %s", parsed.why);
  return text_deliver(text, &parsed);
}

/* Bytes of an operand that the quick way passes over: no spaces, controls, quotes, parentheses, commas or bars. */
static inline bool is_plain(unsigned char c) {
  return c > ' ' && c != '"' && c != '(' && c != ')' && c != ',' && c != '|' && c != 0x7f;
}

static inline uint8_t plain_op(const char **at, const char *end) {
  const char *p = *at;
  if (end - p < 8)
    return 0;
  if (p[1] == '(' && (p[0] == 'r' || p[0] == 'w')) {
    *at = p + 2;
    return p[0] == 'r' ? TRACE_READ : TRACE_WRITE;
  }
  *at = p + 4;
  if (memcmp(p, "acq(", 4) == 0)
    return TRACE_ACQ;
  return memcmp(p, "rel(", 4) == 0 ? TRACE_REL : 0;
}

static inline bool plain_loc(const char *at, const char *end, int32_t *ret) {
  if (at == end || end - at > 9)
    return false;
  int32_t loc = 0;
  for (; at < end; at++) {
    if (*at < '0' || *at > '9')
      return false;
    loc = loc * 10 + (*at - '0');
  }
  *ret = loc;
  return true;
}

/* The thread column; the line before mostly had the same. Only known threads: NO_INDEX sends the line the long way. */
static inline uint32_t plain_thread(struct text_source *text, struct span name) {
  const struct span *last = &text->last_thread_text;
  if (text->last_thread != NO_INDEX && name.length == last->length && memcmp(name.text, last->text, name.length) == 0)
    return text->last_thread;
  text->last_thread = name.length && *name.text > ' ' && *name.text != '"' ? text_thread_known(text, name) : NO_INDEX;
  text->last_thread_text = name;
  return text->last_thread;
}

static inline bool plain_event(struct text_source *text, struct event *event, struct span operand, uint32_t hash) {
  if (event->op == TRACE_READ || event->op == TRACE_WRITE) {
    event->place = text_variable(text, operand, hash);
    return true;
  }
  event->place = text_object(text, operand, hash);
  struct text_place *place = &text->places[event->place];
  if (text->is_recorded) {
    event->kind = text->mutex;
    return true;
  }
  if (!place->kind)
    place->kind = text->mutex;
  event->kind = place->kind;
  return text_apply(text, event);
}

enum outcome { OUTCOME_OTHER, OUTCOME_EVENT, OUTCOME_ERROR };

static enum outcome read_quickly(struct text_source *text, struct span line, struct event *event) {
  const char *p = line.text, *end = line.text + line.length;
  while (p < end && *p != '|')
    p++;
  struct span thread_name = {line.text, (size_t)(p - line.text)};
  const char *at = p + (p < end);
  uint8_t op = plain_op(&at, end);
  if (!op)
    return OUTCOME_OTHER;
  uint32_t hash = INTERN_HASH_START;
  const char *operand = at;
  for (; at < end && is_plain((unsigned char)*at); at++)
    hash = intern_hash_byte(hash, (unsigned char)*at);
  int32_t loc;
  if (at == operand || end - at < 3 || at[0] != ')' || at[1] != '|' || !plain_loc(at + 2, end, &loc))
    return OUTCOME_OTHER;
  uint32_t thread = plain_thread(text, thread_name);
  if (thread == NO_INDEX || text->threads[thread].monitor != NO_INDEX)
    return OUTCOME_OTHER;
  if (!text_thread_acts(text, thread))
    return OUTCOME_ERROR;
  *event = (struct event){.ordinal = text->line,
                          .thread = thread,
                          .place2 = NO_INDEX,
                          .site = text_site(text, loc),
                          .object = NO_INDEX,
                          .object2 = NO_INDEX,
                          .op = op};
  return plain_event(text, event, (struct span){operand, (size_t)(at - operand)}, hash) ? OUTCOME_EVENT : OUTCOME_ERROR;
}

static bool next_line(struct text_source *text, struct span *ret) {
  if (text->at == text->end)
    return false;
  const char *newline = memchr(text->at, '\n', (size_t)(text->end - text->at));
  const char *end = newline ? newline : text->end;
  *ret = (struct span){text->at, (size_t)(end - text->at)};
  text->at = newline ? newline + 1 : text->end;
  if (ret->length && end[-1] == '\r')
    ret->length--;
  text->line++;
  return true;
}

static bool is_comment(struct span line) {
  size_t i = 0;
  while (i < line.length && (line.text[i] == ' ' || line.text[i] == '\t'))
    i++;
  return i == line.length || line.text[i] == '#';
}

/* One line into `event` or into pending. */
static enum outcome read_line(struct text_source *text, struct span line, struct event *event) {
  if (is_comment(line))
    return line.length && !read_header(text, line) ? OUTCOME_ERROR : OUTCOME_OTHER;
  enum outcome outcome = read_quickly(text, line, event);
  if (outcome != OUTCOME_OTHER)
    return outcome;
  if (read_slowly(text, line))
    return OUTCOME_OTHER;
  return OUTCOME_ERROR;
}

static bool take_pending(struct text_source *text, struct event *event) {
  if (text->next_pending == text->n_pending) {
    text->n_pending = text->next_pending = 0;
    return false;
  }
  *event = text->pending[text->next_pending++];
  return true;
}

/* Nobody says in STD how the process ended: it did in order when it exits or all threads that acted end. */
static void end_stream(struct text_source *text) {
  struct source_info *info = &text->source.info;
  text->at = text->end;
  if (!text->ended_is_given)
    info->ended_in_order = !text->source.error && (text->saw_exit || (info->n_threads && !text->n_alive));
}

static size_t text_read(struct source *source, struct event *events, size_t capacity) {
  struct text_source *text = (struct text_source *)source;
  size_t n = 0;
  struct span line;
  while (n < capacity) {
    if (text->n_pending && take_pending(text, &events[n])) {
      n++;
      continue;
    }
    if (source->error || !next_line(text, &line)) {
      end_stream(text);
      break;
    }
    enum outcome outcome = read_line(text, line, &events[n]);
    n += outcome == OUTCOME_EVENT;
    if (outcome == OUTCOME_ERROR)
      text->n_pending = text->next_pending = 0;
  }
  return n;
}

static void text_close(struct source *source) {
  struct text_source *text = (struct text_source *)source;
  text_names_done(text);
  free(source->info.path);
  free(source->info.threads);
  for (uint32_t i = 0; i < source->info.n_names; i++)
    free(source->info.names[i].text);
  free(source->info.names);
  free(source->info.places);
  free(source->info.sites);
  free(source->error);
  free(text->scratch);
  if (text->mapped_bytes)
    munmap(text->memory, text->mapped_bytes);
  else
    free(text->memory);
  free(text);
}

/* Header lines at the top count before the first event is asked for. */
static void read_top(struct text_source *text) {
  while (text->at < text->end && (*text->at == '#' || *text->at == '\n' || *text->at == '\r') && !text->source.error) {
    struct span line;
    next_line(text, &line);
    struct event unused;
    read_line(text, line, &unused);
  }
}

struct source *text_open_memory(const char *name, const char *bytes, size_t n_bytes) {
  struct text_source *text = xcalloc(1, sizeof *text);
  struct source_info *info = &text->source.info;
  text->source.read = text_read;
  text->source.close = text_close;
  text->begin = text->at = bytes;
  text->end = bytes + n_bytes;
  if (n_bytes >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) /* byte order mark */
    text->at += 3;
  text->mutex = TRACE_KIND_MUTEX | TRACE_TYPE_RECURSIVE;
  text->last_thread = NO_INDEX;
  info->path = xstrdup(name);
  info->is_text = true;
  info->accesses = ACCESSES_COMPLETE;
  info->sites = grow(NULL, 0, &text->site_capacity, sizeof *info->sites);
  info->sites[0].loc = -1;
  info->n_sites = 1;
  read_top(text);
  return &text->source;
}

/* A pipe: everything it has. */
static int read_all(int fd, char **ret, size_t *ret_n) {
  size_t capacity = 1 << 16, n = 0;
  char *bytes = xmalloc(capacity);
  ssize_t got;
  while ((got = read(fd, bytes + n, capacity - n)) != 0) {
    if (got < 0 && errno != EINTR) {
      free(bytes);
      return -errno;
    }
    n += got > 0 ? (size_t)got : 0;
    if (n == capacity)
      bytes = xreallocarray(bytes, capacity *= 2, 1);
  }
  *ret = bytes;
  *ret_n = n;
  return 0;
}

static int read_file(int fd, char **ret, size_t *ret_n, size_t *ret_mapped) {
  struct stat stat;
  if (fstat(fd, &stat) < 0)
    return -errno;
  if (!S_ISREG(stat.st_mode) || !stat.st_size)
    return read_all(fd, ret, ret_n);
  void *bytes = mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (bytes == MAP_FAILED)
    return -errno;
  madvise(bytes, (size_t)stat.st_size, MADV_SEQUENTIAL);
  *ret = bytes;
  *ret_n = *ret_mapped = (size_t)stat.st_size;
  return 0;
}

int text_open(const char *path, struct source **ret, char **ret_error) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  int error = fd < 0 ? -errno : 0;
  char *bytes = NULL;
  size_t n = 0, mapped = 0;
  if (!error)
    error = read_file(fd, &bytes, &n, &mapped);
  if (fd >= 0)
    close(fd);
  if (!error && !n)
    error = -ENODATA;
  if (error) {
    free(bytes);
    *ret_error = xasprintf("%s: cannot read, %s", path, error == -ENODATA ? "it is empty" : strerror(-error));
    return error;
  }
  struct text_source *text = (struct text_source *)text_open_memory(path, bytes, n);
  text->memory = bytes;
  text->mapped_bytes = mapped;
  *ret = &text->source;
  return 0;
}
