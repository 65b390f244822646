/* attempt.c - see attempt.h. What happened is the wanted deadlock if as many threads got stuck, each at the place of one of its. */
#include "commands/attempt.h"

#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "commands/summary.h"
#include "commands/usage.h"
#include "detect/analysis.h"
#include "util/alloc.h"

enum { MAX_PATTERNS = 1000000 };

void confirmed_note(struct confirmed *confirmed, char *line) {
  struct summary *summary = &confirmed->summary;
  summary->notes = xreallocarray(summary->notes, summary->n_notes + 1, sizeof *summary->notes);
  summary->notes[summary->n_notes++] = line;
}

void confirmed_finish(struct confirmed *confirmed) {
  for (const struct detector *const *detector = detectors; *detector; detector++)
    findings_know_kind(confirmed->findings, (*detector)->id, (*detector)->letter, (*detector)->title);
  findings_finish(confirmed->findings);
}

void confirmed_done(struct confirmed *confirmed) {
  findings_free(confirmed->findings);
  summary_done(&confirmed->summary);
}

/* The totals are of the attempt, the notes stay. */
static void take_totals(struct confirmed *confirmed, struct summary *summary) {
  char **notes = confirmed->summary.notes;
  uint32_t n_notes = confirmed->summary.n_notes;
  confirmed->summary.notes = NULL;
  confirmed->summary.n_notes = 0;
  summary_done(&confirmed->summary);
  for (uint32_t i = 0; i < summary->n_notes; i++)
    free(summary->notes[i]);
  free(summary->notes);
  confirmed->summary = *summary;
  confirmed->summary.notes = notes;
  confirmed->summary.n_notes = n_notes;
}

bool attempt_prepare(struct attempt *attempt) {
  return steering_init(&attempt->steer, attempt->finding);
}

/* Is the thread stuck where the other one was to be held back? */
static bool is_same_place(const struct finding_thread *a, const struct finding_thread *b) {
  const struct frame *x = a->stack.n_frames ? &a->stack.frames[0] : NULL, *y = b->stack.n_frames ? &b->stack.frames[0] : NULL;
  return x && y && x->module && y->module && x->offset == y->offset &&
         trace_steer_module(x->module, (uint32_t)strlen(x->module)) == trace_steer_module(y->module, (uint32_t)strlen(y->module));
}

static bool has_place(const struct finding *finding, const struct finding_thread *thread) {
  for (uint32_t i = 0; i < finding->n_threads; i++)
    if (is_same_place(&finding->threads[i], thread))
      return true;
  return false;
}

static bool is_wanted(const struct finding *wanted, const struct finding *happened) {
  if (happened->verdict != VERDICT_OBSERVED || strcmp(happened->kind, wanted->kind) || happened->n_threads != wanted->n_threads)
    return false;
  for (uint32_t i = 0; i < wanted->n_threads; i++)
    if (!has_place(happened, &wanted->threads[i]))
      return false;
  return true;
}

/* A timed lock gives up in the end: that the threads stood there together is all that can happen. */
static bool is_timed_one(const struct attempt *attempt, const struct finding *happened) {
  return attempt->steer.n_met && happened->severity < SEVERITY_ERROR && happened->fingerprint == attempt->finding->fingerprint;
}

static const char *outcome(const struct finding *happened) {
  return happened->verdict == VERDICT_OBSERVED ? "the program got stuck there" : "they stood there together until a timeout ended it";
}

/* Moves it to what is confirmed. */
static void take_finding(struct attempt *attempt, struct findings *happened, size_t index, struct confirmed *confirmed) {
  struct finding *finding = happened->items[index];
  happened->items[index] = happened->items[--happened->n_items];
  free(finding->reason);
  finding->reason =
      xasprintf("it was %s (%s of %s), and with its threads held back %s, in attempt %u of %u", verdict_text(attempt->finding->verdict),
                attempt->finding->id, attempt->finding->trace ? attempt->finding->trace : "the recording", outcome(finding),
                attempt->number, attempt->n_attempts);
  finding->verdict = VERDICT_CONFIRMED;
  struct findings *all = confirmed->findings;
  all->items = xreallocarray(all->items, all->n_items + 1, sizeof *all->items);
  all->items[all->n_items++] = finding;
  all->capacity = all->resolved = all->n_items;
}

static void judge(struct attempt *attempt, struct confirmed *confirmed) {
  const struct analysis_options options = {.detect = {.max_cycle = attempt->max_cycle, .max_patterns = MAX_PATTERNS}};
  struct findings *happened = findings_new();
  struct summary summary = {0};
  unsigned n_unreadable = 0;
  analysis_run(&attempt->launch->folder.path, 1, &options, happened, &summary, &n_unreadable);
  for (size_t i = 0; i < happened->n_items && !attempt->has_happened; i++)
    if (is_wanted(attempt->finding, happened->items[i]) || is_timed_one(attempt, happened->items[i])) {
      take_finding(attempt, happened, i, confirmed);
      attempt->has_happened = true;
    }
  take_totals(confirmed, &summary);
  findings_free(happened);
}

static bool is_silent(const struct trace_steer *steer) {
  for (uint32_t i = 0; i < steer->n_places; i++)
    if (steer->places[i].n_visits)
      return false;
  return true;
}

int attempt_run(struct attempt *attempt, struct confirmed *confirmed) {
  steering_attempt(&attempt->steer, attempt->number);
  attempt->launch->steer = &attempt->steer;
  int status = launch_run(attempt->launch);
  if (!status) {
    attempt->steer = attempt->launch->folder.session->steer;
    attempt->n_silent += is_silent(&attempt->steer);
    judge(attempt, confirmed);
  }
  launch_done(attempt->launch);
  return status;
}

char *attempt_failed(const struct attempt *attempt) {
  unsigned n = attempt->number <= attempt->n_attempts ? attempt->number : attempt->n_attempts;
  if (attempt->n_silent == n)
    return xasprintf(
        "%s was not reproduced: in %u attempt%s no thread came to its place; is it the program that was recorded, not built anew?",
        attempt->finding->id, n, n == 1 ? "" : "s");
  char *told = steering_told(&attempt->steer, attempt->finding);
  char *line = xasprintf("%s remains %s: it was not reproduced in %u attempt%s; in the last one, %s", attempt->finding->id,
                         verdict_text(attempt->finding->verdict), n, n == 1 ? "" : "s", told);
  free(told);
  return line;
}
