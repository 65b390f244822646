/* markdown.c - findings in GitHub's Markdown (GFM 0.29), for comments and job summaries: a table, then each finding as the text report
 * shows it. Checked with cmark-gfm by tests/formats.
 *
 * What a trace holds stands in code only, where nothing is markup: in blocks with a longer fence than any in them, and in spans, whose
 * pipes are escaped in tables (GFM 4.10). Services refuse summaries of more than a mebibyte, so there is an end to it. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "report/excerpt.h"
#include "report/location.h"
#include "report/wording.h"
#include "util/alloc.h"
#include "util/text.h"

enum { MAX_BYTES = 900000, MIN_FENCE = 3, PATH_COLUMNS = 300 };

struct markdown_report {
  FILE *out, *rows, *details;
  const struct summary *summary;
  char *rows_text, *details_text;
  size_t rows_bytes, details_bytes;
  uint64_t n_by_severity[3], n_left_out;
};

static void *markdown_begin(FILE *out, const struct summary *summary) {
  struct markdown_report *report = xcalloc(1, sizeof *report);
  *report = (struct markdown_report){.out = out, .summary = summary};
  report->rows = open_memstream(&report->rows_text, &report->rows_bytes);
  report->details = open_memstream(&report->details_text, &report->details_bytes);
  if (!report->rows || !report->details)
    abort(); /* out of memory, as everywhere offline */
  return report;
}

static size_t longest_run(const char *text) {
  size_t longest = 0;
  for (size_t n; *text; text += n ? n : 1) {
    n = strspn(text, "`");
    longest = n > longest ? n : longest;
  }
  return longest;
}

static void write_fence(FILE *out, size_t n) {
  while (n--)
    fputc('`', out);
}

/* A span of code, in a table or not; frees the text. */
static void write_span(FILE *out, char *made, bool is_in_table) {
  char *clean = text_clean(made), *shown = text_elide(*clean ? clean : "?", PATH_COLUMNS);
  size_t n = longest_run(shown) + 1;
  write_fence(out, n);
  fputc(' ', out);
  for (const char *at = shown; *at; at++) {
    if (*at == '|' && is_in_table)
      fputc('\\', out);
    fputc(*at, out);
  }
  fputc(' ', out);
  write_fence(out, n);
  free(shown);
  free(clean);
  free(made);
}

static void write_row(const struct markdown_report *report, const struct finding *finding) {
  struct location location = location_of_finding(report->summary, finding);
  char *verdict = wording_verdict(finding);
  fprintf(report->rows, "| %s | %s | %s | %s | %s | ", finding->id, finding->title ? finding->title : finding->kind, verdict,
          severity_text(finding->severity), summary_fails(report->summary, finding) ? "**yes**" : "no");
  write_span(report->rows, location_text(&location), true);
  fputs(" |\n", report->rows);
  free(verdict);
  location_done(&location);
}

static void write_detail(const struct markdown_report *report, const struct finding *finding) {
  char *text = excerpt_of(report->summary, finding);
  size_t n = longest_run(text) + 1;
  n = n < MIN_FENCE ? MIN_FENCE : n;
  fprintf(report->details, "\n### %s %s\n\n", finding->id, finding->title ? finding->title : finding->kind);
  write_fence(report->details, n);
  fprintf(report->details, "text\n%s", text);
  write_fence(report->details, n);
  fputc('\n', report->details);
  free(text);
}

static void markdown_finding(void *state, const struct finding *finding) {
  struct markdown_report *report = state;
  if (finding->verdict == VERDICT_BENIGN && !report->summary->show_all)
    return;
  report->n_by_severity[finding->severity]++;
  fflush(report->rows);
  fflush(report->details);
  size_t n_details = report->details_bytes;
  if (report->n_left_out || report->rows_bytes + n_details > MAX_BYTES) {
    report->n_left_out++;
    return;
  }
  write_row(report, finding);
  write_detail(report, finding);
}

static void write_end(const struct markdown_report *report) {
  const struct summary *summary = report->summary;
  FILE *out = report->out;
  if (report->n_left_out)
    fprintf(out, "\n%" PRIu64 " more are left out here.\n", report->n_left_out);
  fputc('\n', out);
  for (uint32_t i = 0; i < summary->n_notes; i++) {
    fputs("- note: ", out);
    write_span(out, xstrdup(summary->notes[i]), false);
    fputc('\n', out);
  }
  char *benign = wording_benign(summary), *proof = wording_proof(summary);
  if (summary->n_notes)
    fputc('\n', out);
  if (benign)
    fprintf(out, "%s\n\n", benign);
  fprintf(out, "%s\n", proof);
  free(proof);
  free(benign);
}

static void markdown_end(void *state) {
  struct markdown_report *report = state;
  char *count = wording_count(report->summary, report->n_by_severity), *trouble = wording_trouble(report->summary);
  fclose(report->rows);
  fclose(report->details);
  fprintf(report->out, "## Track inspector\n\n%s\n", count);
  if (trouble)
    fprintf(report->out, "\n**The check has failed: %s.**\n", trouble);
  if (report->rows_bytes)
    fprintf(report->out, "\n| | finding | verdict | severity | fails | where |\n|---|---|---|---|---|---|\n%s%s", report->rows_text,
            report->details_text);
  write_end(report);
  free(trouble);
  free(count);
  free(report->rows_text);
  free(report->details_text);
  free(report);
}

const struct reporter reporter_markdown = {.name = "markdown",
                                           .extension = "md",
                                           .tells_trouble = true,
                                           .begin = markdown_begin,
                                           .finding = markdown_finding,
                                           .end = markdown_end};
