/* test_closure.c - the closure on sections written by hand, and, on random ones, against the definition: start from the set,
 * and as long as a section that has begun before a conflicting one that has begun, too, has not ended, let it end. */
#include <CUnit/Basic.h>
#include <stdlib.h>
#include <string.h>

#include "detect/closure.h"
#include "util/alloc.h"

#define CHAINS 4
#define LOCKS 4
#define EVENTS 24 /* a chain at most */

struct trace {
  struct section_list lists[CHAINS];
  struct versions versions;
  struct clock clocks[CHAINS];
  uint32_t n[CHAINS];                     /* events */
  struct clock known[CHAINS][EVENTS + 1]; /* what event n knows of the other chains */
  uint64_t ordinal, random;
};

static uint32_t tick(struct trace *trace, uint32_t chain) {
  trace->ordinal++;
  clock_join(&trace->known[chain][++trace->n[chain]], &trace->clocks[chain]);
  return trace->n[chain];
}

static void trace_acquire(struct trace *trace, uint32_t chain, uint32_t lock, bool is_shared) {
  struct section_list *list = &trace->lists[chain];
  uint32_t n = tick(trace, chain), outer = 0;
  for (uint32_t i = 0; i < list->n; i++)
    if (!list->items[i].release_n)
      outer = i + 1;
  list->items = grow(list->items, list->n, &list->capacity, sizeof *list->items);
  list->items[list->n++] = (struct section){.ordinal = trace->ordinal, .n = n, .lock = lock, .outer = outer, .is_shared = is_shared};
}

static void trace_release(struct trace *trace, uint32_t chain, uint32_t lock) {
  uint32_t n = tick(trace, chain);
  for (uint32_t i = 0; i < trace->lists[chain].n; i++) {
    struct section *section = &trace->lists[chain].items[i];
    if (section->lock != lock || section->release_n)
      continue;
    section->release_n = n;
    section->release_version = versions_add(&trace->versions, &trace->clocks[chain], chain);
  }
}

/* The chain's next events know what `from` has done so far. */
static void trace_learn(struct trace *trace, uint32_t chain, uint32_t from) {
  clock_join(&trace->clocks[chain], &trace->clocks[from]);
  clock_raise(&trace->clocks[chain], from, trace->n[from]);
}

static struct stamp trace_stamp(struct trace *trace, uint32_t chain, uint32_t n) {
  return (struct stamp){chain, n, n ? versions_add(&trace->versions, &trace->known[chain][n], chain) : 0};
}

static void trace_done(struct trace *trace) {
  for (uint32_t chain = 0; chain < CHAINS; chain++) {
    free(trace->lists[chain].items);
    clock_done(&trace->clocks[chain]);
    for (uint32_t n = 0; n <= EVENTS; n++)
      clock_done(&trace->known[chain][n]);
  }
  versions_done(&trace->versions);
}

static void an_earlier_section_ends_once_a_later_one_began(void) {
  struct trace trace = {0};
  trace_acquire(&trace, 0, 0, false);
  trace_release(&trace, 0, 0);
  trace_acquire(&trace, 1, 0, false);
  struct closure *closure = closure_new(&trace.versions, trace.lists, CHAINS, LOCKS);
  closure_begin(closure);
  closure_add(closure, trace_stamp(&trace, 0, 1));
  CU_ASSERT_TRUE(closure_close(closure));
  CU_ASSERT_EQUAL(closure_at(closure, 0), 1);
  closure_add(closure, trace_stamp(&trace, 1, 1));
  CU_ASSERT_TRUE(closure_close(closure));
  CU_ASSERT_EQUAL(closure_at(closure, 0), 2);
  CU_ASSERT_EQUAL(closure_at(closure, 1), 1);
  closure_free(closure);
  trace_done(&trace);
}

static void a_section_that_never_ends_refuses(void) {
  struct trace trace = {0};
  trace_acquire(&trace, 0, 0, false);
  trace_acquire(&trace, 1, 0, false);
  struct closure *closure = closure_new(&trace.versions, trace.lists, CHAINS, LOCKS);
  closure_begin(closure);
  closure_add(closure, trace_stamp(&trace, 0, 1));
  closure_add(closure, trace_stamp(&trace, 1, 1));
  CU_ASSERT_FALSE(closure_close(closure));
  closure_free(closure);
  trace_done(&trace);
}

