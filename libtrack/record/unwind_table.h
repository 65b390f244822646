/* unwind_table.h - finds the call frame instructions for an address in its object's tables. */
#ifndef TRACK_RECORD_UNWIND_TABLE_H
#define TRACK_RECORD_UNWIND_TABLE_H

#include "record/unwind_cfi.h"
#include "record/unwind_cursor.h"

/* What functions have in common. */
struct cie {
  struct cursor program;
  uint64_t code_align;
  int64_t data_align;
  unsigned pointer_encoding;
  bool has_augmentation;
  bool is_signal;
};

/* A function: its CIE, and its own instructions, which start out at address `begin`. */
struct fde {
  struct cie cie;
  struct cursor program;
  uintptr_t begin;
};

/* Find the function that holds `pc`. */
bool unwind_table_find(const struct unwind_object *object, uintptr_t pc, struct fde *ret_fde);

#endif
