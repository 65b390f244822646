/* lockset.c - interned lock sets.
 *
 * Sets live for ever and are found by hash. Two short cuts make following a thread cheap: sets of one member are looked
 * up by their object in an array, and steps between bigger sets go through a direct-mapped cache of (set, member,
 * direction). Member arrays never move, so the pointers handed out stay valid as long as the table. */
#include "model/lockset.h"

#include <stdlib.h>
#include <string.h>

#include "model/event.h"
#include "util/alloc.h"

#define STEPS 8192u
#define CHUNK_MEMBERS 8192u

struct set {
  const struct lockset_member *members;
  uint32_t size;
  uint32_t hash;
};

struct step {
  uint64_t key; /* 0: empty, as set 0 never takes this way */
  uint32_t set;
};

struct chunk {
  struct chunk *next;
  struct lockset_member members[];
};

struct lockset_table {
  struct set *sets;
  uint32_t n_sets, set_capacity;
  uint32_t *slots; /* open addressing: set + 1, 0 empty */
  uint32_t n_slots;
  uint32_t *singles; /* object * 2 + is_shared -> set, 0 none yet */
  uint32_t single_capacity;
  struct step steps[STEPS];
  struct chunk *chunks;
  uint32_t chunk_used, chunk_capacity;
  struct lockset_member *scratch;
  uint32_t scratch_capacity;
};

struct lockset_table *lockset_table_new(void) {
  struct lockset_table *table = xcalloc(1, sizeof *table);
  table->n_slots = 1024;
  table->slots = xcalloc(table->n_slots, sizeof *table->slots);
  table->sets = grow(NULL, 0, &table->set_capacity, sizeof *table->sets);
  table->n_sets = 1;
  return table;
}

void lockset_table_free(struct lockset_table *table) {
  if (!table)
    return;
  for (struct chunk *chunk = table->chunks, *next; chunk; chunk = next) {
    next = chunk->next;
    free(chunk);
  }
  free(table->sets);
  free(table->slots);
  free(table->singles);
  free(table->scratch);
  free(table);
}

static uint64_t mix(uint64_t x) {
  x *= UINT64_C(0x9e3779b97f4a7c15);
  return x ^ (x >> 32);
}

static uint32_t hash_members(const struct lockset_member *members, uint32_t n) {
  uint64_t hash = n;
  for (uint32_t i = 0; i < n; i++)
    hash = mix(hash ^ ((uint64_t)members[i].object << 1 | members[i].is_shared));
  return (uint32_t)hash;
}

static bool equal_members(const struct lockset_member *a, const struct lockset_member *b, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (a[i].object != b[i].object || a[i].is_shared != b[i].is_shared)
      return false;
  return true;
}

static const struct lockset_member *keep_members(struct lockset_table *table, const struct lockset_member *members, uint32_t n) {
  if (!table->chunks || table->chunk_capacity - table->chunk_used < n) {
    uint32_t capacity = n > CHUNK_MEMBERS ? n : CHUNK_MEMBERS;
    struct chunk *chunk = xmalloc(sizeof *chunk + capacity * sizeof *members);
    chunk->next = table->chunks;
    table->chunks = chunk;
    table->chunk_used = 0;
    table->chunk_capacity = capacity;
  }
  struct lockset_member *kept = table->chunks->members + table->chunk_used;
  memcpy(kept, members, n * sizeof *members);
  table->chunk_used += n;
  return kept;
}

static void put_slot(struct lockset_table *table, uint32_t set) {
  uint32_t mask = table->n_slots - 1, at = table->sets[set].hash & mask;
  while (table->slots[at])
    at = (at + 1) & mask;
  table->slots[at] = set + 1;
}

static void grow_slots(struct lockset_table *table) {
  free(table->slots);
  table->n_slots *= 2;
  table->slots = xcalloc(table->n_slots, sizeof *table->slots);
  for (uint32_t set = 1; set < table->n_sets; set++)
    put_slot(table, set);
}

