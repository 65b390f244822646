/* wording.c - see wording.h. */
#include "report/wording.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "findings/own_code.h"
#include "util/alloc.h"
#include "util/text.h"

enum { FUNCTION_COLUMNS = 90 };

/* The "it" in "waits for it here", as a word; NULL if there is none. */
static const char *find_it(const char *what) {
  for (const char *at = what; (at = strstr(at, "it")); at++)
    if ((at == what || at[-1] == ' ') && (at[2] == ' ' || !at[2]))
      return at;
  return NULL;
}

char *wording_deed(const struct finding_thread *thread) {
  const char *what = thread->what ? thread->what : "";
  const char *it = thread->wants_name ? find_it(what) : NULL;
  if (it)
    return xasprintf(" %.*s%s%s", (int)(it - what), what, thread->wants_name, it + 2);
  return xasprintf(": %s%s%s", what, thread->wants_name ? ", wants " : "", thread->wants_name ? thread->wants_name : "");
}

char *wording_place(const struct finding_place *place) {
  return xasprintf("%s%s%s%s%s", place->object_name ? place->object_name : "", place->object_name ? " " : "", place->what,
                   place->thread_name ? " by " : "", place->thread_name ? place->thread_name : "");
}

char *wording_event(const struct finding *finding, uint64_t ordinal) {
  return ordinal ? xasprintf(" (%s %" PRIu64 ")", finding->by_name ? "line" : "event", ordinal) : xstrdup("");
}

static const char *const baseline_words[] = {[BASELINE_UNKNOWN] = "", [BASELINE_NEW] = ", new", [BASELINE_KNOWN] = ", known"};

char *wording_verdict(const struct finding *finding) {
  return xasprintf("%s, %s%s%s%s%s%s", finding->kind, verdict_text(finding->verdict), finding->benign ? ": " : "",
                   finding->benign ? finding->benign : "", baseline_words[finding->baseline], finding->suppressed ? ", suppressed by " : "",
                   finding->suppressed ? finding->suppressed : "");
}

static const char *plural(uint64_t n) {
  return n == 1 ? "" : "s";
}

/* A sentence that grows. */
struct sentence {
  char *text;
  size_t length;
  FILE *out;
};

static void sentence_begin(struct sentence *sentence) {
  *sentence = (struct sentence){0};
  sentence->out = open_memstream(&sentence->text, &sentence->length);
  if (!sentence->out)
    abort(); /* out of memory, as everywhere offline */
}

static char *sentence_end(struct sentence *sentence) {
  fclose(sentence->out);
  return sentence->text;
}

/* What a folded frame lies in. */
static const char *place_of(const struct frame *frame) {
  if (frame->file && (strstr(frame->file, "/c++/") || strstr(frame->file, "/libstdc++-v3/")))
    return "C++ library code";
  return frame->module ? base_name(frame->module) : "unknown code";
}

static bool is_named_before(const struct frame *frames, uint32_t n, const char *place) {
  for (uint32_t i = 0; i < n; i++)
    if (strcmp(place_of(&frames[i]), place) == 0)
      return true;
  return false;
}

char *wording_fold(const struct frame *frames, uint32_t n) {
  struct sentence sentence;
  sentence_begin(&sentence);
  if (n > 1) {
    fprintf(sentence.out, "%" PRIu32 " frames in ", n);
  } else {
    char *function = text_elide(frames[0].function ? frames[0].function : "1 frame", FUNCTION_COLUMNS);
    fprintf(sentence.out, "%s in ", function);
    free(function);
  }
  for (uint32_t i = 0; i < n; i++)
    if (!is_named_before(frames, i, place_of(&frames[i])))
      fprintf(sentence.out, "%s%s", i ? ", " : "", place_of(&frames[i]));
  return sentence_end(&sentence);
}

char *wording_count(const struct summary *summary, const uint64_t n_by_severity[3]) {
  uint64_t n = n_by_severity[0] + n_by_severity[1] + n_by_severity[2];
  if (!n && summary->nothing)
    return xstrdup(summary->nothing);
  if (!n)
    return xstrdup(summary->n_events ? "No findings." : "No findings, but nothing was recorded either.");
  struct sentence sentence;
  sentence_begin(&sentence);
  fprintf(sentence.out, "%" PRIu64 " finding%s:", n, plural(n));
  const char *separator = " ";
  for (int i = SEVERITY_ERROR; i >= SEVERITY_NOTE; i--) {
    if (!n_by_severity[i])
      continue;
    fprintf(sentence.out, "%s%" PRIu64 " %s%s", separator, n_by_severity[i], severity_text((enum severity)i), plural(n_by_severity[i]));
    separator = ", ";
  }
  return sentence_end(&sentence);
}

/* In the order of benign_texts. */
static const char *const benign_words[] = {"guarded",       "one-thread",     "ordered by start or join", "readers only",
                                           "try-lock only", "early released", "different locks"};

char *wording_benign(const struct summary *summary) {
  if (!summary->n_benign_cycles)
    return NULL;
  struct sentence sentence;
  sentence_begin(&sentence);
  fprintf(sentence.out, "%" PRIu64 " lock-order cycle%s cannot deadlock in this run", summary->n_benign_cycles,
          plural(summary->n_benign_cycles));
  const char *separator = ": ";
  for (size_t i = 0; benign_texts[i]; i++)
    if (summary->n_benign[i]) {
      fprintf(sentence.out, "%s%" PRIu64 " %s", separator, summary->n_benign[i], benign_words[i]);
      separator = ", ";
    }
  fputs(summary->show_all ? "" : "; --all shows them", sentence.out);
  return sentence_end(&sentence);
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

char *wording_proof(const struct summary *summary) {
  struct sentence sentence;
  sentence_begin(&sentence);
  FILE *out = sentence.out;
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
  fprintf(out, "%.2f s", summary->seconds);
  return sentence_end(&sentence);
}

char *wording_trouble(const struct summary *summary) {
  bool has_too_few = summary->n_events < summary->require_events;
  if (!summary->n_unreadable && !has_too_few)
    return NULL;
  struct sentence sentence;
  sentence_begin(&sentence);
  if (summary->n_unreadable)
    fprintf(sentence.out, "%u trace%s could not be read (to the end)", summary->n_unreadable, plural(summary->n_unreadable));
  if (has_too_few)
    fprintf(sentence.out, "%sonly %" PRIu64 " events were recorded, %" PRIu64 " are required", summary->n_unreadable ? "; " : "",
            summary->n_events, summary->require_events);
  return sentence_end(&sentence);
}
