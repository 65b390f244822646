/* deadlock_judge.c - what each cycle of abstract acquires is worth.
 *
 * A cycle stands for all tuples of its nodes' instances. Both tests walk them by the same monotone loop (ANALYSIS.md 3.4):
 * an instance that the set of what must have happened already holds can never block in this cycle, so its node moves on
 * to its next one; the loop ends when no request is inside (the cycle is reachable) or a node has no instance left. The
 * set is the join of the start/join clocks in the first test, which may call a cycle harmless, and the sync-preserving
 * closure in the second, which may call it plausible.
 *
 * Where there are many cycles the closure of what is before each instance is computed once, in one sweep a chain, and
 * each check starts from these: by joining them alone most cycles are refuted, and for the rest the closure costs only
 * what it adds.
 *
 * Worker pools make the same cycle for many tuples of threads: of one signature (places and classes of locks) at most
 * SIGNATURE_TRIES go through the closure. */
#include <stdlib.h>
#include <string.h>

#include "detect/deadlock_state.h"
#include "findings/hash.h"
#include "util/alloc.h"

#define SIGNATURE_TRIES 256u
#define MAX_COST UINT64_C(600000000) /* of all closures: some seconds */
#define MAX_CLOSED_PARTS UINT64_C(32000000)

static const struct instance *instance_of(const struct deadlock *deadlock, uint32_t node, uint32_t instance) {
  return &deadlock->nodes[node].instances[instance];
}

/* Moves the nodes whose instance is inside on to one that is not; false if one has none left. */
static bool leave_inside(const struct deadlock *deadlock, const uint32_t *in, const uint32_t *nodes, uint32_t n, uint32_t *at,
                         bool *ret_moved) {
  *ret_moved = false;
  for (uint32_t i = 0; i < n; i++) {
    const struct node *node = &deadlock->nodes[nodes[i]];
    while (at[i] < node->n_instances && node->instances[at[i]].point.n <= in[node->instances[at[i]].point.chain]) {
      at[i]++;
      *ret_moved = true;
    }
    if (at[i] == node->n_instances)
      return false;
  }
  return true;
}

/* What the instance knows of the chain by start and join. */
static uint32_t started_before(const struct versions *versions, const struct order_point *point, uint32_t chain) {
  if (point->chain == chain)
    return point->n - 1;
  uint32_t low = version_begin(versions, point->before[ORDER_START]), high = version_end(versions, point->before[ORDER_START]), end = high;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (versions->parts[middle].chain < chain)
      low = middle + 1;
    else
      high = middle;
  }
  return low < end && versions->parts[low].chain == chain ? versions->parts[low].n : 0;
}

static bool is_started_before(const struct deadlock *deadlock, const uint32_t *nodes, uint32_t n, const uint32_t *at, uint32_t i) {
  const struct order_point *point = &instance_of(deadlock, nodes[i], at[i])->point;
  for (uint32_t k = 0; k < n; k++)
    if (k != i && started_before(&deadlock->order.versions, &instance_of(deadlock, nodes[k], at[k])->point, point->chain) >= point->n)
      return true;
  return false;
}

/* Clocks only rise along a node's instances: one that is known now stays known. */
bool deadlock_ordered(const struct deadlock *deadlock, const uint32_t *nodes, uint32_t n, uint32_t *ret_instances) {
  memset(ret_instances, 0, n * sizeof *ret_instances);
  for (uint32_t i = 0; i < n; i++)
    if (!deadlock->nodes[nodes[i]].n_instances)
      return true;
  for (bool has_moved = true; has_moved;) {
    has_moved = false;
    for (uint32_t i = 0; i < n; i++)
      while (is_started_before(deadlock, nodes, n, ret_instances, i)) {
        has_moved = true;
        if (++ret_instances[i] == deadlock->nodes[nodes[i]].n_instances)
          return true;
      }
  }
  return false;
}

static void add_hard(struct closure *closure, const struct instance *instance) {
  const struct order_point *point = &instance->point;
  closure_add(closure, (struct stamp){point->chain, point->n - 1, point->before[ORDER_HARD]});
}

static void add_before(struct closure *closure, const struct instance *instance) {
  add_hard(closure, instance);
  closure_add(closure, (struct stamp){instance->point.chain, 0, instance->closed});
}

