/* source_impl.h - what a kind of trace brings along: every source embeds struct source first and answers two calls. */
#ifndef INSPECTOR_SOURCE_IMPL_H
#define INSPECTOR_SOURCE_IMPL_H

#include "trace/source.h"

struct source {
  struct source_info info;
  size_t (*read)(struct source *source, struct event *events, size_t capacity);
  void (*close)(struct source *source); /* frees everything, the source itself included */
  char *error;                          /* why the stream ended early, else NULL */
};

/* Both answer 0, or -errno with *ret_error set to one line that the caller frees. */
int native_open(const char *path, struct source **ret, char **ret_error);
int text_open(const char *path, struct source **ret, char **ret_error);

#endif
