/* proof.c - a finding's witness as a claim: see proof.h. */
#include "support/proof.h"

#include <stdlib.h>

#include "findings/finding.h"
#include "util/alloc.h"
#include "verify/replay.h"

char *proof_missing_in(struct replay *replay, const struct finding *finding) {
  const struct witness *witness = &finding->witness;
  if (finding->verdict != VERDICT_PREDICTED)
    return NULL;
  if (!witness->n_order && !witness->n_stops)
    return xstrdup("there is none");
  uint64_t *requests = xcalloc(finding->n_threads, sizeof *requests);
  for (uint32_t i = 0; i < finding->n_threads; i++)
    requests[i] = finding->threads[i].event;
  struct replay_stop *stops = xcalloc(witness->n_stops, sizeof *stops);
  for (uint32_t i = 0; i < witness->n_stops; i++)
    stops[i] = (struct replay_stop){witness->stops[i].thread, witness->stops[i].n};
  struct replay_claim claim = {.requests = requests,
                               .n_requests = finding->n_threads,
                               .stops = stops,
                               .n_stops = witness->n_stops,
                               .order = witness->n_order ? witness->order : NULL,
                               .n_order = witness->n_order};
  char *why = NULL;
  replay_check(replay, &claim, &why);
  free(requests);
  free(stops);
  return why;
}

char *proof_missing(const char *trace, const struct finding *finding) {
  if (finding->verdict != VERDICT_PREDICTED)
    return NULL;
  struct replay *replay = NULL;
  char *why = NULL;
  if (replay_open(trace, &replay, &why) == 0)
    why = proof_missing_in(replay, finding);
  replay_close(replay);
  return why;
}
