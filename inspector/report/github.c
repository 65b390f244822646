/* github.c - findings as annotations of GitHub Actions: workflow commands in the log, one a finding. They are written as the runner reads
 * them: "%", line breaks, and in properties ":" and "," as %25 and so on; checked with @actions/core by tests/formats.
 *
 * A finding that fails is an error, one that does not a warning, a note a notice. The service shows only the first few of each, so further
 * places of a finding are in its text and not annotations of their own. In $GITHUB_STEP_SUMMARY it leaves the Markdown report. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "report/location.h"
#include "report/reporter.h"
#include "report/story.h"
#include "report/wording.h"
#include "util/alloc.h"
#include "util/text.h"

struct github_report {
  FILE *out;
  const struct summary *summary;
  uint64_t n_by_severity[3];
};

static void *github_begin(FILE *out, const struct summary *summary) {
  struct github_report *report = xcalloc(1, sizeof *report);
  *report = (struct github_report){.out = out, .summary = summary};
  return report;
}

/* A value of a command; frees the text. What is not printable has been made so: no line break is left that is not ours. */
static void write_value(FILE *out, char *made, bool is_property) {
  char *clean = text_clean(made);
  for (const char *at = clean; *at; at++)
    if (*at == '%' || (is_property && (*at == ':' || *at == ',')))
      fprintf(out, "%%%02X", (unsigned char)*at);
    else
      fputc(*at, out);
  free(clean);
  free(made);
}

static void write_line(FILE *out, char *made) {
  fputs("%0A", out);
  write_value(out, made, false);
}

static const char *command_of(const struct summary *summary, const struct finding *finding) {
  if (summary_fails(summary, finding))
    return "error";
  return finding->severity > SEVERITY_NOTE && finding->verdict > VERDICT_BENIGN ? "warning" : "notice";
}

/* "file=src/a.c,line=12,": only what the repository may hold. */
static void write_place(const struct github_report *report, const struct finding *finding) {
  struct location location = location_of_finding(report->summary, finding);
  if (location.path && location.is_inside && !location.is_stand_in) {
    fputs("file=", report->out);
    write_value(report->out, xstrdup(location.path), true);
    if (location.line)
      fprintf(report->out, ",line=%" PRIu64, location.line);
    fputc(',', report->out);
  }
  location_done(&location);
}

static void write_steps(const struct github_report *report, const struct finding *finding) {
  struct story story = story_of(finding);
  for (uint32_t i = 0; i < story.n_steps; i++) {
    const struct story_step *step = &story.steps[i];
    struct location location = location_of_stack(report->summary, finding, step->stack, step->ordinal);
    char *text = story_step_text(finding, step), *where = location_text(&location);
    write_line(report->out, location.path ? xasprintf("- %s: %s", text, where) : xasprintf("- %s", text));
    free(where);
    free(text);
    location_done(&location);
  }
  story_done(&story);
}

static void github_finding(void *state, const struct finding *finding) {
  struct github_report *report = state;
  FILE *out = report->out;
  if (finding->verdict == VERDICT_BENIGN && !report->summary->show_all)
    return;
  report->n_by_severity[finding->severity]++;
  fprintf(out, "::%s ", command_of(report->summary, finding));
  write_place(report, finding);
  char *verdict = wording_verdict(finding);
  fputs("title=", out);
  write_value(out, xasprintf("%s %s (%s)", finding->id, finding->title ? finding->title : finding->kind, verdict), true);
  free(verdict);
  fputs("::", out);
  write_value(out, xstrdup(finding->message ? finding->message : finding->kind), false);
  write_steps(report, finding);
  if (finding->reason)
    write_line(out, xasprintf("Why %s: %s", verdict_text(finding->verdict), finding->reason));
  if (finding->verdict != VERDICT_BENIGN)
    write_line(out, xasprintf("What to do: inspector explain %s", finding->kind));
  fputc('\n', out);
}

static void write_note(FILE *out, const char *command, char *made) {
  fprintf(out, "::%s title=inspector::", command);
  write_value(out, made, false);
  fputc('\n', out);
}

static void github_end(void *state) {
  struct github_report *report = state;
  const struct summary *summary = report->summary;
  for (uint32_t i = 0; i < summary->n_notes; i++)
    write_note(report->out, "warning", xstrdup(summary->notes[i]));
  char *trouble = wording_trouble(summary);
  if (trouble)
    write_note(report->out, "error", trouble);
  char *count = wording_count(summary, report->n_by_severity), *proof = wording_proof(summary);
  fprintf(report->out, "%s\n%s\n", count, proof);
  free(proof);
  free(count);
  free(report);
}

const struct reporter reporter_github = {.name = "github",
                                         .extension = "txt",
                                         .tells_trouble = true,
                                         .second_variable = "GITHUB_STEP_SUMMARY",
                                         .second = &reporter_markdown,
                                         .begin = github_begin,
                                         .finding = github_finding,
                                         .end = github_end};
