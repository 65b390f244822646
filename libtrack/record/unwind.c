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
#include "record/sys.h"
#include "record/unwind.h"
#include "record/unwind_cfi.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

#define ALWAYS_INLINE inline __attribute__((always_inline))
#define PAGE_BYTES 4096u
#define RED_ZONE_BYTES 128u
#define NO_PAGE 1u
#define PROBE_MAX_PAGES 256u
#define CACHE_BITS 13
#define WORD sizeof(uintptr_t)

/* A frame that is only guessed is no larger than this; on a stack of unknown extent (a coroutine starts with the frame pointer
 * of its maker's stack) less. */
#define GUESS_BYTES (1u << 20)
#define GUESS_BYTES_UNKNOWN (1u << 16)

bool track_unwind_is_mute;

/* 8 bytes at `at` can be read; address 0 would mean "no set" to the kernel. */
static bool memory_is_readable(uintptr_t at) {
  return !track_unwind_is_mute && at >= PAGE_BYTES && sys_call(SYS_rt_sigprocmask, -1, at, 0, 8, 0, 0) == -EINVAL;
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

static ALWAYS_INLINE uint64_t cache_key(uintptr_t pc, bool exact, uint64_t epoch) {
  return pc ^ (epoch * 2 + exact) * MIX;
}

static ALWAYS_INLINE struct cache_entry *cache_slot(uintptr_t pc) {
  return &cache[(uint64_t)pc * GOLDEN >> (64 - CACHE_BITS)];
}

void track_unwind_forget(void) {
  atomic_fetch_add_explicit(&cache_epoch, 1, memory_order_seq_cst);
}

/* By frame pointers: the saved one and the return address lie at the frame pointer, on x86-64 and on aarch64. */
static unwind_rule rule_of_frame_pointer(unsigned flags) {
  return rule_pack(UNWIND_BASED_ON_FP | UNWIND_GUESS | flags, UNWIND_FP_AT_CFA, -2, 2 * WORD);
}

static __attribute__((noinline)) unwind_rule rule_make(uintptr_t pc, bool exact, struct cache_entry *slot, uint64_t key) {
  struct unwind_object object;
  if (!unwind_object_find(pc, &object))
    return rule_of_frame_pointer(UNWIND_FOREIGN); /* code that comes and goes unannounced is not remembered */
  unwind_rule rule;
  if (!unwind_cfi_rule(&object, pc, exact, &rule))
    rule = rule_of_frame_pointer(0);
  atomic_store_explicit(&slot->rule, rule, memory_order_relaxed);
  atomic_store_explicit(&slot->check, key ^ rule * MIX, memory_order_relaxed);
  return rule;
}

static ALWAYS_INLINE unwind_rule rule_find(uintptr_t pc, bool exact, uint64_t epoch) {
  struct cache_entry *slot = cache_slot(pc);
  uint64_t key = cache_key(pc, exact, epoch);
  unwind_rule rule = atomic_load_explicit(&slot->rule, memory_order_relaxed);
  if (__builtin_expect((atomic_load_explicit(&slot->check, memory_order_relaxed) ^ rule * MIX) == key, 1))
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
    if (!track_unwind_is_mute && !memory_is_readable(low)) /* no way to ask; a thread's own stack is whole, as far as threads go */
      return false;
  }
  own_stack.low = UINTPTR_MAX;
  atomic_signal_fence(memory_order_seq_cst);
  own_stack.top = top;
  atomic_signal_fence(memory_order_seq_cst);
  own_stack.low = low;
  return true;
}

static ALWAYS_INLINE bool own_stack_holds(uintptr_t sp, uintptr_t top) {
  return (own_stack.top == top && sp >= own_stack.low && sp < top) || own_stack_extend(sp, top);
}

/* What may be read of the stack that is being walked. Apart from struct walk, so that that one stays in registers. */
struct reach {
  uintptr_t limit; /* words that begin below may be read without a probe */
  uintptr_t page;  /* else this page may */
};

struct walk {
  uintptr_t pc;
  uintptr_t sp;
  uintptr_t fp;
  bool exact; /* pc was interrupted, not called from */
};

static struct reach reach_of_stack(uintptr_t sp, uintptr_t top) {
  return (struct reach){.limit = top % WORD == 0 && own_stack_holds(sp, top) ? top - WORD + 1 : 0, .page = NO_PAGE};
}

static __attribute__((noinline)) bool reach_probe(struct reach *reach, uintptr_t at) {
  uintptr_t page = at & -(uintptr_t)PAGE_BYTES;
  if (reach->limit || (page != reach->page && !memory_is_readable(at)))
    return false;
  reach->page = page;
  return true;
}

