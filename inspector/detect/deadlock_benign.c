/* deadlock_benign.c - cycles of the bare lock graph that cannot deadlock, each with the first condition it fails.
 *
 * The graph is that of a naive detector: an edge from each held address to each address asked for, whoever did it and
 * however. For every edge on a cycle that no reported deadlock covers, the shortest cycle through it is taken, one a set of
 * locks, at most MAX_CYCLES. An edge stands for many acquires; of the tried combinations the one that fails latest in the
 * list of enum obstacle explains best. */
#include <stdlib.h>
#include <string.h>

#include "detect/deadlock_state.h"
#include "detect/scc.h"
#include "findings/hash.h"
#include "util/alloc.h"

#define MAX_CYCLES 1000u
#define MAX_STEPS UINT64_C(20000000)
#define MAX_COMBINATIONS 2000u

enum obstacle { DIFFERENT_LOCK, ONE_THREAD, EARLY_RELEASE, TRY_ONLY, READERS_ONLY, GUARDED, ORDERED, NO_OBSTACLE };
static const char *const obstacle_words[] = {"different-lock", "one-thread", "early-release", "try-only",
                                             "readers-only",   "guarded",    "ordered"};

/* While it holds `held`, the node asks for its lock; from and to are their vertices. */
struct support {
  uint32_t from, to, node, held;
};

struct explainer {
  struct deadlock *deadlock;
  const struct model *model;
  struct support *supports; /* sorted */
  uint32_t n_supports, support_capacity;
  uint32_t *groups; /* first support of each distinct (from, to); one more behind the last */
  uint32_t n_groups, group_capacity;
  struct graph graph; /* edges are groups */
  uint32_t *component;
  struct key_map covered; /* (from, to) -> 1 if a reported deadlock has it */
  struct key_map known;   /* sets of locks explained */
  uint32_t *reached_by;   /* by vertex: group + 1, valid if round says so */
  uint32_t *round, *queue;
  uint32_t n_rounds, n_found;
  uint64_t n_steps;
  uint32_t *cycle, *choice, *nodes, *instances; /* groups; support of each; their nodes */
  uint32_t n_cycle;
};

static uint32_t vertex_of(const struct explainer *explainer, uint32_t lock) {
  if (IS_TERM(lock))
    return explainer->model->info->n_places + TERM_THREAD(lock);
  return explainer->model->objects[lock].place;
}

static uint64_t edge_key(uint32_t from, uint32_t to) {
  return (uint64_t)from << 32 | to;
}

static bool is_mutex(const struct deadlock *deadlock, uint32_t lock) {
  return IS_TERM(lock) || lock >= deadlock->n_uses || !deadlock->uses[lock].is_total;
}

static void add_support(struct explainer *explainer, uint32_t held, uint32_t node) {
  uint32_t lock = explainer->deadlock->nodes[node].lock;
  struct support support = {vertex_of(explainer, held), vertex_of(explainer, lock), node, held};
  if (support.from == support.to || !is_mutex(explainer->deadlock, held))
    return;
  explainer->supports = grow(explainer->supports, explainer->n_supports, &explainer->support_capacity, sizeof *explainer->supports);
  explainer->supports[explainer->n_supports++] = support;
}

static void collect_supports(struct explainer *explainer) {
  const struct deadlock *deadlock = explainer->deadlock;
  for (uint32_t i = 0; i < deadlock->n_nodes; i++) {
    const struct node *node = &deadlock->nodes[i];
    if (!is_mutex(deadlock, node->lock))
      continue;
    const struct lockset_member *members = lockset_members(explainer->model->locksets, node->lockset);
    for (uint32_t k = 0, n = lockset_size(explainer->model->locksets, node->lockset); k < n; k++)
      add_support(explainer, members[k].object, i);
    if (deadlock_holds_term(deadlock, node->thread))
      add_support(explainer, TERM(node->thread), i);
  }
}

static int compare_supports(const void *a, const void *b) {
  const struct support *x = a, *y = b;
  if (x->from != y->from)
    return x->from < y->from ? -1 : 1;
  if (x->to != y->to)
    return x->to < y->to ? -1 : 1;
  return (x->node > y->node) - (x->node < y->node);
}

static void add_group(struct explainer *explainer, uint32_t first) {
  explainer->groups = grow(explainer->groups, explainer->n_groups, &explainer->group_capacity, sizeof *explainer->groups);
  explainer->groups[explainer->n_groups++] = first;
}

static void group_supports(struct explainer *explainer) {
  if (explainer->n_supports)
    qsort(explainer->supports, explainer->n_supports, sizeof *explainer->supports, compare_supports);
  for (uint32_t i = 0; i < explainer->n_supports; i++) {
    const struct support *s = &explainer->supports[i];
    if (!i || s[-1].from != s->from || s[-1].to != s->to)
      add_group(explainer, i);
  }
  uint32_t n_groups = explainer->n_groups;
  add_group(explainer, explainer->n_supports);
  explainer->n_groups = n_groups;
}

