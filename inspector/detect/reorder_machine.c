/* reorder_machine.c - one step of a reordering: can it be taken, what does it change, and back. See reorder.h. */
#include <stdlib.h>

#include "detect/reorder_impl.h"
#include "findings/hash.h"
#include "util/alloc.h"

static uint64_t slot_hash(uint32_t slot, uint32_t value) {
  return value ? hash_word(HASH_SEED, (uint64_t)slot << 32 | value) : 0;
}

void state_set(struct reorder *reorder, enum slot_part part, uint32_t index, uint32_t value) {
  uint32_t at = slot(reorder, part, index), old = reorder->state[at];
  if (old == value)
    return;
  reorder->changes = grow(reorder->changes, reorder->n_changes, &reorder->change_capacity, sizeof *reorder->changes);
  reorder->changes[reorder->n_changes++] = (struct change){at, old};
  reorder->state[at] = value;
  if (part < N_HASHED_PARTS)
    reorder->hash ^= slot_hash(at, old) ^ slot_hash(at, value);
}

void state_undo(struct reorder *reorder, uint32_t n_changes) {
  while (reorder->n_changes > n_changes) {
    struct change change = reorder->changes[--reorder->n_changes];
    if (change.slot < reorder->part[N_HASHED_PARTS])
      reorder->hash ^= slot_hash(change.slot, reorder->state[change.slot]) ^ slot_hash(change.slot, change.old);
    reorder->state[change.slot] = change.old;
  }
}

uint32_t thread_next(const struct reorder *reorder, uint32_t thread) {
  uint32_t at = state_get(reorder, SLOT_AT, thread);
  return at < reorder->limit[thread] ? reorder->steps->threads[thread].steps[at] : NO_INDEX;
}

bool step_is_taken(const struct reorder *reorder, uint32_t index) {
  const struct step *step = &reorder->steps->items[index];
  return state_get(reorder, SLOT_AT, step->thread) > step->index;
}

bool thread_waits_for(const struct reorder *reorder, uint32_t thread, uint32_t place) {
  uint32_t at = state_get(reorder, SLOT_AT, thread);
  if (!at || state_get(reorder, SLOT_WOKEN, thread))
    return false;
  const struct step *last = &reorder->steps->items[reorder->steps->threads[thread].steps[at - 1]];
  return last->op == STEP_WAIT && last->place == place;
}

static bool has_started(const struct reorder *reorder, uint32_t thread) {
  uint32_t created_by = reorder->steps->threads[thread].created_by;
  return !created_by || step_is_taken(reorder, created_by - 1);
}

static bool has_ended(const struct reorder *reorder, uint32_t thread) {
  return has_started(reorder, thread) && state_get(reorder, SLOT_AT, thread) == reorder->steps->threads[thread].n;
}

/* Held by others in a way that excludes it. */
static bool is_kept(const struct reorder *reorder, const struct step *step) {
  uint32_t owner = state_get(reorder, SLOT_OWNER, step->place);
  if (owner && reorder->steps->items[owner - 1].thread != step->thread)
    return true;
  return !(step->flags & STEP_SHARED) && state_get(reorder, SLOT_READERS, step->place);
}

static bool is_alive(const struct reorder *reorder, uint32_t index) {
  const struct step *step = &reorder->steps->items[index];
  bool keeps_order = reorder->steps->places[step->place].is_sequence;
  if (keeps_order && state_get(reorder, SLOT_LAST, step->place) != step->before)
    return false;
  if (step->op == STEP_INIT || step->op == STEP_END)
    return true;
  return state_get(reorder, SLOT_MADE_BY, step->place) == step->made_by && state_get(reorder, SLOT_NEWEST, step->place) <= index + 1;
}

static bool barrier_is_open(const struct reorder *reorder, const struct step *step) {
  uint32_t parties = reorder->steps->places[step->place].parties;
  uint32_t round = state_get(reorder, SLOT_ARRIVAL, step->thread) / parties;
  return state_get(reorder, SLOT_ARRIVALS, step->place) >= (round + 1) * parties;
}

