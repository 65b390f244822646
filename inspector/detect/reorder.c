/* reorder.c - a bounded search for any correct reordering that reaches given requests: see reorder.h. */
#include "detect/reorder.h"

#include <stdlib.h>
#include <string.h>

#include "detect/reorder_impl.h"
#include "util/alloc.h"

/* Of the states, the part that the first run may use. */
#define FIRST_RUN_SHARE 4

static bool is_by_thread(enum slot_part part) {
  return part == SLOT_AT || part == SLOT_WOKEN || part == SLOT_ARRIVAL || part == SLOT_WANT || part == SLOT_NEED;
}

static void make_state(struct reorder *reorder) {
  const struct steps *steps = reorder->steps;
  uint32_t n = 0;
  for (uint32_t part = 0; part < N_SLOT_PARTS; part++) {
    reorder->part[part] = n;
    n += is_by_thread((enum slot_part)part) ? steps->n_threads : part == SLOT_READS || part == SLOT_NEEDED ? steps->n : steps->n_places;
  }
  reorder->part[N_SLOT_PARTS] = n;
  reorder->state = xcalloc(n, sizeof *reorder->state);
  for (uint32_t place = 0; place < steps->n_places; place++)
    reorder->state[slot(reorder, SLOT_TOKENS, place)] = steps->places[place].first_tokens;
  for (uint32_t i = 0; i < steps->n; i++) {
    const struct step *step = &steps->items[i];
    if (step->op == STEP_READ)
      reorder->state[step->aux ? slot(reorder, SLOT_READS, step->aux - 1) : slot(reorder, SLOT_FIRST_READS, step->place)]++;
  }
}

struct reorder *reorder_new(const struct steps *steps) {
  struct reorder *reorder = xcalloc(1, sizeof *reorder);
  reorder->steps = steps;
  reorder->limit = xcalloc(steps->n_threads, sizeof *reorder->limit);
  reorder->movers = xcalloc(steps->n_threads, sizeof *reorder->movers);
  reorder->is_mover = xcalloc(steps->n_threads, sizeof *reorder->is_mover);
  reorder->queue = xcalloc(steps->n_threads, sizeof *reorder->queue);
  reorder->looked_at = xcalloc(steps->n_threads, sizeof *reorder->looked_at);
  for (uint32_t thread = 0; thread < steps->n_threads; thread++)
    reorder->looked_at[thread] = NO_INDEX;
  make_state(reorder);
  return reorder;
}

void reorder_free(struct reorder *reorder) {
  if (!reorder)
    return;
  free(reorder->state);
  free(reorder->changes);
  free(reorder->path);
  free(reorder->limit);
  free(reorder->queue);
  free(reorder->looked_at);
  free(reorder->movers);
  free(reorder->is_mover);
  free(reorder->frames);
  free(reorder->choices);
  free(reorder->visited);
  free(reorder);
}

const uint32_t *reorder_path(const struct reorder *reorder, uint32_t *ret_n) {
  *ret_n = reorder->n_path;
  return reorder->path;
}

static void set_limits(struct reorder *reorder, const struct reorder_goal *goals, uint32_t n) {
  for (uint32_t thread = 0; thread < reorder->steps->n_threads; thread++)
    reorder->limit[thread] = reorder->steps->threads[thread].n;
  for (uint32_t i = 0; i < n; i++)
    reorder->limit[goals[i].thread] = reorder->steps->items[goals[i].step].index;
}

void reorder_begin(struct reorder *reorder, struct reorder_budget *budget) {
  reorder->budget = budget;
  reorder->n_first_changes = 0;
  state_undo(reorder, 0);
}

const uint32_t *reorder_need(struct reorder *reorder, const struct reorder_goal *goals, uint32_t n) {
  state_undo(reorder, reorder->n_first_changes);
  set_limits(reorder, NULL, 0);
  bool is_possible = need_add(reorder, goals, n);
  reorder->n_first_changes = reorder->n_changes;
  return is_possible ? &reorder->state[reorder->part[SLOT_NEED]] : NULL;
}

/* States that were met. */

