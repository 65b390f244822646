/* suppress_block.c - Valgrind's blocks: { NAME / TOOL,TOOL:KIND / frames from the innermost outwards / }.
 *
 * Valgrind's stacks begin in its own wrapper of the function that was called, ours with the caller: leading frames that can be nothing else
 * are left out. Blocks of tools that look for other things (Memcheck) are passed over, as Valgrind does. */
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

static bool is_wrapper(const struct suppress_frame *frame) {
  static const char *const starts[] = {"pthread_", "sem_", "mtx_", "cnd_", "mutex_lock_", "mutex_unlock_"};
  if (frame->step == STEP_OBJECT)
    return strstr(frame->pattern, "vgpreload") || strstr(frame->pattern, "libpthread");
  if (frame->step != STEP_FUNCTION)
    return false;
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
    if (starts_with(frame->pattern, starts[i]))
      return true;
  return strstr(frame->pattern, "_WRK") != NULL;
}

/* One that names nothing but wrappers keeps them, and hides nothing: without them it would hide everything. */
static void drop_wrappers(struct suppression *entry) {
  uint32_t n = 0;
  while (n < entry->n_frames && is_wrapper(&entry->frames[n]))
    n++;
  if (n == entry->n_frames)
    return;
  for (uint32_t i = 0; i < n; i++)
    free(entry->frames[i].pattern);
  entry->n_frames -= n;
  memmove(entry->frames, entry->frames + n, entry->n_frames * sizeof *entry->frames);
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
  drop_wrappers(&entry);
  suppress_add(reader, &entry);
  return 0;
}
