/* export.c - inspector export: a recording for other tools. */
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "commands/export_traces.h"
#include "commands/usage.h"
#include "util/alloc.h"
#include "viz/export/exporter.h"

struct export_options {
  const struct exporter *exporter;
  const char *trace, *output;
};

static const struct argp_option options_table[] = {
    {"format", 'f', "FORMAT", 0,
     "perfetto (for ui.perfetto.dev and chrome://tracing), ctf (a folder, for babeltrace2 and Trace Compass), json or std", 0},
    {"output", 'o', "FILE", 0, "Write to FILE instead of the standard output; for ctf: the folder", 0},
    {0}};

/* "perfetto, ctf, json and std" */
static char *format_names(void) {
  char *names = xstrdup(exporters[0]->name);
  for (size_t i = 1; exporters[i]; i++) {
    char *longer = xasprintf("%s%s%s", names, exporters[i + 1] ? ", " : " and ", exporters[i]->name);
    free(names);
    names = longer;
  }
  return names;
}

static error_t parse_format(struct export_options *options, const char *name) {
  options->exporter = exporter_find(name);
  if (options->exporter)
    return 0;
  char *names = format_names();
  error_t error = usage_error("--format: %s: no such format; there are %s", name, names);
  free(names);
  return error;
}

static error_t check_options(const struct export_options *options) {
  if (!options->exporter) {
    char *names = format_names();
    error_t error = usage_error("export: --format is missing; there are %s", names);
    free(names);
    return error;
  }
  if (options->exporter->is_folder && !options->output)
    return usage_error("export: --format %s writes a folder; name it with -o", options->exporter->name);
  return 0;
}

static error_t parse_export_option(int key, char *argument, struct argp_state *state) {
  struct export_options *options = state->input;
  switch (key) {
  case 'f':
    return parse_format(options, argument);
  case 'o':
    options->output = argument;
    return 0;
  case ARGP_KEY_ARG:
    if (options->trace)
      return usage_error("export: %s: one recording at a time", argument);
    options->trace = argument;
    return 0;
  case ARGP_KEY_NO_ARGS:
    return usage_error("export: name a recording: a trace folder, a trace file or a text trace");
  case ARGP_KEY_END:
    return check_options(options);
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp export_argp = {
    .options = options_table,
    .parser = parse_export_option,
    .args_doc = "--format FORMAT TRACE",
    .doc = "Write a recording in the format of another tool: all processes of it into one file.\v"
           "perfetto: Chrome's Trace Event Format; slices for what threads hold and wait for, arrows for who let whom go on. "
           "ctf: the Common Trace Format 1.8, every event; an existing folder is replaced if it is such an export, and else left as it is. "
           "json: one document, every event on a line of its own. "
           "std: text, as 'inspector dump' prints it.\n\n"
           "Exit status: 0, or 2 for wrong usage, a trace that cannot be read (to its end), or what cannot be written.",
};

int command_export(int argc, char **argv) {
  struct export_options options = {NULL, NULL, NULL};
  int status = command_parse(&export_argp, "export", 0, argc, argv, &options);
  return status ? status : export_traces(options.exporter, options.trace, options.output);
}