/* Join what is before the instances until none is inside; false if a node has none left. */
static bool join_all(const struct deadlock *deadlock, const uint32_t *nodes, uint32_t n, uint32_t *at) {
  for (bool has_moved = true; has_moved;) {
    for (uint32_t i = 0; i < n; i++)
      add_before(deadlock->closure, instance_of(deadlock, nodes[i], at[i]));
    if (!leave_inside(deadlock, closure_set(deadlock->closure), nodes, n, at, &has_moved))
      return false;
  }
  return true;
}

/* Is there an instance that a sync-preserving reordering reaches? */
static bool is_reachable(const struct deadlock *deadlock, const uint32_t *nodes, uint32_t n, uint32_t *at) {
  closure_begin(deadlock->closure);
  for (bool has_moved = true; has_moved;) {
    if (deadlock->has_closed)
      closure_begin(deadlock->closure);
    if (!join_all(deadlock, nodes, n, at))
      return false;
    if (deadlock->has_closed)
      closure_trust(deadlock->closure);
    if (!closure_close(deadlock->closure) || !leave_inside(deadlock, closure_set(deadlock->closure), nodes, n, at, &has_moved))
      return false;
  }
  return true;
}

static bool end_others(struct deadlock *deadlock, const struct model *model, const struct node *node, const struct instance *instance) {
  const struct lockset_member *members = lockset_members(model->locksets, node->lockset);
  for (uint32_t i = 0, n = lockset_size(model->locksets, node->lockset); i < n; i++)
    if (!closure_end_others(deadlock->closure, members[i].object, instance->point.chain, members[i].is_shared))
      return false;
  return true;
}

/* Is there an instance left, if sections may come in any order? What is before the requests is kept, and the locks that
 * are held there are taken last. True says nothing, false that no reordering leads there. */
static bool may_be_reachable(struct deadlock *deadlock, const struct model *model, const uint32_t *nodes, uint32_t n, uint32_t *at) {
  if (!order_is_strict(&deadlock->order))
    return true;
  closure_begin(deadlock->closure);
  for (uint64_t growth = UINT64_MAX; growth != closure_growth(deadlock->closure);) {
    growth = closure_growth(deadlock->closure);
    for (bool has_moved = true; has_moved;) {
      for (uint32_t i = 0; i < n; i++)
        add_hard(deadlock->closure, instance_of(deadlock, nodes[i], at[i]));
      if (!leave_inside(deadlock, closure_set(deadlock->closure), nodes, n, at, &has_moved))
        return false;
    }
    for (uint32_t i = 0; i < n; i++)
      if (!end_others(deadlock, model, &deadlock->nodes[nodes[i]], instance_of(deadlock, nodes[i], at[i])))
        return false;
  }
  return true;
}

/* Equal for the same set of (thread, lock), in whatever order. */
static uint64_t result_key(const struct deadlock *deadlock, const uint32_t *nodes, uint32_t n) {
  uint64_t sum = n;
  for (uint32_t i = 0; i < n; i++)
    sum += hash_word(hash_word(HASH_SEED, deadlock->nodes[nodes[i]].thread), deadlock->nodes[nodes[i]].lock);
  return sum;
}

/* Locks of one class are made at one place. */
static uint64_t lock_class(const struct model *model, uint32_t lock) {
  if (IS_TERM(lock))
    return TERM_BIT;
  const struct object *object = &model->objects[lock];
  return UINT64_C(1) << 40 | (uint64_t)object->first_site << 8 | TRACE_KIND_OF(object->kind);
}

/* In a text trace what its findings are merged by: there numbers for places are coarse, but names tell locks apart. */
static uint64_t text_signature(const struct deadlock *deadlock, const struct model *model, const struct node *node) {
  uint64_t key = hash_word(hash_word(HASH_SEED, node->site), node->lock);
  if (!node->site)
    key = hash_word(key, node->thread);
  for (uint32_t i = 0, n = lockset_size(model->locksets, node->lockset); i < n; i++) {
    const struct node_hold *hold = &deadlock->holds[node->first_hold + i];
    key = hash_word(hash_word(key, hold->object), hold->site);
  }
  return key;
}

static struct signature *signature_of(struct deadlock *deadlock, const struct model *model, const uint32_t *nodes, uint32_t n) {
  uint64_t sum = n;
  for (uint32_t i = 0; i < n; i++) {
    const struct node *node = &deadlock->nodes[nodes[i]];
    sum += model->info->is_text ? text_signature(deadlock, model, node)
                                : hash_word(hash_word(HASH_SEED, node->site), lock_class(model, node->lock));
  }
  uint32_t *index = key_map_at(&deadlock->signature_keys, sum);
  if (!*index) {
    deadlock->signatures = grow(deadlock->signatures, deadlock->n_signatures, &deadlock->signature_capacity, sizeof *deadlock->signatures);
    deadlock->signatures[deadlock->n_signatures++] = (struct signature){0};
    *index = deadlock->n_signatures;
  }
  return &deadlock->signatures[*index - 1];
}

