/* unwind.c - walks the stack; owns the cache of rules and the decision what may be read.
 *
 * The idea: nearly every frame on a stack has been seen before, so a frame costs one look into a table from return address
 * to rule (where the caller's frame begins, where its frame pointer is saved). A miss is answered from the object's unwind
 * table (unwind_cfi.c); code without one is walked by frame pointers, where each step has to be plausible.
 *
 * What may be read: a thread's stack is mapped without holes from its stack pointer up. So once the pages between some
 * stack pointer and `stack_top` were probed, everything above the lowest of them may be read for the rest of the thread's
 * life. Elsewhere (signal stacks, coroutines, a stack_top of 0) the page is probed whenever it changes. The probe is
 * rt_sigprocmask with an invalid `how`: the kernel reads the set first, and answers EFAULT or EINVAL. */
#include "record/unwind.h"
#include "record/unwind_cfi.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/syscall.h>

#define PAGE_BYTES 4096u
#define PROBE_MAX_PAGES 256u
#define CACHE_BITS 13
#define WORD sizeof(uintptr_t)

/* A frame that is only guessed is no larger than this; on a stack of unknown extent (a coroutine starts with the frame pointer
 * of its maker's stack) less. */
#define GUESS_BYTES (1u << 20)
#define GUESS_BYTES_UNKNOWN (1u << 16)

static long probe_syscall(uintptr_t set) {
#if defined(__x86_64__)
  long result;
  register long size __asm__("r10") = 8;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "0"((long)SYS_rt_sigprocmask), "D"(-1L), "S"(set), "d"(0L), "r"(size)
                   : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long number __asm__("x8") = SYS_rt_sigprocmask;
  register long how __asm__("x0") = -1;
  register uintptr_t address __asm__("x1") = set;
  register long old __asm__("x2") = 0;
  register long size __asm__("x3") = 8;
  __asm__ volatile("svc 0" : "+r"(how) : "r"(number), "r"(address), "r"(old), "r"(size) : "memory");
  return how;
#else
  (void)set;
  return -EFAULT;
#endif
}

/* 8 bytes at `at` can be read; address 0 would mean "no set" to the kernel. */
static bool memory_is_readable(uintptr_t at) {
  return at >= PAGE_BYTES && probe_syscall(at) == -EINVAL;
}

/* A direct-mapped table, read and written without locks. The first word is the key mixed with the second, so that an entry
 * whose halves come from two writers matches no key. The epoch is part of the key: a rule that was worked out before a
 * forget and stored after it is never found. */
struct cache_entry {
  _Atomic uint64_t check;
  _Atomic uint64_t rule;
};
static struct cache_entry cache[1u << CACHE_BITS];
static _Atomic uint64_t cache_epoch;

#define GOLDEN 0x9e3779b97f4a7c15ull
#define MIX 0xd6e8feb86659fd93ull

static inline uint64_t cache_key(uintptr_t pc, bool exact, uint64_t epoch) {
  return pc ^ (epoch * 2 + exact) * MIX;
}

static inline struct cache_entry *cache_slot(uintptr_t pc) {
  return &cache[(uint64_t)pc * GOLDEN >> (64 - CACHE_BITS)];
}

void track_unwind_forget(void) {
  atomic_fetch_add_explicit(&cache_epoch, 1, memory_order_seq_cst);
}

/* By frame pointers: the saved one and the return address lie at the frame pointer, on x86-64 and on aarch64. */
static union unwind_rule rule_of_frame_pointer(bool foreign) {
  return (union unwind_rule){
      .based_on_fp = 1, .guess = 1, .foreign = foreign, .fp = UNWIND_FP_AT_CFA, .fp_words = -2, .cfa_offset = 2 * WORD};
}

