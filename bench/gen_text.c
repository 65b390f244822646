/* gen_text.c - writes text traces of shapes that are hard on an analysis of lock orders.
 *
 *   gen_text            the shapes: name, tab, what it is
 *   gen_text SHAPE      the trace, on the standard output; always the same */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 88172645463325252u;

static unsigned below(unsigned n) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (unsigned)((state >> 32) * n >> 32);
}

/* One lock inside another, each at a place of its own. */
static void nest(unsigned thread, unsigned outer, unsigned inner) {
  printf("T%u|acq(L%u)|%u\nT%u|acq(L%u)|%u\n", thread, outer, outer % 1000, thread, inner, 1000 + inner % 1000);
  printf("T%u|rel(L%u)|1\nT%u|rel(L%u)|1\n", thread, inner, thread, outer);
}

static void fork_all(unsigned n) {
  for (unsigned thread = 1; thread <= n; thread++)
    printf("T0|fork(T%u)|1\n", thread);
}

static void join_all(unsigned n) {
  for (unsigned thread = 1; thread <= n; thread++)
    printf("T0|join(T%u)|1\n", thread);
}

static void pool(void) {
  fork_all(800);
  for (unsigned thread = 1; thread <= 800; thread++)
    nest(thread, thread % 2, 1 - thread % 2);
  join_all(800);
}

static void pairs(void) {
  fork_all(800);
  for (unsigned thread = 1; thread <= 800; thread++)
    nest(thread, thread - 1, (thread - 1) ^ 1);
  join_all(800);
}

static void instances(void) {
  for (unsigned i = 0; i < 50000; i++) {
    nest(1, 0, 1);
    nest(2, 1, 0);
  }
}

/* The same, each kept apart from the next by a variable. */
static void ordered_instances(void) {
  for (unsigned i = 0; i < 100000; i++) {
    unsigned thread = 1 + i % 2;
    printf("T%u|r(x)|1\n", thread);
    nest(thread, thread - 1, 2 - thread);
    printf("T%u|w(x)|1\n", thread);
  }
}

static void wide(void) {
  for (unsigned i = 0; i < 200000; i++) {
    unsigned a = below(30000), b = below(30000), low = a < b ? a : b, high = a < b ? b : a;
    if (a == b)
      continue;
    if (below(1000))
      nest(1 + below(8), low, high);
    else
      nest(1 + below(8), high, low);
  }
}

static void ring(void) {
  for (unsigned i = 0; i < 10000; i++)
    nest(1 + i % 8, i, (i + 1) % 10000);
}

static void inversions(void) {
  for (unsigned i = 0; i < 25000; i++) {
    unsigned a = below(64), b = below(63);
    nest(1 + below(8), a, b + (b >= a));
  }
}

static void threads(void) {
  fork_all(2000);
  for (unsigned i = 0; i < 50000; i++) {
    unsigned a = below(100), b = below(99), other = b + (b >= a), low = a < other ? a : other, high = a < other ? other : a;
    unsigned thread = 1 + below(2000);
    if (below(100))
      nest(thread, low, high);
    else
      nest(thread, high, low);
  }
  join_all(2000);
}

/* Reads and writes under locks, a few of which are taken the wrong way round. */
static void accesses(void) {
  fork_all(16);
  for (unsigned i = 0; i < 400000; i++) {
    unsigned thread = 1 + below(16), lock = below(64), more = below(4);
    if (below(2000) == 0) {
      nest(thread, 1 + below(63), 0);
      continue;
    }
    printf("T%u|acq(L%u)|%u\n", thread, lock, lock);
    for (unsigned k = 0; k < 8 + more; k++)
      printf("T%u|%c(v%u)|%u\n", thread, below(3) ? 'r' : 'w', lock + 64 * below(100), 100 + lock);
    if (lock < 63)
      printf("T%u|acq(L%u)|%u\nT%u|rel(L%u)|1\n", thread, lock + 1, 300 + lock, thread, lock + 1);
    printf("T%u|rel(L%u)|1\n", thread, lock);
  }
  join_all(16);
}

static const struct shape {
  const char *name, *what;
  void (*write)(void);
} shapes[] = {
    {"pool", "800 threads take the same two locks, half of them the other way round", pool},
    {"pairs", "800 threads, every two of them two locks of their own the other way round", pairs},
    {"instances", "100,000 times the same two locks, by two threads", instances},
    {"ordered-instances", "the same, kept apart by a variable", ordered_instances},
    {"wide", "30,000 locks, nested by eight threads, one in a thousand the wrong way round", wide},
    {"ring", "one ring of 10,000 locks, by eight threads", ring},
    {"inversions", "100,000 events: two of 64 locks, in any order, by eight threads", inversions},
    {"threads", "2,000 threads, 100 locks, one in a hundred the wrong way round", threads},
    {"accesses", "5 M events: 16 threads, 64 locks, reads and writes", accesses},
};

int main(int argc, char **argv) {
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
    if (argc < 2)
      printf("%s\t%s\n", shapes[i].name, shapes[i].what);
    else if (strcmp(argv[1], shapes[i].name) == 0) {
      shapes[i].write();
      return fflush(stdout) != 0;
    }
  if (argc < 2)
    return 0;
  fprintf(stderr, "gen_text: %s: no such shape\n", argv[1]);
  return 2;
}
