/* test_unwind_code.c - code that comes and goes: generated at run time, without any table, and unloaded by dlclose. */
#include "probe.h"
#include "record/unwind.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { CAPACITY = 64 };
static struct unwind_frame frames[CAPACITY];
static unsigned n_frames;

#define CHECK(condition)                                                                                                                   \
  do {                                                                                                                                     \
    if (!(condition)) {                                                                                                                    \
      fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);                                                            \
      exit(1);                                                                                                                             \
    }                                                                                                                                      \
  } while (0)

static __attribute__((noinline)) void walk_here(void) {
  uintptr_t *frame = __builtin_frame_address(0);
  n_frames = track_unwind(frame[1], (uintptr_t)(frame + 2), frame[0], 0, frames, CAPACITY);
}

static unsigned index_of(uintptr_t low, uintptr_t high) {
  for (unsigned i = 0; i < n_frames; i++)
    if (frames[i].pc >= low && frames[i].pc < high)
      return i;
  return CAPACITY;
}

typedef void generated(void (*)(void));

static generated *generate(const unsigned char *code, size_t n_bytes) {
  void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(page != MAP_FAILED);
  memcpy(page, code, n_bytes);
  CHECK(mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0);
  generated *function;
  memcpy(&function, &page, sizeof function);
  return function;
}

/* Generated code with frame pointers is walked through to main. */
static void generated_code_with_frames(void) {
  static const unsigned char code[] = {0x55, 0x48, 0x89, 0xe5, 0xff, 0xd7, 0x5d, 0xc3}; /* push rbp; mov rsp,rbp; call *rdi; pop rbp; ret */
  generated *function = generate(code, sizeof code);
  function(walk_here);
  uintptr_t at = (uintptr_t)function;
  CHECK(index_of(at, at + 4096) == 0);
  CHECK(n_frames >= 4); /* it, this function, main, the libc's two, _start */
  CHECK(frames[0].pc == at + 6);
  munmap((void *)at, 4096);
}

/* Without them the walk ends at the last certain frame. */
static void generated_code_without_frames(void) {
  static const unsigned char code[] = {0x55, 0x48, 0x31, 0xed, 0xff, 0xd7, 0x5d, 0xc3}; /* push rbp; xor rbp,rbp; call *rdi; pop rbp; ret */
  generated *function = generate(code, sizeof code);
  function(walk_here);
  CHECK(n_frames == 1 && frames[0].pc == (uintptr_t)function + 6);
  munmap((void *)(uintptr_t)function, 4096);
}

/* Two libraries in turn, at the same addresses if the loader wishes so: rules of the first are not used for the second. */
static void reloaded_library(const char *first, const char *second) {
  for (int i = 0; i < 6; i++) {
    void *library = dlopen(i % 2 ? second : first, RTLD_NOW | RTLD_LOCAL);
    CHECK(library);
    void (*run)(const char *) = (void (*)(const char *))(uintptr_t)dlsym(library, "shapes");
    CHECK(run);
    run(i % 2 ? second : first);
    CHECK(dlclose(library) == 0);
    track_unwind_forget();
  }
}

int main(int n_arguments, char **arguments) {
  CHECK(n_arguments == 3);
  generated_code_with_frames();
  generated_code_without_frames();
  reloaded_library(arguments[1], arguments[2]);
  CHECK(probe_count > 100);
  return 0;
}
