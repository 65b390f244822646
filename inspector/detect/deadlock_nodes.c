/* deadlock_nodes.c - the table of abstract acquires: (thread, lock, set of held locks, mode). Its size is bounded by the
 * program's text, not by the length of the trace. */
#include <stdlib.h>

#include "detect/deadlock_state.h"
#include "util/alloc.h"

static uint32_t node_hash(const struct node *key) {
  uint64_t hash = ((uint64_t)key->thread << 32 | key->lock) * UINT64_C(0x9e3779b97f4a7c15);
  hash ^= ((uint64_t)key->lockset << 8 | key->mode) * UINT64_C(0xd6e8feb86659fd93);
  hash *= UINT64_C(0x9e3779b97f4a7c15);
  return (uint32_t)(hash >> 32);
}

static bool node_equal(const struct node *a, const struct node *b) {
  return a->thread == b->thread && a->lock == b->lock && a->lockset == b->lockset && a->mode == b->mode;
}

static uint32_t *node_slot(const struct deadlock *deadlock, const struct node *key) {
  uint32_t mask = deadlock->n_slots - 1, at = node_hash(key) & mask;
  while (deadlock->slots[at] && !node_equal(&deadlock->nodes[deadlock->slots[at] - 1], key))
    at = (at + 1) & mask;
  return &deadlock->slots[at];
}

static void slots_extend(struct deadlock *deadlock) {
  free(deadlock->slots);
  deadlock->n_slots = deadlock->n_slots ? deadlock->n_slots * 2 : 1024;
  deadlock->slots = xcalloc(deadlock->n_slots, sizeof *deadlock->slots);
  for (uint32_t i = 0; i < deadlock->n_nodes; i++)
    *node_slot(deadlock, &deadlock->nodes[i]) = i + 1;
}

/* Where the held locks were taken, in the order of the set's members. */
static void note_holds(struct deadlock *deadlock, const struct model *model, struct node *node) {
  uint32_t n = lockset_size(model->locksets, node->lockset);
  const struct lockset_member *members = lockset_members(model->locksets, node->lockset);
  node->first_hold = deadlock->n_holds;
  for (uint32_t i = 0; i < n; i++) {
    deadlock->holds = grow(deadlock->holds, deadlock->n_holds, &deadlock->hold_capacity, sizeof *deadlock->holds);
    const struct held *held = thread_held(&model->threads[node->thread], members[i].object);
    deadlock->holds[deadlock->n_holds++] = (struct node_hold){members[i].object, held ? held->site : 0, held ? held->ordinal : 0};
  }
}

uint32_t deadlock_node(struct deadlock *deadlock, const struct model *model, const struct node *key) {
  if (deadlock->n_nodes * 2 >= deadlock->n_slots)
    slots_extend(deadlock);
  uint32_t *slot = node_slot(deadlock, key);
  if (!*slot) {
    deadlock->nodes = grow(deadlock->nodes, deadlock->n_nodes, &deadlock->node_capacity, sizeof *deadlock->nodes);
    deadlock->nodes[deadlock->n_nodes] = *key;
    note_holds(deadlock, model, &deadlock->nodes[deadlock->n_nodes]);
    *slot = ++deadlock->n_nodes;
  }
  struct node *node = &deadlock->nodes[*slot - 1];
  node->n_seen += node->n_seen < UINT32_MAX;
  node->last_ordinal = key->ordinal;
  return *slot - 1;
}

struct node *deadlock_node_find(const struct deadlock *deadlock, const struct node *key) {
  if (!deadlock->n_slots)
    return NULL;
  uint32_t slot = *node_slot(deadlock, key);
  return slot ? &deadlock->nodes[slot - 1] : NULL;
}

/* Most nodes have one or two. */
void deadlock_node_instance(struct node *node, const struct instance *instance) {
  if (node->n_instances == node->instance_capacity) {
    node->instance_capacity = node->n_instances ? node->n_instances * 2 : 1;
    node->instances = xreallocarray(node->instances, node->instance_capacity, sizeof *node->instances);
  }
  node->instances[node->n_instances++] = *instance;
}

void deadlock_nodes_done(struct deadlock *deadlock) {
  for (uint32_t i = 0; i < deadlock->n_nodes; i++)
    free(deadlock->nodes[i].instances);
  free(deadlock->nodes);
  free(deadlock->slots);
  free(deadlock->holds);
}