/* The word at `at`, which lies at `sp` or above. */
static ALWAYS_INLINE bool reach_load(struct reach *reach, uintptr_t sp, uintptr_t at, uintptr_t *ret_word) {
  if (at < sp || at % WORD != 0)
    return false;
  if (__builtin_expect(at >= reach->limit, 0) && !reach_probe(reach, at))
    return false;
  *ret_word = *(const uintptr_t *)at;
  return true;
}

/* The table lags behind in epilogues: a frame pointer that was just popped is still said to be where it was, now below the
 * stack pointer. It is still there when this is where a signal came: handlers leave the red zone alone. */
static __attribute__((noinline)) uintptr_t popped_fp(uintptr_t sp, uintptr_t at, bool exact) {
  return exact && at < sp && sp - at <= RED_ZONE_BYTES && at % WORD == 0 && memory_is_readable(at) ? *(const uintptr_t *)at : 0;
}

static ALWAYS_INLINE void walk_restore_fp(struct walk *walk, struct reach *reach, unwind_rule rule, uintptr_t cfa) {
  if (rule_fp(rule) == UNWIND_FP_SAME)
    return;
  uintptr_t base = rule_fp(rule) == UNWIND_FP_AT_CFA ? cfa : rule_fp(rule) == UNWIND_FP_AT_SP ? walk->sp : walk->fp;
  uintptr_t at = base + (uintptr_t)rule_fp_words(rule) * WORD;
  if (__builtin_expect(rule_fp(rule) == UNWIND_FP_LOST, 0))
    walk->fp = 0;
  else if (__builtin_expect(!reach_load(reach, walk->sp, at, &walk->fp), 0))
    walk->fp = popped_fp(walk->sp, at, walk->exact);
}

/* Leave the frame; stacks grow down, so the caller's frame lies above, except where a signal came on a stack of its own. */
static ALWAYS_INLINE bool walk_step(struct walk *walk, struct reach *reach, unwind_rule rule, uintptr_t *ret_slot) {
  uintptr_t base = (rule & UNWIND_BASED_ON_FP ? walk->fp : walk->sp) + (uintptr_t)rule_cfa_offset(rule);
  uintptr_t cfa = base;
  if (rule & UNWIND_INDIRECT && !reach_load(reach, walk->sp, base, &cfa))
    return false;
  if (cfa <= walk->sp && !(rule & UNWIND_SIGNAL))
    return false;
  if (rule & UNWIND_GUESS && cfa - walk->sp > (reach->limit ? GUESS_BYTES : GUESS_BYTES_UNKNOWN))
    return false;
  *ret_slot = rule & UNWIND_SIGNAL ? base + WORD : cfa - WORD;
  if (!reach_load(reach, walk->sp, *ret_slot, &walk->pc))
    return false;
  walk_restore_fp(walk, reach, rule, cfa);
  walk->sp = cfa;
  walk->exact = rule & UNWIND_SIGNAL;
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

static ALWAYS_INLINE void walk_strip_signature(struct walk *walk) {
#if defined(__aarch64__)
  register uintptr_t signed_pc __asm__("x30") = walk->pc;
  __asm__("hint 7" : "+r"(signed_pc)); /* XPACLRI */
  walk->pc = signed_pc;
#else
  (void)walk;
#endif
}

/* The new pc is where a caller can be: certain by a table, or plausible where one of the two sides has none. */
static ALWAYS_INLINE bool walk_is_plausible(const struct walk *walk, bool guessed, unwind_rule rule) {
  if (__builtin_expect(!guessed && !(rule & UNWIND_FOREIGN), 1))
    return true;
  return (walk->exact || call_ends_at(walk->pc));
}

unsigned track_unwind(uintptr_t pc, uintptr_t sp, uintptr_t fp, uintptr_t stack_top, struct unwind_frame *frames, unsigned capacity) {
  if (capacity == 0)
    return 0;
  struct walk walk = {.pc = pc, .sp = sp, .fp = fp};
  struct reach reach = reach_of_stack(sp, stack_top);
  frames[0] = (struct unwind_frame){pc, sp - WORD};
  unsigned n = 1;
  unsigned n_sure = 1; /* frames up to the last one in a loaded object; what is behind was not confirmed */
  uint64_t epoch = atomic_load_explicit(&cache_epoch, memory_order_relaxed);
  unwind_rule rule = rule_find(pc, false, epoch);
  while (n < capacity && !(rule & UNWIND_STOP) && walk_step(&walk, &reach, rule, &frames[n].slot) && walk.pc) {
    bool guessed = rule & UNWIND_GUESS;
    if (rule & UNWIND_SIGNAL)
      reach = reach_of_stack(walk.sp, stack_top);
    walk_strip_signature(&walk);
    rule = rule_find(walk.pc, walk.exact, epoch);
    if (!walk_is_plausible(&walk, guessed, rule))
      break;
    frames[n++].pc = walk.pc;
    if (!(rule & UNWIND_FOREIGN))
      n_sure = n;
  }
  return n_sure;
}
