/* chains.c - threads grouped into chains: see chains.h. */
#include "detect/chains.h"

#include <stdlib.h>

#include "util/alloc.h"

static struct chain_thread *chain_thread(struct chains *chains, uint32_t thread) {
  while (chains->n_threads <= thread) {
    chains->threads = grow(chains->threads, chains->n_threads, &chains->thread_capacity, sizeof *chains->threads);
    chains->threads[chains->n_threads++] = (struct chain_thread){0};
  }
  return &chains->threads[thread];
}

static uint32_t chain_new(struct chains *chains) {
  chains->items = grow(chains->items, chains->n, &chains->capacity, sizeof *chains->items);
  chains->items[chains->n] = (struct chain){0};
  return chains->n++;
}

uint32_t chains_of(struct chains *chains, uint32_t thread) {
  struct chain_thread *t = chain_thread(chains, thread);
  if (!t->chain)
    t->chain = chain_new(chains) + 1;
  return t->chain - 1;
}

bool chains_are_one(const struct chains *chains, uint32_t a, uint32_t b) {
  return a < chains->n_threads && b < chains->n_threads && chains->threads[a].chain && chains->threads[a].chain == chains->threads[b].chain;
}

void chains_fork(struct chains *chains, uint32_t parent, uint32_t child) {
  struct chain_thread *t = chain_thread(chains, child);
  uint32_t free = chain_thread(chains, parent)->free;
  t = &chains->threads[child];
  if (t->chain || !free) {
    chains_of(chains, child);
    return;
  }
  chains->threads[parent].free = chains->items[free - 1].next;
  chains->items[free - 1].next = 0;
  t->chain = free;
}

void chains_join(struct chains *chains, uint32_t joiner, uint32_t thread) {
  uint32_t chain = chains_of(chains, thread);
  chain_thread(chains, joiner);
  struct chain_thread *from = &chains->threads[thread], *to = &chains->threads[joiner];
  if (from == to || from->is_joined)
    return;
  from->is_joined = true;
  uint32_t last = chain;
  chains->items[last].next = from->free;
  while (chains->items[last].next)
    last = chains->items[last].next - 1;
  chains->items[last].next = to->free;
  to->free = chain + 1;
  from->free = 0;
}

void chains_done(struct chains *chains) {
  free(chains->threads);
  free(chains->items);
  *chains = (struct chains){0};
}