struct pattern_result *deadlock_result(struct deadlock *deadlock, const uint32_t *nodes, uint32_t n) {
  uint32_t *index = key_map_at(&deadlock->result_keys, result_key(deadlock, nodes, n));
  if (!*index) {
    deadlock->results = grow(deadlock->results, deadlock->n_results, &deadlock->result_capacity, sizeof *deadlock->results);
    struct pattern_result *result = &deadlock->results[deadlock->n_results++];
    *result = (struct pattern_result){.verdict = VERDICT_BENIGN, .n = n};
    *index = deadlock->n_results;
  }
  return &deadlock->results[*index - 1];
}

static bool keep_result(struct pattern_result *result, enum verdict verdict, const uint32_t *nodes, const uint32_t *instances, uint32_t n) {
  if (result->nodes && result->verdict >= verdict)
    return false;
  result->verdict = verdict;
  result->nodes = xreallocarray(result->nodes, n, sizeof *nodes);
  result->instances = xreallocarray(result->instances, n, sizeof *instances);
  memcpy(result->nodes, nodes, n * sizeof *nodes);
  memcpy(result->instances, instances, n * sizeof *instances);
  return true;
}

static bool needs_writer(const struct deadlock *deadlock, const struct model *model, const uint32_t *nodes, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (deadlock_needs_writer(deadlock, model, &deadlock->nodes[nodes[i]], &deadlock->nodes[nodes[(i + 1) % n]]))
      return true;
  return false;
}

/* By the closure, from the first instances that start and join leave; true if it is reached. */
static bool reach(struct deadlock *deadlock, const uint32_t *nodes, uint32_t n, const uint32_t *first, struct pattern_result *result) {
  uint32_t *reached = xcalloc(n, sizeof *reached);
  struct witness witness = {0};
  memcpy(reached, first, n * sizeof *first);
  bool is_reached = is_reachable(deadlock, nodes, n, reached) && deadlock_witness(deadlock, nodes, reached, n, &witness);
  if (is_reached && keep_result(result, VERDICT_PLAUSIBLE, nodes, reached, n))
    result->witness = witness;
  free(reached);
  return is_reached;
}

/* Left to the search, unless it is hopeless. */
static void leave_open(struct deadlock *deadlock, const struct model *model, uint32_t *pattern, uint32_t *first,
                       struct pattern_result *result) {
  const uint32_t *nodes = pattern + 1;
  uint32_t n = *pattern;
  if (keep_result(result, VERDICT_POTENTIAL, nodes, first, n))
    result->needs_writer = needs_writer(deadlock, model, nodes, n);
  if (may_be_reachable(deadlock, model, nodes, n, first)) {
    result->is_open |= !needs_writer(deadlock, model, nodes, n);
    return;
  }
  *pattern |= PATTERN_HOPELESS;
  if (result->searched == SEARCH_NOT)
    result->searched = SEARCH_DONE;
}

/* `pattern`: its length, then its nodes. */
static void judge_pattern(struct deadlock *deadlock, const struct model *model, uint32_t *pattern) {
  const uint32_t *nodes = pattern + 1;
  uint32_t n = *pattern;
  struct pattern_result *result = deadlock_result(deadlock, nodes, n);
  if (result->nodes && result->verdict >= VERDICT_PLAUSIBLE)
    return;
  if (signature_of(deadlock, model, nodes, n)->tried++ >= SIGNATURE_TRIES) {
    deadlock->n_skipped++;
    return;
  }
  uint32_t *first = xcalloc(n, sizeof *first);
  deadlock_ordered(deadlock, nodes, n, first);
  if (needs_writer(deadlock, model, nodes, n) || !reach(deadlock, nodes, n, first, result))
    leave_open(deadlock, model, pattern, first, result);
  free(first);
}