static uint32_t intern(struct lockset_table *table, const struct lockset_member *members, uint32_t n) {
  if (!n)
    return LOCKSET_EMPTY;
  uint32_t hash = hash_members(members, n), mask = table->n_slots - 1;
  for (uint32_t at = hash & mask; table->slots[at]; at = (at + 1) & mask) {
    const struct set *set = &table->sets[table->slots[at] - 1];
    if (set->hash == hash && set->size == n && equal_members(set->members, members, n))
      return table->slots[at] - 1;
  }
  table->sets = grow(table->sets, table->n_sets, &table->set_capacity, sizeof *table->sets);
  table->sets[table->n_sets] = (struct set){keep_members(table, members, n), n, hash};
  put_slot(table, table->n_sets++);
  if (table->n_sets > table->n_slots / 2)
    grow_slots(table);
  return table->n_sets - 1;
}

/* Index of the first member that is not below `object`. */
static uint32_t lower_bound(const struct set *set, uint32_t object) {
  uint32_t low = 0, high = set->size;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (set->members[middle].object < object)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static uint32_t add_slowly(struct lockset_table *table, uint32_t from, struct lockset_member member) {
  const struct set *set = &table->sets[from];
  uint32_t at = lower_bound(set, member.object), n = set->size;
  bool has = at < n && set->members[at].object == member.object;
  table->scratch = grow(table->scratch, n + 1, &table->scratch_capacity, sizeof *table->scratch);
  memcpy(table->scratch, set->members, at * sizeof member);
  table->scratch[at] = member;
  memcpy(table->scratch + at + 1, set->members + at + has, (n - at - has) * sizeof member);
  return intern(table, table->scratch, n + 1 - has);
}

static uint32_t remove_slowly(struct lockset_table *table, uint32_t from, uint32_t object) {
  const struct set *set = &table->sets[from];
  uint32_t at = lower_bound(set, object), n = set->size;
  if (at == n || set->members[at].object != object)
    return from;
  table->scratch = grow(table->scratch, n, &table->scratch_capacity, sizeof *table->scratch);
  memcpy(table->scratch, set->members, at * sizeof *set->members);
  memcpy(table->scratch + at, set->members + at + 1, (n - at - 1) * sizeof *set->members);
  return intern(table, table->scratch, n - 1);
}

static uint32_t add_single(struct lockset_table *table, struct lockset_member member) {
  uint32_t at = member.object * 2 + member.is_shared;
  table->singles = grow(table->singles, at, &table->single_capacity, sizeof *table->singles);
  if (!table->singles[at])
    table->singles[at] = intern(table, &member, 1);
  return table->singles[at];
}

static struct step *step_of(struct lockset_table *table, uint64_t key) {
  return &table->steps[mix(key) & (STEPS - 1)];
}

uint32_t lockset_add(struct lockset_table *table, uint32_t set, struct lockset_member member) {
  if (set == LOCKSET_EMPTY)
    return add_single(table, member);
  uint64_t key = (uint64_t)set << 33 | (uint64_t)member.object << 2 | (uint64_t)member.is_shared << 1;
  struct step *step = step_of(table, key);
  if (step->key != key)
    *step = (struct step){key, add_slowly(table, set, member)};
  return step->set;
}

uint32_t lockset_remove(struct lockset_table *table, uint32_t set, uint32_t object) {
  if (set == LOCKSET_EMPTY)
    return set;
  uint64_t key = (uint64_t)set << 33 | (uint64_t)object << 2 | 1;
  struct step *step = step_of(table, key);
  if (step->key != key)
    *step = (struct step){key, remove_slowly(table, set, object)};
  return step->set;
}

uint32_t lockset_size(const struct lockset_table *table, uint32_t set) {
  return table->sets[set].size;
}

const struct lockset_member *lockset_members(const struct lockset_table *table, uint32_t set) {
  return table->sets[set].members;
}

bool lockset_contains(const struct lockset_table *table, uint32_t set, uint32_t object) {
  const struct set *members = &table->sets[set];
  uint32_t at = lower_bound(members, object);
  return at < members->size && members->members[at].object == object;
}

uint32_t lockset_common_guard(const struct lockset_table *table, uint32_t a, uint32_t b) {
  const struct set *x = &table->sets[a], *y = &table->sets[b];
  for (uint32_t i = 0, j = 0; i < x->size && j < y->size;) {
    const struct lockset_member *m = &x->members[i], *n = &y->members[j];
    if (m->object == n->object && !(m->is_shared && n->is_shared))
      return m->object;
    i += m->object <= n->object;
    j += n->object <= m->object;
  }
  return NO_INDEX;
}
