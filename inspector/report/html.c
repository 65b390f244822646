/* html.c - one page that needs nothing else: no network, no file beside it. Style and script are in it, pictures are SVG in it.
 *
 * Without scripts (some CI servers forbid them) everything but the timeline is there; scripts add search, sorting, keys and the
 * timeline. What a trace holds is text, never markup: see html_write.h. The content security policy allows no address at all. */
#include <stdlib.h>
#include <string.h>

#include "findings/triage.h"
#include "report/extras.h"
#include "report/html_assets.h"
#include "report/html_finding.h"
#include "report/html_tables.h"
#include "report/html_write.h"
#include "report/reporter.h"
#include "report/wording.h"
#include "util/alloc.h"

enum { OPEN_FINDINGS = 30 }; /* more than that, and they begin closed */

struct html_report {
  FILE *out, *cards;
  const struct summary *summary;
  char *cards_text;
  size_t cards_bytes;
  const char **kinds; /* of what was found, ends with a NULL */
  uint32_t n_kinds;
  uint32_t n_seen, n_shown;
  uint64_t n_by_severity[3];
  struct source_lines source;
};

static void *html_begin(FILE *out, const struct summary *summary) {
  struct html_report *report = xcalloc(1, sizeof *report);
  *report = (struct html_report){.out = out, .summary = summary, .kinds = xcalloc(1, sizeof *report->kinds)};
  report->cards = open_memstream(&report->cards_text, &report->cards_bytes);
  if (!report->cards)
    abort(); /* out of memory, as everywhere offline */
  return report;
}

static void note_kind(struct html_report *report, const char *kind) {
  for (uint32_t i = 0; i < report->n_kinds; i++)
    if (!strcmp(report->kinds[i], kind))
      return;
  report->kinds = xreallocarray(report->kinds, report->n_kinds + 2, sizeof *report->kinds);
  report->kinds[report->n_kinds++] = kind;
  report->kinds[report->n_kinds] = NULL;
}

static void html_report_finding(void *state, const struct finding *finding) {
  struct html_report *report = state;
  const struct report_extras *extras = report->summary->extras;
  uint32_t place = report->n_seen++;
  if (finding->verdict == VERDICT_BENIGN && !report->summary->show_all)
    return;
  report->n_by_severity[finding->severity]++;
  note_kind(report, finding->kind);
  struct html_card card = {.finding = finding, .is_open = report->n_shown++<OPEN_FINDINGS, .has_more_traces = report->summary->n_traces> 1};
  if (extras) {
    card.picture = place < extras->n_finding_pictures ? extras->finding_pictures[place] : NULL;
    card.has_timeline = extras->n_timelines > 0;
  }
  card.has_page = extras && report->summary->explain && report->summary->explain(finding->kind);
  html_finding(report->cards, &card, &report->source);
}

static void write_head(struct html_report *report, const char *title) {
  FILE *out = report->out;
  fputs("<!DOCTYPE html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
        "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'\">\n"
        "<meta name=referrer content=no-referrer>\n",
        out);
  html_filled(out, "<title>%s - Track</title>\n<style>\n", title);
  fputs(html_style, out);
  fputs("</style>\n</head>\n<body>\n", out);
}

static void write_navigation(struct html_report *report, const char *title) {
  const struct report_extras *extras = report->summary->extras;
  FILE *out = report->out;
  html_filled(out, "<header>\n<h1>%s</h1>\n<nav>", title);
  fputs("<a href=\"#findings\">Findings</a> ", out);
  if (extras && extras->n_pictures)
    fputs("<a href=\"#pictures\">Pictures</a> ", out);
  if (extras && extras->n_timelines)
    fputs("<a class=js href=\"#timeline\">Timeline</a> ", out);
  if (extras)
    fputs("<a href=\"#locks\">Locks</a> ", out);
  fputs("</nav>\n<div class=\"tools js\"><input id=search type=search placeholder=\"Search (/)\" aria-label=Search> "
        "<span id=hits class=faint role=status></span> <button type=button id=fold title=\"Open or close all findings (o)\">Open "
        "all</button> "
        "<button type=button id=theme title=\"Dark or light (t)\">Dark or light</button></div>\n</header>\n",
        out);
}

static void write_summary(struct html_report *report) {
  const struct summary *summary = report->summary;
  FILE *out = report->out;
  fputs("<main>\n<section id=summary>\n<p class=count>", out);
  html_made(out, wording_count(summary, report->n_by_severity));
  fputs("</p>\n", out);
  for (uint32_t i = 0; summary->triage && i < summary->triage->n_lines; i++)
    html_filled(out, "<p>%s</p>\n", summary->triage->lines[i]);
  for (uint32_t i = 0; i < summary->n_notes; i++)
    html_filled(out, "<p class=note>note: %s</p>\n", summary->notes[i]);
  char *benign = wording_benign(summary);
  if (benign)
    html_filled(out, "<p>%s</p>\n", benign);
  free(benign);
  fputs("<p class=faint>", out);
  html_made(out, wording_proof(summary));
  fputs("</p>\n</section>\n", out);
}

static void html_end(void *state) {
  struct html_report *report = state;
  const struct report_extras *extras = report->summary->extras;
  const char *title = extras && extras->title ? extras->title : "Report";
  fclose(report->cards);
  write_head(report, title);
  write_navigation(report, title);
  write_summary(report);
  fputs("<section id=findings>\n<h2>Findings</h2>\n", report->out);
  fwrite(report->cards_text, 1, report->cards_bytes, report->out);
  if (!report->n_shown)
    fputs("<p class=faint>None.</p>\n", report->out);
  fputs("</section>\n", report->out);
  if (extras) {
    html_pictures(report->out, extras);
    html_timelines(report->out, extras);
    html_contention(report->out, &extras->contention);
    html_pages(report->out, report->summary, report->kinds);
  }
  fputs("</main>\n<script>\n", report->out);
  fputs(html_script, report->out);
  fputs(html_timeline, report->out);
  fputs("</script>\n</body>\n</html>\n", report->out);
  source_lines_done(&report->source);
  free(report->cards_text);
  free(report->kinds);
  free(report);
}

const struct reporter reporter_html = {
    .name = "html", .extension = "html", .wants_extras = true, .begin = html_begin, .finding = html_report_finding, .end = html_end};
