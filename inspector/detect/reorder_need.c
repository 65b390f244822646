/* reorder_need.c - which steps the goals need from a state on: in any case, and as the trace suggests. See reorder.h.
 *
 * In any case: a thread's own steps before, its start, the write that a read saw, all of a joined thread, what comes before
 * in a fixed sequence. In the trace a wake relied on the signals before it, a semaphore's token on the posts before: others
 * may do as well, but these are the first to try.
 *
 * A state is hopeless if a thread needs to pass its goal: the lower bound that prunes the search. Locks add to it: who holds
 * one that somebody still needs has to give it back, and who holds one at its goal takes it last. */
#include <stdlib.h>

#include "detect/reorder_impl.h"
#include "util/alloc.h"

enum wish { NEED, WANT };

static uint32_t wished(const struct reorder *reorder, enum wish wish, uint32_t thread) {
  return state_get(reorder, wish == NEED ? SLOT_NEED : SLOT_WANT, thread);
}

static void note_mover(struct reorder *reorder, uint32_t thread) {
  if (reorder->is_mover[thread])
    return;
  reorder->is_mover[thread] = true;
  reorder->movers[reorder->n_movers++] = thread;
}

/* Steps that are one are wished together. */
static uint32_t whole_steps(const struct reorder *reorder, uint32_t thread, uint32_t n) {
  const struct step_thread *t = &reorder->steps->threads[thread];
  while (n && n < reorder->limit[thread] && reorder->steps->items[t->steps[n - 1]].flags & STEP_WITH_NEXT)
    n++;
  return n;
}

/* Queues the thread; false if that is past the limit. */
static bool wish_for(struct reorder *reorder, enum wish wish, uint32_t thread, uint32_t n) {
  bool is_within = n <= reorder->limit[thread];
  if (!is_within && wish == NEED)
    return false;
  n = whole_steps(reorder, thread, is_within ? n : reorder->limit[thread]);
  uint32_t old = wished(reorder, wish, thread);
  if (n <= old)
    return true;
  if (reorder->looked_at[thread] == NO_INDEX) {
    reorder->looked_at[thread] = old;
    reorder->queue[reorder->n_queue++] = thread;
  }
  state_set(reorder, wish == NEED ? SLOT_NEED : SLOT_WANT, thread, n);
  if (wish == WANT)
    note_mover(reorder, thread);
  return true;
}

static bool wish_for_step(struct reorder *reorder, enum wish wish, uint32_t number) {
  if (!number)
    return true;
  const struct step *step = &reorder->steps->items[number - 1];
  return wish_for(reorder, wish, step->thread, step->index + 1);
}

static bool relies_on_before(const struct step *step) {
  return step->op == STEP_WAKE || step->op == STEP_TAKE || step->op == STEP_LEAVE || step->op == STEP_PASS || step->op == STEP_AWAIT_FAIL;
}

static bool wish_for_needs(struct reorder *reorder, enum wish wish, const struct step *step) {
  const struct step_thread *thread = &reorder->steps->threads[step->thread];
  bool is_operation = step->flags & STEP_OPERATION;
  bool keeps_order = is_operation && reorder->steps->places[step->place].is_sequence;
  bool is_good = wish_for_step(reorder, wish, step->needs) && (step->index || wish_for_step(reorder, wish, thread->created_by));
  if (is_operation)
    is_good = is_good && wish_for_step(reorder, wish, step->made_by);
  if (step->op == STEP_READ)
    is_good = is_good && wish_for_step(reorder, wish, step->aux);
  if (step->op == STEP_JOIN) {
    const struct step_thread *joined = &reorder->steps->threads[step->place];
    is_good = is_good && wish_for_step(reorder, wish, joined->created_by) && wish_for(reorder, wish, step->place, joined->n);
  }
  if (keeps_order || (wish == WANT && relies_on_before(step)))
    is_good = is_good && wish_for_step(reorder, wish, step->before);
  if (wish == WANT && step->op == STEP_TRY_FAIL)
    is_good = is_good && wish_for_step(reorder, wish, step->aux);
  return is_good;
}

/* A read that is needed: it has to see its write, and counts against the next one. */
static bool need_read(struct reorder *reorder, const struct step *step) {
  bool was_written = !step->aux || step_is_taken(reorder, step->aux - 1);
  if (was_written && state_get(reorder, SLOT_WRITER, step->place) != step->aux)
    return false;
  enum slot_part part = step->aux ? SLOT_NEEDED : SLOT_FIRST_NEEDED;
  uint32_t index = step->aux ? step->aux - 1 : step->place;
  state_set(reorder, part, index, state_get(reorder, part, index) + 1);
  return true;
}

