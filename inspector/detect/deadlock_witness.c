/* deadlock_witness.c - the proof of a cycle that can be reached: how far each thread gets.
 *
 * The closed set, executed in the order of the trace, is a correct reordering by construction: it is closed under the hard
 * order, each read keeps its writer, and of each lock all sections but the last have ended (ANALYSIS.md, section 9). */
#include <stdlib.h>

#include "detect/deadlock_state.h"
#include "util/alloc.h"

#define NOT_NAMED UINT32_MAX /* a thread that does nothing and takes no part */

static bool takes_part(const struct deadlock *deadlock, const uint32_t *nodes, uint32_t n, uint32_t thread) {
  for (uint32_t i = 0; i < n; i++)
    if (deadlock->nodes[nodes[i]].thread == thread)
      return true;
  return false;
}

/* Lines of each thread. False if one who takes no part stops within a line: nobody could tell it to. */
static bool set_lines(const struct deadlock *deadlock, const uint32_t *nodes, uint32_t n, uint32_t *lines) {
  const struct line_index *index = &deadlock->order.lines;
  const uint32_t *set = closure_set(deadlock->closure);
  for (uint32_t chain = 0; chain < index->n_chains; chain++) {
    uint32_t begun = line_index_stops(index, chain, set[chain], lines);
    if (begun != NO_INDEX && !takes_part(deadlock, nodes, n, begun))
      return false;
  }
  return true;
}

static void set_stops(struct witness *witness, const uint32_t *lines, uint32_t n_threads) {
  for (uint32_t thread = 0; thread < n_threads; thread++)
    witness->n_stops += lines[thread] != NOT_NAMED;
  witness->stops = xcalloc(witness->n_stops, sizeof *witness->stops);
  for (uint32_t thread = 0, k = 0; thread < n_threads; thread++)
    if (lines[thread] != NOT_NAMED)
      witness->stops[k++] = (struct witness_stop){.thread = thread, .n = lines[thread]};
}

bool deadlock_witness(const struct deadlock *deadlock, const uint32_t *nodes, const uint32_t *instances, uint32_t n,
                      struct witness *ret_witness) {
  uint32_t n_threads = deadlock->order.lines.n_threads;
  uint32_t *lines = xcalloc(n_threads, sizeof *lines);
  bool is_whole = set_lines(deadlock, nodes, n, lines);
  for (uint32_t thread = 0; thread < n_threads; thread++)
    if (!lines[thread])
      lines[thread] = NOT_NAMED;
  for (uint32_t i = 0; i < n; i++) {
    const struct node *node = &deadlock->nodes[nodes[i]];
    lines[node->thread] = node->instances[instances[i]].stop;
  }
  if (is_whole)
    set_stops(ret_witness, lines, n_threads);
  free(lines);
  return is_whole;
}
