/* intern.c - see intern.h. The hash is FNV-1a, which a tokeniser can compute while it looks for the end of a name; its low
 * bits are mixed once more before they choose a slot. At most half of the slots are taken. */
#include "trace/intern.h"

#include <stdlib.h>
#include <string.h>

#include "model/event.h"
#include "util/alloc.h"

enum { ARENA_BLOCK_BYTES = 1 << 16, FIRST_SLOTS = 64 };

char *arena_text(struct arena *arena, const char *text, size_t length) {
  if (length + 1 > arena->room - arena->used) {
    arena->blocks = grow(arena->blocks, arena->n_blocks, &arena->block_capacity, sizeof *arena->blocks);
    arena->room = length + 1 > ARENA_BLOCK_BYTES ? length + 1 : ARENA_BLOCK_BYTES;
    arena->blocks[arena->n_blocks++] = xmalloc(arena->room);
    arena->used = 0;
  }
  char *copy = arena->blocks[arena->n_blocks - 1] + arena->used;
  memcpy(copy, text, length);
  copy[length] = 0;
  arena->used += length + 1;
  return copy;
}

void arena_done(struct arena *arena) {
  for (uint32_t i = 0; i < arena->n_blocks; i++)
    free(arena->blocks[i]);
  free(arena->blocks);
}

uint32_t intern_hash(const char *text, size_t length) {
  uint32_t hash = INTERN_HASH_START;
  for (size_t i = 0; i < length; i++)
    hash = intern_hash_byte(hash, (unsigned char)text[i]);
  return hash;
}

static uint32_t first_slot(const struct intern *intern, uint32_t hash) {
  uint32_t mixed = hash * 0x9e3779b1u;
  return (mixed ^ mixed >> 15) & (intern->n_slots - 1);
}

uint32_t intern_find(const struct intern *intern, const char *text, size_t length, uint32_t hash) {
  if (!intern->n_slots)
    return NO_INDEX;
  for (uint32_t slot = first_slot(intern, hash); intern->slots[slot]; slot = (slot + 1) & (intern->n_slots - 1)) {
    uint32_t number = intern->slots[slot] - 1;
    const struct spelling *item = &intern->items[number];
    if (item->hash == hash && item->length == length && memcmp(item->text, text, length) == 0)
      return number;
  }
  return NO_INDEX;
}

static void place(struct intern *intern, uint32_t number) {
  uint32_t slot = first_slot(intern, intern->items[number].hash);
  while (intern->slots[slot])
    slot = (slot + 1) & (intern->n_slots - 1);
  intern->slots[slot] = number + 1;
}

static void more_slots(struct intern *intern) {
  free(intern->slots);
  intern->n_slots = intern->n_slots ? intern->n_slots * 2 : FIRST_SLOTS;
  intern->slots = xcalloc(intern->n_slots, sizeof *intern->slots);
  for (uint32_t i = 0; i < intern->n_items; i++)
    place(intern, i);
}

uint32_t intern_add(struct intern *intern, struct arena *arena, const char *text, size_t length, uint32_t hash) {
  if ((uint64_t)(intern->n_items + 1) * 2 > intern->n_slots)
    more_slots(intern);
  intern->items = grow(intern->items, intern->n_items, &intern->item_capacity, sizeof *intern->items);
  uint32_t number = intern->n_items++;
  intern->items[number] = (struct spelling){arena_text(arena, text, length), (uint32_t)length, hash};
  place(intern, number);
  return number;
}

void intern_done(struct intern *intern) {
  free(intern->items);
  free(intern->slots);
}