/* An acquisition that is needed: who holds the lock has to give it back. */
static bool need_lock(struct reorder *reorder, const struct step *step) {
  uint32_t owner = state_get(reorder, SLOT_OWNER, step->place);
  if (!owner || reorder->steps->items[owner - 1].thread == step->thread)
    return true;
  uint32_t release = reorder->steps->items[owner - 1].aux;
  return release && wish_for_step(reorder, NEED, release);
}

static bool need_state(struct reorder *reorder, const struct step *step) {
  if (step->op == STEP_READ)
    return need_read(reorder, step);
  return step->op != STEP_ACQUIRE || need_lock(reorder, step);
}

static bool wish_for_all(struct reorder *reorder, enum wish wish) {
  bool is_good = true;
  while (reorder->n_queue) {
    uint32_t thread = reorder->queue[--reorder->n_queue], begin = reorder->looked_at[thread], end = wished(reorder, wish, thread);
    const struct step_thread *t = &reorder->steps->threads[thread];
    uint32_t taken = state_get(reorder, SLOT_AT, thread);
    begin = begin > taken ? begin : taken;
    reorder->looked_at[thread] = NO_INDEX;
    for (uint32_t i = begin; i < end && is_good; i++) {
      const struct step *step = &reorder->steps->items[t->steps[i]];
      reorder_spend(reorder, 1);
      is_good = wish_for_needs(reorder, wish, step) && (wish == WANT || need_state(reorder, step));
    }
  }
  return is_good;
}

/* Acquisitions of the place by one thread: those from `first` on, as far as they are its own. */
static uint32_t end_of_thread(const struct steps *steps, const struct step_place *place, uint32_t first) {
  uint32_t low = first + 1, high = place->n_acquires, thread = steps->items[place->acquires[first]].thread;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (steps->items[place->acquires[middle]].thread == thread)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* The last of these that is needed; NO_INDEX if none is. */
static uint32_t last_needed(const struct reorder *reorder, const struct step_place *place, uint32_t first, uint32_t end) {
  const struct steps *steps = reorder->steps;
  uint32_t low = first, high = end, need = wished(reorder, NEED, steps->items[place->acquires[first]].thread);
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (steps->items[place->acquires[middle]].index < need)
      low = middle + 1;
    else
      high = middle;
  }
  return low == first ? NO_INDEX : place->acquires[low - 1];
}

/* Who holds a lock when the goals are reached holds it last: the other sections of it that are needed have to end before.
 * That is so whatever the order of the sections, so that no reordering is lost. */
static bool end_others(struct reorder *reorder, const struct step *hold) {
  const struct steps *steps = reorder->steps;
  const struct step_place *place = &steps->places[hold->place];
  for (uint32_t first = 0, end; first < place->n_acquires; first = end) {
    end = end_of_thread(steps, place, first);
    reorder_spend(reorder, 1);
    uint32_t last = last_needed(reorder, place, first, end);
    const struct step *other = last == NO_INDEX ? NULL : &steps->items[last];
    if (!other || other->thread == hold->thread || (other->flags & hold->flags & STEP_SHARED))
      continue;
    if (!other->aux || !wish_for_step(reorder, NEED, other->aux))
      return false;
  }
  return true;
}

/* Is it held when the thread has come to its goal? */
static bool is_held_at(const struct steps *steps, uint32_t index, uint32_t goal) {
  const struct step *step = &steps->items[index];
  return step->op == STEP_ACQUIRE && (!step->aux || steps->items[step->aux - 1].index >= steps->items[goal].index);
}

static bool end_others_of(struct reorder *reorder, const struct reorder_goal *goal) {
  const struct steps *steps = reorder->steps;
  for (uint32_t k = 0; k < goal->n_holds; k++)
    if (is_held_at(steps, goal->holds[k], goal->step) &&
        (!end_others(reorder, &steps->items[goal->holds[k]]) || !wish_for_all(reorder, NEED)))
      return false;
  return true;
}

static uint64_t total_need(const struct reorder *reorder) {
  uint64_t total = 0;
  for (uint32_t thread = 0; thread < reorder->steps->n_threads; thread++)
    total += wished(reorder, NEED, thread);
  return total;
}