static void visited_grow(struct reorder *reorder) {
  uint64_t *old = reorder->visited;
  uint32_t n = reorder->visited_slots;
  reorder->visited_slots = n ? n * 4 : 256;
  reorder->visited = xcalloc(reorder->visited_slots, sizeof *reorder->visited);
  for (uint32_t i = 0; i < n; i++) {
    uint32_t at = (uint32_t)old[i] & (reorder->visited_slots - 1);
    while (old[i] && reorder->visited[at])
      at = (at + 1) & (reorder->visited_slots - 1);
    if (old[i])
      reorder->visited[at] = old[i];
  }
  free(old);
}

static void visited_clear(struct reorder *reorder) {
  free(reorder->visited);
  reorder->visited = NULL;
  reorder->n_visited = reorder->visited_slots = 0;
}

/* False if the state was met before. */
static bool visit(struct reorder *reorder) {
  if (reorder->n_visited * 2 >= reorder->visited_slots)
    visited_grow(reorder);
  uint64_t key = reorder->hash ? reorder->hash : 1;
  uint32_t at = (uint32_t)key & (reorder->visited_slots - 1);
  for (; reorder->visited[at]; at = (at + 1) & (reorder->visited_slots - 1))
    if (reorder->visited[at] == key)
      return false;
  reorder->visited[at] = key;
  reorder->n_visited++;
  return true;
}

/* One state. */

void reorder_spend(struct reorder *reorder, uint64_t work) {
  reorder->budget->work = reorder->budget->work > work ? reorder->budget->work - work : 0;
}

/* The step that the thread may take in this run; NO_INDEX if it has none. */
static uint32_t mover_next(const struct reorder *reorder, uint32_t thread) {
  bool is_wanted = reorder->wants_all || state_get(reorder, SLOT_AT, thread) < state_get(reorder, SLOT_WANT, thread);
  return is_wanted ? thread_next(reorder, thread) : NO_INDEX;
}

static bool move_safely(struct reorder *reorder, uint32_t thread) {
  bool has_moved = false;
  for (uint32_t next; (next = mover_next(reorder, thread)) != NO_INDEX; has_moved = true) {
    reorder_spend(reorder, 1);
    if (!step_is_possible(reorder, next) || !step_is_safe(reorder, next) || !choice_take(reorder, (struct choice){next, 0}))
      break;
  }
  return has_moved;
}

/* Take all steps that hurt nobody; what holds up a thread that is wanted is wanted, too. */
static void settle(struct reorder *reorder) {
  for (bool has_moved = true; has_moved && reorder->budget->work;) {
    has_moved = false;
    for (uint32_t i = 0; i < reorder->n_movers; i++)
      has_moved |= move_safely(reorder, reorder->movers[i]);
    for (uint32_t i = 0; i < reorder->n_movers && !reorder->wants_all && !has_moved; i++)
      if (mover_next(reorder, reorder->movers[i]) != NO_INDEX)
        has_moved |= want_release(reorder, reorder->movers[i]);
  }
}

static bool is_reached(const struct reorder *reorder, const struct reorder_goal *goals, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (thread_next(reorder, goals[i].thread) != NO_INDEX)
      return false;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t created_by = reorder->steps->threads[goals[i].thread].created_by;
    if (created_by && !step_is_taken(reorder, created_by - 1))
      return false;
  }
  return true;
}

/* A lock that is held when the goals are reached: the later, the better. */
static bool is_last_hold(const struct reorder *reorder, uint32_t index) {
  const struct step *step = &reorder->steps->items[index];
  if (step->op != STEP_ACQUIRE)
    return false;
  return !step->aux || reorder->steps->items[step->aux - 1].index >= reorder->limit[step->thread];
}

static bool comes_before(const struct reorder *reorder, struct choice a, struct choice b) {
  bool a_last = is_last_hold(reorder, a.step), b_last = is_last_hold(reorder, b.step);
  return a_last != b_last ? b_last : a.step < b.step;
}

static void add_choice(struct reorder *reorder, uint32_t first, struct choice choice) {
  reorder->choices = grow(reorder->choices, reorder->n_choices, &reorder->choice_capacity, sizeof *reorder->choices);
  uint32_t at = reorder->n_choices++;
  for (; at > first && comes_before(reorder, choice, reorder->choices[at - 1]); at--)
    reorder->choices[at] = reorder->choices[at - 1];
  reorder->choices[at] = choice;
}

