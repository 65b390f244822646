/* test_unwind_wild.c - nothing that the registers or the stack may hold makes the walker fault, hang or write outside.
 *
 * Program counters are taken from real code (called and interrupted at any byte), from data and from nowhere; stacks are copies
 * of a real one with words replaced, at the end of a mapping that is followed by a hole. */
#include "record/unwind.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { STACK_BYTES = 16384, CAPACITY = 64, ROUNDS = 400000 };

static uint64_t seed = 88172645463325252ull;
static uint64_t draw(uint64_t below) {
  seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
  return seed % below;
}

static uintptr_t draw_code(void) {
  uintptr_t bases[] = {(uintptr_t)printf, (uintptr_t)pthread_create, (uintptr_t)track_unwind, (uintptr_t)qsort, (uintptr_t)strtod};
  return bases[draw(5)] + draw(0x20000) - 0x10000;
}

static uintptr_t draw_word(uintptr_t stack) {
  switch (draw(8)) {
  case 0:
  case 1:
  case 2:
    return draw_code();
  case 3:
    return stack + draw(STACK_BYTES + 4096) / 8 * 8;
  case 4:
    return stack + draw(STACK_BYTES);
  case 5:
    return seed;
  case 6:
    return seed >> 17;
  default:
    return draw(3) - 1;
  }
}

static bool frames_are_sane(const struct unwind_frame *frames, unsigned n, uintptr_t pc) {
  return n >= 1 && n <= CAPACITY && frames[0].pc == pc && frames[CAPACITY].pc == 0x5a5a && errno == 4711;
}

/* A page-aligned stack between two holes. */
static char *stack_new(void) {
  char *memory = mmap(NULL, STACK_BYTES + 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED || mprotect(memory + 4096, STACK_BYTES, PROT_READ | PROT_WRITE) != 0)
    abort();
  return memory + 4096;
}

static unsigned long walk_once(char *stack) {
  struct unwind_frame frames[CAPACITY + 1];
  uintptr_t base = (uintptr_t)stack;
  uintptr_t tops[] = {base + STACK_BYTES, 0, base + STACK_BYTES + 8192, base + draw(STACK_BYTES), draw_word(base)};
  frames[CAPACITY].pc = 0x5a5a;
  for (int i = 0; i < 100; i++)
    ((uintptr_t *)stack)[draw(STACK_BYTES / 8)] = draw_word(base);
  uintptr_t pc = draw(20) ? draw_code() : draw_word(base);
  uintptr_t sp = draw(20) ? base + draw(STACK_BYTES / 8) * 8 : draw_word(base);
  unsigned n = track_unwind(pc, sp, draw_word(base), tops[draw(5)], frames, CAPACITY);
  if (!frames_are_sane(frames, n, pc)) {
    fprintf(stderr, "insane result: %u frames, errno %d\n", n, errno);
    abort();
  }
  return n;
}

static void *walk_much(void *result) {
  char *stack = stack_new();
  unsigned long n = 0;
  errno = 4711;
  for (int i = 0; i < ROUNDS; i++)
    n += walk_once(stack);
  *(unsigned long *)result = n;
  return NULL;
}

static void *forget_much(void *stop) {
  while (!__atomic_load_n((int *)stop, __ATOMIC_RELAXED))
    track_unwind_forget();
  return NULL;
}

int main(void) {
  pthread_t forgetter;
  int stop = 0;
  unsigned long n = 0;
  walk_much(&n);
  unsigned long quiet = n;
  if (pthread_create(&forgetter, NULL, forget_much, &stop) != 0)
    abort();
  walk_much(&n);
  __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
  pthread_join(forgetter, NULL);
  printf("%lu and %lu frames\n", quiet, n);
  return quiet > ROUNDS && n > ROUNDS ? 0 : 1;
}
