/* unwind_speed.c - what a frame costs the stack walker: found in its cache, found in the tables, and with pages to be probed. */
#include "record/unwind.h"

#include <stdint.h>
#include <stdio.h>
#include <time.h>

enum { DEPTH = 20, CAPACITY = 48 };
enum mode { CACHED, PROBED, MISSED };

extern void *__libc_stack_end;

static volatile int sink;

static double now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

__attribute__((noinline)) static unsigned walk(enum mode mode) {
  static struct unwind_frame frames[CAPACITY];
  uintptr_t *frame = __builtin_frame_address(0);
  uintptr_t top = mode == PROBED ? 0 : (uintptr_t)__libc_stack_end / 8 * 8;
  if (mode == MISSED)
    track_unwind_forget();
  return track_unwind(frame[1], (uintptr_t)(frame + 2), frame[0], top, frames, CAPACITY);
}

static void measure(enum mode mode, const char *what, int rounds) {
  unsigned n = walk(mode);
  double begin = now_ns();
  for (int i = 0; i < rounds; i++)
    sink += (int)walk(mode);
  double ns = (now_ns() - begin) / rounds;
  printf("%-30s %3u frames %8.1f ns a walk %6.1f ns a frame\n", what, n, ns, ns / n);
}

static void descend(int depth);
__attribute__((noinline)) static void descend_too(int depth) {
  descend(depth - 1);
  sink++;
}

__attribute__((noinline)) static void descend(int depth) {
  if (depth > 0) {
    descend_too(depth);
    sink++;
    return;
  }
  measure(CACHED, "rules in the cache", 1000000);
  measure(PROBED, "stack of unknown extent", 200000);
  measure(MISSED, "each address looked up once", 100000);
}

int main(void) {
  descend(DEPTH / 2);
  return 0;
}
