/* text.c - the report a person reads: each finding from "what" over "where" to "why", then what the trace lacked, what
 * was judged harmless, and the proof that something was looked at. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "findings/triage.h"
#include "report/reporter.h"
#include "report/text_stack.h"
#include "report/wording.h"
#include "util/alloc.h"
#include "util/text.h"

static void *text_begin(FILE *out, const struct summary *summary) {
  struct text_report *report = xcalloc(1, sizeof *report);
  *report = (struct text_report){.out = out, .summary = summary};
  return report;
}

static void print_clean(const struct text_report *report, const char *text) {
  char *clean = text_clean(text);
  fputs(clean, report->out);
  free(clean);
}

/* Frees the text. */
static void print_made(const struct text_report *report, char *text) {
  print_clean(report, text);
  free(text);
}

static enum style style_of(enum severity severity) {
  switch (severity) {
  case SEVERITY_NOTE:
    return STYLE_NOTE;
  case SEVERITY_WARNING:
    return STYLE_WARNING;
  case SEVERITY_ERROR:
    return STYLE_ERROR;
  }
  return STYLE_PLAIN;
}

/* "D1 error: Threads take locks in opposite order (deadlock, plausible)" */
static void print_head(const struct text_report *report, const struct finding *finding) {
  text_style(report, style_of(finding->severity));
  fprintf(report->out, "%s %s:", finding->id, severity_text(finding->severity));
  text_style(report, STYLE_PLAIN);
  text_style(report, STYLE_STRONG);
  fprintf(report->out, " %s", finding->title ? finding->title : finding->kind);
  text_style(report, STYLE_PLAIN);
  fputs(" (", report->out);
  print_made(report, wording_verdict(finding));
  fputs(")\n", report->out);
}

static void print_event(const struct text_report *report, const struct finding *finding, uint64_t ordinal) {
  print_made(report, wording_event(finding, ordinal));
  fputc('\n', report->out);
}

/* "worker waits for log_lock here", "worker: unlocked here" */
static void print_deed(const struct text_report *report, const struct finding_thread *thread) {
  text_style(report, STYLE_STRONG);
  print_clean(report, thread->name ? thread->name : "a thread");
  text_style(report, STYLE_PLAIN);
  print_made(report, wording_deed(thread));
}

static void print_hold(struct text_report *report, const struct finding *finding, const struct finding_thread *thread, uint32_t i) {
  fputs("      holding ", report->out);
  print_clean(report, thread->hold_names[i]);
  fputs(", acquired here", report->out);
  print_event(report, finding, thread->held_ordinals[i]);
  text_stack(report, 6, &thread->held_stacks[i]);
}

/* "      log_lock created here by main (event 3)" */
static void print_place(struct text_report *report, const struct finding *finding, const struct finding_place *place) {
  fputs("      ", report->out);
  print_made(report, wording_place(place));
  print_event(report, finding, place->ordinal);
  text_stack(report, 6, &place->stack);
}

static void print_thread(struct text_report *report, const struct finding *finding, const struct finding_thread *thread) {
  fputs("\n    ", report->out);
  print_deed(report, thread);
  print_event(report, finding, thread->event);
  text_stack(report, 4, &thread->stack);
  for (uint32_t i = 0; i < thread->n_holds; i++)
    print_hold(report, finding, thread, i);
  for (uint32_t i = 0; i < thread->n_places; i++)
    print_place(report, finding, &thread->places[i]);
}

enum { MAX_PROOF = 12 }; /* threads or events that are told; scripts get all of them */

/* "Proof: in the order of the run, T0 executes its first 2, T1 its first 1 events" */
static void print_stops(const struct witness *witness, FILE *out) {
  fputs("Proof: in the order of the run, ", out);
  uint32_t n = 0;
  for (uint32_t i = 0; i < witness->n_stops; i++) {
    const struct witness_stop *stop = &witness->stops[i];
    if (stop->n && n++ < MAX_PROOF)
      fprintf(out, "%s%s %s first %" PRIu32, n > 1 ? ", " : "", stop->name, n > 1 ? "its" : "executes its", stop->n);
  }
  fputs(" events", out);
  if (n > MAX_PROOF)
    fprintf(out, ", and so on for %" PRIu32 " threads", n);
}

