#include "probe.h"
#include "record/unwind.h"

#include <execinfo.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { DEPTH = 128 };
unsigned long probe_count;
unsigned long probe_longer;
int probe_tables_are_missing;

static uintptr_t stack_top(void) {
  pthread_attr_t attributes;
  void *low;
  size_t bytes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0 || pthread_attr_getstack(&attributes, &low, &bytes) != 0)
    abort();
  pthread_attr_destroy(&attributes);
  return (uintptr_t)low + bytes;
}

static void print_stacks(const char *where, const struct unwind_frame *ours, unsigned n_ours, void **theirs, unsigned n_theirs) {
  fprintf(stderr, "%s: stacks differ (ours, glibc's)\n", where);
  for (unsigned i = 0; i < n_ours || i < n_theirs; i++)
    fprintf(stderr, "  %2u %16lx %16lx\n", i, i < n_ours ? (unsigned long)ours[i].pc : 0, i < n_theirs ? (unsigned long)theirs[i] : 0);
  backtrace_symbols_fd(theirs, (int)n_theirs, 2);
  abort();
}

static void compare(const char *where, const struct unwind_frame *ours, unsigned n_ours, void **theirs, unsigned n_theirs) {
  int is_longer = probe_tables_are_missing && n_ours > n_theirs;
  int differ = n_ours != n_theirs && !is_longer;
  probe_longer += (unsigned)is_longer;
  for (unsigned i = 0; !differ && i < n_theirs; i++)
    differ = ours[i].pc != (uintptr_t)theirs[i] || *(uintptr_t *)ours[i].slot != ours[i].pc;
  if (differ)
    print_stacks(where, ours, n_ours, theirs, n_theirs);
}

__attribute__((noinline)) unsigned probe_compare(const char *where) {
  uintptr_t *frame = __builtin_frame_address(0); /* this file is built with frame pointers */
  uintptr_t sp = (uintptr_t)(frame + 2);
  struct unwind_frame ours[DEPTH];
  void *theirs[DEPTH + 1];
  int n = backtrace(theirs, DEPTH + 1) - 1; /* without this function itself */
  unsigned n_ours = 0;
  uintptr_t tops[] = {stack_top(), 0};
  for (unsigned i = 0; i < 2; i++) {
    n_ours = track_unwind(frame[1], sp, frame[0], tops[i], ours, DEPTH);
    compare(where, ours, n_ours, theirs + 1, (unsigned)n);
  }
  probe_count++;
  return n_ours;
}