static __attribute__((noinline)) union unwind_rule rule_make(uintptr_t pc, bool exact, struct cache_entry *slot, uint64_t key) {
  struct unwind_object object;
  if (!unwind_object_find(pc, &object))
    return rule_of_frame_pointer(true); /* code that comes and goes unannounced is not remembered */
  union unwind_rule rule;
  if (!unwind_cfi_rule(&object, pc, exact, &rule))
    rule = rule_of_frame_pointer(false);
  atomic_store_explicit(&slot->rule, rule.bits, memory_order_relaxed);
  atomic_store_explicit(&slot->check, key ^ rule.bits * MIX, memory_order_relaxed);
  return rule;
}

static inline union unwind_rule rule_find(uintptr_t pc, bool exact, uint64_t epoch) {
  struct cache_entry *slot = cache_slot(pc);
  uint64_t key = cache_key(pc, exact, epoch);
  union unwind_rule rule = {.bits = atomic_load_explicit(&slot->rule, memory_order_relaxed)};
  if (__builtin_expect((atomic_load_explicit(&slot->check, memory_order_relaxed) ^ rule.bits * MIX) == key, 1))
    return rule;
  return rule_make(pc, exact, slot, key);
}

/* The part of this thread's own stack that was found readable: [low, top). A signal handler may interrupt an update; low is
 * therefore out of reach while top changes. */
static _Thread_local struct {
  uintptr_t top;
  uintptr_t low;
} own_stack;

static bool own_stack_extend(uintptr_t sp, uintptr_t top) {
  uintptr_t low = own_stack.top == top && own_stack.low <= top ? own_stack.low : top;
  uintptr_t wanted = sp & -(uintptr_t)PAGE_BYTES;
  if (sp >= top || low - wanted > PROBE_MAX_PAGES * PAGE_BYTES)
    return false;
  while (low > wanted) {
    low = (low - 1) & -(uintptr_t)PAGE_BYTES;
    if (!memory_is_readable(low))
      return false;
  }
  own_stack.low = UINTPTR_MAX;
  atomic_signal_fence(memory_order_seq_cst);
  own_stack.top = top;
  atomic_signal_fence(memory_order_seq_cst);
  own_stack.low = low;
  return true;
}

static inline bool own_stack_holds(uintptr_t sp, uintptr_t top) {
  return (own_stack.top == top && sp >= own_stack.low && sp < top) || own_stack_extend(sp, top);
}

struct walk {
  uintptr_t pc;
  uintptr_t sp;
  uintptr_t fp;
  uintptr_t limit; /* words up to here may be read without a probe; 0: none */
  uintptr_t page;  /* else this page may */
  bool exact;      /* pc was interrupted, not called from */
};

static void walk_enter_stack(struct walk *walk, uintptr_t top) {
  walk->limit = top % WORD == 0 && own_stack_holds(walk->sp, top) ? top - WORD : 0;
  walk->page = 0;
}

static __attribute__((noinline)) bool walk_probe(struct walk *walk, uintptr_t at) {
  uintptr_t page = at & -(uintptr_t)PAGE_BYTES;
  if (walk->limit || (page != walk->page && !memory_is_readable(at)))
    return false;
  walk->page = page;
  return true;
}

static inline bool walk_load(struct walk *walk, uintptr_t at, uintptr_t *ret_word) {
  if (at < walk->sp || at % WORD != 0)
    return false;
  if (__builtin_expect(at > walk->limit, 0) && !walk_probe(walk, at))
    return false;
  *ret_word = *(const uintptr_t *)at;
  return true;
}

static inline bool walk_restore_fp(struct walk *walk, union unwind_rule rule, uintptr_t cfa) {
  uintptr_t offset = (uintptr_t)(intptr_t)rule.fp_words * WORD;
  switch ((enum unwind_fp)rule.fp) {
  case UNWIND_FP_SAME:
    return true;
  case UNWIND_FP_AT_CFA:
    return walk_load(walk, cfa + offset, &walk->fp);
  case UNWIND_FP_AT_SP:
    return walk_load(walk, walk->sp + offset, &walk->fp);
  case UNWIND_FP_AT_FP:
    return walk_load(walk, walk->fp + offset, &walk->fp);
  case UNWIND_FP_LOST:
    break;
  }
  walk->fp = 0;
  return true;
}

