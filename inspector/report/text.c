/* text.c - the report a person reads: each finding from "what" over "where" to "why", then what the trace lacked, what
 * was judged harmless, and the proof that something was looked at. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/reporter.h"
#include "report/text_stack.h"
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
  fprintf(report->out, " (%s, %s", finding->kind, verdict_text(finding->verdict));
  if (finding->benign)
    fprintf(report->out, ": %s", finding->benign);
  fputs(")\n", report->out);
}

static void print_event(const struct text_report *report, const struct finding *finding, uint64_t ordinal) {
  if (ordinal)
    fprintf(report->out, " (%s %" PRIu64 ")", finding->by_name ? "line" : "event", ordinal);
  fputc('\n', report->out);
}

/* The "it" in "waits for it here", as a word; NULL if there is none. */
static const char *find_it(const char *what) {
  for (const char *at = what; (at = strstr(at, "it")); at++)
    if ((at == what || at[-1] == ' ') && (at[2] == ' ' || !at[2]))
      return at;
  return NULL;
}

/* "worker waits for log_lock here", "worker: unlocked here" */
static void print_deed(const struct text_report *report, const struct finding_thread *thread) {
  const char *what = thread->what ? thread->what : "";
  const char *it = thread->wants_name ? find_it(what) : NULL;
  text_style(report, STYLE_STRONG);
  print_clean(report, thread->name ? thread->name : "a thread");
  text_style(report, STYLE_PLAIN);
  if (it) {
    fprintf(report->out, " %.*s", (int)(it - what), what);
    print_clean(report, thread->wants_name);
    fputs(it + 2, report->out);
    return;
  }
  fprintf(report->out, ": %s", what);
  if (thread->wants_name) {
    fputs(", wants ", report->out);
    print_clean(report, thread->wants_name);
  }
}

static void print_hold(const struct text_report *report, const struct finding *finding, const struct finding_thread *thread, uint32_t i) {
  fputs("      holding ", report->out);
  print_clean(report, thread->hold_names[i]);
  fputs(", acquired here", report->out);
  print_event(report, finding, thread->held_ordinals[i]);
  text_stack(report, 6, &thread->held_stacks[i]);
}

/* "      log_lock created here by main (event 3)" */
static void print_place(const struct text_report *report, const struct finding *finding, const struct finding_place *place) {
  fputs("      ", report->out);
  if (place->object_name) {
    print_clean(report, place->object_name);
    fputc(' ', report->out);
  }
  fputs(place->what, report->out);
  if (place->thread_name) {
    fputs(" by ", report->out);
    print_clean(report, place->thread_name);
  }
  print_event(report, finding, place->ordinal);
  text_stack(report, 6, &place->stack);
}

static void print_thread(const struct text_report *report, const struct finding *finding, const struct finding_thread *thread) {
  fputs("\n    ", report->out);
  print_deed(report, thread);
  print_event(report, finding, thread->event);
  text_stack(report, 4, &thread->stack);
  for (uint32_t i = 0; i < thread->n_holds; i++)
    print_hold(report, finding, thread, i);
  for (uint32_t i = 0; i < thread->n_places; i++)
    print_place(report, finding, &thread->places[i]);
}

static void print_foot(const struct text_report *report, const struct finding *finding) {
  fputc('\n', report->out);
  if (finding->reason) {
    char *why = xasprintf("Why %s: %s", verdict_text(finding->verdict), finding->reason);
    text_wrapped(report, 4, why);
    free(why);
  }
  if (finding->instances > 1)
    fprintf(report->out, "    Seen %" PRIu32 " times; this is one of them.\n", finding->instances);
  if (report->summary->n_traces > 1 && finding->trace) {
    fputs("    In ", report->out);
    print_clean(report, finding->trace);
    fputc('\n', report->out);
  }
  if (finding->verdict != VERDICT_BENIGN)
    fprintf(report->out, "    What to do: inspector explain %s\n", finding->kind);
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
  report->n_shown++;
  report->n_by_severity[finding->severity]++;
  print_head(report, finding);
  if (finding->message)
    print_message(report, finding->story ? finding->story : finding->message);
  for (uint32_t i = 0; i < finding->n_threads; i++)
    print_thread(report, finding, &finding->threads[i]);
  print_foot(report, finding);
}

