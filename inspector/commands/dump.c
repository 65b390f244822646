/* dump.c - inspector dump: a recording as a text trace, which 'inspector check' reads back. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "commands/paths.h"
#include "commands/usage.h"
#include "trace/source.h"
#include "trace/text.h"
#include "util/alloc.h"

enum { BATCH = 4096 };

struct dump {
  const char *path, *output;
};

static const struct argp_option options_table[] = {{"output", 'o', "FILE", 0, "Write to FILE instead of the standard output", 0}, {0}};

static error_t parse_dump_option(int key, char *argument, struct argp_state *state) {
  struct dump *dump = state->input;
  switch (key) {
  case 'o':
    dump->output = argument;
    return 0;
  case ARGP_KEY_ARG:
    if (dump->path)
      return usage_error("dump: %s: one recording at a time", argument);
    dump->path = argument;
    return 0;
  case ARGP_KEY_NO_ARGS:
    return usage_error("dump: name a recording: a trace folder, a trace file or a text trace");
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp dump_argp = {
    .options = options_table,
    .parser = parse_dump_option,
    .args_doc = "TRACE",
    .doc = "Print a recording as text, one line an event, in the form that 'inspector check' reads.\v"
           "A folder's processes follow each other, each behind a comment line with its number and file.",
};

static void dump_events(struct source *source, FILE *out) {
  struct event *events = xcalloc(BATCH, sizeof *events);
  uint32_t n_names = 0;
  for (size_t n; (n = source_read(source, events, BATCH)) && !ferror(out);)
    for (size_t i = 0; i < n; i++) {
      text_write_event(out, source_info(source), &events[i]);
      text_write_names(out, source_info(source), events[i].ordinal, &n_names);
    }
  text_write_names(out, source_info(source), UINT64_MAX, &n_names);
  free(events);
}

/* Returns EXIT_CLEAN, or EXIT_TROUBLE after one line; what is readable before a damage is written. */
static int dump_trace(const char *path, FILE *out) {
  struct source *source = NULL;
  char *error = NULL;
  if (source_open(path, &source, &error)) {
    complain("%s", error);
    free(error);
    return EXIT_TROUBLE;
  }
  text_write_header(out, source_info(source));
  dump_events(source, out);
  text_write_end(out, source_info(source));
  int status = source_complain(source);
  source_close(source);
  return status;
}

static int dump_all(char *const *paths, unsigned n, FILE *out) {
  int status = EXIT_CLEAN;
  for (unsigned i = 0; i < n; i++) {
    if (n > 1)
      fprintf(out, "%s# process %u of %u: %s\n", i ? "\n" : "", i + 1, n, paths[i]);
    if (dump_trace(paths[i], out))
      status = EXIT_TROUBLE;
  }
  return status;
}

static int dump_run(const struct dump *dump) {
  char **paths = NULL;
  unsigned n = 0;
  if (paths_expand(dump->path, &paths, &n))
    return EXIT_TROUBLE;
  int status = EXIT_TROUBLE;
  FILE *out = dump->output ? fopen(dump->output, "we") : stdout;
  bool is_good = out;
  if (out) {
    status = dump_all(paths, n, out);
    is_good = !ferror(out) && !(dump->output ? fclose(out) : fflush(out));
  }
  if (!is_good)
    complain("%s: cannot be written: %s", dump->output ? dump->output : "standard output", strerror(errno));
  paths_free(paths);
  return is_good ? status : EXIT_TROUBLE;
}

int command_dump(int argc, char **argv) {
  struct dump dump = {NULL, NULL};
  int status = command_parse(&dump_argp, "dump", 0, argc, argv, &dump);
  return status ? status : dump_run(&dump);
}
