/* native_map.c - see native_map.h. The mixing is MurmurHash3's finaliser, twice, the seed in between. */
#include "trace/native_map.h"

#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "model/event.h"
#include "util/alloc.h"

static uint64_t mix(uint64_t h) {
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccdull;
  h ^= h >> 33;
  h *= 0xc4ceb9fe1a85ec53ull;
  return h ^ h >> 33;
}

uint64_t map_hash(uint64_t key, uint64_t seed) {
  return mix(mix(key ^ seed) + seed);
}

uint64_t map_seed(void) {
  uint64_t seed = 0;
  const void *bytes = (const void *)(uintptr_t)getauxval(AT_RANDOM); /* 16 bytes that the kernel gives each process */
  if (bytes)
    memcpy(&seed, bytes, sizeof seed);
  return seed | 1;
}

static struct map_entry *entry_of(const struct map *map, uint64_t key) {
  uint32_t at = (uint32_t)map_hash(key, map->seed) & (map->capacity - 1);
  while (map->entries[at].value && map->entries[at].key != key)
    at = (at + 1) & (map->capacity - 1);
  return &map->entries[at];
}

uint32_t map_find(const struct map *map, uint64_t key) {
  return map->capacity ? entry_of(map, key)->value - 1 : NO_INDEX;
}

static void enlarge(struct map *map) {
  struct map old = *map;
  if (!map->seed)
    map->seed = map_seed();
  map->capacity = old.capacity ? old.capacity * 2 : 64;
  map->entries = xcalloc(map->capacity, sizeof *map->entries);
  for (uint32_t i = 0; i < old.capacity; i++)
    if (old.entries[i].value)
      *entry_of(map, old.entries[i].key) = old.entries[i];
  free(old.entries);
}

void map_put(struct map *map, uint64_t key, uint32_t value) {
  if (map->n >= map->capacity / 2)
    enlarge(map);
  struct map_entry *entry = entry_of(map, key);
  map->n += entry->value == 0;
  *entry = (struct map_entry){key, value + 1};
}

void map_done(struct map *map) {
  free(map->entries);
}
