/* checks.c - whether what was measured also happened. */
#include "primitives.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

void expect(int is_true, const char *what) {
  if (!is_true) {
    fprintf(stderr, "not as it should be: %s\n", what);
    exit(1);
  }
}

void *item_of(unsigned long i) {
  return (void *)(uintptr_t)(i + 1);
}

void expect_item(unsigned long i, const void *item) {
  if (item != item_of(i))
    expect(0, "the order of a queue's items");
}

/* Every thread that ran tasks has one, on a cache line of its own. */
struct count {
  _Alignas(64) unsigned long tasks;
};

static struct count counts[256];
static unsigned n_counts;
static _Thread_local struct count *own;

void tasks_forget(void) {
  for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++)
    counts[i].tasks = 0;
}

void task_count(void) {
  if (!own) {
    unsigned i = __atomic_fetch_add(&n_counts, 1, __ATOMIC_RELAXED);
    expect(i < sizeof counts / sizeof *counts, "the number of a pool's threads");
    own = &counts[i];
  }
  own->tasks++;
}

unsigned long tasks_counted(void) {
  unsigned long sum = 0;
  for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++)
    sum += counts[i].tasks;
  return sum;
}