/* By the state of what it operates on. */
static bool is_ready(const struct reorder *reorder, const struct step *step) {
  switch ((enum step_op)step->op) {
  case STEP_ACQUIRE:
    return !is_kept(reorder, step);
  case STEP_TRY_FAIL:
    return is_kept(reorder, step);
  case STEP_READ:
    return state_get(reorder, SLOT_WRITER, step->place) == step->aux;
  case STEP_JOIN:
    return has_ended(reorder, step->place);
  case STEP_JOIN_FAIL:
    return !has_ended(reorder, step->place);
  case STEP_CANCEL:
    return state_get(reorder, SLOT_AT, step->place) == step->aux;
  case STEP_TAKE:
    return state_get(reorder, SLOT_TOKENS, step->place) > 0;
  case STEP_WAKE:
    return state_get(reorder, SLOT_WOKEN, step->thread);
  case STEP_LEAVE:
    return barrier_is_open(reorder, step);
  case STEP_PASS:
    return state_get(reorder, SLOT_IS_SET, step->place);
  case STEP_AWAIT_FAIL:
    return !state_get(reorder, SLOT_IS_SET, step->place);
  case STEP_NEVER:
    return false;
  case STEP_NOTHING:
  case STEP_RELEASE:
  case STEP_WRITE:
  case STEP_SEQUENCE:
  case STEP_POST:
  case STEP_WAIT:
  case STEP_SIGNAL:
  case STEP_BROADCAST:
  case STEP_ARRIVE:
  case STEP_SET:
  case STEP_CLEAR:
  case STEP_INIT:
  case STEP_END:
    return true;
  }
  return false;
}

bool step_is_possible(const struct reorder *reorder, uint32_t index) {
  const struct step *step = &reorder->steps->items[index];
  if (!has_started(reorder, step->thread))
    return false;
  if (step->needs && !step_is_taken(reorder, step->needs - 1))
    return false;
  return (!(step->flags & STEP_OPERATION) || is_alive(reorder, index)) && is_ready(reorder, step);
}

/* Reads of the present value that are still to come. */
static uint32_t reads_to_come(const struct reorder *reorder, uint32_t place) {
  uint32_t writer = state_get(reorder, SLOT_WRITER, place);
  return writer ? state_get(reorder, SLOT_READS, writer - 1) : state_get(reorder, SLOT_FIRST_READS, place);
}

/* It takes no value from a read, and nobody's write has to come before it so as not to take its own. */
static bool is_free_write(const struct reorder *reorder, uint32_t index) {
  const struct step *step = &reorder->steps->items[index];
  if (step->op != STEP_WRITE || reads_to_come(reorder, step->place))
    return false;
  return reorder->steps->places[step->place].writes != NO_INDEX || !state_get(reorder, SLOT_READS, index);
}

bool step_is_safe(const struct reorder *reorder, uint32_t index) {
  for (;; index = reorder->steps->threads[reorder->steps->items[index].thread].steps[reorder->steps->items[index].index + 1]) {
    const struct step *step = &reorder->steps->items[index];
    if (!(step->flags & STEP_SAFE) && !is_free_write(reorder, index))
      return false;
    if (!(step->flags & STEP_WITH_NEXT) || step->index + 1 >= reorder->limit[step->thread])
      return true;
  }
}

/* What the variable holds counts only while somebody will read it. */
static void update_live(struct reorder *reorder, uint32_t place) {
  state_set(reorder, SLOT_LIVE, place, reads_to_come(reorder, place) ? state_get(reorder, SLOT_WRITER, place) : NO_INDEX);
}

static void take_read(struct reorder *reorder, const struct step *step) {
  enum slot_part part = step->aux ? SLOT_READS : SLOT_FIRST_READS;
  uint32_t index = step->aux ? step->aux - 1 : step->place;
  state_set(reorder, part, index, state_get(reorder, part, index) - 1);
  part = step->aux ? SLOT_NEEDED : SLOT_FIRST_NEEDED;
  if (step->index < state_get(reorder, SLOT_NEED, step->thread))
    state_set(reorder, part, index, state_get(reorder, part, index) - 1);
  update_live(reorder, step->place);
}

static void take_lock(struct reorder *reorder, const struct step *step, uint32_t index) {
  uint32_t readers = state_get(reorder, SLOT_READERS, step->place);
  bool is_acquire = step->op == STEP_ACQUIRE;
  if (step->flags & STEP_SHARED)
    state_set(reorder, SLOT_READERS, step->place, is_acquire ? readers + 1 : readers - (readers > 0));
  else
    state_set(reorder, SLOT_OWNER, step->place, is_acquire ? index + 1 : 0);
}

static void wake_all(struct reorder *reorder, uint32_t place) {
  for (uint32_t thread = 0; thread < reorder->steps->n_threads; thread++)
    if (thread_waits_for(reorder, thread, place))
      state_set(reorder, SLOT_WOKEN, thread, 1);
}