static const char *plural(uint64_t n) {
  return n == 1 ? "" : "s";
}

static void print_count(const struct text_report *report) {
  if (!report->n_shown) {
    fputs(report->summary->n_events ? "No findings.\n" : "No findings, but nothing was recorded either.\n", report->out);
    return;
  }
  fprintf(report->out, "%" PRIu64 " finding%s:", report->n_shown, plural(report->n_shown));
  const char *separator = " ";
  for (int i = SEVERITY_ERROR; i >= SEVERITY_NOTE; i--) {
    uint64_t n = report->n_by_severity[i];
    if (!n)
      continue;
    fprintf(report->out, "%s%" PRIu64 " %s%s", separator, n, severity_text((enum severity)i), plural(n));
    separator = ", ";
  }
  fputc('\n', report->out);
}

static void print_notes(const struct text_report *report) {
  for (uint32_t i = 0; i < report->summary->n_notes; i++) {
    fputs("note: ", report->out);
    print_clean(report, report->summary->notes[i]);
    fputc('\n', report->out);
  }
}

/* In the order of benign_texts. */
static const char *const benign_words[] = {"guarded",       "one-thread",     "ordered by start or join", "readers only",
                                           "try-lock only", "early released", "different locks"};

static void print_benign(const struct text_report *report) {
  const struct summary *summary = report->summary;
  if (!summary->n_benign_cycles)
    return;
  fprintf(report->out, "%" PRIu64 " lock-order cycle%s cannot deadlock in this run", summary->n_benign_cycles,
          plural(summary->n_benign_cycles));
  const char *separator = ": ";
  for (size_t i = 0; benign_texts[i]; i++)
    if (summary->n_benign[i]) {
      fprintf(report->out, "%s%" PRIu64 " %s", separator, summary->n_benign[i], benign_words[i]);
      separator = ", ";
    }
  fputs(summary->show_all ? "\n" : "; --all shows them\n", report->out);
}

/* "1 234 567" */
static void print_number(FILE *out, uint64_t number) {
  if (number >= 1000) {
    print_number(out, number / 1000);
    fprintf(out, " %03" PRIu64, number % 1000);
  } else {
    fprintf(out, "%" PRIu64, number);
  }
}

static void print_total(FILE *out, uint64_t n, const char *singular, const char *many) {
  print_number(out, n);
  fprintf(out, " %s, ", n == 1 ? singular : many);
}

static void print_proof(const struct text_report *report) {
  const struct summary *summary = report->summary;
  FILE *out = report->out;
  print_total(out, summary->n_events, "event", "events");
  print_total(out, summary->n_threads, "thread", "threads");
  print_total(out, summary->n_locks, "lock", "locks");
  print_total(out, summary->n_libraries, "library", "libraries");
  print_total(out, summary->n_processes, "process", "processes");
  print_total(out, summary->dropped, "dropped", "dropped");
  if (summary->order_repaired || summary->contradictions) {
    print_total(out, summary->order_repaired, "order repaired", "orders repaired");
    print_total(out, summary->contradictions, "contradiction", "contradictions");
  }
  fprintf(out, "%.2f s\n", summary->seconds);
}

static void text_end(void *state) {
  struct text_report *report = state;
  if (!report->summary->quiet) {
    print_count(report);
    print_notes(report);
    print_benign(report);
    print_proof(report);
  }
  free(report);
}

const struct reporter reporter_text = {.name = "text", .extension = "txt", .begin = text_begin, .finding = text_finding, .end = text_end};
