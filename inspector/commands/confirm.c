/* confirm.c - inspector confirm: run the program again, its threads held back where a deadlock was predicted, until it happens.
 *
 * An attempt is a recording like any other, judged like any other: what is confirmed is a deadlock that was observed in it, with the
 * threads at the same places. How threads are held back is libtrack's business (waits/steer.c); it only delays them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/attempt.h"
#include "commands/command.h"
#include "commands/launch.h"
#include "commands/report_options.h"
#include "commands/summary.h"
#include "commands/usage.h"
#include "util/alloc.h"

struct confirm {
  struct report_options report;
  struct launch launch;
  char *path; /* the recording with the findings */
  const char *finding;
  uint64_t n_attempts;
};

enum { KEY_ATTEMPTS = 512, KEY_TRACE, ATTEMPTS_DEFAULT = 10, MAX_ATTEMPTS = 1000, MAX_PATTERNS = 1000000, MAX_SILENT = 3 };

static const struct argp_option options_table[] = {
    {"finding", 'f', "ID", 0, "Only this finding, such as D1, as 'inspector check' numbers them; default: every deadlock of TRACE", 0},
    {"attempts", KEY_ATTEMPTS, "N", 0, "Run the program at most so many times for each (10)", 0},
    {"trace", KEY_TRACE, "DIR", 0, "Folder for the recordings of the attempts; default PROGRAM.confirm.track in the current folder", 0},
    {0}};

static error_t parse_argument(struct confirm *confirm, char *argument, struct argp_state *state) {
  if (!confirm->path) {
    confirm->path = argument;
    return 0;
  }
  confirm->launch.name = argument;
  confirm->launch.arguments = state->argv + state->next - 1;
  state->next = state->argc;
  return 0;
}

