/* intern.h - spellings into dense numbers: open addressing over 32-bit hashes, texts kept in an arena. */
#ifndef INSPECTOR_INTERN_H
#define INSPECTOR_INTERN_H

#include <stddef.h>
#include <stdint.h>

/* Texts that live as long as the arena and never move. */
struct arena {
  char **blocks;
  uint32_t n_blocks, block_capacity;
  size_t used, room; /* in the last block */
};

char *arena_text(struct arena *arena, const char *text, size_t length); /* a terminated copy */
void arena_done(struct arena *arena);

struct spelling {
  const char *text; /* in the arena, terminated */
  uint32_t length;
  uint32_t hash;
};

/* Zeroed: empty. */
struct intern {
  struct spelling *items; /* by number */
  uint32_t n_items, item_capacity;
  uint32_t *slots;  /* number + 1, 0 empty */
  uint32_t n_slots; /* a power of two, or 0 */
};

#define INTERN_HASH_START 2166136261u
static inline uint32_t intern_hash_byte(uint32_t hash, unsigned char byte) {
  return (hash ^ byte) * 16777619u;
}
uint32_t intern_hash(const char *text, size_t length);

/* The number of a spelling, NO_INDEX when it is new. */
uint32_t intern_find(const struct intern *intern, const char *text, size_t length, uint32_t hash);
/* Give the next number to a spelling that intern_find() does not know. */
uint32_t intern_add(struct intern *intern, struct arena *arena, const char *text, size_t length, uint32_t hash);
void intern_done(struct intern *intern);

#endif
