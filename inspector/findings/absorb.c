/* absorb.c - see absorb.h. Fingerprints tell code, and not threads or times: what has happened swallows what could have, be it seen in
 * other rounds of a loop or between other threads of a pool. */
#include "findings/absorb.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

static bool has_happened(const struct finding *finding) {
  return finding->verdict == VERDICT_OBSERVED && finding->severity > SEVERITY_NOTE;
}

static bool is_of_one_code(const struct finding *a, const struct finding *b) {
  return a->fingerprint == b->fingerprint && !strcmp(a->kind, b->kind);
}

static bool takes_part(const struct finding *finding, const struct finding_thread *thread) {
  for (uint32_t i = 0; i < finding->n_threads; i++) {
    const struct finding_thread *other = &finding->threads[i];
    if (other->thread == thread->thread && other->wants == thread->wants && other->wants_thread == thread->wants_thread)
      return true;
  }
  return false;
}

/* The same threads want the same, be it at other places. */
static bool is_same_circle(const struct finding *a, const struct finding *b) {
  if (a->source != b->source || strcmp(a->kind, b->kind) || a->n_threads != b->n_threads)
    return false;
  for (uint32_t i = 0; i < a->n_threads; i++)
    if (!takes_part(b, &a->threads[i]))
      return false;
  return true;
}

/* Does each thread of `general` take part in `special` by the same event? */
static bool tells_events_of(const struct finding *special, const struct finding *general) {
  if (special->source != general->source)
    return false;
  for (uint32_t i = 0; i < special->n_events; i++)
    for (uint32_t k = 0; k < general->n_events; k++)
      if (special->events[i] == general->events[k])
        return true;
  return false;
}

static bool is_absorbed(const struct finding *finding, const struct finding *by) {
  if (!has_happened(by) || by == finding)
    return false;
  if (finding->is_general)
    return !by->is_general && tells_events_of(by, finding);
  return finding->verdict < VERDICT_OBSERVED && finding->verdict > VERDICT_BENIGN &&
         (is_of_one_code(finding, by) || (by->is_hang && is_same_circle(finding, by)));
}

void findings_absorb(struct findings *findings) {
  size_t kept = 0;
  bool *is_dropped = xcalloc(findings->n_items, sizeof *is_dropped);
  for (size_t by = 0; by < findings->n_items; by++)
    for (size_t i = 0; has_happened(findings->items[by]) && i < findings->n_items; i++)
      is_dropped[i] |= is_absorbed(findings->items[i], findings->items[by]);
  for (size_t i = 0; i < findings->n_items; i++)
    if (is_dropped[i])
      finding_free(findings->items[i]);
    else
      findings->items[kept++] = findings->items[i];
  findings->n_items = kept;
  free(is_dropped);
}
