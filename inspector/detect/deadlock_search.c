/* deadlock_search.c - cycles of abstract acquires: thread k asks for a lock that thread k+1 holds, the threads are distinct
 * and nothing guards two of them.
 *
 * Rules are applied while a path grows, never afterwards: enumerating the lock graph's cycles first is hopeless
 * (ANALYSIS.md, decision 4). Only edges inside a strongly connected component of the lock graph can be on a cycle. Of each
 * lock the list of its holders is sorted by what they ask for, so that the closing edge, and with it every cycle of two,
 * is found by bisection. */
#include <stdlib.h>
#include <string.h>

#include "detect/deadlock_state.h"
#include "detect/scc.h"
#include "util/alloc.h"

#define MAX_STEPS UINT64_C(20000000) /* for each length */

/* A node under one of the locks that it holds. */
struct holder {
  uint32_t lock, asks, node;
};

struct search {
  struct deadlock *deadlock;
  const struct model *model;
  deadlock_found *found;
  struct holder *holders; /* sorted */
  uint32_t n_holders, holder_capacity;
  uint32_t *component; /* by vertex */
  uint32_t *path;
  uint32_t n_path, length; /* of the cycles that are looked for */
  uint64_t n_steps;
  bool is_done;
};

/* Vertices of the lock graph: objects, then the threads' TERMs. */
static uint32_t vertex_of(const struct search *search, uint32_t lock) {
  return IS_TERM(lock) ? search->model->n_objects + TERM_THREAD(lock) : lock;
}

static void add_holder(struct search *search, uint32_t lock, uint32_t node) {
  search->holders = grow(search->holders, search->n_holders, &search->holder_capacity, sizeof *search->holders);
  search->holders[search->n_holders++] = (struct holder){lock, search->deadlock->nodes[node].lock, node};
}

static void collect_holders(struct search *search) {
  const struct deadlock *deadlock = search->deadlock;
  for (uint32_t i = 0; i < deadlock->n_nodes; i++) {
    const struct node *node = &deadlock->nodes[i];
    if (node->mode & TRACE_MODE_TRY || !deadlock_lock_counts(deadlock, node->lock))
      continue;
    const struct lockset_member *members = lockset_members(search->model->locksets, node->lockset);
    for (uint32_t k = 0, n = lockset_size(search->model->locksets, node->lockset); k < n; k++)
      if (deadlock_lock_counts(deadlock, members[k].object))
        add_holder(search, members[k].object, i);
    if (deadlock_holds_term(deadlock, node->thread))
      add_holder(search, TERM(node->thread), i);
  }
}

static uint32_t *lock_components(struct search *search) {
  struct graph_edge *edges = xcalloc(search->n_holders, sizeof *edges);
  for (uint32_t i = 0; i < search->n_holders; i++)
    edges[i] = (struct graph_edge){vertex_of(search, search->holders[i].lock), vertex_of(search, search->holders[i].asks)};
  struct graph graph;
  graph_init(&graph, search->model->n_objects + search->model->n_threads, edges, search->n_holders);
  free(edges);
  uint32_t *component = graph_components(&graph);
  graph_done(&graph);
  return component;
}

static int compare_holders(const void *a, const void *b) {
  const struct holder *x = a, *y = b;
  if (x->lock != y->lock)
    return x->lock < y->lock ? -1 : 1;
  if (x->asks != y->asks)
    return x->asks < y->asks ? -1 : 1;
  return (x->node > y->node) - (x->node < y->node);
}

static void keep_cyclic_holders(struct search *search) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < search->deadlock->n_nodes; i++)
    search->deadlock->nodes[i].is_cyclic = false;
  for (uint32_t i = 0; i < search->n_holders; i++) {
    const struct holder *holder = &search->holders[i];
    if (search->component[vertex_of(search, holder->lock)] == search->component[vertex_of(search, holder->asks)]) {
      search->deadlock->nodes[holder->node].is_cyclic = true;
      search->holders[n++] = *holder;
    }
  }
  search->n_holders = n;
  if (n)
    qsort(search->holders, n, sizeof *search->holders, compare_holders);
}