static const struct support *group_edge(const struct explainer *explainer, uint32_t group) {
  return &explainer->supports[explainer->groups[group]];
}

static void make_graph(struct explainer *explainer) {
  uint32_t n = explainer->model->info->n_places + explainer->model->n_threads;
  struct graph_edge *edges = xcalloc(explainer->n_groups, sizeof *edges);
  for (uint32_t i = 0; i < explainer->n_groups; i++)
    edges[i] = (struct graph_edge){group_edge(explainer, i)->from, group_edge(explainer, i)->to};
  graph_init(&explainer->graph, n, edges, explainer->n_groups);
  free(edges);
  explainer->component = graph_components(&explainer->graph);
  explainer->reached_by = xcalloc(n, sizeof *explainer->reached_by);
  explainer->round = xcalloc(n, sizeof *explainer->round);
  explainer->queue = xcalloc(n, sizeof *explainer->queue);
  explainer->cycle = xcalloc((size_t)n * 4, sizeof *explainer->cycle);
  explainer->choice = explainer->cycle + n;
  explainer->nodes = explainer->cycle + 2 * (size_t)n;
  explainer->instances = explainer->cycle + 3 * (size_t)n;
}

static void cover_results(struct explainer *explainer) {
  const struct deadlock *deadlock = explainer->deadlock;
  for (uint32_t i = 0; i < deadlock->n_results; i++) {
    const struct pattern_result *result = &deadlock->results[i];
    for (uint32_t k = 0; result->nodes && k < result->n; k++) {
      uint32_t held = deadlock->nodes[result->nodes[(k + result->n - 1) % result->n]].lock;
      *key_map_at(&explainer->covered, edge_key(vertex_of(explainer, held), vertex_of(explainer, deadlock->nodes[result->nodes[k]].lock))) =
          1;
    }
  }
}

/* Breadth first from `from` to `to`; true if reached, by the groups in reached_by. */
static bool find_path(struct explainer *explainer, uint32_t from, uint32_t to) {
  uint32_t n_queue = 0, round = ++explainer->n_rounds;
  explainer->queue[n_queue++] = from;
  explainer->round[from] = round;
  for (uint32_t next = 0; next < n_queue && explainer->n_steps < MAX_STEPS; next++) {
    uint32_t vertex = explainer->queue[next];
    if (vertex == to)
      return true;
    for (uint32_t i = explainer->graph.first[vertex]; i < explainer->graph.first[vertex + 1]; i++) {
      uint32_t other = explainer->graph.to[i];
      explainer->n_steps++;
      if (explainer->round[other] == round || explainer->component[other] != explainer->component[from])
        continue;
      explainer->round[other] = round;
      explainer->reached_by[other] = explainer->graph.edge[i];
      explainer->queue[n_queue++] = other;
    }
  }
  return false;
}

/* The shortest cycle through the group: cycle[i + 1] starts where cycle[i] ends. */
static bool find_cycle(struct explainer *explainer, uint32_t group) {
  uint32_t first = group_edge(explainer, group)->to, last = group_edge(explainer, group)->from;
  if (!find_path(explainer, first, last))
    return false;
  uint32_t n = 0;
  explainer->cycle[n++] = group;
  for (uint32_t vertex = last; vertex != first; vertex = group_edge(explainer, explainer->reached_by[vertex])->from)
    explainer->cycle[n++] = explainer->reached_by[vertex];
  for (uint32_t i = 1, k = n - 1; i < k; i++, k--) {
    uint32_t swap = explainer->cycle[i];
    explainer->cycle[i] = explainer->cycle[k];
    explainer->cycle[k] = swap;
  }
  explainer->n_cycle = n;
  return true;
}

static bool is_new_set(struct explainer *explainer) {
  uint64_t sum = explainer->n_cycle;
  for (uint32_t i = 0; i < explainer->n_cycle; i++)
    sum += hash_word(HASH_SEED, group_edge(explainer, explainer->cycle[i])->from);
  uint32_t *known = key_map_at(&explainer->known, sum);
  return !(*known)++;
}

static const struct support *chosen(const struct explainer *explainer, uint32_t i) {
  return &explainer->supports[explainer->choice[i % explainer->n_cycle]];
}

static const struct node *chosen_node(const struct explainer *explainer, uint32_t i) {
  return &explainer->deadlock->nodes[chosen(explainer, i)->node];
}

static enum obstacle thread_obstacle(const struct explainer *explainer) {
  bool has_other = false, has_same = false;
  for (uint32_t i = 0; i < explainer->n_cycle; i++)
    for (uint32_t k = i + 1; k < explainer->n_cycle; k++) {
      bool is_same = chosen_node(explainer, i)->thread == chosen_node(explainer, k)->thread;
      has_same |= is_same;
      has_other |= !is_same;
    }
  return !has_same ? NO_OBSTACLE : has_other ? EARLY_RELEASE : ONE_THREAD;
}

