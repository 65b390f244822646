/* suppress_block.c - Valgrind's blocks: { NAME / TOOL,TOOL:KIND / frames from the innermost outwards / }.
 *
 * Valgrind's stacks begin in its own wrapper of the function that was called, ours with the caller; they go through its wrapper of thread
 * creation, and end where it makes threads. Frames that can be nothing else are left out, so that what its --gen-suppressions=all prints
 * hides the same bug here. Blocks of tools that look for other things (Memcheck) are passed over, as Valgrind does. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "findings/demangle.h"
#include "findings/suppress_reader.h"
#include "util/alloc.h"

static bool starts_with(const char *text, const char *start) {
  return strncmp(text, start, strlen(start)) == 0;
}

/* Adds the words of `more` to the entry's. */
static void add_kinds(struct suppression *entry, const char *more) {
  char *all = entry->kinds && *entry->kinds ? xasprintf("%s %s", entry->kinds, more) : xstrdup(more);
  free(entry->kinds);
  entry->kinds = all;
}

static bool is_own_tool(const char *tool) {
  return !strcasecmp(tool, "Track") || !strcasecmp(tool, "Inspector");
}

/* One tool of "TOOL,TOOL:KIND". One of others adds nothing. */
static int read_tool(struct suppress_reader *reader, const char *tool, const char *kind, struct suppression *entry) {
  if (!is_own_tool(tool) && !suppress_is_tool(tool))
    return 0;
  const char *kinds = is_own_tool(tool) ? (suppress_is_kind(reader, kind) ? kind : NULL) : suppress_kinds_of(tool, kind);
  if (!kinds)
    return suppress_error(reader, reader->line, "%s: %s has no such kind of error", kind, tool);
  add_kinds(entry, kinds);
  return 0;
}

/* "TOOL,TOOL:KIND": leaves the kinds NULL where all tools are others. */
static int read_tools(struct suppress_reader *reader, struct suppression *entry) {
  char *colon = strchr(reader->text, ':');
  if (!colon || colon == reader->text || !colon[1])
    return suppress_error(reader, reader->line, "'%s' is not TOOL:KIND", reader->text);
  char *tools = xasprintf("%.*s", (int)(colon - reader->text), reader->text), *rest = NULL;
  int error = 0;
  for (char *tool = strtok_r(tools, ", ", &rest); tool && !error; tool = strtok_r(NULL, ", ", &rest))
    error = read_tool(reader, tool, colon + 1 + strspn(colon + 1, " \t"), entry);
  free(tools);
  return error;
}

static const struct {
  const char *word;
  enum suppress_step step;
} steps[] = {{"fun:", STEP_FUNCTION}, {"obj:", STEP_OBJECT}, {"src:", STEP_SOURCE}};

/* A name as the linker knows it is compared as people write it, so that it fits inlined calls, too; with wildcards in it, it is no name. */
static char *step_pattern(enum suppress_step step, const char *text) {
  return step == STEP_FUNCTION && !strpbrk(text, "*?") ? demangle(text) : xstrdup(text);
}

static int read_frame(struct suppress_reader *reader, struct suppression *entry) {
  if (!strcmp(reader->text, "...")) {
    suppression_add_frame(entry, STEP_ANY_NUMBER, NULL);
    return 0;
  }
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
    if (starts_with(reader->text, steps[i].word) && reader->text[strlen(steps[i].word)]) {
      suppression_add_frame(entry, steps[i].step, step_pattern(steps[i].step, reader->text + strlen(steps[i].word)));
      return 0;
    }
  return suppress_error(reader, reader->line, "'%s' is not fun:NAME, obj:FILE, src:FILE or ... in a block", reader->text);
}

static bool is_own_wrapper(const struct suppress_frame *frame) {
  return frame->step == STEP_OBJECT && strstr(frame->pattern, "vgpreload");
}

static bool begins_with_any(const struct suppress_frame *frame, const char *const *starts) {
  for (; *starts; starts++)
    if (frame->step == STEP_FUNCTION && starts_with(frame->pattern, *starts))
      return true;
  return false;
}

/* The function that was called, which stands above our stacks. */
static bool is_called(const struct suppress_frame *frame) {
  static const char *const starts[] = {"pthread_", "sem_", "mtx_", "cnd_", "mutex_lock_", "mutex_unlock_", NULL};
  return is_own_wrapper(frame) || begins_with_any(frame, starts) || (frame->step == STEP_FUNCTION && strstr(frame->pattern, "_WRK")) ||
         (frame->step == STEP_OBJECT && strstr(frame->pattern, "libpthread"));
}

/* Where every thread comes from: Valgrind makes them by another system call. */
static bool is_start(const struct suppress_frame *frame) {
  static const char *const starts[] = {"start_thread", "clone", NULL};
  return begins_with_any(frame, starts);
}

/* Which frames of the block [begin, end) stay. */
static bool stays(const struct suppression *entry, uint32_t i, uint32_t begin, uint32_t end) {
  return i >= begin && i < end && !is_own_wrapper(&entry->frames[i]);
}

static bool names_something(const struct suppression *entry, uint32_t begin, uint32_t end) {
  for (uint32_t i = begin; i < end; i++)
    if (stays(entry, i, begin, end) && entry->frames[i].step != STEP_ANY_NUMBER)
      return true;
  return false;
}

/* A block that would name nothing without them keeps them, and hides nothing: else it would hide everything. */
static void drop_foreign_frames(struct suppression *entry) {
  uint32_t begin = 0, end = entry->n_frames, kept = 0;
  while (begin < end && is_called(&entry->frames[begin]))
    begin++;
  while (end > begin && is_start(&entry->frames[end - 1]))
    end--;
  if (!names_something(entry, begin, end))
    return;
  for (uint32_t i = 0; i < entry->n_frames; i++)
    if (stays(entry, i, begin, end))
      entry->frames[kept++] = entry->frames[i];
    else
      free(entry->frames[i].pattern);
  entry->n_frames = kept;
}

static int read_inside(struct suppress_reader *reader, struct suppression *entry) {
  if (!suppress_next_line(reader) || !strcmp(reader->text, "}"))
    return suppress_error(reader, entry->line, "the block has no name");
  entry->text = xstrdup(reader->text);
  if (!suppress_next_line(reader) || !strcmp(reader->text, "}"))
    return suppress_error(reader, entry->line, "the block has no TOOL:KIND behind its name");
  if (read_tools(reader, entry))
    return -EINVAL;
  while (suppress_next_line(reader)) {
    if (!strcmp(reader->text, "}"))
      return 0;
    if (!strcmp(reader->text, "{"))
      break;
    if (entry->kinds && read_frame(reader, entry))
      return -EINVAL;
  }
  return suppress_error(reader, entry->line, "the block that begins here has no }");
}

int suppress_read_block(struct suppress_reader *reader) {
  struct suppression entry = {.line = reader->line};
  int error = read_inside(reader, &entry);
  if (!error && entry.kinds && !entry.n_frames)
    error = suppress_error(reader, entry.line, "the block names no frame; ... stands for any");
  if (error || !entry.kinds) {
    suppression_done(&entry);
    return error;
  }
  drop_foreign_frames(&entry);
  suppress_add(reader, &entry);
  return 0;
}
