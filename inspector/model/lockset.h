/* lockset.h - interned sets of locks: a set is a small number, equal sets have equal numbers.
 *
 * Members are sorted object indices, each with a bit that says whether it is held shared. Adding and removing one
 * member is cached, so that following a thread through nested sections costs one hash probe a step. */
#ifndef INSPECTOR_LOCKSET_H
#define INSPECTOR_LOCKSET_H

#include <stdbool.h>
#include <stdint.h>

#define LOCKSET_EMPTY 0u

struct lockset_member {
  uint32_t object;
  bool is_shared; /* read mode of a rwlock */
};

struct lockset_table;

struct lockset_table *lockset_table_new(void);
void lockset_table_free(struct lockset_table *table);

uint32_t lockset_add(struct lockset_table *table, uint32_t set, struct lockset_member member);
uint32_t lockset_remove(struct lockset_table *table, uint32_t set, uint32_t object);

uint32_t lockset_size(const struct lockset_table *table, uint32_t set);
const struct lockset_member *lockset_members(const struct lockset_table *table, uint32_t set);
bool lockset_contains(const struct lockset_table *table, uint32_t set, uint32_t object);

/* A common member, at least one side of which is held exclusively; NO_INDEX if there is none: such a lock guards. */
uint32_t lockset_common_guard(const struct lockset_table *table, uint32_t a, uint32_t b);

#endif
