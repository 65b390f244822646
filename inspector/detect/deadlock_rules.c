/* deadlock_rules.c - which abstract acquires can block each other, and which locks keep two of them apart.
 *
 * A lock guards two acquires if both are made under it, not both sharing it. A thread started and joined by another that
 * holds a lock all the while inherits that lock as a guard against everybody but the holder: if it blocks, the holder
 * blocks in its join and the lock is never free (ANALYSIS.md, inherited guards). */
#include <stdlib.h>

#include "detect/deadlock_state.h"
#include "util/alloc.h"

bool deadlock_lock_counts(const struct deadlock *deadlock, uint32_t lock) {
  if (IS_TERM(lock))
    return true;
  return lock < deadlock->n_uses && deadlock->uses[lock].thread == USE_MANY && !deadlock->uses[lock].is_total;
}

bool deadlock_holds_term(const struct deadlock *deadlock, uint32_t thread) {
  return deadlock->is_joined_by_holder && thread < deadlock->n_threads && deadlock->is_joined_by_holder[thread];
}

enum hold_mode deadlock_holds(const struct deadlock *deadlock, const struct model *model, const struct node *node, uint32_t lock) {
  if (IS_TERM(lock))
    return TERM_THREAD(lock) == node->thread && deadlock_holds_term(deadlock, node->thread) ? HOLD_EXCLUSIVE : HOLD_NOT;
  const struct lockset_member *members = lockset_members(model->locksets, node->lockset);
  for (uint32_t i = 0, n = lockset_size(model->locksets, node->lockset); i < n; i++)
    if (members[i].object == lock)
      return members[i].is_shared ? HOLD_SHARED : HOLD_EXCLUSIVE;
  return HOLD_NOT;
}

/* A reader blocks on a reader only behind a writer in the queue, and only where the lock prefers writers. */
bool deadlock_needs_writer(const struct deadlock *deadlock, const struct model *model, const struct node *asker,
                           const struct node *holder) {
  return asker->mode & TRACE_MODE_READ && deadlock_holds(deadlock, model, holder, asker->lock) == HOLD_SHARED;
}

bool deadlock_blocks(const struct deadlock *deadlock, const struct model *model, const struct node *asker, const struct node *holder) {
  if (deadlock_needs_writer(deadlock, model, asker, holder))
    return model->objects[asker->lock].kind & TRACE_TYPE_PREFER_WRITER && deadlock->uses[asker->lock].is_written;
  return deadlock_holds(deadlock, model, holder, asker->lock) != HOLD_NOT;
}

static bool is_mutex(const struct deadlock *deadlock, uint32_t object) {
  return object >= deadlock->n_uses || !deadlock->uses[object].is_total;
}

static uint32_t common_guard(const struct deadlock *deadlock, const struct model *model, uint32_t a, uint32_t b) {
  if (a == LOCKSET_EMPTY || b == LOCKSET_EMPTY)
    return NO_INDEX;
  const struct lockset_member *x = lockset_members(model->locksets, a), *y = lockset_members(model->locksets, b);
  const struct lockset_member *x_end = x + lockset_size(model->locksets, a), *y_end = y + lockset_size(model->locksets, b);
  while (x < x_end && y < y_end) {
    uint32_t left = x->object, right = y->object;
    if (left == right && !(x->is_shared && y->is_shared) && is_mutex(deadlock, left))
      return left;
    x += left <= right;
    y += right <= left;
  }
  return NO_INDEX;
}

/* Next guard that the thread or, while these live inside one another, one of its creators inherited: + 1, 0 at the end. */
static uint32_t inherited_first(const struct deadlock *deadlock, const struct model *model, uint32_t *thread) {
  while (*thread < model->n_threads) {
    if (*thread < deadlock->n_first_inherited && deadlock->first_inherited[*thread])
      return deadlock->first_inherited[*thread];
    const struct thread *t = &model->threads[*thread];
    if (!t->is_joined || t->joiner != t->creator || t->creator == *thread)
      break;
    *thread = t->creator;
  }
  return 0;
}

static uint32_t inherited_next(const struct deadlock *deadlock, const struct model *model, uint32_t *thread, uint32_t at) {
  if (deadlock->inherited[at - 1].next)
    return deadlock->inherited[at - 1].next;
  const struct thread *t = &model->threads[*thread];
  if (!t->is_joined || t->joiner != t->creator || t->creator == *thread)
    return 0;
  *thread = t->creator;
  return inherited_first(deadlock, model, thread);
}

