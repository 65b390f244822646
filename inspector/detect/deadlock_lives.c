/* deadlock_lives.c - cycles whose threads never stood at their requests at once, as one had started the other later or joined it before.
 *
 * Most programs set up alone, work together and clean up alone, and lock in another order while alone. The lives of the threads,
 * which the first reading knows, refute such a cycle without the second reading and its memory. Only whole nodes are compared:
 * the last request of one against the first of another. What interleaves is left to the clocks of the second reading. */
#include "detect/deadlock_state.h"

enum { STEPS = 256 }; /* of one question; programs start threads from threads, but not that deep */

struct moment {
  uint32_t thread;
  uint64_t ordinal;
};

/* Does `a` happen before `b` by starts and joins? Either `b`'s thread was started after it, or `a`'s thread was joined before. */
static bool is_before(const struct model *model, struct moment a, struct moment b, int *steps) {
  if (a.thread == b.thread)
    return a.ordinal < b.ordinal;
  if (--*steps < 0)
    return false;
  const struct thread *first = &model->threads[a.thread], *second = &model->threads[b.thread];
  if (second->creator != NO_INDEX && is_before(model, a, (struct moment){second->creator, second->create_ordinal}, steps))
    return true;
  return first->is_joined && first->joiner != NO_INDEX && first->joiner != a.thread &&
         is_before(model, (struct moment){first->joiner, first->join_ordinal}, b, steps);
}

static bool nodes_are_ordered(const struct model *model, const struct node *a, const struct node *b) {
  int steps = STEPS;
  return is_before(model, (struct moment){a->thread, a->last_ordinal}, (struct moment){b->thread, b->ordinal}, &steps);
}

bool deadlock_lives_ordered(const struct deadlock *deadlock, const struct model *model, const uint32_t *nodes, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t k = 0; k < n; k++)
      if (i != k && nodes_are_ordered(model, &deadlock->nodes[nodes[i]], &deadlock->nodes[nodes[k]]))
        return true;
  return false;
}