static void print_order(const struct witness *witness, bool is_text, FILE *out) {
  fprintf(out, "Proof: in this order, %s", is_text ? "lines " : "events ");
  for (uint32_t i = 0; i < witness->n_order && i < MAX_PROOF; i++)
    fprintf(out, "%s%" PRIu64, i ? ", " : "", witness->order[i]);
  if (witness->n_order > MAX_PROOF)
    fprintf(out, " and so on, %" PRIu32 " in all", witness->n_order);
}

static void print_proof_of(const struct text_report *report, const struct finding *finding) {
  const struct witness *witness = &finding->witness;
  char *text = NULL;
  size_t n_bytes = 0;
  FILE *out = witness->n_stops || witness->n_order ? open_memstream(&text, &n_bytes) : NULL;
  if (!out)
    return;
  if (witness->n_order)
    print_order(witness, finding->by_name, out);
  else
    print_stops(witness, out);
  fputs("; then each thread above blocks. 'inspector verify-witness' checks it.", out);
  fclose(out);
  text_wrapped(report, 4, text);
  free(text);
}

/* At the left edge, to be copied. */
static void print_entry(const struct text_report *report, const struct finding *finding) {
  fputs("    To hide it, and nothing else (--suppress FILE):\n", report->out);
  print_made(report, suppression_for(finding));
  fputc('\n', report->out);
}

static void print_foot(const struct text_report *report, const struct finding *finding) {
  fputc('\n', report->out);
  if (finding->reason) {
    char *why = xasprintf("Why %s: %s", verdict_text(finding->verdict), finding->reason);
    text_wrapped(report, 4, why);
    free(why);
  }
  print_proof_of(report, finding);
  if (finding->instances > 1)
    fprintf(report->out, "    Seen %" PRIu32 " times; this is one of them.\n", finding->instances);
  if (report->summary->n_traces > 1 && finding->trace) {
    fputs("    In ", report->out);
    print_clean(report, finding->trace);
    fputc('\n', report->out);
  }
  if (finding->verdict != VERDICT_BENIGN)
    fprintf(report->out, "    What to do: inspector explain %s\n", finding->kind);
  if (report->summary->triage && report->summary->triage->wants_entries && finding->verdict != VERDICT_BENIGN)
    print_entry(report, finding);
  fputc('\n', report->out);
}

/* Its sentences, each on a line of its own. */
static void print_message(const struct text_report *report, const char *message) {
  for (const char *at = message; *at;) {
    size_t length = strcspn(at, "\n");
    char *sentence = xasprintf("%.*s", (int)length, at);
    text_wrapped(report, 4, sentence);
    free(sentence);
    at += length + (at[length] != 0);
  }
}

static void text_finding(void *state, const struct finding *finding) {
  struct text_report *report = state;
  if (finding->verdict == VERDICT_BENIGN && !report->summary->show_all)
    return;
  report->n_by_severity[finding->severity]++;
  print_head(report, finding);
  if (finding->message)
    print_message(report, finding->story ? finding->story : finding->message);
  for (uint32_t i = 0; i < finding->n_threads; i++)
    print_thread(report, finding, &finding->threads[i]);
  print_foot(report, finding);
}

static void print_notes(const struct text_report *report) {
  for (uint32_t i = 0; i < report->summary->n_notes; i++) {
    fputs("note: ", report->out);
    print_clean(report, report->summary->notes[i]);
    fputc('\n', report->out);
  }
}

static void print_triage(const struct text_report *report) {
  const struct triage *triage = report->summary->triage;
  for (uint32_t i = 0; triage && i < triage->n_lines; i++) {
    print_clean(report, triage->lines[i]);
    fputc('\n', report->out);
  }
}

static void print_line(const struct text_report *report, char *line) {
  if (!line)
    return;
  print_made(report, line);
  fputc('\n', report->out);
}

static void text_end(void *state) {
  struct text_report *report = state;
  if (!report->summary->quiet) {
    print_line(report, wording_count(report->summary, report->n_by_severity));
    print_triage(report);
    print_notes(report);
    print_line(report, wording_benign(report->summary));
    print_line(report, wording_proof(report->summary));
  }
  source_lines_done(&report->source);
  free(report);
}

const struct reporter reporter_text = {.name = "text", .extension = "txt", .begin = text_begin, .finding = text_finding, .end = text_end};
