/* html_finding.c - see html_finding.h. */
#include "report/html_finding.h"

#include <inttypes.h>
#include <stdlib.h>

#include "report/html_stack.h"
#include "report/html_write.h"
#include "report/wording.h"

static void write_head(FILE *out, const struct html_card *card) {
  const struct finding *finding = card->finding;
  const char *severity = severity_text(finding->severity);
  fprintf(out, "<details class=\"finding %s\" id=\"%s\" data-severity=\"%s\"%s>\n<summary><span class=badge>%s</span> <b>%s</b> ", severity,
          finding->id, severity, card->is_open ? " open" : "", severity, finding->id);
  html_text(out, finding->title ? finding->title : finding->kind);
  fputs(" <span class=faint>(", out);
  html_made(out, wording_verdict(finding));
  fputs(")</span></summary>\n", out);
  if (finding->message)
    html_filled(out, "<p class=message>%s</p>\n", finding->message);
}

static void write_thread(FILE *out, const struct finding *finding, const struct finding_thread *thread, struct source_lines *source) {
  html_filled(out, "<section>\n<h4><b>%s</b>", thread->name ? thread->name : "a thread");
  html_made(out, wording_deed(thread));
  html_made(out, wording_event(finding, thread->event));
  fputs("</h4>\n", out);
  html_stack(out, &thread->stack, source);
  for (uint32_t i = 0; i < thread->n_holds; i++) {
    html_filled(out, "<h5>holding <b>%s</b>, acquired here", thread->hold_names[i]);
    html_made(out, wording_event(finding, thread->held_ordinals[i]));
    fputs("</h5>\n", out);
    html_stack(out, &thread->held_stacks[i], source);
  }
  for (uint32_t i = 0; i < thread->n_places; i++) {
    fputs("<h5>", out);
    html_made(out, wording_place(&thread->places[i]));
    html_made(out, wording_event(finding, thread->places[i].ordinal));
    fputs("</h5>\n", out);
    html_stack(out, &thread->places[i].stack, source);
  }
  fputs("</section>\n", out);
}

static void write_foot(FILE *out, const struct html_card *card) {
  const struct finding *finding = card->finding;
  if (finding->reason) {
    fprintf(out, "<p><b>Why %s:</b> ", verdict_text(finding->verdict));
    html_text(out, finding->reason);
    fputs("</p>\n", out);
  }
  fputs("<p class=links>", out);
  if (finding->instances > 1)
    fprintf(out, "<span>Seen %" PRIu32 " times; this is one of them.</span> ", finding->instances);
  if (card->has_more_traces && finding->trace)
    html_filled(out, "<span>In %s</span> ", finding->trace);
  if (card->has_page)
    fprintf(out, "<a href=\"#about-%s\">What it means, and what to do</a> ", finding->kind);
  if (card->has_timeline)
    fprintf(out, "<a class=js href=\"#timeline\" data-around=\"%s\">Show in the timeline</a>", finding->id);
  fputs("</p>\n", out);
}

void html_finding(FILE *out, const struct html_card *card, struct source_lines *source) {
  const struct finding *finding = card->finding;
  write_head(out, card);
  if (card->picture)
    fprintf(out, "<figure>%s</figure>\n", card->picture);
  fputs("<div class=threads>\n", out);
  for (uint32_t i = 0; i < finding->n_threads; i++)
    write_thread(out, finding, &finding->threads[i], source);
  fputs("</div>\n", out);
  write_foot(out, card);
  fputs("</details>\n", out);
}
