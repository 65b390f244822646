/* test_unwind_step.c - a program is interrupted after every instruction, and at each of them the walk is right.
 *
 * With the trap flag set the processor raises SIGTRAP after each instruction: prologues, epilogues, PLT stubs, hand-written
 * string functions and the libc's own code are all met half-way. Linked with -z now: the lazy binder keeps its frame address
 * in a register that the walker does not follow, as do the first instructions of functions that realign the stack. */
#include "probe.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRAP_FLAG = 0x100, STEPS_MIN = 2000 };
static volatile int sink;

static void on_trap(int number) {
  (void)number;
  probe_compare("single step");
}

static int by_value(const void *a, const void *b) {
  return *(const int *)a - *(const int *)b;
}

static __attribute__((noinline)) int stepped(int n) {
  char text[128];
  int numbers[] = {n, 3, 2, 8, 1};
  snprintf(text, sizeof text, "%d %s %g", n, "text", 0.5);
  qsort(numbers, 5, sizeof *numbers, by_value);
  char *copy = strdup(text);
  int result = (int)strlen(copy) + numbers[0] + (int)strtol(copy, NULL, 10);
  free(copy);
  return result;
}

static void set_trap_flag(uint64_t flag) {
  __asm__ volatile("lea -128(%%rsp), %%rsp\n\tpushfq\n\tandq %0, (%%rsp)\n\torq %1, (%%rsp)\n\tpopfq\n\tlea 128(%%rsp), %%rsp"
                   :
                   : "r"(~(uint64_t)TRAP_FLAG), "r"(flag)
                   : "memory", "cc");
}

int main(void) {
  sink = stepped(1);
  signal(SIGTRAP, on_trap);
  probe_compare("before"); /* glibc's backtrace loads its library now */
  set_trap_flag(TRAP_FLAG);
  sink = stepped(5);
  set_trap_flag(0);
  printf("%lu stacks\n", probe_count);
  return probe_count > STEPS_MIN ? 0 : 1;
}
