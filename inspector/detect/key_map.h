/* key_map.h - from 64-bit keys to small numbers, open addressing. Equal keys are one, whatever they stand for; 0 is 1. */
#ifndef INSPECTOR_KEY_MAP_H
#define INSPECTOR_KEY_MAP_H

#include <stdint.h>

struct key_map {
  struct key_slot {
    uint64_t key; /* 0: empty */
    uint32_t value;
  } * slots;
  uint32_t n, n_slots;
};

/* The key's value, a new one of 0 if it was not there. Valid until the next call. */
uint32_t *key_map_at(struct key_map *map, uint64_t key);
void key_map_done(struct key_map *map);

#endif
