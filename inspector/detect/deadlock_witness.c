/* deadlock_witness.c - the proof of a cycle that can be reached: how far each thread gets.
 *
 * The closed set, executed in the order of the trace, is a correct reordering by construction: it is closed under the hard
 * order, each read keeps its writer, and of each lock all sections but the last have ended (ANALYSIS.md, section 9). */
#include <stdlib.h>

#include "detect/deadlock_state.h"
#include "util/alloc.h"

#define NOT_NAMED UINT32_MAX /* a thread that does nothing and takes no part */

static void set_lines(const struct deadlock *deadlock, const uint32_t *set, uint32_t *lines) {
  const struct line_index *index = &deadlock->order.lines;
  for (uint32_t chain = 0; chain < index->n_chains; chain++)
    line_index_stops(index, chain, set[chain], lines);
  for (uint32_t thread = 0; thread < index->n_threads; thread++)
    if (!lines[thread])
      lines[thread] = NOT_NAMED;
}

struct witness deadlock_witness(const struct deadlock *deadlock, const uint32_t *nodes, const uint32_t *instances, uint32_t n,
                                const uint32_t *set) {
  uint32_t n_threads = deadlock->order.lines.n_threads;
  uint32_t *lines = xcalloc(n_threads, sizeof *lines);
  set_lines(deadlock, set, lines);
  for (uint32_t i = 0; i < n; i++) {
    const struct node *node = &deadlock->nodes[nodes[i]];
    lines[node->thread] = node->instances[instances[i]].stop;
  }
  struct witness witness = {0};
  for (uint32_t thread = 0; thread < n_threads; thread++)
    witness.n_stops += lines[thread] != NOT_NAMED;
  witness.stops = xcalloc(witness.n_stops, sizeof *witness.stops);
  for (uint32_t thread = 0, k = 0; thread < n_threads; thread++)
    if (lines[thread] != NOT_NAMED)
      witness.stops[k++] = (struct witness_stop){.thread = thread, .n = lines[thread]};
  free(lines);
  return witness;
}