static error_t parse_confirm_option(int key, char *argument, struct argp_state *state) {
  struct confirm *confirm = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &confirm->report;
    return 0;
  case 'f':
    confirm->finding = argument;
    return 0;
  case KEY_ATTEMPTS:
    return parse_number("--attempts", argument, 1, MAX_ATTEMPTS, &confirm->n_attempts);
  case KEY_TRACE:
    confirm->launch.trace_path = argument;
    return 0;
  case ARGP_KEY_ARG:
    return parse_argument(confirm, argument, state);
  case ARGP_KEY_END:
    return confirm->launch.name ? 0
                                : usage_error("confirm: name a recording and a program: inspector confirm TRACE -- PROGRAM [ARGUMENTS]");
  case ARGP_KEY_SUCCESS:
    return confirm->report.suppress.baseline_path ? usage_error("confirm: a baseline is written by 'inspector check --write-baseline'") : 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_child children[] = {{&report_argp, 0, NULL, 0}, {0}};
static const struct argp confirm_argp = {
    .options = options_table,
    .parser = parse_confirm_option,
    .args_doc = "TRACE -- PROGRAM [ARGUMENTS...]",
    .doc =
        "Run PROGRAM again and make a deadlock happen that was predicted from TRACE, its recording: threads are held back where they ask "
        "for their last lock, for a moment, until all of the circle stand there.\v"
        "What happens is reported with the verdict 'confirmed'. A deadlock that cannot happen is never confirmed; one that was not "
        "reproduced may still be possible. The report goes to stderr or to FILE; the program's input and output stay its own.\n\n"
        "Exit status: 0 nothing was confirmed, 1 a deadlock was, 2 wrong usage, a trace that cannot be read, or a program that cannot be "
        "recorded.",
    .children = children,
};

static const struct finding *finding_by_id(const struct findings *findings, const char *id) {
  for (size_t i = 0; i < findings->n_items; i++)
    if (!strcasecmp(findings->items[i]->id, id))
      return findings->items[i];
  return NULL;
}

static bool is_candidate(const struct finding *finding) {
  return !strcmp(finding->kind, "deadlock") && finding->verdict >= VERDICT_POTENTIAL && finding->verdict < VERDICT_CONFIRMED;
}

/* A suppressed one only if it was named. */
static bool is_wanted(const struct finding *finding) {
  return !finding->suppressed && is_candidate(finding);
}

/* One finding of the recording, as often as allowed. Returns 0, or EXIT_TROUBLE after one line. */
static int confirm_finding(struct confirm *confirm, const struct finding *finding, struct confirmed *confirmed) {
  struct attempt attempt = {.launch = &confirm->launch, .finding = finding, .n_attempts = (unsigned)confirm->n_attempts};
  bool is_talkative = confirm->report.verbose || (isatty(STDERR_FILENO) && !confirm->report.quiet);
  attempt.max_cycle = confirm->report.max_cycle;
  if (!attempt_prepare(&attempt)) {
    confirmed_note(confirmed,
                   xasprintf("%s: cannot be steered to: not all of its threads ask for a lock or a join at a known place", finding->id));
    return 0;
  }
  for (attempt.number = 1; attempt.number <= attempt.n_attempts; attempt.number++) {
    if (is_talkative)
      complain("%s: attempt %u of %u", finding->id, attempt.number, attempt.n_attempts);
    if (attempt_run(&attempt, confirmed))
      return EXIT_TROUBLE;
    if (attempt.has_happened)
      return 0;
    if (attempt.n_silent == MAX_SILENT && attempt.number == MAX_SILENT)
      break;
  }
  confirmed_note(confirmed, attempt_failed(&attempt));
  return 0;
}

/* Somebody may think that these are to be confirmed, too. */
static void note_observed(const struct findings *findings, struct confirmed *confirmed) {
  for (size_t i = 0; i < findings->n_items; i++)
    if (findings->items[i]->is_hang && findings->items[i]->verdict == VERDICT_OBSERVED)
      confirmed_note(confirmed, xasprintf("%s (%s) was observed: it happened in the recording, and needs no confirmation",
                                          findings->items[i]->id, findings->items[i]->kind));
}

static int confirm_all(struct confirm *confirm, const struct findings *findings, struct confirmed *confirmed) {
  const struct finding *wanted = confirm->finding ? finding_by_id(findings, confirm->finding) : NULL;
  if (confirm->finding && !wanted) {
    complain("%s: there is no finding %s; 'inspector check --all' lists them", confirm->path, confirm->finding);
    return EXIT_TROUBLE;
  }
  if (wanted && !is_candidate(wanted)) {
    complain("%s: finding %s is not a deadlock that remains to be confirmed (%s, %s)", confirm->path, wanted->id, wanted->kind,
             verdict_text(wanted->verdict));
    return EXIT_TROUBLE;
  }
  uint32_t n_tried = 0;
  for (size_t i = 0; i < findings->n_items; i++)
    if (wanted ? findings->items[i] == wanted : is_wanted(findings->items[i])) {
      n_tried++;
      if (confirm_finding(confirm, findings->items[i], confirmed))
        return EXIT_TROUBLE;
    }
  note_observed(findings, confirmed);
  if (!n_tried)
    confirmed_note(confirmed, xasprintf("%s: no deadlock in it remains to be confirmed; the program was not run", confirm->path));
  return n_tried && report_has_too_few_events(&confirm->report, &confirmed->summary) ? EXIT_TROUBLE : 0;
}

static int report(struct confirm *confirm, struct confirmed *confirmed, const struct triage *triage) {
  struct report_options *options = &confirm->report;
  uint64_t n_failing = 0;
  confirmed_finish(confirmed);
  report_begin_summary(options, &confirmed->summary);
  confirmed->summary.nothing = "Nothing was confirmed.";
  if (options->suppress.has_baseline)
    baseline_apply(&options->suppress.baseline, confirmed->findings);
  confirmed->summary.triage = triage;
  source_paths_apply(&options->paths, confirmed->findings);
  for (size_t i = 0; i < confirmed->findings->n_items; i++)
    n_failing += summary_fails(&confirmed->summary, confirmed->findings->items[i]);
  confirmed->summary.n_failing = n_failing;
  if (!report_write_findings(options, confirmed->findings, &confirmed->summary, stderr) ||
      !suppress_write(&options->suppress, confirmed->findings))
    return EXIT_TROUBLE;
  return !n_failing ? EXIT_CLEAN : options->error_exitcode >= 0 ? options->error_exitcode : EXIT_FINDINGS;
}

static int confirm_run(struct confirm *confirm) {
  const struct analysis_options analysis = {
      .detect = {.max_cycle = confirm->report.max_cycle, .want_benign = true, .max_patterns = MAX_PATTERNS},
      .only = (const char *const *)confirm->report.only};
  struct findings *findings = findings_new();
  struct confirmed confirmed = {.findings = findings_new()};
  struct summary summary = {0};
  unsigned n_unreadable = 0;
  analysis_run(&confirm->path, 1, &analysis, findings, &summary, &n_unreadable);
  summary_complain(&summary);
  struct triage triage = {.suppressions = &confirm->report.suppress.suppressions, .wants_entries = confirm->report.suppress.wants_entries};
  triage_findings(&triage, findings);
  int status = summary.n_traces ? confirm_all(confirm, findings, &confirmed) : EXIT_TROUBLE;
  if (!status)
    status = report(confirm, &confirmed, &triage);
  if (n_unreadable && status == EXIT_CLEAN)
    status = EXIT_TROUBLE;
  triage_done(&triage);
  confirmed_done(&confirmed);
  findings_free(findings);
  summary_done(&summary);
  return status;
}

/* Is the folder the recording that is to be confirmed, or the one that it lies in? It would be emptied. */
static bool is_recording_itself(const char *folder, const char *path) {
  struct stat ours, theirs, around;
  bool is_same = !stat(folder, &ours) && !stat(path, &theirs) && ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
  char *slash = strrchr(path, '/'), *above = slash ? xasprintf("%.*s", (int)(slash - path), path) : xstrdup(".");
  is_same |= !stat(folder, &ours) && !stat(path, &theirs) && S_ISREG(theirs.st_mode) && !stat(*above ? above : "/", &around) &&
             ours.st_dev == around.st_dev && ours.st_ino == around.st_ino;
  free(above);
  return is_same;
}

static char *default_folder(const char *program, const char *path) {
  const char *slash = strrchr(program, '/'), *base = slash && slash[1] ? slash + 1 : program;
  char *folder = xasprintf("%s.confirm.track", base);
  for (unsigned number = 2; is_recording_itself(folder, path); number++) {
    free(folder);
    folder = xasprintf("%s.confirm.%u.track", base, number);
  }
  return folder;
}

static int check_folder(const struct confirm *confirm) {
  if (!is_recording_itself(confirm->launch.trace_path, confirm->path))
    return 0;
  complain("%s: is the recording that is to be confirmed, and would be emptied; name another folder", confirm->launch.trace_path);
  return EXIT_TROUBLE;
}

int command_confirm(int argc, char **argv) {
  struct confirm confirm = {.launch = {.on_deadlock = ON_DEADLOCK_REPORT}, .n_attempts = ATTEMPTS_DEFAULT};
  int status = command_parse(&confirm_argp, "confirm", ARGP_IN_ORDER, argc, argv, &confirm);
  char *folder = !status && !confirm.launch.trace_path ? default_folder(confirm.launch.name, confirm.path) : NULL;
  if (folder)
    confirm.launch.trace_path = folder;
  if (!status)
    status = check_folder(&confirm);
  if (!status)
    status = report_check_output(&confirm.report);
  if (!status)
    status = confirm_run(&confirm);
  report_options_done(&confirm.report);
  free(folder);
  return status;
}
