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
 * word below it. In a signal trampoline the CFA is itself a saved register and the return address the one behind it. */
union unwind_rule {
  struct {
    unsigned based_on_fp : 1; /* CFA = (fp or sp) + cfa_offset */
    unsigned indirect : 1;    /* ... and that is where the CFA is stored */
    unsigned signal : 1;      /* signal trampoline */
    unsigned stop : 1;        /* outermost frame */
    unsigned guess : 1;       /* no table: frame pointer chain, to be validated */
    unsigned foreign : 1;     /* ... and in no loaded object */
    unsigned fp : 3;          /* enum unwind_fp */
    signed fp_words : 23;
    int32_t cfa_offset;
  };
  uint64_t bits;
};
_Static_assert(sizeof(union unwind_rule) == 8, "a rule fits one word");

/* A loaded object that holds some address. */
struct unwind_object {
  uintptr_t begin;
  uintptr_t end;
  const uint8_t *eh_frame_hdr; /* NULL: it has no unwind table */
};

/* Find the object that holds `pc`. */
bool unwind_object_find(uintptr_t pc, struct unwind_object *ret_object);

/* Make the rule for the frame at `pc` from the object's tables; `exact`: pc was interrupted, not called from. */
bool unwind_cfi_rule(const struct unwind_object *object, uintptr_t pc, bool exact, union unwind_rule *ret_rule);

#endif
