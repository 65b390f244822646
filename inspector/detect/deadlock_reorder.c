/* deadlock_reorder.c - cycles that the closure cannot reach: is there any other reordering that does?
 *
 * The closure keeps the order of each lock's sections; some deadlocks need another one. For the cycles left at `potential` the
 * tuples of their instances are handed to the search of reorder.c, the earliest first, up to a limit; what it finds is as good
 * as what the closure finds, with an order of its own as the witness. The budgets count states and steps, not time: the same
 * trace gives the same answer on every machine. */
#include <stdlib.h>
#include <string.h>

#include "detect/deadlock_state.h"
#include "detect/reorder.h"
#include "util/alloc.h"

#define TUPLES 2000u                /* of a cycle, most of which need one of their own requests */
#define SEARCHES 50u                /* of a cycle */
#define STATES UINT64_C(20000)      /* of a cycle */
#define WORK UINT64_C(2000000)      /* of a cycle: steps taken and looked at */
#define ALL_WORK UINT64_C(20000000) /* of a trace: a second or two */

struct attempt {
  struct deadlock *deadlock;
  const struct model *model;
  struct reorder *reorder;
  const uint32_t *nodes;
  uint32_t n;
  uint32_t *first, *at; /* instances: the first ones that may be reached together; those tried now */
  struct reorder_goal *goals;
  struct reorder_budget budget;
  uint32_t n_tries, n_searches;
  bool is_found, is_cut;
};

static bool is_open(const struct pattern_result *result) {
  return result->nodes && result->verdict == VERDICT_POTENTIAL && result->is_open;
}

bool deadlock_wants_search(const struct deadlock *deadlock, const struct model *model) {
  if (model->info->dropped || model->info->lost_order || model->contradictions || model->info->contradictions)
    return false; /* potential at most */
  for (uint32_t i = 0; i < deadlock->n_results; i++)
    if (is_open(&deadlock->results[i]))
      return true;
  return false;
}

/* Goals. */