static void add_choices(struct reorder *reorder, uint32_t first, uint32_t index) {
  const struct step *step = &reorder->steps->items[index];
  bool has_waiter = false;
  for (uint32_t thread = 0; step->op == STEP_SIGNAL && thread < reorder->steps->n_threads; thread++)
    if (thread_waits_for(reorder, thread, step->place)) {
      add_choice(reorder, first, (struct choice){index, thread + 1});
      has_waiter = true;
    }
  if (!has_waiter)
    add_choice(reorder, first, (struct choice){index, 0});
}

/* A frame with the choices of the state that was come to; none if it was met before. */
static void open_state(struct reorder *reorder) {
  if (!visit(reorder))
    return;
  uint32_t first = reorder->n_choices;
  for (uint32_t i = 0; i < reorder->n_movers; i++) {
    uint32_t next = mover_next(reorder, reorder->movers[i]);
    if (next != NO_INDEX && step_is_possible(reorder, next))
      add_choices(reorder, first, next);
  }
  reorder_spend(reorder, reorder->n_movers);
  reorder->frames = grow(reorder->frames, reorder->n_frames, &reorder->frame_capacity, sizeof *reorder->frames);
  reorder->frames[reorder->n_frames++] = (struct frame){reorder->n_changes, reorder->n_path, first, reorder->n_choices};
}

static bool is_spent(const struct reorder *reorder) {
  return !reorder->budget->work || !reorder->states_left;
}

static void close_state(struct reorder *reorder) {
  reorder->n_frames--;
  reorder->n_choices = reorder->n_frames ? reorder->frames[reorder->n_frames - 1].end : 0;
}

/* Depth first, with a stack of its own: a path may be as long as the trace. */
static bool walk(struct reorder *reorder, const struct reorder_goal *goals, uint32_t n) {
  settle(reorder);
  if (is_reached(reorder, goals, n))
    return true;
  open_state(reorder);
  while (reorder->n_frames && !is_spent(reorder)) {
    struct frame *frame = &reorder->frames[reorder->n_frames - 1];
    state_undo(reorder, frame->n_changes);
    reorder->n_path = frame->n_path;
    if (frame->next == frame->end) {
      close_state(reorder);
      continue;
    }
    struct choice choice = reorder->choices[frame->next++];
    if (need_forbids(reorder, choice.step) || !choice_take(reorder, choice) || !need_after(reorder, choice.step))
      continue;
    settle(reorder);
    reorder->states_left--;
    reorder->budget->states--;
    if (is_reached(reorder, goals, n))
      return true;
    open_state(reorder);
  }
  return false;
}

/* False if the goals need what comes after one of them. */
static bool begin_run(struct reorder *reorder, const struct reorder_goal *goals, uint32_t n, bool wants_all) {
  uint32_t n_threads = reorder->steps->n_threads;
  state_undo(reorder, reorder->n_first_changes);
  visited_clear(reorder);
  reorder->n_path = reorder->n_frames = reorder->n_choices = reorder->n_movers = 0;
  memset(reorder->is_mover, 0, n_threads * sizeof *reorder->is_mover);
  reorder->wants_all = wants_all;
  reorder->states_left = wants_all ? reorder->budget->states : reorder->budget->states / FIRST_RUN_SHARE;
  if (!need_add(reorder, goals, n))
    return false;
  for (uint32_t thread = 0; thread < n_threads; thread++)
    if (wants_all)
      reorder->movers[reorder->n_movers++] = thread;
    else
      want_raise(reorder, thread, state_get(reorder, SLOT_NEED, thread));
  return true;
}

enum reorder_answer reorder_search(struct reorder *reorder, const struct reorder_goal *goals, uint32_t n) {
  set_limits(reorder, goals, n);
  for (int run = 0; run < 2; run++) {
    if (!begin_run(reorder, goals, n, run == 1))
      return REORDER_NEVER;
    if (walk(reorder, goals, n))
      return REORDER_FOUND;
    if (!reorder->budget->work || !reorder->budget->states)
      return REORDER_CUT;
  }
  return is_spent(reorder) ? REORDER_CUT : REORDER_NONE;
}