static bool need_of(struct reorder *reorder, const struct reorder_goal *goal) {
  const struct step_thread *thread = &reorder->steps->threads[goal->thread];
  return wish_for_step(reorder, NEED, thread->created_by) &&
         wish_for(reorder, NEED, goal->thread, reorder->steps->items[goal->step].index) && wish_for_all(reorder, NEED);
}

bool need_add(struct reorder *reorder, const struct reorder_goal *goals, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (!need_of(reorder, &goals[i])) {
      wish_for_all(reorder, NEED);
      return false;
    }
  for (uint64_t before = 0, now; (now = total_need(reorder)) != before; before = now)
    for (uint32_t i = 0; i < n; i++)
      if (!end_others_of(reorder, &goals[i])) {
        wish_for_all(reorder, NEED);
        return false;
      }
  return true;
}

/* Others that need the lock, too, and have not had it, need it back. */
static bool need_back(struct reorder *reorder, const struct step *taken) {
  const struct steps *steps = reorder->steps;
  const struct step_place *place = &steps->places[taken->place];
  for (uint32_t first = 0, end; first < place->n_acquires; first = end) {
    end = end_of_thread(steps, place, first);
    reorder_spend(reorder, 1);
    uint32_t last = last_needed(reorder, place, first, end);
    const struct step *other = last == NO_INDEX ? NULL : &steps->items[last];
    if (!other || other->thread == taken->thread || step_is_taken(reorder, last) || (other->flags & taken->flags & STEP_SHARED))
      continue;
    return taken->aux && wish_for_step(reorder, NEED, taken->aux) && wish_for_all(reorder, NEED);
  }
  return true;
}

bool need_after(struct reorder *reorder, uint32_t index) {
  const struct step *step = &reorder->steps->items[index];
  bool is_good = step->op != STEP_ACQUIRE || need_back(reorder, step);
  if (!is_good)
    wish_for_all(reorder, NEED); /* empties the queue */
  return is_good;
}

bool need_forbids(const struct reorder *reorder, uint32_t index) {
  const struct step *step = &reorder->steps->items[index];
  if (step->op != STEP_WRITE)
    return false;
  uint32_t writer = state_get(reorder, SLOT_WRITER, step->place);
  return writer ? state_get(reorder, SLOT_NEEDED, writer - 1) : state_get(reorder, SLOT_FIRST_NEEDED, step->place);
}

void want_raise(struct reorder *reorder, uint32_t thread, uint32_t n) {
  if (wish_for(reorder, WANT, thread, n))
    wish_for_all(reorder, WANT);
}

/* Of the lock at the place, by a thread that reads: its release, + 1. */
static uint32_t open_read(const struct reorder *reorder, uint32_t thread, uint32_t place) {
  const struct step_thread *t = &reorder->steps->threads[thread];
  for (uint32_t i = state_get(reorder, SLOT_AT, thread); i > 0; i--) {
    const struct step *step = &reorder->steps->items[t->steps[i - 1]];
    if (step->place == place && step->op == STEP_RELEASE)
      return 0;
    if (step->place == place && step->op == STEP_ACQUIRE)
      return step->aux;
  }
  return 0;
}

static bool want_step(struct reorder *reorder, uint32_t number) {
  const struct step *step = number ? &reorder->steps->items[number - 1] : NULL;
  if (!step || step->index + 1 > reorder->limit[step->thread] || step->index < state_get(reorder, SLOT_WANT, step->thread))
    return false;
  want_raise(reorder, step->thread, step->index + 1);
  return true;
}

bool want_release(struct reorder *reorder, uint32_t thread) {
  uint32_t next = thread_next(reorder, thread);
  const struct step *step = next == NO_INDEX ? NULL : &reorder->steps->items[next];
  if (!step || step->op != STEP_ACQUIRE)
    return false;
  uint32_t owner = state_get(reorder, SLOT_OWNER, step->place);
  if (owner)
    return want_step(reorder, reorder->steps->items[owner - 1].aux);
  bool has_risen = false;
  if (!(step->flags & STEP_SHARED) && state_get(reorder, SLOT_READERS, step->place))
    for (uint32_t other = 0; other < reorder->steps->n_threads; other++)
      has_risen |= other != thread && want_step(reorder, open_read(reorder, other, step->place));
  return has_risen;
}