static void readers_do_not_end_for_each_other_but_for_a_writer(void) {
  struct trace trace = {0};
  for (uint32_t chain = 0; chain < 3; chain++) {
    trace_acquire(&trace, chain, 0, chain < 2);
    trace_release(&trace, chain, 0);
  }
  struct closure *closure = closure_new(&trace.versions, trace.lists, CHAINS, LOCKS);
  closure_begin(closure);
  closure_add(closure, trace_stamp(&trace, 0, 1));
  closure_add(closure, trace_stamp(&trace, 1, 1));
  CU_ASSERT_TRUE(closure_close(closure));
  CU_ASSERT_EQUAL(closure_at(closure, 0), 1);
  closure_add(closure, trace_stamp(&trace, 2, 1));
  CU_ASSERT_TRUE(closure_close(closure));
  CU_ASSERT_EQUAL(closure_at(closure, 0), 2);
  CU_ASSERT_EQUAL(closure_at(closure, 1), 2);
  CU_ASSERT_EQUAL(closure_at(closure, 2), 1);
  closure_free(closure);
  trace_done(&trace);
}

/* Random traces. */

static uint32_t below(struct trace *trace, uint32_t n) {
  trace->random ^= trace->random << 13;
  trace->random ^= trace->random >> 7;
  trace->random ^= trace->random << 17;
  return (uint32_t)((trace->random >> 32) * n >> 32);
}

enum hold { FREE, READ, WRITTEN };

static enum hold hold_of(const struct trace *trace, uint32_t chain, uint32_t lock) {
  for (uint32_t i = 0; i < trace->lists[chain].n; i++) {
    const struct section *section = &trace->lists[chain].items[i];
    if (section->lock == lock && !section->release_n)
      return section->is_shared ? READ : WRITTEN;
  }
  return FREE;
}

static bool is_free(const struct trace *trace, uint32_t lock, bool is_shared) {
  for (uint32_t chain = 0; chain < CHAINS; chain++) {
    enum hold hold = hold_of(trace, chain, lock);
    if (hold == WRITTEN || (hold == READ && !is_shared))
      return false;
  }
  return true;
}

static void random_step(struct trace *trace) {
  uint32_t chain = below(trace, CHAINS), lock = below(trace, LOCKS), other = below(trace, CHAINS);
  bool is_shared = lock >= LOCKS / 2 && below(trace, 2);
  if (trace->n[chain] == EVENTS)
    return;
  if (below(trace, 6) == 0 && other != chain)
    trace_learn(trace, chain, other);
  else if (hold_of(trace, chain, lock) != FREE)
    trace_release(trace, chain, lock);
  else if (is_free(trace, lock, is_shared))
    trace_acquire(trace, chain, lock, is_shared);
}

static bool learn_all(const struct trace *trace, uint32_t *in) {
  bool rose = false;
  for (uint32_t chain = 0; chain < CHAINS; chain++)
    for (uint32_t other = 0; other < CHAINS; other++) {
      uint32_t known = other == chain ? 0 : clock_get(&trace->known[chain][in[chain]], other);
      if (known > in[other]) {
        in[other] = known;
        rose = true;
      }
    }
  return rose;
}

static const struct section *section_that_must_end(const struct trace *trace, const uint32_t *in, uint32_t *ret_chain) {
  for (uint32_t a = 0; a < CHAINS; a++)
    for (uint32_t i = 0; i < trace->lists[a].n; i++)
      for (uint32_t b = 0; b < CHAINS; b++)
        for (uint32_t k = 0; k < trace->lists[b].n; k++) {
          const struct section *x = &trace->lists[a].items[i], *y = &trace->lists[b].items[k];
          bool has_ended = x->release_n && x->release_n <= in[a];
          if (a == b || x->lock != y->lock || x->ordinal > y->ordinal || x->n > in[a] || y->n > in[b] || has_ended ||
              (x->is_shared && y->is_shared))
            continue;
          *ret_chain = a;
          return x;
        }
  return NULL;
}

