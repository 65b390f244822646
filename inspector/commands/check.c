/* check.c - inspector check: analyse what was recorded before. */
#include <errno.h>
#include <stdlib.h>

#include "commands/command.h"
#include "commands/paths.h"
#include "commands/report_options.h"
#include "commands/usage.h"

struct check {
  struct report_options report;
  char **paths;
  size_t n_paths;
};

static error_t parse_check_option(int key, char *argument, struct argp_state *state) {
  struct check *check = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &check->report;
    return 0;
  case ARGP_KEY_ARG:
    check->paths[check->n_paths++] = argument;
    return path_keep_pipe(argument) ? EINVAL : 0;
  case ARGP_KEY_NO_ARGS:
    return usage_error("check: name a recording: a trace folder, a trace file or a text trace");
  default:
    (void)argument;
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_child children[] = {{&report_argp, 0, NULL, 0}, {0}};
static const struct argp check_argp = {
    .parser = parse_check_option,
    .args_doc = "TRACE...",
    .doc = "Analyse recordings and print what is wrong with the program's locking.\v"
           "TRACE is a folder that 'inspector record' or 'inspector run' made, one file of it, or a text trace. Several are judged "
           "together.\n\n"
           "Exit status: 0 nothing that fails, 1 findings that fail, 2 wrong usage or a trace that cannot be read (to its end).",
    .children = children,
};

static int check_status(const struct check *check, const struct report_result *result) {
  if (result->n_unreadable || result->too_few_events || result->write_failed)
    return EXIT_TROUBLE;
  if (!result->n_failing)
    return EXIT_CLEAN;
  return check->report.error_exitcode >= 0 ? check->report.error_exitcode : EXIT_FINDINGS;
}

int command_check(int argc, char **argv) {
  struct check check = {.paths = calloc((size_t)argc + 1, sizeof(char *))};
  int status = check.paths ? command_parse(&check_argp, "check", 0, argc, argv, &check) : EXIT_TROUBLE;
  if (!status)
    status = report_check_output_of(&check.report, check.paths, check.n_paths);
  if (!status) {
    struct report_result result = report_traces(&check.report, check.paths, check.n_paths, stdout);
    status = check_status(&check, &result);
  }
  report_options_done(&check.report);
  free(check.paths);
  return status;
}
