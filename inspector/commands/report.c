/* report.c - inspector report: findings, pictures, timeline and tables in one page. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "commands/command.h"
#include "commands/paths.h"
#include "commands/report_options.h"
#include "commands/scope_options.h"
#include "commands/usage.h"

struct page_report {
  struct report_options options;
  struct scope_options scope;
  uint64_t max_cycle;
  char **paths;
  size_t n_paths;
};

enum { KEY_ALL = 0x400, KEY_MAX_CYCLE, KEY_PROCESS, MAX_CYCLE_LIMIT = 64 };

static const struct argp_option options_table[] = {
    {"output", 'o', "FILE", 0, "Write the page to FILE instead of the standard output", 0},
    {"all", KEY_ALL, NULL, 0, "Show what was judged harmless too, with the reason", 0},
    {"max-cycle", KEY_MAX_CYCLE, "N", 0, "Longest cycle of locks to look for, as for 'inspector check'", 0},
    {"process", KEY_PROCESS, "PID", 0, "Of a recording of several processes: timeline and pictures of this one", 0},
    {0}};

static error_t parse_report_page_option(int key, char *argument, struct argp_state *state) {
  struct page_report *report = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &report->scope;
    return 0;
  case 'o':
    report->options.output = argument;
    return 0;
  case KEY_ALL:
    report->options.show_all = true;
    return 0;
  case KEY_MAX_CYCLE:
    return parse_number("--max-cycle", argument, 2, MAX_CYCLE_LIMIT, &report->max_cycle);
  case KEY_PROCESS:
    return parse_number("--process", argument, 1, UINT32_MAX, &report->options.process);
  case ARGP_KEY_ARG:
    report->paths[report->n_paths++] = argument;
    return path_keep_pipe(argument) ? EINVAL : 0;
  case ARGP_KEY_NO_ARGS:
    return usage_error("report: name a recording: a trace folder, a trace file or a text trace");
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_child children[] = {{&scope_argp, 0, "Which part the timeline shows:", 1}, {0}};
static const struct argp report_page_argp = {
    .options = options_table,
    .parser = parse_report_page_option,
    .args_doc = "TRACE...",
    .doc =
        "Write one page, HTML, that needs neither network nor other files: the findings with stacks, lines of source and pictures, the "
        "order of locks, a timeline to zoom and move, and the table of locks to sort.\v"
        "TRACE is a folder that 'inspector record' or 'inspector run' made, one file of it, or a text trace. 'inspector run --format html "
        "-o FILE' and 'check --format html' write the same page.\n\n"
        "Exit status: 0, or 2 for wrong usage, a trace that cannot be read (to its end), or a file that cannot be written.",
    .children = children,
};

static int write_page(struct page_report *report) {
  struct report_options *options = &report->options;
  options->wish = report->scope.wish;
  options->around = report->scope.around;
  options->max_cycle = (uint32_t)report->max_cycle;
  if (!options->output && isatty(STDOUT_FILENO)) {
    complain("report: the page would fill this terminal; name a file: -o report.html");
    return EXIT_TROUBLE;
  }
  if (report_check_output_of(options, report->paths, report->n_paths))
    return EXIT_TROUBLE;
  struct report_result result = report_traces(options, report->paths, report->n_paths, stdout);
  return result.n_unreadable || result.write_failed ? EXIT_TROUBLE : EXIT_CLEAN;
}

int command_report(int argc, char **argv) {
  struct page_report report = {.options = report_options_default(reporter_find("html")), .paths = calloc((size_t)argc + 1, sizeof(char *))};
  report.max_cycle = report.options.max_cycle;
  int status = report.paths ? command_parse(&report_page_argp, "report", 0, argc, argv, &report) : EXIT_TROUBLE;
  if (!status)
    status = write_page(&report);
  free(report.paths);
  return status;
}
