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

static bool is_same_place(const struct trace_steer_place *a, const struct trace_steer_place *b) {
  return a->n_frames == b->n_frames && !memcmp(a->frames, b->frames, sizeof a->frames);
}

/* Each thread stands at the place of another one of the wanted threads: whole call stacks, as a wrapper's call is the same for all. */
static bool are_same_places(const struct finding *wanted, const struct finding *happened) {
  struct trace_steer a, b;
  uint32_t taken = 0, n = 0;
  if (!steering_init(&a, wanted) || !steering_init(&b, happened) || a.n_places != b.n_places)
    return false;
  for (uint32_t i = 0; i < a.n_places; i++)
    for (uint32_t k = 0; k < b.n_places; k++)
      if (!(taken & 1u << k) && is_same_place(&a.places[i], &b.places[k])) {
        taken |= 1u << k;
        n++;
        break;
      }
  return n == a.n_places;
}

static bool is_wanted(const struct attempt *attempt, const struct finding *happened) {
  return happened->verdict == VERDICT_OBSERVED && !strcmp(happened->kind, attempt->finding->kind) &&
         are_same_places(attempt->finding, happened);
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
    if (is_wanted(attempt, happened->items[i]) || is_timed_one(attempt, happened->items[i])) {
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
    steering_listen(&attempt->steer, &attempt->launch->folder.session->steer);
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
