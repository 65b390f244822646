/* hash.c - the hash of a set of words, whatever their order and repetition. */
#include "findings/hash.h"

#include <stdlib.h>

static int compare_words(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

uint64_t hash_set(uint64_t hash, uint64_t *words, size_t n) {
  if (n)
    qsort(words, n, sizeof *words, compare_words);
  for (size_t i = 0; i < n; i++)
    if (i == 0 || words[i] != words[i - 1])
      hash = hash_word(hash, words[i]);
  return hash;
}
