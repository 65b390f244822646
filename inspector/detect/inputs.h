/* inputs.h - which traces to analyse, and in which order. */
#ifndef INSPECTOR_INPUTS_H
#define INSPECTOR_INPUTS_H

#include "trace/source.h"

struct input {
  char *path;
  char *problem;         /* one line: why it cannot be read; NULL if it can */
  struct source *source; /* kept open when the traces are few, else NULL */
  uint32_t pid, parent_pid;
  uint64_t start_ticks, parent_start, parent_fork;
  uint64_t ticks_per_s, start_unix_ns; /* 0: a text trace */
};

struct inputs {
  struct input *items;
  uint32_t n_items, capacity;
};

/* Folders become the traces in them, sorted by name. Parents come before the children they forked, as they started earlier;
 * otherwise the order given is kept. */
struct inputs inputs_find(char *const *paths, size_t n_paths);
void inputs_done(struct inputs *inputs);

/* Does a trace among them come from a process that this one forked? */
bool inputs_has_child(const struct inputs *inputs, const struct input *parent);
static inline bool input_is_child(const struct input *child, const struct input *parent) {
  return child->parent_pid && child->parent_pid == parent->pid && child->parent_start == parent->start_ticks;
}

#endif
