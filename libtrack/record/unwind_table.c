/* unwind_table.c - .eh_frame_hdr (a sorted table from code address to FDE), the FDE (one function), its CIE.
 *
 * Every read is inside the object. Sources: LSB 5 core "Exception Frames", DWARF 5 section 6.4.1. */
#include "record/unwind_table.h"

enum { RETURN_ADDRESS_REGISTER = 16 }; /* x86-64 psABI 3.7 */

/* From the start of .eh_frame_hdr: the last entry that is not behind `pc`. */
static bool table_search(const struct unwind_object *object, uintptr_t pc, uintptr_t *ret_fde) {
  const uint8_t *hdr = object->eh_frame_hdr;
  struct cursor c = {.at = hdr, .end = (const uint8_t *)object->end};
  if (!hdr || (uintptr_t)hdr < object->begin || (uintptr_t)hdr >= object->end || cursor_fixed(&c, 1) != 1)
    return false;
  unsigned frame_encoding = (unsigned)cursor_fixed(&c, 1);
  unsigned count_encoding = (unsigned)cursor_fixed(&c, 1);
  unsigned table_encoding = (unsigned)cursor_fixed(&c, 1);
  if (count_encoding == ENC_OMIT || table_encoding != (ENC_DATAREL | 0x0b)) /* sdata4, relative to the header: all linkers' */
    return false;
  cursor_pointer(&c, frame_encoding);
  uint64_t n = cursor_format(&c, count_encoding);
  if (c.bad || n == 0 || n > (size_t)(c.end - c.at) / 8)
    return false;
  size_t low = 0;
  for (size_t high = n; high - low > 1;) {
    size_t middle = low + (high - low) / 2;
    int32_t start;
    memcpy(&start, c.at + middle * 8, 4);
    if ((uintptr_t)hdr + (uintptr_t)(intptr_t)start <= pc)
      low = middle;
    else
      high = middle;
  }
  int32_t fde;
  memcpy(&fde, c.at + low * 8 + 4, 4);
  *ret_fde = (uintptr_t)hdr + (uintptr_t)(intptr_t)fde;
  return true;
}

/* The entry at `at`; its bytes behind the length word. */
static bool entry_open(const struct unwind_object *object, uintptr_t at, struct cursor *ret_entry) {
  if (at < object->begin || at >= object->end)
    return false;
  struct cursor c = {.at = (const uint8_t *)at, .end = (const uint8_t *)object->end};
  uint64_t length = cursor_fixed(&c, 4);
  if (length == 0 || length == 0xffffffff) /* the end; 64-bit DWARF, which .eh_frame never holds in practice */
    return false;
  *ret_entry = cursor_part(&c, length);
  return !c.bad;
}

static void cie_augment(struct cie *cie, struct cursor *c, const char *letters) {
  struct cursor data = cursor_block(c);
  for (; *letters; letters++)
    switch (*letters) {
    case 'R':
      cie->pointer_encoding = (unsigned)cursor_fixed(&data, 1);
      break;
    case 'P':
      cursor_format(&data, (unsigned)cursor_fixed(&data, 1));
      break;
    case 'L':
      cursor_fixed(&data, 1);
      break;
    case 'S':
      cie->is_signal = true;
      break;
    default: /* its data cannot be skipped, but its length is known */
      return;
    }
}

static bool cie_parse(const struct unwind_object *object, uintptr_t at, struct cie *cie) {
  struct cursor c;
  if (!entry_open(object, at, &c) || cursor_fixed(&c, 4) != 0)
    return false;
  unsigned version = (unsigned)cursor_fixed(&c, 1);
  const char *letters = (const char *)c.at;
  while (!c.bad && cursor_fixed(&c, 1))
    ;
  if (c.bad || (version != 1 && version != 3) || (letters[0] && letters[0] != 'z'))
    return false;
  *cie = (struct cie){.has_augmentation = letters[0] == 'z'};
  cie->code_align = cursor_uleb(&c);
  cie->data_align = cursor_sleb(&c);
  uint64_t return_register = version == 1 ? cursor_fixed(&c, 1) : cursor_uleb(&c);
  if (cie->has_augmentation)
    cie_augment(cie, &c, letters + 1);
  cie->program = c;
  return !c.bad && return_register == RETURN_ADDRESS_REGISTER;
}

/* Open the FDE at `at` and its CIE; false if it is not about `pc`. */
static bool fde_open(const struct unwind_object *object, uintptr_t at, uintptr_t pc, struct fde *fde) {
  struct cursor c;
  if (!entry_open(object, at, &c))
    return false;
  uintptr_t here = (uintptr_t)c.at;
  uint64_t back = cursor_fixed(&c, 4);
  if (c.bad || back == 0 || !cie_parse(object, here - back, &fde->cie))
    return false;
  uintptr_t begin = cursor_pointer(&c, fde->cie.pointer_encoding);
  uintptr_t bytes = cursor_format(&c, fde->cie.pointer_encoding);
  if (fde->cie.has_augmentation)
    cursor_block(&c);
  fde->begin = begin;
  fde->program = c;
  return !c.bad && pc - begin < bytes;
}

bool unwind_table_find(const struct unwind_object *object, uintptr_t pc, struct fde *ret_fde) {
  uintptr_t at;
  return table_search(object, pc, &at) && fde_open(object, at, pc, ret_fde);
}