/* First holder of `lock` that asks for `asks` or a greater one. */
static uint32_t holders_from(const struct search *search, uint32_t lock, uint32_t asks) {
  struct holder key = {lock, asks, 0};
  uint32_t low = 0, high = search->n_holders;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (compare_holders(&search->holders[middle], &key) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static bool spend_step(struct search *search) {
  if (++search->n_steps > MAX_STEPS || search->deadlock->n_patterns >= search->deadlock->options.max_patterns) {
    search->deadlock->is_cut = true;
    search->is_done = true;
  }
  return !search->is_done;
}

/* May the node follow the path? The first of a cycle is its smallest thread, so that each is found once. */
static bool may_follow(const struct search *search, uint32_t node) {
  const struct deadlock *deadlock = search->deadlock;
  const struct node *next = &deadlock->nodes[node], *last = &deadlock->nodes[search->path[search->n_path - 1]];
  if (next->thread <= deadlock->nodes[search->path[0]].thread || !deadlock_blocks(deadlock, search->model, last, next))
    return false;
  for (uint32_t i = 0; i < search->n_path; i++) {
    const struct node *other = &deadlock->nodes[search->path[i]];
    uint32_t parent;
    if (other->thread == next->thread || other->lock == next->lock ||
        chains_are_one(&deadlock->order.chains, other->thread, next->thread) ||
        deadlock_guard(deadlock, search->model, other, next, &parent) != NO_INDEX)
      return false;
  }
  return true;
}

static void take(struct search *search, uint32_t node) {
  search->path[search->n_path++] = node;
  if (!search->found(search->deadlock, search->model, search->path, search->n_path))
    search->is_done = true;
  search->n_path--;
}

/* Nodes that hold what the last one asks for and ask for `lock`, which the first one holds. */
static void close_path(struct search *search, uint32_t lock) {
  const struct deadlock *deadlock = search->deadlock;
  const struct node *first = &deadlock->nodes[search->path[0]];
  uint32_t asked = deadlock->nodes[search->path[search->n_path - 1]].lock;
  for (uint32_t i = holders_from(search, asked, lock); i < search->n_holders && !search->is_done; i++) {
    const struct holder *holder = &search->holders[i];
    if (holder->lock != asked || holder->asks != lock || !spend_step(search))
      return;
    if (may_follow(search, holder->node) && deadlock_blocks(deadlock, search->model, &deadlock->nodes[holder->node], first))
      take(search, holder->node);
  }
}

static void close_all(struct search *search) {
  const struct node *first = &search->deadlock->nodes[search->path[0]];
  const struct lockset_member *members = lockset_members(search->model->locksets, first->lockset);
  for (uint32_t k = 0, n = lockset_size(search->model->locksets, first->lockset); k < n && !search->is_done; k++)
    close_path(search, members[k].object);
  if (deadlock_holds_term(search->deadlock, first->thread) && !search->is_done)
    close_path(search, TERM(first->thread));
}

/* Depth is bounded by --max-cycle. */
static void extend(struct search *search) {
  if (search->n_path + 1 == search->length) {
    close_all(search);
    return;
  }
  uint32_t asked = search->deadlock->nodes[search->path[search->n_path - 1]].lock;
  for (uint32_t i = holders_from(search, asked, 0); i < search->n_holders && search->holders[i].lock == asked; i++) {
    if (!spend_step(search))
      return;
    if (!may_follow(search, search->holders[i].node))
      continue;
    search->path[search->n_path++] = search->holders[i].node;
    extend(search);
    search->n_path--;
    if (search->is_done)
      return;
  }
}

static void search_from(struct search *search, uint32_t node) {
  search->path[0] = node;
  search->n_path = 1;
  extend(search);
}

/* Short cycles first, so that a budget spent on long ones never hides them. */
static void search_all(struct search *search) {
  const struct deadlock *deadlock = search->deadlock;
  bool *is_start = xcalloc(deadlock->n_nodes, sizeof *is_start);
  for (uint32_t i = 0; i < search->n_holders; i++)
    is_start[search->holders[i].node] = true;
  for (search->length = 2; search->length <= deadlock->options.max_cycle && !search->is_done; search->length++) {
    search->n_steps = 0;
    for (uint32_t i = 0; i < deadlock->n_nodes && !search->is_done; i++)
      if (is_start[i])
        search_from(search, i);
  }
  free(is_start);
}

void deadlock_search(struct deadlock *deadlock, const struct model *model, deadlock_found *found) {
  struct search search = {.deadlock = deadlock, .model = model, .found = found};
  deadlock->n_patterns = 0;
  deadlock->is_cut = false;
  collect_holders(&search);
  if (!search.n_holders)
    return;
  search.component = lock_components(&search);
  keep_cyclic_holders(&search);
  search.path = xcalloc((size_t)deadlock->options.max_cycle + 1, sizeof *search.path);
  search_all(&search);
  free(search.path);
  free(search.component);
  free(search.holders);
}
