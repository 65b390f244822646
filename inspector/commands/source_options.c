/* source_options.c - argp child parser of the options about source files. */
#include "commands/source_options.h"

#include <stdlib.h>
#include <string.h>

#include "commands/usage.h"
#include "report/source_paths.h"
#include "util/alloc.h"

enum { KEY_ROOT = 0x500, KEY_MAP };

static const struct argp_option options_table[] = {
    {"source-root", KEY_ROOT, "DIR", 0,
     "Folder of the sources, which paths in reports for other programs are relative to; default: the current folder. It may be the folder "
     "of another machine, where the program was compiled",
     3},
    {"path-map", KEY_MAP, "OLD=NEW", 0,
     "Source files whose path begins with OLD are in NEW instead; a relative NEW is below the source root. May be repeated; the first that "
     "fits counts",
     3},
    {0}};

static error_t parse_map(struct source_paths *paths, const char *text) {
  const char *equals = strchr(text, '=');
  if (!equals || equals == text)
    return usage_error("--path-map: %s: give OLD=NEW, the beginning of a path and what it shall be", text);
  char *from = strndup(text, (size_t)(equals - text));
  source_paths_add_map(paths, from ? from : "", equals + 1);
  free(from);
  return 0;
}

static error_t parse_source_option(int key, char *argument, struct argp_state *state) {
  struct source_paths *paths = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    *paths = (struct source_paths){0};
    source_paths_set_root(paths, NULL);
    return 0;
  case KEY_ROOT:
    if (!*argument)
      return usage_error("--source-root: give a folder");
    source_paths_set_root(paths, argument);
    return 0;
  case KEY_MAP:
    return parse_map(paths, argument);
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

const struct argp source_argp = {.options = options_table, .parser = parse_source_option};
