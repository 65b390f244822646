/* shapes.c - functions of every shape that changes how a frame is left; built with several compilers' options. */
#include "shapes.h"
#include "probe.h"

#include <alloca.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#define NOINLINE __attribute__((noinline))
static volatile int sink;
static const char *where;

static NOINLINE int leaf(int n) {
  sink = n;
  return (int)probe_compare(where) + sink;
}

static NOINLINE int plain(int n) {
  return leaf(n) + 1;
}

static NOINLINE int recursive(int n) {
  return n == 0 ? plain(n) : recursive(n - 1) + sink;
}

/* Many live values: every callee-saved register is pushed, the frame pointer too. */
static NOINLINE int registers(int a, int b, int c, int d, int e, int f) {
  int x = leaf(a), y = leaf(b), z = leaf(c);
  return leaf(d ^ x) ^ leaf(e ^ y) ^ leaf(f ^ z) ^ a ^ b ^ c ^ d ^ e ^ f ^ x ^ y ^ z;
}

/* More arguments than registers: pushed around the call. */
static NOINLINE int ten(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j) {
  return leaf(a + b + c + d + e + f + g + h + i + j) + a * j;
}
static NOINLINE int many_arguments(int n) {
  return ten(n, 1, 2, 3, 4, 5, 6, 7, n, 9) + ten(1, n, 3, 4, 5, 6, 7, 8, 9, n) + n;
}

static NOINLINE int variable_array(int n) {
  char *bytes = alloca((size_t)n + 1);
  memset(bytes, n, (size_t)n + 1);
  return leaf(bytes[n / 2]) + bytes[n];
}

static NOINLINE int big_frame(int n) {
  char bytes[300000];
  memset(bytes, n, sizeof bytes);
  return leaf(bytes[n]) + bytes[sizeof bytes - 1];
}

/* The compiler realigns the stack, with or without a frame pointer, with and without a variable part. */
static NOINLINE int realigned(int n) {
  _Alignas(64) char bytes[192];
  memset(bytes, n, sizeof bytes);
  return leaf(bytes[n % 100]) + bytes[3] + (int)((unsigned long)bytes & 63);
}
static NOINLINE int realigned_variable(int n) {
  _Alignas(64) char bytes[192];
  char *more = alloca((size_t)n);
  memset(bytes, n, sizeof bytes);
  memset(more, n, (size_t)n);
  return leaf(bytes[n % 100]) + more[n / 2] + bytes[7];
}

static NOINLINE int epilogues(int n) {
  if (n == 0)
    return leaf(1) * 3;
  if (n == 1) {
    int x = leaf(2);
    return x > 5 ? leaf(x) + 1 : leaf(4) + 2;
  }
  for (int i = 0; i < n; i++)
    if (leaf(i) == -1)
      return 9;
  return leaf(n) + n;
}

static jmp_buf after_noreturn;
static NOINLINE _Noreturn void never_returns(void) {
  leaf(7);
  longjmp(after_noreturn, 1);
}
/* Ends with a call: the return address belongs to the next function. */
static NOINLINE _Noreturn void ends_with_call(void) {
  never_returns();
}
static NOINLINE int noreturn_call(void) {
  if (setjmp(after_noreturn) == 0)
    ends_with_call();
  return leaf(3);
}

static int by_libc_compare(const void *a, const void *b) {
  leaf(*(const int *)a);
  return *(const int *)a - *(const int *)b;
}
static NOINLINE int through_libc(void) {
  int numbers[] = {3, 1, 2};
  qsort(numbers, 3, sizeof *numbers, by_libc_compare);
  return leaf(numbers[0]) + numbers[1];
}

static void on_signal(int number) {
  leaf(number);
}
static NOINLINE int by_raise(void) {
  signal(SIGUSR1, on_signal);
  raise(SIGUSR1);
  return leaf(1);
}

/* Interrupted at an instruction inside a function, not at a call, and at its very first one. */
static NOINLINE int by_fault(volatile int *at) {
  return *at + 1;
}
static void on_fault(int number, siginfo_t *info, void *context) {
  (void)context;
  leaf(number);
  mprotect((void *)((unsigned long)info->si_addr & ~4095ul), 4096, PROT_READ | PROT_WRITE);
}
static NOINLINE int faulting(int flags) {
  static char other_stack[65536];
  stack_t stack = {.ss_sp = other_stack, .ss_size = sizeof other_stack};
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | flags};
  volatile int *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  sigaltstack(&stack, NULL);
  sigaction(SIGSEGV, &action, NULL);
  int result = by_fault(page) + leaf(2);
  signal(SIGSEGV, SIG_DFL);
  munmap((void *)page, 4096);
  return result;
}

static ucontext_t back, there;
static void in_coroutine(void) {
  leaf(4);
}
static NOINLINE int coroutine(void) {
  size_t bytes = 65536;
  char *stack = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  getcontext(&there);
  there.uc_stack.ss_sp = stack;
  there.uc_stack.ss_size = bytes;
  there.uc_link = &back;
  makecontext(&there, in_coroutine, 0);
  swapcontext(&back, &there);
  munmap(stack, bytes);
  return leaf(5);
}

static void all_shapes(void) {
  int (*volatile pointer)(int) = plain;
  pointer(1);
  recursive(30);
  registers(1, 2, 3, 4, 5, 6);
  many_arguments(3);
  variable_array(1000);
  big_frame(5);
  realigned(5);
  realigned_variable(99);
  for (int i = 0; i < 3; i++)
    epilogues(i);
  noreturn_call();
  through_libc();
  by_raise();
  faulting(0);
  faulting(SA_ONSTACK);
  coroutine();
}

static void *in_thread(void *argument) {
  all_shapes();
  return argument;
}

void shapes(const char *name) {
  pthread_t thread;
  where = name;
  all_shapes();
  if (pthread_create(&thread, NULL, in_thread, NULL) != 0 || pthread_join(thread, NULL) != 0)
    abort();
}