static bool is_until_join(const struct model *model, const struct inherited *guard) {
  const struct thread *child = &model->threads[guard->child];
  return child->is_joined && child->joiner == guard->holder;
}

static bool parents_conflict(const struct deadlock *deadlock, const struct model *model, const struct inherited *guard, uint32_t thread) {
  for (uint32_t at = inherited_first(deadlock, model, &thread); at; at = inherited_next(deadlock, model, &thread, at)) {
    const struct inherited *other = &deadlock->inherited[at - 1];
    if (other->object == guard->object && other->holder != guard->holder && !(other->is_shared && guard->is_shared) &&
        is_until_join(model, other))
      return true;
  }
  return false;
}

static uint32_t inherited_guard(const struct deadlock *deadlock, const struct model *model, const struct node *child,
                                const struct node *other, uint32_t *ret_parent) {
  uint32_t thread = child->thread;
  for (uint32_t at = inherited_first(deadlock, model, &thread); at; at = inherited_next(deadlock, model, &thread, at)) {
    const struct inherited *guard = &deadlock->inherited[at - 1];
    if (guard->holder == other->thread || !is_until_join(model, guard) || !is_mutex(deadlock, guard->object))
      continue;
    enum hold_mode hold = deadlock_holds(deadlock, model, other, guard->object);
    if (hold == HOLD_EXCLUSIVE || (hold == HOLD_SHARED && !guard->is_shared) || parents_conflict(deadlock, model, guard, other->thread)) {
      *ret_parent = guard->holder;
      return guard->object;
    }
  }
  return NO_INDEX;
}

uint32_t deadlock_guard(const struct deadlock *deadlock, const struct model *model, const struct node *a, const struct node *b,
                        uint32_t *ret_parent) {
  *ret_parent = NO_INDEX;
  uint32_t guard = common_guard(deadlock, model, a->lockset, b->lockset);
  if (guard == NO_INDEX && deadlock->n_inherited)
    guard = inherited_guard(deadlock, model, a, b, ret_parent);
  if (guard == NO_INDEX && deadlock->n_inherited)
    guard = inherited_guard(deadlock, model, b, a, ret_parent);
  return guard;
}

static uint32_t *first_inherited(struct deadlock *deadlock, uint32_t child) {
  while (deadlock->n_first_inherited <= child) {
    deadlock->first_inherited = grow(deadlock->first_inherited, deadlock->n_first_inherited, &deadlock->first_inherited_capacity,
                                     sizeof *deadlock->first_inherited);
    deadlock->first_inherited[deadlock->n_first_inherited++] = 0;
  }
  return &deadlock->first_inherited[child];
}

static void inherit(struct deadlock *deadlock, const struct model *model, const struct event *event) {
  const struct thread *parent = &model->threads[event->thread];
  uint32_t *first = first_inherited(deadlock, event->target);
  for (uint32_t i = 0; i < parent->n_held; i++) {
    const struct held *held = &parent->held[i];
    deadlock->inherited = grow(deadlock->inherited, deadlock->n_inherited, &deadlock->inherited_capacity, sizeof *deadlock->inherited);
    deadlock->inherited[deadlock->n_inherited++] = (struct inherited){.child = event->target,
                                                                      .holder = event->thread,
                                                                      .object = held->object,
                                                                      .is_shared = held->mode & TRACE_MODE_READ,
                                                                      .ordinal = held->ordinal,
                                                                      .next = *first};
    *first = deadlock->n_inherited;
  }
}

/* At the join only those count that were never let go in between. */
static void disinherit(struct deadlock *deadlock, const struct model *model, const struct event *event) {
  uint32_t *link = event->target < deadlock->n_first_inherited ? &deadlock->first_inherited[event->target] : NULL;
  while (link && *link) {
    struct inherited *guard = &deadlock->inherited[*link - 1];
    const struct held *held = guard->holder == event->thread ? thread_held(&model->threads[event->thread], guard->object) : NULL;
    if (held && held->ordinal == guard->ordinal)
      link = &guard->next;
    else
      *link = guard->next;
  }
}

void deadlock_note_fork(struct deadlock *deadlock, const struct model *model, const struct event *event) {
  if (event->target == NO_INDEX)
    return;
  if (event->op == TRACE_CREATE)
    inherit(deadlock, model, event);
  else
    disinherit(deadlock, model, event);
}
