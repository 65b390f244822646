/* random_proofs.c - on random text traces every prediction has a witness, and the checker that shares nothing with the detector
 * can execute it.
 *
 *   random_proofs TRACES [FIRST_SEED [EVENTS]]
 *
 * Each trace is looked at as it is, and once more with damaged lines. Ends with 1 on the first that does not hold; the trace is then left
 * where the message says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "detect/analysis.h"
#include "random_text.h"
#include "support/proof.h"
#include "util/alloc.h"
#include "verify/replay.h"

struct totals {
  unsigned by_stop, by_order, potential, cut, unreadable, refused;
};

static struct findings *analyse(const char *trace, struct totals *totals) {
  static const char *const only[] = {"deadlock", NULL};
  struct analysis_options options = {.only = only};
  struct findings *findings = findings_new();
  struct summary summary = {0};
  unsigned n_unreadable = 0;
  char *paths[] = {(char *)trace};
  analysis_run(paths, 1, &options, findings, &summary, &n_unreadable);
  totals->unreadable += n_unreadable;
  for (uint32_t i = 0; i < summary.n_notes; i++)
    free(summary.notes[i]);
  for (uint32_t i = 0; i < summary.n_traces; i++)
    free(summary.traces[i]);
  free(summary.notes);
  free(summary.traces);
  return findings;
}

static bool check_all(const char *trace, const struct findings *findings, struct totals *totals) {
  struct replay *replay = NULL;
  char *why = NULL;
  if (findings->n_items && replay_open(trace, &replay, &why) == 0)
    for (size_t i = 0; i < findings->n_items && !why; i++) {
      const struct finding *finding = findings->items[i];
      why = proof_missing_in(replay, finding);
      totals->by_order += finding->witness.n_order > 0;
      totals->by_stop += finding->witness.n_stops > 0;
      totals->potential += finding->verdict == VERDICT_POTENTIAL;
      totals->cut += finding->verdict == VERDICT_POTENTIAL && strstr(finding->reason, "was cut");
    }
  replay_close(replay);
  if (why)
    printf("%s: %s\n", trace, why);
  bool holds = !why;
  free(why);
  return holds;
}

typedef void writer(FILE *out, const struct random_text_options *options);

static bool check_written(const char *trace, writer *write, const struct random_text_options *options, struct totals *totals) {
  FILE *file = fopen(trace, "w");
  if (!file) {
    perror(trace);
    return false;
  }
  write(file, options);
  fclose(file);
  struct findings *findings = analyse(trace, totals);
  bool holds = check_all(trace, findings, totals);
  findings_free(findings);
  return holds;
}

/* As it was, and damaged: then it may be refused, from some line on. */
static bool check_seed(const char *trace, uint64_t seed, unsigned n_events, struct totals *totals) {
  struct random_text_options options = {.seed = seed, .n_threads = 2 + (unsigned)(seed % 7), .n_events = n_events};
  if (!check_written(trace, random_text_write, &options, totals))
    return false;
  if (totals->unreadable) {
    printf("%s: refused\n", trace);
    return false;
  }
  bool holds = check_written(trace, random_text_damage, &options, totals);
  totals->refused += totals->unreadable;
  totals->unreadable = 0;
  return holds;
}

int main(int argc, char **argv) {
  uint64_t traces = argc > 1 ? strtoull(argv[1], NULL, 10) : 400, first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
  unsigned n_events = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 0;
  const char *folder = getenv("TMPDIR");
  char *trace = xasprintf("%s/proofs-XXXXXX.std", folder ? folder : "/tmp");
  int fd = mkstemps(trace, 4);
  if (fd < 0) {
    perror(trace);
    return 1;
  }
  close(fd);
  struct totals totals = {0};
  bool holds = true;
  for (uint64_t i = 0; i < traces && holds; i++)
    holds = check_seed(trace, first + i, n_events ? n_events : 20 + (unsigned)((first + i) % 12) * 30, &totals);
  printf("%llu traces: %u predicted in the order of the trace, %u in another one, %u potential, %u of these cut; %u damaged ones refused\n",
         (unsigned long long)traces, totals.by_stop, totals.by_order, totals.potential, totals.cut, totals.refused);
  if (holds)
    unlink(trace);
  free(trace);
  return holds && totals.by_stop && totals.by_order ? 0 : 1;
}