static enum obstacle guard_obstacle(const struct explainer *explainer, struct benign_cycle *cycle) {
  for (uint32_t i = 0; i < explainer->n_cycle; i++)
    for (uint32_t k = i + 1; k < explainer->n_cycle; k++) {
      const struct node *a = chosen_node(explainer, i), *b = chosen_node(explainer, k);
      cycle->guard = deadlock_guard(explainer->deadlock, explainer->model, a, b, &cycle->parent);
      if (cycle->guard != NO_INDEX)
        return GUARDED;
    }
  return NO_OBSTACLE;
}

static enum obstacle order_obstacle(const struct explainer *explainer) {
  bool is_listed = true;
  for (uint32_t i = 0; i < explainer->n_cycle; i++) {
    is_listed &= chosen_node(explainer, i)->n_instances != 0;
    explainer->nodes[i] = chosen(explainer, i)->node;
  }
  bool is_ordered = is_listed
                        ? deadlock_ordered(explainer->deadlock, explainer->nodes, explainer->n_cycle, explainer->instances)
                        : deadlock_lives_ordered(explainer->deadlock, explainer->model, explainer->nodes, explainer->n_cycle);
  return is_ordered ? ORDERED : NO_OBSTACLE;
}

/* The first condition that the chosen supports fail. */
static enum obstacle first_obstacle(const struct explainer *explainer, struct benign_cycle *cycle) {
  uint32_t n = explainer->n_cycle;
  for (uint32_t i = 0; i < n; i++)
    if (chosen_node(explainer, i)->lock != chosen(explainer, i + 1)->held)
      return DIFFERENT_LOCK;
  enum obstacle obstacle = thread_obstacle(explainer);
  if (obstacle != NO_OBSTACLE)
    return obstacle;
  for (uint32_t i = 0; i < n; i++)
    if (chosen_node(explainer, i)->mode & TRACE_MODE_TRY)
      return TRY_ONLY;
  for (uint32_t i = 0; i < n; i++)
    if (!deadlock_blocks(explainer->deadlock, explainer->model, chosen_node(explainer, i), chosen_node(explainer, i + 1)))
      return READERS_ONLY;
  obstacle = guard_obstacle(explainer, cycle);
  return obstacle == NO_OBSTACLE ? order_obstacle(explainer) : obstacle;
}

static bool next_choice(struct explainer *explainer) {
  for (uint32_t i = explainer->n_cycle; i > 0; i--) {
    if (++explainer->choice[i - 1] < explainer->groups[explainer->cycle[i - 1] + 1])
      return true;
    explainer->choice[i - 1] = explainer->groups[explainer->cycle[i - 1]];
  }
  return false;
}

static void explain_cycle(struct explainer *explainer, struct findings *out) {
  uint32_t n = explainer->n_cycle, tries = 0;
  enum obstacle best = DIFFERENT_LOCK;
  struct benign_cycle cycle = {.n = n};
  uint32_t *nodes = xcalloc(n, sizeof *nodes);
  for (uint32_t i = 0; i < n; i++)
    explainer->choice[i] = explainer->groups[explainer->cycle[i]];
  do {
    struct benign_cycle tried = {.n = n, .guard = NO_INDEX, .parent = NO_INDEX};
    enum obstacle obstacle = first_obstacle(explainer, &tried);
    if (tries++ && obstacle <= best)
      continue;
    best = obstacle;
    cycle = tried;
    for (uint32_t i = 0; i < n; i++)
      nodes[i] = chosen(explainer, i)->node;
  } while (best != NO_OBSTACLE && tries < MAX_COMBINATIONS && next_choice(explainer));
  cycle.nodes = nodes;
  if (best != NO_OBSTACLE) {
    cycle.reason = obstacle_words[best];
    deadlock_report_benign(explainer->deadlock, explainer->model, &cycle, out);
    explainer->n_found++;
  }
  free(nodes);
}

static void explain_groups(struct explainer *explainer, struct findings *out) {
  for (uint32_t i = 0; i < explainer->n_groups && explainer->n_found < MAX_CYCLES; i++) {
    const struct support *edge = group_edge(explainer, i);
    if (explainer->component[edge->from] != explainer->component[edge->to] ||
        *key_map_at(&explainer->covered, edge_key(edge->from, edge->to)))
      continue;
    if (find_cycle(explainer, i) && is_new_set(explainer))
      explain_cycle(explainer, out);
  }
}

void deadlock_explain(struct deadlock *deadlock, const struct model *model, struct findings *out) {
  struct explainer explainer = {.deadlock = deadlock, .model = model};
  collect_supports(&explainer);
  if (explainer.n_supports) {
    group_supports(&explainer);
    make_graph(&explainer);
    cover_results(&explainer);
    explain_groups(&explainer, out);
    graph_done(&explainer.graph);
  }
  free(explainer.supports);
  free(explainer.groups);
  free(explainer.component);
  free(explainer.reached_by);
  free(explainer.round);
  free(explainer.queue);
  free(explainer.cycle);
  key_map_done(&explainer.covered);
  key_map_done(&explainer.known);
}