static bool close_by_definition(const struct trace *trace, uint32_t *in) {
  const struct section *section = NULL;
  uint32_t chain = 0;
  do {
    if (section && !section->release_n)
      return false;
    if (section)
      in[chain] = section->release_n;
    while (learn_all(trace, in))
      ;
  } while ((section = section_that_must_end(trace, in, &chain)));
  return true;
}

static void add_random(struct trace *trace, struct closure *closure, uint32_t *in) {
  uint32_t chain = below(trace, CHAINS), n = below(trace, trace->n[chain] + 1);
  closure_add(closure, trace_stamp(trace, chain, n));
  in[chain] = in[chain] > n ? in[chain] : n;
}

static void expect_equal(bool is_closed, const struct closure *closure, bool is_closed_by_definition, const uint32_t *in) {
  CU_ASSERT_EQUAL(is_closed, is_closed_by_definition);
  for (uint32_t chain = 0; is_closed && chain < CHAINS; chain++)
    CU_ASSERT_EQUAL(closure_at(closure, chain), in[chain]);
}

static void random_trace(struct trace *trace, uint64_t seed) {
  *trace = (struct trace){.random = seed * UINT64_C(0x9e3779b97f4a7c15)};
  for (int i = 0; i < 80; i++)
    random_step(trace);
}

static void it_is_the_least_closed_superset(void) {
  for (uint64_t seed = 1; seed <= 1000; seed++) {
    struct trace trace;
    random_trace(&trace, seed);
    struct closure *closure = closure_new(&trace.versions, trace.lists, CHAINS, LOCKS);
    uint32_t in[CHAINS] = {0};
    bool is_closed = true;
    closure_begin(closure);
    for (int i = 0; i < 4 && is_closed; i++) {
      add_random(&trace, closure, in);
      is_closed = closure_close(closure);
      expect_equal(is_closed, closure, close_by_definition(&trace, in), in);
    }
    closure_free(closure);
    trace_done(&trace);
  }
}

/* Two closed sets joined and trusted, then one more event. */
static void closed_sets_may_be_trusted(void) {
  unsigned n_closed = 0;
  for (uint64_t seed = 1; seed <= 1000; seed++) {
    struct trace trace;
    random_trace(&trace, seed);
    struct closure *closure = closure_new(&trace.versions, trace.lists, CHAINS, LOCKS);
    uint32_t sets[2][CHAINS] = {{0}}, in[CHAINS] = {0};
    bool is_closed = true;
    for (int i = 0; i < 2 && is_closed; i++) {
      closure_begin(closure);
      add_random(&trace, closure, in);
      is_closed = closure_close(closure);
      memcpy(sets[i], closure_set(closure), sizeof sets[i]);
    }
    closure_begin(closure);
    for (uint32_t i = 0; i < 2 * CHAINS; i++)
      closure_add(closure, (struct stamp){i % CHAINS, sets[i / CHAINS][i % CHAINS], 0});
    closure_trust(closure);
    if (is_closed) {
      is_closed = closure_close(closure);
      expect_equal(is_closed, closure, close_by_definition(&trace, in), in);
    }
    if (is_closed) {
      add_random(&trace, closure, in);
      is_closed = closure_close(closure);
      expect_equal(is_closed, closure, close_by_definition(&trace, in), in);
    }
    n_closed += is_closed;
    closure_free(closure);
    trace_done(&trace);
  }
  CU_ASSERT_TRUE(n_closed > 300);
}

int main(void) {
  CU_initialize_registry();
  CU_pSuite suite = CU_add_suite("closure", NULL, NULL);
  CU_ADD_TEST(suite, an_earlier_section_ends_once_a_later_one_began);
  CU_ADD_TEST(suite, a_section_that_never_ends_refuses);
  CU_ADD_TEST(suite, readers_do_not_end_for_each_other_but_for_a_writer);
  CU_ADD_TEST(suite, it_is_the_least_closed_superset);
  CU_ADD_TEST(suite, closed_sets_may_be_trusted);
  CU_basic_run_tests();
  int failures = (int)CU_get_number_of_failures();
  CU_cleanup_registry();
  return failures;
}
