/* unwind_cfi.h - the rule by which one frame is left, packed so that it fits a cache word. */
#ifndef TRACK_RECORD_UNWIND_CFI_H
#define TRACK_RECORD_UNWIND_CFI_H

#include <stdbool.h>
#include <stdint.h>

enum unwind_fp {
  UNWIND_FP_SAME,   /* the frame pointer is the caller's */
  UNWIND_FP_AT_CFA, /* saved at CFA + fp_words * 8 */
  UNWIND_FP_AT_SP,  /* ... at the stack pointer + fp_words * 8 */
  UNWIND_FP_AT_FP,  /* ... at the frame pointer + fp_words * 8 */
  UNWIND_FP_LOST,
};

/* CFA, the canonical frame address, is the stack pointer of the caller after the return; the return address lies in the
 * word below it. In a signal trampoline the CFA is itself a saved register and the return address the one behind it.
 * A rule: bits 0-5 flags, 6-8 enum unwind_fp, 9-31 fp_words (signed), 32-63 offset of the CFA (signed). Not a struct with
 * bit fields, which compilers take apart and put together again in the hottest loop. */
typedef uint64_t unwind_rule;

enum unwind_flag {
  UNWIND_BASED_ON_FP = 1 << 0, /* CFA = frame pointer + offset, else stack pointer + offset */
  UNWIND_INDIRECT = 1 << 1,    /* ... and that is where the CFA is stored */
  UNWIND_SIGNAL = 1 << 2,      /* signal trampoline */
  UNWIND_STOP = 1 << 3,        /* outermost frame */
  UNWIND_GUESS = 1 << 4,       /* no table: frame pointer chain, to be validated */
  UNWIND_FOREIGN = 1 << 5,     /* ... and in no loaded object */
};

#define UNWIND_FP_WORDS_LIMIT (1 << 22)

static inline unwind_rule rule_pack(unsigned flags, enum unwind_fp fp, int fp_words, int cfa_offset) {
  return (uint64_t)(uint32_t)cfa_offset << 32 | (uint32_t)fp_words << 9 | (uint32_t)fp << 6 | flags;
}
static inline enum unwind_fp rule_fp(unwind_rule rule) {
  return (enum unwind_fp)(rule >> 6 & 7);
}
static inline intptr_t rule_fp_words(unwind_rule rule) {
  return (int32_t)rule >> 9;
}
static inline intptr_t rule_cfa_offset(unwind_rule rule) {
  return (int64_t)rule >> 32;
}

/* A loaded object that holds some address. */
struct unwind_object {
  uintptr_t begin;
  uintptr_t end;
  const uint8_t *eh_frame_hdr; /* NULL: it has no unwind table */
};

/* Find the object that holds `pc`. */
bool unwind_object_find(uintptr_t pc, struct unwind_object *ret_object);

/* Make the rule for the frame at `pc` from the object's tables; `exact`: pc was interrupted, not called from. False: they say
 * nothing about it. */
bool unwind_cfi_rule(const struct unwind_object *object, uintptr_t pc, bool exact, unwind_rule *ret_rule);

#endif
