/* hash.h - 64-bit hashing of words, texts and sets, the same on every machine: merge keys and fingerprints are made of it.
 *
 * FNV-1a over bytes (texts) with a murmur finaliser a word, so that fingerprints do not depend on byte order or library. */
#ifndef INSPECTOR_HASH_H
#define INSPECTOR_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_SEED UINT64_C(0xcbf29ce484222325)

static inline uint64_t hash_word(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
  hash ^= hash >> 32;
  return hash * UINT64_C(0xd6e8feb86659fd93);
}

/* NULL is a text of its own. */
static inline uint64_t hash_text(uint64_t hash, const char *text) {
  uint64_t h = HASH_SEED;
  for (const char *p = text ? text : "\001none"; *p; p++)
    h = (h ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
  return hash_word(hash, h);
}

/* Sorts `words` and takes equal ones once. */
uint64_t hash_set(uint64_t hash, uint64_t *words, size_t n);

#endif