/* The cycles that start and join do not order, to be judged when all are known. */
static bool keep_pattern(struct deadlock *deadlock, const struct model *model, const uint32_t *nodes, uint32_t n) {
  (void)model;
  uint32_t *instances = xcalloc(n, sizeof *instances);
  bool is_ordered = deadlock_ordered(deadlock, nodes, n, instances);
  free(instances);
  if (is_ordered)
    return true;
  deadlock->n_patterns++;
  for (uint32_t i = 0; i <= n; i++) {
    deadlock->patterns = grow(deadlock->patterns, deadlock->n_pattern_words, &deadlock->pattern_capacity, sizeof *deadlock->patterns);
    deadlock->patterns[deadlock->n_pattern_words++] = i ? nodes[i - 1] : n;
  }
  deadlock->n_kept++;
  return true;
}

/* Closed sets of the instances, a sweep a chain. */

struct sweep {
  struct instance **items;
  uint32_t n, capacity;
};

static int compare_instances(const void *a, const void *b) {
  const struct order_point *x = &(*(struct instance *const *)a)->point, *y = &(*(struct instance *const *)b)->point;
  if (x->chain != y->chain)
    return x->chain < y->chain ? -1 : 1;
  return (x->n > y->n) - (x->n < y->n);
}

static void collect_instances(const struct deadlock *deadlock, struct sweep *sweep) {
  bool *is_taken = xcalloc(deadlock->n_nodes, sizeof *is_taken);
  for (uint32_t i = 0; i < deadlock->n_pattern_words; i += deadlock->patterns[i] + 1)
    for (uint32_t k = 1; k <= deadlock->patterns[i]; k++)
      is_taken[deadlock->patterns[i + k]] = true;
  for (uint32_t i = 0; i < deadlock->n_nodes; i++)
    for (uint32_t k = 0; is_taken[i] && k < deadlock->nodes[i].n_instances; k++) {
      sweep->items = grow(sweep->items, sweep->n, &sweep->capacity, sizeof(struct instance *));
      sweep->items[sweep->n++] = &deadlock->nodes[i].instances[k];
    }
  free(is_taken);
  if (sweep->n)
    qsort(sweep->items, sweep->n, sizeof *sweep->items, compare_instances);
}

static uint32_t count_chains(const struct sweep *sweep) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < sweep->n; i++)
    n += !i || sweep->items[i - 1]->point.chain != sweep->items[i]->point.chain;
  return n;
}

/* What is before an event lies in the trace before it, and that is a closed set: closing never fails. */
static void sweep_closed(struct deadlock *deadlock, const struct sweep *sweep) {
  uint32_t n_chains = deadlock->order.chains.n, spacing = 1 + (uint32_t)((uint64_t)sweep->n * n_chains / MAX_CLOSED_PARTS);
  uint32_t closed = 0, since = 0, chain = UINT32_MAX;
  for (uint32_t i = 0; i < sweep->n; i++) {
    struct instance *instance = sweep->items[i];
    bool is_first = instance->point.chain != chain;
    if (is_first) {
      closure_begin(deadlock->closure);
      chain = instance->point.chain;
    }
    if (is_first || ++since >= spacing) {
      add_before(deadlock->closure, instance);
      closure_close(deadlock->closure);
      const uint32_t *set = closure_set(deadlock->closure);
      closed = versions_add(&deadlock->order.versions, &(struct clock){.at = (uint32_t *)set, .n = n_chains}, chain);
      since = 0;
    }
    instance->closed = closed;
  }
}

static void close_instances(struct deadlock *deadlock) {
  struct sweep sweep = {0};
  collect_instances(deadlock, &sweep);
  if (deadlock->n_kept > count_chains(&sweep)) {
    sweep_closed(deadlock, &sweep);
    deadlock->has_closed = true;
  }
  free(sweep.items);
}

void deadlock_judge(struct deadlock *deadlock, const struct model *model) {
  struct order *order = &deadlock->order;
  deadlock_search(deadlock, model, keep_pattern);
  if (!deadlock->n_kept)
    return;
  deadlock->closure = closure_new(&order->versions, order->sections, order->n_sections, model->n_objects);
  close_instances(deadlock);
  uint64_t n_judged = 0;
  for (uint32_t i = 0, n; i < deadlock->n_pattern_words && closure_cost(deadlock->closure) < MAX_COST; i += n + 1, n_judged++) {
    n = deadlock->patterns[i];
    judge_pattern(deadlock, model, &deadlock->patterns[i]);
  }
  if (n_judged < deadlock->n_kept) {
    deadlock->is_cut = true;
    deadlock->n_patterns = n_judged;
  }
  closure_free(deadlock->closure);
  deadlock->closure = NULL;
}