static uint32_t first_step_at(const struct steps *steps, const struct step_thread *thread, uint64_t ordinal) {
  uint32_t low = 0, high = thread->n;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (steps->items[thread->steps[middle]].ordinal < ordinal)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static bool asks_for(const struct model *model, const struct step *step, uint32_t lock) {
  if (IS_TERM(lock))
    return step->op == STEP_JOIN && step->place == TERM_THREAD(lock);
  return step->op == STEP_ACQUIRE && step->place == model->objects[lock].place;
}

/* The step that would block; of a line that stands for several, the one that asks for the lock. NO_INDEX: beyond what was read. */
static uint32_t request_step(const struct attempt *attempt, uint32_t node_index, uint32_t instance) {
  const struct node *node = &attempt->deadlock->nodes[node_index];
  const struct steps *steps = &attempt->deadlock->steps;
  uint64_t ordinal = node->instances[instance].request;
  const struct step_thread *thread = &steps->threads[node->thread];
  uint32_t first = first_step_at(steps, thread, ordinal);
  for (uint32_t i = first; i < thread->n && steps->items[thread->steps[i]].ordinal == ordinal; i++)
    if (asks_for(attempt->model, &steps->items[thread->steps[i]], node->lock))
      return thread->steps[i];
  return first < thread->n && steps->items[thread->steps[first]].ordinal == ordinal ? thread->steps[first] : NO_INDEX;
}

/* The acquisition of one of the locks that the thread then holds; NO_INDEX: the order of its sections was not kept. */
static uint32_t hold_step(const struct attempt *attempt, const struct node *node, const struct instance *instance, uint32_t lock) {
  const struct section *section = order_section(&attempt->deadlock->order, instance->point.chain, lock, instance->point.n);
  const struct steps *steps = &attempt->deadlock->steps;
  const struct step_thread *thread = &steps->threads[node->thread];
  uint32_t first = section ? first_step_at(steps, thread, section->ordinal) : thread->n;
  for (uint32_t i = first; i < thread->n && steps->items[thread->steps[i]].ordinal == section->ordinal; i++)
    if (asks_for(attempt->model, &steps->items[thread->steps[i]], lock))
      return thread->steps[i];
  return NO_INDEX;
}

static bool set_goal(const struct attempt *attempt, uint32_t i, uint32_t at) {
  const struct node *node = &attempt->deadlock->nodes[attempt->nodes[i]];
  uint32_t step = request_step(attempt, attempt->nodes[i], at);
  struct reorder_goal goal = {.thread = node->thread, .step = step};
  uint32_t n = lockset_size(attempt->model->locksets, node->lockset);
  for (uint32_t k = 0; k < n && step != NO_INDEX && goal.n_holds < GOAL_HOLDS; k++) {
    uint32_t lock = attempt->deadlock->holds[node->first_hold + k].object;
    uint32_t hold = hold_step(attempt, node, &node->instances[at], lock);
    if (hold != NO_INDEX)
      goal.holds[goal.n_holds++] = hold;
  }
  attempt->goals[i] = goal;
  return step != NO_INDEX;
}

static bool set_goals(struct attempt *attempt, const uint32_t *at) {
  for (uint32_t i = 0; i < attempt->n; i++)
    if (!set_goal(attempt, i, at[i]))
      return false;
  return true;
}

/* What a tuple needs in any case, each later one needs, too: a request among it can be passed over. */
static bool find_first(struct attempt *attempt) {
  const struct steps *steps = &attempt->deadlock->steps;
  deadlock_ordered(attempt->deadlock, attempt->nodes, attempt->n, attempt->first);
  reorder_begin(attempt->reorder, &attempt->budget);
  for (bool has_moved = true; has_moved;) {
    has_moved = false;
    if (!set_goals(attempt, attempt->first)) {
      attempt->is_cut = true;
      return false;
    }
    const uint32_t *need = reorder_need(attempt->reorder, attempt->goals, attempt->n);
    if (!need)
      return false;
    for (uint32_t i = 0; i < attempt->n; i++) {
      if (steps->items[attempt->goals[i].step].index >= need[attempt->goals[i].thread])
        continue;
      has_moved = true;
      if (++attempt->first[i] == attempt->deadlock->nodes[attempt->nodes[i]].n_instances)
        return false;
    }
  }
  return true;
}

/* Tuples, by how many instances they are past the first ones. */

static bool is_over(const struct attempt *attempt) {
  return attempt->is_found || attempt->n_tries == TUPLES || attempt->n_searches == SEARCHES || !attempt->budget.states ||
         !attempt->budget.work;
}

static void try_tuple(struct attempt *attempt) {
  if (!set_goals(attempt, attempt->at)) {
    attempt->is_cut = true;
    return;
  }
  enum reorder_answer answer = reorder_search(attempt->reorder, attempt->goals, attempt->n);
  attempt->n_tries++;
  attempt->n_searches += answer != REORDER_NEVER;
  attempt->is_found = answer == REORDER_FOUND;
  attempt->is_cut |= answer == REORDER_CUT;
}

/* Give `rest` to the nodes from i on; true if some tuple could take it all. Depth is bounded by --max-cycle. */
static bool try_tuples(struct attempt *attempt, uint32_t i, uint32_t rest) {
  uint32_t room = attempt->deadlock->nodes[attempt->nodes[i]].n_instances - 1 - attempt->first[i];
  bool is_last = i + 1 == attempt->n, has_any = false;
  if (is_last && rest > room)
    return false;
  for (uint32_t step = is_last ? rest : 0; step <= rest && step <= room && !is_over(attempt); step++) {
    attempt->at[i] = attempt->first[i] + step;
    if (is_last)
      try_tuple(attempt);
    has_any |= is_last || try_tuples(attempt, i + 1, rest - step);
  }
  return has_any;
}

static void try_all(struct attempt *attempt) {
  bool has_more = find_first(attempt);
  for (uint32_t sum = 0; has_more && !is_over(attempt); sum++)
    has_more = try_tuples(attempt, 0, sum);
  attempt->is_cut |= has_more && !attempt->is_found;
}

/* What came out. */

static bool is_same_line(const struct step *a, const struct step *b) {
  return a->thread == b->thread && a->ordinal == b->ordinal;
}

/* Of the line in which a thread stops nothing is said: it is not done. */
static bool is_begun_only(const struct attempt *attempt, const struct step *step) {
  for (uint32_t i = 0; i < attempt->n; i++)
    if (is_same_line(&attempt->deadlock->steps.items[attempt->goals[i].step], step))
      return true;
  return false;
}

static struct witness order_witness(const struct attempt *attempt) {
  uint32_t n_path;
  const uint32_t *path = reorder_path(attempt->reorder, &n_path);
  struct witness witness = {.order = xcalloc(n_path, sizeof *witness.order)};
  for (uint32_t i = 0; i < n_path; i++) {
    const struct step *step = &attempt->deadlock->steps.items[path[i]];
    bool is_line_again = i && is_same_line(&attempt->deadlock->steps.items[path[i - 1]], step);
    if (!is_line_again && !is_begun_only(attempt, step))
      witness.order[witness.n_order++] = step->ordinal;
  }
  return witness;
}

static void keep_outcome(const struct attempt *attempt, struct pattern_result *result) {
  if (!attempt->is_found) {
    if (attempt->is_cut)
      result->searched = SEARCH_CUT;
    else if (result->searched == SEARCH_NOT)
      result->searched = SEARCH_DONE;
    return;
  }
  memcpy(result->nodes, attempt->nodes, attempt->n * sizeof *result->nodes);
  memcpy(result->instances, attempt->at, attempt->n * sizeof *result->instances);
  result->verdict = VERDICT_PLAUSIBLE;
  result->searched = SEARCH_FOUND;
  result->witness = order_witness(attempt);
}

static void attempt_pattern(struct attempt *attempt, const uint32_t *nodes, uint32_t n) {
  struct pattern_result *result = deadlock_result(attempt->deadlock, nodes, n);
  if (!is_open(result))
    return;
  uint64_t work = attempt->deadlock->search_work < WORK ? attempt->deadlock->search_work : WORK;
  attempt->budget = (struct reorder_budget){.states = STATES, .work = work};
  attempt->nodes = nodes;
  attempt->n = n;
  attempt->n_tries = attempt->n_searches = 0;
  attempt->is_found = false;
  attempt->is_cut = !work || attempt->deadlock->steps.n == STEPS_LIMIT;
  if (work)
    try_all(attempt);
  attempt->deadlock->search_work -= work - attempt->budget.work;
  attempt->deadlock->n_states += STATES - attempt->budget.states;
  keep_outcome(attempt, result);
}

void deadlock_reorder(struct deadlock *deadlock, const struct model *model) {
  uint32_t n_most = deadlock->options.max_cycle + 1;
  struct attempt attempt = {.deadlock = deadlock, .model = model, .reorder = reorder_new(&deadlock->steps)};
  attempt.first = xcalloc(n_most, sizeof *attempt.first);
  attempt.at = xcalloc(n_most, sizeof *attempt.at);
  attempt.goals = xcalloc(n_most, sizeof *attempt.goals);
  deadlock->search_work = ALL_WORK;
  for (uint32_t i = 0, n; i < deadlock->n_pattern_words; i += n + 1) {
    n = deadlock->patterns[i] & ~PATTERN_HOPELESS;
    if (n == deadlock->patterns[i])
      attempt_pattern(&attempt, &deadlock->patterns[i + 1], n);
  }
  reorder_free(attempt.reorder);
  free(attempt.first);
  free(attempt.at);
  free(attempt.goals);
}
