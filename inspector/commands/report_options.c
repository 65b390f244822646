/* report_options.c - argp child parser of the options that every reporting command takes. */
#include "commands/report_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands/source_options.h"
#include "commands/usage.h"
#include "detect/detector.h"
#include "util/alloc.h"

enum { KEY_FORMAT = 256, KEY_FAIL_ON, KEY_STRICT, KEY_EXITCODE, KEY_ALL, KEY_ONLY, KEY_COLOUR, KEY_MAX_CYCLE, KEY_REQUIRE };

enum { MAX_CYCLE_DEFAULT = 4, MAX_CYCLE_LIMIT = 64 };

static const struct argp_option options_table[] = {
    {"format", KEY_FORMAT, "FORMAT", 0,
     "Form of the report: "
#define REPORTER(name, about) #name " (" about "), "
#include "report/reporters.def"
#undef REPORTER
     "by default text",
     1},
    {"output", 'o', "FILE", 0, "Write the report to FILE; - means standard output", 1},
    {"all", KEY_ALL, NULL, 0, "Show what was judged harmless too, with the reason", 1},
    {"only", KEY_ONLY, "KIND", 0, "Look for this kind of finding only; may be repeated ('inspector explain' lists the kinds)", 1},
    {"max-cycle", KEY_MAX_CYCLE, "N", 0, "Longest cycle of locks to look for (4)", 1},
    {"color", KEY_COLOUR, "WHEN", 0, "Colours: auto (default), always or never; NO_COLOR is honoured", 1},
    {"quiet", 'q', NULL, 0, "Only the findings", 1},
    {"verbose", 'v', NULL, 0, "More detail: whole stacks, library frames included", 1},
    {"fail-on", KEY_FAIL_ON, "LEVEL", 0,
     "Which findings make the exit status: a verdict (potential, plausible, predicted, confirmed, observed) or a severity (note, warning, "
     "error) to start from; may be given once for each. Default: plausible and warning",
     2},
    {"strict", KEY_STRICT, NULL, 0, "The same as --fail-on potential", 2},
    {"error-exitcode", KEY_EXITCODE, "N", 0, "Exit status when a finding fails", 2},
    {"require-events", KEY_REQUIRE, "N", 0, "Exit with 2 when fewer events were recorded", 2},
    {0}};

static error_t parse_format(struct report_options *options, const char *name) {
  options->reporter = reporter_find(name);
  if (options->reporter)
    return 0;
  char *names = reporter_names();
  usage_error("--format: %s: no such format; there are %s", name, names);
  free(names);
  return EINVAL;
}

static error_t parse_only(struct report_options *options, const char *kind) {
  const struct detector *detector = detector_find(kind);
  if (detector) {
    options->only = xreallocarray(options->only, options->n_only + 2, sizeof *options->only);
    options->only[options->n_only++] = detector->id;
    options->only[options->n_only] = NULL;
    return 0;
  }
  char *kinds = xstrdup("");
  for (size_t i = 0; detectors[i]; i++) {
    char *longer = xasprintf("%s%s%s", kinds, i ? ", " : "", detectors[i]->id);
    free(kinds);
    kinds = longer;
  }
  usage_error("--only: %s: no such kind; there are %s", kind, kinds);
  free(kinds);
  return EINVAL;
}

static error_t parse_fail_on(struct report_options *options, const char *level) {
  for (int verdict = VERDICT_POTENTIAL; verdict <= VERDICT_OBSERVED; verdict++)
    if (!strcmp(level, verdict_text(verdict))) {
      options->fail_verdict = verdict;
      return 0;
    }
  for (int severity = SEVERITY_NOTE; severity <= SEVERITY_ERROR; severity++)
    if (!strcmp(level, severity_text(severity))) {
      options->fail_severity = severity;
      return 0;
    }
  return usage_error(
      "--fail-on: %s: neither a verdict (potential, plausible, predicted, confirmed, observed) nor a severity (note, warning, error)",
      level);
}

static error_t parse_count(struct report_options *options, int key, const char *text) {
  uint64_t number = 0;
  error_t error = EINVAL;
  if (key == KEY_MAX_CYCLE && !(error = parse_number("--max-cycle", text, 2, MAX_CYCLE_LIMIT, &number)))
    options->max_cycle = (uint32_t)number;
  if (key == KEY_EXITCODE && !(error = parse_number("--error-exitcode", text, 0, 255, &number)))
    options->error_exitcode = (int)number;
  if (key == KEY_REQUIRE && !(error = parse_number("--require-events", text, 0, UINT64_MAX, &number)))
    options->require_events = number;
  return error;
}

struct report_options report_options_default(const struct reporter *reporter) {
  return (struct report_options){.reporter = reporter,
                                 .fail_verdict = VERDICT_PLAUSIBLE,
                                 .fail_severity = SEVERITY_WARNING,
                                 .error_exitcode = -1,
                                 .max_cycle = MAX_CYCLE_DEFAULT,
                                 .wish = {.to_s = -1}};
}

static error_t parse_flag(struct report_options *options, int key) {
  if (key == KEY_STRICT)
    options->fail_verdict = VERDICT_POTENTIAL;
  else if (key == KEY_ALL)
    options->show_all = true;
  else if (key == 'q')
    options->quiet = true;
  else if (key == 'v')
    options->verbose = true;
  else
    return ARGP_ERR_UNKNOWN;
  return 0;
}

static error_t parse_report_option(int key, char *argument, struct argp_state *state) {
  struct report_options *options = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    *options = report_options_default(reporter_find("text"));
    state->child_inputs[0] = &options->paths;
    state->child_inputs[1] = &options->suppress;
    return 0;
  case KEY_FORMAT:
    return parse_format(options, argument);
  case 'o':
    options->output = argument;
    return 0;
  case KEY_ONLY:
    return parse_only(options, argument);
  case KEY_FAIL_ON:
    return parse_fail_on(options, argument);
  case KEY_COLOUR:
    return colour_parse(argument, &options->colour);
  case KEY_MAX_CYCLE:
  case KEY_EXITCODE:
  case KEY_REQUIRE:
    return parse_count(options, key, argument);
  default:
    return parse_flag(options, key);
  }
}

static const struct argp_child children[] = {{&source_argp, 0, NULL, 0}, {&suppress_argp, 0, NULL, 0}, {0}};
const struct argp report_argp = {.options = options_table, .parser = parse_report_option, .children = children};

void report_options_done(struct report_options *options) {
  suppress_options_done(&options->suppress);
  free(options->only);
  options->only = NULL;
  source_paths_done(&options->paths);
}
