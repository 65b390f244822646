/* dump.c - inspector dump: a recording as a text trace, which 'inspector check' reads back. */
#include "commands/command.h"
#include "commands/export_traces.h"
#include "commands/usage.h"
#include "viz/export/exporter.h"

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

int command_dump(int argc, char **argv) {
  struct dump dump = {NULL, NULL};
  int status = command_parse(&dump_argp, "dump", 0, argc, argv, &dump);
  return status ? status : export_traces(&exporter_std, dump.path, dump.output);
}