static void take_life(struct reorder *reorder, const struct step *step, uint32_t index) {
  if (step->op == STEP_INIT) {
    state_set(reorder, SLOT_MADE_BY, step->place, index + 1);
    state_set(reorder, SLOT_OWNER, step->place, 0); /* nobody holds it or waits for it */
    state_set(reorder, SLOT_READERS, step->place, 0);
    state_set(reorder, SLOT_ARRIVALS, step->place, 0);
    state_set(reorder, SLOT_IS_SET, step->place, 0);
    state_set(reorder, SLOT_TOKENS, step->place, reorder->steps->places[step->place].first_tokens + step->aux);
  } else if (step->aux)
    state_set(reorder, SLOT_MADE_BY, step->place, 0);
  if (state_get(reorder, SLOT_NEWEST, step->place) < index + 1)
    state_set(reorder, SLOT_NEWEST, step->place, index + 1);
}

static void take_effect(struct reorder *reorder, const struct step *step, struct choice choice) {
  uint32_t tokens;
  switch ((enum step_op)step->op) {
  case STEP_ACQUIRE:
  case STEP_RELEASE:
    take_lock(reorder, step, choice.step);
    break;
  case STEP_READ:
    take_read(reorder, step);
    break;
  case STEP_WRITE:
    state_set(reorder, SLOT_WRITER, step->place, choice.step + 1);
    update_live(reorder, step->place);
    break;
  case STEP_POST:
  case STEP_TAKE:
    tokens = state_get(reorder, SLOT_TOKENS, step->place);
    state_set(reorder, SLOT_TOKENS, step->place, step->op == STEP_POST ? tokens + step->aux : tokens - 1);
    break;
  case STEP_WAIT:
  case STEP_WAKE:
    state_set(reorder, SLOT_WOKEN, step->thread, 0);
    break;
  case STEP_SIGNAL:
    if (choice.wakes)
      state_set(reorder, SLOT_WOKEN, choice.wakes - 1, 1);
    break;
  case STEP_BROADCAST:
    wake_all(reorder, step->place);
    break;
  case STEP_ARRIVE:
    state_set(reorder, SLOT_ARRIVAL, step->thread, state_get(reorder, SLOT_ARRIVALS, step->place));
    state_set(reorder, SLOT_ARRIVALS, step->place, state_get(reorder, SLOT_ARRIVALS, step->place) + 1);
    break;
  case STEP_LEAVE:
    state_set(reorder, SLOT_ARRIVAL, step->thread, 0);
    break;
  case STEP_SET:
  case STEP_CLEAR:
    state_set(reorder, SLOT_IS_SET, step->place, step->op == STEP_SET);
    break;
  case STEP_INIT:
  case STEP_END:
    take_life(reorder, step, choice.step);
    break;
  case STEP_NOTHING:
  case STEP_TRY_FAIL:
  case STEP_JOIN:
  case STEP_JOIN_FAIL:
  case STEP_CANCEL:
  case STEP_SEQUENCE:
  case STEP_PASS:
  case STEP_AWAIT_FAIL:
  case STEP_NEVER:
    break;
  }
}

static void take_one(struct reorder *reorder, struct choice choice) {
  const struct step *step = &reorder->steps->items[choice.step];
  take_effect(reorder, step, choice);
  if (step->flags & STEP_OPERATION)
    state_set(reorder, SLOT_LAST, step->place, choice.step + 1);
  state_set(reorder, SLOT_AT, step->thread, step->index + 1);
  reorder->path = grow(reorder->path, reorder->n_path, &reorder->path_capacity, sizeof *reorder->path);
  reorder->path[reorder->n_path++] = choice.step;
}

bool choice_take(struct reorder *reorder, struct choice choice) {
  uint32_t n_changes = reorder->n_changes, n_path = reorder->n_path;
  const struct step *step = &reorder->steps->items[choice.step];
  const struct step_thread *thread = &reorder->steps->threads[step->thread];
  take_one(reorder, choice);
  while (step->flags & STEP_WITH_NEXT && step->index + 1 < reorder->limit[step->thread]) {
    uint32_t next = thread->steps[step->index + 1];
    if (!step_is_possible(reorder, next)) {
      state_undo(reorder, n_changes);
      reorder->n_path = n_path;
      return false;
    }
    take_one(reorder, (struct choice){next, 0});
    step = &reorder->steps->items[next];
  }
  return true;
}
