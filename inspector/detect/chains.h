/* chains.h - threads grouped into chains: a thread that starts after another was joined may continue its chain.
 *
 * A clock then needs as many components as threads lived at once, not as many as ever lived: a server that makes a
 * million short threads has a handful of chains. A chain that was joined belongs to the joiner, who alone may give it to
 * a thread it starts (whoever joins the joiner inherits it): so all of the old thread is before all of the new one by
 * start and join alone. */
#ifndef INSPECTOR_CHAINS_H
#define INSPECTOR_CHAINS_H

#include <stdbool.h>
#include <stdint.h>

struct chain_thread {
  uint32_t chain; /* + 1; 0: none yet */
  uint32_t free;  /* first of the chains that are this thread's to give, + 1 */
  bool is_joined;
};

struct chains {
  struct chain_thread *threads;
  uint32_t n_threads, thread_capacity;
  struct chain {
    uint32_t n_events;
    uint32_t next; /* in its owner's list of free ones, + 1 */
  } * items;
  uint32_t n, capacity;
};

/* The thread's chain, a new one if it has none. */
uint32_t chains_of(struct chains *chains, uint32_t thread);
/* Are the two in one chain, as far as known? */
bool chains_are_one(const struct chains *chains, uint32_t a, uint32_t b);
void chains_fork(struct chains *chains, uint32_t parent, uint32_t child);
void chains_join(struct chains *chains, uint32_t joiner, uint32_t thread);
void chains_done(struct chains *chains);

#endif
