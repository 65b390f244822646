/* record.c - inspector record: run a program and keep what it did. */
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "commands/command.h"
#include "commands/launch.h"
#include "commands/usage.h"

struct record {
  struct launch launch;
  bool quiet;
};

static const struct argp_option options_table[] = {
    {"output", 'o', "DIR", 0, "Folder for the recording; default PROGRAM.track in the current folder", 0},
    {"quiet", 'q', NULL, 0, "Do not say where the recording lies", 0},
    {0}};

static error_t parse_record_option(int key, char *argument, struct argp_state *state) {
  struct record *record = state->input;
  switch (key) {
  case 'o':
    record->launch.trace_path = argument;
    return 0;
  case 'q':
    record->quiet = true;
    return 0;
  case ARGP_KEY_ARG: /* the rest is the program's */
    record->launch.name = argument;
    record->launch.arguments = state->argv + state->next - 1;
    state->next = state->argc;
    return 0;
  case ARGP_KEY_NO_ARGS:
    return usage_error("record: name a program: inspector record -- PROGRAM [ARGUMENTS]");
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp record_argp = {
    .options = options_table,
    .parser = parse_record_option,
    .args_doc = "[--] PROGRAM [ARGUMENTS...]",
    .doc = "Run PROGRAM, found as the shell would, and record what its threads do; 'inspector check' judges it later.\v"
           "The folder gets one file a process, children included. An older recording in it is replaced; any other existing folder is "
           "refused. "
           "The program's input, output and behaviour stay as they are.\n\n"
           "Exit status: the program's own, 128+N when signal N ended it, 2 when it could not be recorded.",
};

int command_record(int argc, char **argv) {
  struct record record = {.launch = {.on_deadlock = ON_DEADLOCK_WAIT}};
  int status = command_parse(&record_argp, "record", ARGP_IN_ORDER, argc, argv, &record);
  if (status)
    return status;
  status = launch_run(&record.launch);
  if (!status) {
    status = record.launch.status;
    if (!record.quiet && isatty(STDERR_FILENO))
      fprintf(stderr, "inspector: recording of %u process%s in %s\n", record.launch.n_processes, record.launch.n_processes == 1 ? "" : "es",
              record.launch.folder.path);
  }
  launch_done(&record.launch);
  return status;
}
