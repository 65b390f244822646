/* inputs.c - from what was named on the command line to a list of traces.
 *
 * A folder holds one *.trace a process. Its other files (the session, what others put there) are not looked at. */
#include "detect/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/alloc.h"

#define KEEP_OPEN 8u /* opening reads the whole catalog: do it once where that does not cost too many descriptors */

static struct input *add(struct inputs *inputs, char *path) {
  inputs->items = grow(inputs->items, inputs->n_items, &inputs->capacity, sizeof *inputs->items);
  struct input *input = &inputs->items[inputs->n_items++];
  *input = (struct input){.path = path};
  return input;
}

static bool has_suffix(const char *name, const char *suffix) {
  size_t length = strlen(name), suffix_length = strlen(suffix);
  return length > suffix_length && !strcmp(name + length - suffix_length, suffix);
}

static int compare_path(const void *a, const void *b) {
  return strcmp(((const struct input *)a)->path, ((const struct input *)b)->path);
}

static void add_folder(struct inputs *inputs, const char *folder) {
  DIR *stream = opendir(folder);
  if (!stream) {
    add(inputs, xstrdup(folder))->problem = xasprintf("%s: cannot be opened: %s", folder, strerror(errno));
    return;
  }
  uint32_t first = inputs->n_items;
  size_t length = strlen(folder);
  const char *slash = length && folder[length - 1] == '/' ? "" : "/";
  for (struct dirent *entry; (entry = readdir(stream));)
    if (has_suffix(entry->d_name, TRACE_SUFFIX))
      add(inputs, xasprintf("%s%s%s", folder, slash, entry->d_name));
  closedir(stream);
  if (inputs->n_items == first)
    add(inputs, xstrdup(folder))->problem = xasprintf("%s: holds no recording (no file *%s)", folder, TRACE_SUFFIX);
  else
    qsort(inputs->items + first, inputs->n_items - first, sizeof *inputs->items, compare_path);
}

static void identify(struct input *input) {
  if (input->problem || source_open(input->path, &input->source, &input->problem) < 0)
    return;
  const struct source_info *info = source_info(input->source);
  input->pid = info->pid;
  input->start_ticks = info->start_ticks;
  input->ticks_per_s = info->ticks_per_s;
  input->start_unix_ns = info->start_unix_ns;
  input->parent_pid = info->parent_pid;
  input->parent_start = info->parent_start;
  input->parent_fork = info->parent_fork;
}

/* Stable: the traces of one recording are few and nearly sorted. */
static void sort_by_start(struct inputs *inputs) {
  for (uint32_t i = 1; i < inputs->n_items; i++) {
    struct input input = inputs->items[i];
    uint32_t at = i;
    for (; at > 0 && inputs->items[at - 1].start_ticks > input.start_ticks && input.start_ticks; at--)
      inputs->items[at] = inputs->items[at - 1];
    inputs->items[at] = input;
  }
}

struct inputs inputs_find(char *const *paths, size_t n_paths) {
  struct inputs inputs = {0};
  for (size_t i = 0; i < n_paths; i++) {
    struct stat status;
    if (stat(paths[i], &status) == 0 && S_ISDIR(status.st_mode))
      add_folder(&inputs, paths[i]);
    else
      add(&inputs, xstrdup(paths[i]));
  }
  for (uint32_t i = 0; i < inputs.n_items; i++) {
    identify(&inputs.items[i]);
    if (i < KEEP_OPEN)
      continue;
    source_close(inputs.items[i].source);
    inputs.items[i].source = NULL;
  }
  sort_by_start(&inputs);
  return inputs;
}

void inputs_done(struct inputs *inputs) {
  for (uint32_t i = 0; i < inputs->n_items; i++) {
    source_close(inputs->items[i].source);
    free(inputs->items[i].path);
    free(inputs->items[i].problem);
  }
  free(inputs->items);
}

bool inputs_has_child(const struct inputs *inputs, const struct input *parent) {
  for (uint32_t i = 0; i < inputs->n_items; i++)
    if (input_is_child(&inputs->items[i], parent))
      return true;
  return false;
}
