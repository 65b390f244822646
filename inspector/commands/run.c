/* run.c - inspector run: record a program, analyse the recording, print the findings; the main job in one line. */
#include <stdio.h>
#include <string.h>

#include "commands/command.h"
#include "commands/launch.h"
#include "commands/report_options.h"
#include "commands/usage.h"

struct run {
  struct report_options report;
  struct launch launch;
};

enum { KEY_TRACE = 512, KEY_ON_DEADLOCK };

static const struct argp_option options_table[] = {
    {"trace", KEY_TRACE, "DIR", 0, "Folder for the recording; default PROGRAM.track in the current folder", 0},
    {"on-deadlock", KEY_ON_DEADLOCK, "WHAT", 0,
     "When threads wait for each other for ever: report (default) says so at once, and ends the process when its first thread is in or "
     "behind the circle, or "
     "when no thread goes on; abort ends it at the first circle; wait never ends it. The report tells of it in any case",
     0},
    {0}};

static error_t parse_on_deadlock(struct run *run, const char *what) {
  static const char *const names[] = {[ON_DEADLOCK_REPORT] = "report", [ON_DEADLOCK_ABORT] = "abort", [ON_DEADLOCK_WAIT] = "wait"};
  for (int i = 0; i < 3; i++)
    if (!strcmp(what, names[i])) {
      run->launch.on_deadlock = (enum on_deadlock)i;
      return 0;
    }
  return usage_error("--on-deadlock: %s: give report, abort or wait", what);
}

static error_t parse_run_option(int key, char *argument, struct argp_state *state) {
  struct run *run = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &run->report;
    return 0;
  case KEY_TRACE:
    run->launch.trace_path = argument;
    return 0;
  case KEY_ON_DEADLOCK:
    return parse_on_deadlock(run, argument);
  case ARGP_KEY_ARG: /* the rest is the program's */
    run->launch.name = argument;
    run->launch.arguments = state->argv + state->next - 1;
    state->next = state->argc;
    return 0;
  case ARGP_KEY_NO_ARGS:
    return usage_error("run: name a program: inspector run -- PROGRAM [ARGUMENTS]");
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_child children[] = {{&report_argp, 0, NULL, 0}, {0}};
static const struct argp run_argp = {
    .options = options_table,
    .parser = parse_run_option,
    .args_doc = "[--] PROGRAM [ARGUMENTS...]",
    .doc = "Run PROGRAM, found as the shell would, record what its threads do, and report what is wrong with its locking.\v"
           "The report goes to stderr or to FILE; the program's input, output and behaviour stay as they are. The recording is kept for "
           "'inspector check', 'dump' and 'stats'; an older recording in its folder is replaced, any other existing folder is refused.\n\n"
           "Exit status: the program's own, 128+N when signal N ended it, unless a finding fails: then 66 or the status given; 2 when the "
           "program could not be recorded, or its recording not be read to its end.",
    .children = children,
};

static int run_status(const struct run *run, const struct report_result *result) {
  if (result->too_few_events || result->write_failed)
    return EXIT_TROUBLE;
  if (result->n_failing || run->launch.was_ended)
    return run->report.error_exitcode >= 0 ? run->report.error_exitcode : EXIT_RUN_FINDINGS;
  return result->n_unreadable ? EXIT_TROUBLE : run->launch.status;
}

/* No other line beside such a report. */
static bool is_for_programs(const struct report_options *report) {
  return !report->output && strcmp(report->reporter->name, "text") != 0;
}

static int run_report(struct run *run) {
  const struct launch *launch = &run->launch;
  if (launch->was_ended && !is_for_programs(&run->report))
    complain("%s was stuck and has been ended", launch->name);
  char *paths[] = {launch->folder.path};
  struct report_result result = report_traces(&run->report, paths, 1, stderr);
  if (!run->report.quiet && !is_for_programs(&run->report))
    complain("the recording is kept in %s", launch->folder.path);
  return run_status(run, &result);
}

int command_run(int argc, char **argv) {
  struct run run = {.launch = {.on_deadlock = ON_DEADLOCK_REPORT}};
  int status = command_parse(&run_argp, "run", ARGP_IN_ORDER, argc, argv, &run);
  if (!status)
    status = report_check_output(&run.report);
  if (!status) {
    run.launch.is_silent = run.report.quiet || is_for_programs(&run.report);
    status = launch_run(&run.launch);
    if (!status)
      status = run_report(&run);
    launch_done(&run.launch);
  }
  report_options_done(&run.report);
  return status;
}
