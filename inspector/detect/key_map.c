/* key_map.c - from 64-bit hashes to small numbers: see key_map.h. */
#include "detect/key_map.h"

#include <stdlib.h>

#include "util/alloc.h"

static struct key_slot *key_slot(struct key_map *map, uint64_t key) {
  uint32_t mask = map->n_slots - 1, at = (uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & mask;
  while (map->slots[at].key && map->slots[at].key != key)
    at = (at + 1) & mask;
  return &map->slots[at];
}

static void key_map_extend(struct key_map *map) {
  struct key_map bigger = {.n = map->n, .n_slots = map->n_slots ? map->n_slots * 2 : 256};
  bigger.slots = xcalloc(bigger.n_slots, sizeof *bigger.slots);
  for (uint32_t i = 0; i < map->n_slots; i++)
    if (map->slots[i].key)
      *key_slot(&bigger, map->slots[i].key) = map->slots[i];
  free(map->slots);
  *map = bigger;
}

uint32_t *key_map_at(struct key_map *map, uint64_t key) {
  key += !key;
  if (map->n * 2 >= map->n_slots)
    key_map_extend(map);
  struct key_slot *slot = key_slot(map, key);
  if (!slot->key) {
    slot->key = key;
    map->n++;
  }
  return &slot->value;
}

void key_map_done(struct key_map *map) {
  free(map->slots);
  *map = (struct key_map){0};
}
