/* native_map.h - 64-bit keys into dense numbers: open addressing, at most half full.
 *
 * Keys come from files. The hash is seeded by each process, so that a file cannot be made to collide; nothing that is printed
 * depends on the order of the entries. */
#ifndef INSPECTOR_NATIVE_MAP_H
#define INSPECTOR_NATIVE_MAP_H

#include <stdint.h>

struct map_entry {
  uint64_t key;
  uint32_t value; /* + 1; 0 empty */
};

/* Zeroed: empty. */
struct map {
  struct map_entry *entries;
  uint32_t n, capacity; /* capacity: a power of two, or 0 */
  uint64_t seed;
};

uint64_t map_hash(uint64_t key, uint64_t seed);
uint64_t map_seed(void);                                /* of this process */
uint32_t map_find(const struct map *map, uint64_t key); /* NO_INDEX when it is not there */
void map_put(struct map *map, uint64_t key, uint32_t value);
void map_done(struct map *map);

#endif