/* Leave the frame; stacks grow down, so the caller's frame lies above, except where a signal came on a stack of its own. */
static inline bool walk_step(struct walk *walk, union unwind_rule rule, uintptr_t *ret_slot) {
  uintptr_t base = (rule.based_on_fp ? walk->fp : walk->sp) + (uintptr_t)(intptr_t)rule.cfa_offset;
  uintptr_t cfa = base;
  if (rule.indirect && !walk_load(walk, base, &cfa))
    return false;
  if (cfa <= walk->sp && !rule.signal)
    return false;
  if (rule.guess && cfa - walk->sp > (walk->limit ? GUESS_BYTES : GUESS_BYTES_UNKNOWN))
    return false;
  *ret_slot = rule.signal ? base + WORD : cfa - WORD;
  if (!walk_load(walk, *ret_slot, &walk->pc) || !walk_restore_fp(walk, rule, cfa))
    return false;
  walk->sp = cfa;
  walk->exact = rule.signal;
  return true;
}

/* A call instruction ends at `pc`: what tells a return address from a number that looks like one. */
static bool call_ends_at(uintptr_t pc) {
  if (!memory_is_readable(pc - 8))
    return false;
  const uint8_t *end = (const uint8_t *)pc;
#if defined(__x86_64__)
  if (end[-5] == 0xe8)
    return true;
  for (int length = 2; length <= 7; length++) /* FF /2, with any addressing mode */
    if (end[-length] == 0xff && (end[-length + 1] >> 3 & 7) == 2)
      return true;
  return false;
#elif defined(__aarch64__)
  uint32_t code = *(const uint32_t *)(end - 4);
  return code >> 26 == 0x25 || (code & 0xfe1f0000u) == 0xd61f0000u || (code & 0xfffff000u) == 0xd73f0000u; /* BL, BLR, BLRA* */
#else
  return true;
#endif
}

static inline void walk_strip_signature(struct walk *walk) {
#if defined(__aarch64__)
  register uintptr_t signed_pc __asm__("x30") = walk->pc;
  __asm__("hint 7" : "+r"(signed_pc)); /* XPACLRI */
  walk->pc = signed_pc;
#else
  (void)walk;
#endif
}

/* The new pc is where a caller can be: certain by a table, or plausible where one of the two sides has none. */
static inline bool walk_is_plausible(const struct walk *walk, bool guessed, union unwind_rule rule) {
  if (__builtin_expect(!guessed && !rule.foreign, 1))
    return true;
  return (walk->exact || call_ends_at(walk->pc));
}

unsigned track_unwind(uintptr_t pc, uintptr_t sp, uintptr_t fp, uintptr_t stack_top, struct unwind_frame *frames, unsigned capacity) {
  if (capacity == 0)
    return 0;
  struct walk walk = {.pc = pc, .sp = sp, .fp = fp};
  walk_enter_stack(&walk, stack_top);
  frames[0] = (struct unwind_frame){pc, sp - WORD};
  unsigned n = 1;
  unsigned n_sure = 1; /* frames up to the last one in a loaded object; what is behind was not confirmed */
  uint64_t epoch = atomic_load_explicit(&cache_epoch, memory_order_relaxed);
  union unwind_rule rule = rule_find(pc, false, epoch);
  while (n < capacity && !rule.stop && walk_step(&walk, rule, &frames[n].slot) && walk.pc) {
    bool guessed = rule.guess;
    if (rule.signal)
      walk_enter_stack(&walk, stack_top);
    walk_strip_signature(&walk);
    rule = rule_find(walk.pc, walk.exact, epoch);
    if (!walk_is_plausible(&walk, guessed, rule))
      break;
    frames[n++].pc = walk.pc;
    if (!rule.foreign)
      n_sure = n;
  }
  return n_sure;
}
