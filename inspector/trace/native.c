/* native.c - a recording as a source: the file, the catalog of what it names, and the merge of its lanes. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "trace/merge.h"
#include "trace/source_impl.h"
#include "util/alloc.h"

struct native {
  struct source source;
  struct native_file file;
  struct catalog catalog;
  struct merge merge;
  bool has_ended;
};

static struct native *native_of(struct source *source) {
  return (struct native *)source;
}

static char *text_of(const char *bytes) {
  char *text = xmalloc(TRACE_TEXT_BYTES + 1);
  memcpy(text, bytes, TRACE_TEXT_BYTES);
  text[TRACE_TEXT_BYTES] = 0;
  return text;
}

static void fill_info(struct source_info *info, const struct trace_header *h, const char *path) {
  info->path = xstrdup(path);
  info->program = text_of(h->program);
  info->arguments = text_of(h->arguments);
  info->pid = h->pid;
  info->ended_in_order = h->state == TRACE_STATE_EXITED || h->state == TRACE_STATE_EXECED;
  info->has_wakers = h->wakers & ~(uint32_t)TRACE_WAKER_STOP;
  info->has_stop_handler = h->wakers & TRACE_WAKER_STOP;
  info->parent_pid = h->parent_pid;
  info->parent_start = h->parent_start;
  info->parent_fork = h->parent_fork;
  info->start_ticks = h->start_ticks;
  info->ticks_per_s = h->ticks_per_s;
  info->start_unix_ns = h->start_unix_ns;
  info->dropped = h->dropped;
}

/* What the recorder itself says is missing. */
static void note_losses(struct catalog *catalog, const struct trace_header *h) {
  if (h->write_errors)
    catalog_damage(catalog, "the recorder could not write %" PRIu64 " times (%s)", (uint64_t)h->write_errors,
                   strerror((int)h->write_errno));
  if (h->lost_threads)
    catalog_damage(catalog, "%" PRIu64 " threads were not recorded, as there was no room for them", (uint64_t)h->lost_threads);
}

static void native_end(struct native *native) {
  if (native->has_ended)
    return;
  native->has_ended = true;
  native->source.info.dropped += native->catalog.n_lost;
  if (native->catalog.n_lost)
    catalog_damage(&native->catalog, "%" PRIu64 " events refer to what is missing and were not used", native->catalog.n_lost);
}

static size_t native_read(struct source *source, struct event *events, size_t capacity) {
  struct native *native = native_of(source);
  size_t n = merge_read(&native->merge, events, capacity);
  for (size_t i = 0; i < n; i++)
    if (events[i].time_ns > source->info.duration_ns)
      source->info.duration_ns = events[i].time_ns;
  if (n < capacity)
    native_end(native);
  return n;
}

static void native_close(struct source *source) {
  struct native *native = native_of(source);
  merge_done(&native->merge);
  catalog_done(&native->catalog);
  native_file_close(&native->file);
  free(source->info.path);
  free(source->info.program);
  free(source->info.arguments);
  free(native);
}

int native_open(const char *path, struct source **ret, char **ret_error) {
  struct native_file file;
  int error = native_file_open(&file, path, ret_error);
  if (error)
    return error;
  struct native *native = xcalloc(1, sizeof *native);
  native->file = file;
  native->source.read = native_read;
  native->source.close = native_close;
  fill_info(&native->source.info, &file.header, path);
  catalog_init(&native->catalog, &native->source.info);
  native->catalog.counts_from_parent = file.header.parent_pid != 0;
  note_losses(&native->catalog, &file.header);
  native_file_scan(&native->file, &native->catalog);
  merge_init(&native->merge, &native->catalog, &native->file);
  *ret = &native->source;
  return 0;
}
