/* unwind_cfi.c - turns the unwind table of an object into the rule for one address.
 *
 * The path: .eh_frame_hdr (a sorted table from code address to FDE), the FDE (one function), its CIE (what functions have in
 * common), then their call frame instructions up to the address. Only what leads to the next frame is followed: the CFA, the
 * frame pointer and the return address. Of expressions, those count that amount to "register plus constant", read or not:
 * signal trampolines, functions that realign the stack, and the PLT, whose expression depends on the address alone. Every
 * read is inside the object. What cannot be expressed is answered with false, and the caller guesses.
 * Sources: DWARF 5 section 6.4, LSB 5 core "Exception Frames", System V x86-64 psABI 3.7. */
#include "record/unwind_cfi.h"

#include <stddef.h>
#include <string.h>

#if !defined(__x86_64__)
/* Elsewhere frame records are part of the ABI, and the frame pointer walk is enough. */
bool unwind_cfi_rule(const struct unwind_object *object, uintptr_t pc, bool exact, union unwind_rule *ret_rule) {
  (void)object, (void)pc, (void)exact, (void)ret_rule;
  return false;
}
#else

enum { REG_FP = 6, REG_SP = 7, REG_PC = 16 };
enum { ENC_OMIT = 0xff, ENC_FORMAT = 0x0f, ENC_PCREL = 0x10, ENC_DATAREL = 0x30, ENC_BASE = 0x70 };
enum { REMEMBER_MAX = 8, EXPRESSION_MAX = 8 };

struct cursor {
  const uint8_t *at;
  const uint8_t *end;
  bool bad; /* something was read that is not there, or not understood */
};

static uint64_t cursor_fixed(struct cursor *c, unsigned n_bytes) {
  uint64_t value = 0;
  if (n_bytes > (size_t)(c->end - c->at)) {
    c->bad = true;
    return 0;
  }
  memcpy(&value, c->at, n_bytes);
  c->at += n_bytes;
  return value;
}

static uint64_t cursor_uleb(struct cursor *c) {
  uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    uint8_t byte = (uint8_t)cursor_fixed(c, 1);
    if (shift < 64)
      value |= (uint64_t)(byte & 0x7f) << shift;
    if (!(byte & 0x80))
      return value;
  }
}

static int64_t cursor_sleb(struct cursor *c) {
  uint64_t value = 0;
  unsigned shift = 0;
  uint8_t byte;
  do {
    byte = (uint8_t)cursor_fixed(c, 1);
    if (shift < 64)
      value |= (uint64_t)(byte & 0x7f) << shift;
    shift += 7;
  } while (byte & 0x80);
  if (shift < 64 && (byte & 0x40))
    value |= -(1ull << shift);
  return (int64_t)value;
}

/* A length and as many bytes, as a cursor of their own. */
static struct cursor cursor_part(struct cursor *c, uint64_t n_bytes) {
  struct cursor part = *c;
  if (n_bytes > (size_t)(c->end - c->at)) {
    c->bad = true;
    n_bytes = 0;
  }
  part.end = part.at + n_bytes;
  c->at += n_bytes;
  return part;
}

static struct cursor cursor_block(struct cursor *c) {
  uint64_t n_bytes = cursor_uleb(c);
  return cursor_part(c, n_bytes);
}

static uint64_t cursor_format(struct cursor *c, unsigned encoding) {
  switch (encoding & ENC_FORMAT) {
  case 0x00: /* absptr */
  case 0x04: /* udata8 */
  case 0x0c: /* sdata8 */
    return cursor_fixed(c, 8);
  case 0x01:
    return cursor_uleb(c);
  case 0x02:
    return cursor_fixed(c, 2);
  case 0x03:
    return cursor_fixed(c, 4);
  case 0x09:
    return (uint64_t)cursor_sleb(c);
  case 0x0a:
    return (uint64_t)(int64_t)(int16_t)cursor_fixed(c, 2);
  case 0x0b:
    return (uint64_t)(int64_t)(int32_t)cursor_fixed(c, 4);
  default:
    c->bad = true;
    return 0;
  }
}

static uintptr_t cursor_pointer(struct cursor *c, unsigned encoding) {
  uintptr_t here = (uintptr_t)c->at;
  uintptr_t value = cursor_format(c, encoding);
  if ((encoding & ENC_BASE) == ENC_PCREL)
    return value + here;
  c->bad |= (encoding & ENC_BASE) != 0;
  return value;
}

/* From the start of .eh_frame_hdr: the last entry that is not behind `pc`. */
static bool table_find(const struct unwind_object *object, uintptr_t pc, uintptr_t *ret_fde) {
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

struct cie {
  struct cursor program;
  uint64_t code_align;
  int64_t data_align;
  unsigned pointer_encoding;
  bool has_augmentation;
  bool is_signal;
};

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
  return !c.bad && return_register == REG_PC;
}

/* What a register or the CFA is: base + offset, perhaps the word that lies there. */
enum base { BASE_NONE, BASE_CONSTANT, BASE_SP, BASE_FP, BASE_CFA };
struct place {
  enum base base;
  bool indirect;
  int64_t offset;
};

static struct place place_of_register(uint64_t reg, uintptr_t pc, int64_t offset) {
  switch (reg) {
  case REG_SP:
    return (struct place){.base = BASE_SP, .offset = offset};
  case REG_FP:
    return (struct place){.base = BASE_FP, .offset = offset};
  case REG_PC:
    return (struct place){.base = BASE_CONSTANT, .offset = (int64_t)(pc + (uint64_t)offset)};
  default:
    return (struct place){.base = BASE_NONE};
  }
}

/* Operators of two operands; false if the outcome is no base + offset. */
static bool place_combine(uint8_t op, struct place *left, struct place right) {
  uint64_t a = (uint64_t)left->offset;
  uint64_t b = (uint64_t)right.offset;
  if (op == 0x22 && left->base == BASE_CONSTANT) { /* plus commutes */
    struct place swap = *left;
    *left = right;
    right = swap;
  }
  if (right.base != BASE_CONSTANT || left->indirect || (left->base != BASE_CONSTANT && op != 0x22 && op != 0x1c))
    return false;
  switch (op) {
  case 0x22:
    left->offset = (int64_t)(a + b);
    return true;
  case 0x1c:
    left->offset = (int64_t)(a - b);
    return true;
  case 0x1a:
    left->offset = (int64_t)(a & b);
    return true;
  case 0x24:
    left->offset = (int64_t)(b < 64 ? a << b : 0);
    return true;
  case 0x2a:
    left->offset = (int64_t)a >= (int64_t)b;
    return true;
  default:
    return false;
  }
}

struct expression {
  struct place stack[EXPRESSION_MAX];
  unsigned depth;
};

static bool expression_push(struct expression *e, struct place place) {
  if (e->depth == EXPRESSION_MAX)
    return false;
  e->stack[e->depth++] = place;
  return true;
}

static struct place place_of_constant(int64_t value) {
  return (struct place){.base = BASE_CONSTANT, .offset = value};
}

static bool expression_push_constant(struct expression *e, uint8_t op, struct cursor *c) {
  static const uint8_t format[] = {[0x0a - 0x08] = 0x02, [0x0b - 0x08] = 0x0a, [0x0c - 0x08] = 0x03, [0x0d - 0x08] = 0x0b,
                                   [0x0e - 0x08] = 0x04, [0x0f - 0x08] = 0x0c, [0x10 - 0x08] = 0x01, [0x11 - 0x08] = 0x09};
  int64_t value;
  if (op == 0x08)
    value = (uint8_t)cursor_fixed(c, 1);
  else if (op == 0x09)
    value = (int8_t)cursor_fixed(c, 1);
  else
    value = (int64_t)cursor_format(c, format[op - 0x08]);
  return expression_push(e, place_of_constant(value));
}

static bool expression_step(struct expression *e, struct cursor *c, uintptr_t pc) {
  uint8_t op = (uint8_t)cursor_fixed(c, 1);
  struct place *top = e->depth ? &e->stack[e->depth - 1] : NULL;
  if (op >= 0x30 && op <= 0x4f) /* lit */
    return expression_push(e, place_of_constant(op - 0x30));
  if (op >= 0x70 && op <= 0x8f) /* breg */
    return expression_push(e, place_of_register(op - 0x70u, pc, cursor_sleb(c)));
  if (op >= 0x08 && op <= 0x11)
    return expression_push_constant(e, op, c);
  if (!top)
    return false;
  if (op == 0x06) { /* deref */
    bool was_indirect = top->indirect;
    top->indirect = true;
    return !was_indirect && top->base != BASE_CONSTANT;
  }
  if (op == 0x23) { /* plus_uconst */
    top->offset += (int64_t)cursor_uleb(c);
    return !top->indirect;
  }
  if (e->depth < 2)
    return false;
  e->depth--;
  return place_combine(op, &e->stack[e->depth - 1], *top);
}

static struct place expression_evaluate(struct cursor c, uintptr_t pc, bool starts_with_cfa) {
  struct expression e = {.depth = 0};
  if (starts_with_cfa)
    expression_push(&e, (struct place){.base = BASE_CFA});
  while (c.at < c.end)
    if (!expression_step(&e, &c, pc) || c.bad)
      return (struct place){.base = BASE_NONE};
  return e.depth ? e.stack[e.depth - 1] : (struct place){.base = BASE_NONE};
}

/* Where a register of the caller is found. */
enum saved_how { SAVED_SAME, SAVED_AT, SAVED_UNDEFINED, SAVED_LOST };
struct saved {
  enum saved_how how;
  struct place at;
};
struct row {
  struct place cfa;
  uint64_t cfa_register;
  struct saved fp;
  struct saved pc;
};

struct machine {
  const struct cie *cie;
  uintptr_t pc;       /* of the frame */
  uintptr_t target;   /* instructions up to this address count */
  uintptr_t location; /* the row holds from here */
  struct row row;
  struct row initial;
  struct row remembered[REMEMBER_MAX];
  unsigned n_remembered;
};

static void machine_save(struct machine *m, uint64_t reg, struct saved saved) {
  if (reg == REG_FP)
    m->row.fp = saved;
  else if (reg == REG_PC)
    m->row.pc = saved;
}

static void machine_save_at_cfa(struct machine *m, uint64_t reg, int64_t factored) {
  machine_save(m, reg, (struct saved){SAVED_AT, {.base = BASE_CFA, .offset = factored * m->cie->data_align}});
}

static void machine_restore(struct machine *m, uint64_t reg) {
  if (reg == REG_FP)
    m->row.fp = m->initial.fp;
  else if (reg == REG_PC)
    m->row.pc = m->initial.pc;
}

static void machine_define_cfa(struct machine *m, uint64_t reg, int64_t offset) {
  m->row.cfa_register = reg;
  m->row.cfa = place_of_register(reg, 0, offset);
  m->row.cfa.offset = offset;
}

static bool machine_remember(struct machine *m) {
  if (m->n_remembered == REMEMBER_MAX)
    return false;
  m->remembered[m->n_remembered++] = m->row;
  return true;
}

static bool machine_recall(struct machine *m) {
  if (m->n_remembered == 0)
    return false;
  m->row = m->remembered[--m->n_remembered];
  return true;
}

/* Instructions that set the CFA; *ret_known false: it is none of them. */
static void machine_step_cfa(struct machine *m, uint8_t op, struct cursor *c, bool *ret_known) {
  *ret_known = true;
  switch (op) {
  case 0x0c: { /* def_cfa */
    uint64_t reg = cursor_uleb(c);
    machine_define_cfa(m, reg, (int64_t)cursor_uleb(c));
    break;
  }
  case 0x0d: /* def_cfa_register */
    machine_define_cfa(m, cursor_uleb(c), m->row.cfa.offset);
    break;
  case 0x0e: /* def_cfa_offset */
    machine_define_cfa(m, m->row.cfa_register, (int64_t)cursor_uleb(c));
    break;
  case 0x0f: /* def_cfa_expression */
    m->row.cfa = expression_evaluate(cursor_block(c), m->pc, false);
    break;
  case 0x12: { /* def_cfa_sf */
    uint64_t reg = cursor_uleb(c);
    machine_define_cfa(m, reg, cursor_sleb(c) * m->cie->data_align);
    break;
  }
  case 0x13: /* def_cfa_offset_sf */
    machine_define_cfa(m, m->row.cfa_register, cursor_sleb(c) * m->cie->data_align);
    break;
  default:
    *ret_known = false;
  }
}

/* Instructions about one register, the number of which comes first. */
static bool machine_step_register(struct machine *m, uint8_t op, struct cursor *c) {
  uint64_t reg = cursor_uleb(c);
  switch (op) {
  case 0x05: /* offset_extended */
    machine_save_at_cfa(m, reg, (int64_t)cursor_uleb(c));
    return true;
  case 0x11: /* offset_extended_sf */
    machine_save_at_cfa(m, reg, cursor_sleb(c));
    return true;
  case 0x2f: /* GNU_negative_offset_extended */
    machine_save_at_cfa(m, reg, -(int64_t)cursor_uleb(c));
    return true;
  case 0x06: /* restore_extended */
    machine_restore(m, reg);
    return true;
  case 0x07: /* undefined */
    machine_save(m, reg, (struct saved){.how = SAVED_UNDEFINED});
    return true;
  case 0x08: /* same_value */
    machine_save(m, reg, (struct saved){.how = SAVED_SAME});
    return true;
  case 0x10: /* expression */
    machine_save(m, reg, (struct saved){SAVED_AT, expression_evaluate(cursor_block(c), m->pc, true)});
    return true;
  case 0x16: /* val_expression */
    cursor_block(c);
    break;
  case 0x09: /* register */
  case 0x14: /* val_offset */
    cursor_uleb(c);
    break;
  case 0x15: /* val_offset_sf */
    cursor_sleb(c);
    break;
  default:
    return false;
  }
  machine_save(m, reg, (struct saved){.how = SAVED_LOST});
  return true;
}

static bool machine_step_extended(struct machine *m, uint8_t op, struct cursor *c) {
  switch (op) {
  case 0x00: /* nop */
    return true;
  case 0x01: /* set_loc */
    m->location = cursor_pointer(c, m->cie->pointer_encoding);
    return true;
  case 0x02: /* advance_loc1, 2, 4 */
  case 0x03:
  case 0x04:
    m->location += cursor_fixed(c, 1u << (op - 2)) * m->cie->code_align;
    return true;
  case 0x0a:
    return machine_remember(m);
  case 0x0b:
    return machine_recall(m);
  case 0x2e: /* GNU_args_size */
    cursor_uleb(c);
    return true;
  default:
    break;
  }
  bool known;
  machine_step_cfa(m, op, c, &known);
  return known || machine_step_register(m, op, c);
}

static bool machine_run(struct machine *m, struct cursor c) {
  while (c.at < c.end && m->location <= m->target) {
    uint8_t op = (uint8_t)cursor_fixed(&c, 1);
    uint8_t low = op & 0x3f;
    if (op >> 6 == 1)
      m->location += low * m->cie->code_align;
    else if (op >> 6 == 2)
      machine_save_at_cfa(m, low, (int64_t)cursor_uleb(&c));
    else if (op >> 6 == 3)
      machine_restore(m, low);
    else if (!machine_step_extended(m, op, &c))
      return false;
    if (c.bad)
      return false;
  }
  return true;
}

static bool rule_pack_fp(const struct saved *fp, union unwind_rule *rule) {
  static const uint8_t how[] = {[BASE_SP] = UNWIND_FP_AT_SP, [BASE_FP] = UNWIND_FP_AT_FP, [BASE_CFA] = UNWIND_FP_AT_CFA};
  if (fp->how != SAVED_AT) {
    rule->fp = fp->how == SAVED_SAME ? UNWIND_FP_SAME : UNWIND_FP_LOST;
    return true;
  }
  int64_t words = fp->at.offset / 8;
  if (fp->at.base < BASE_SP || fp->at.indirect || fp->at.offset % 8 || words >= 1 << 22 || words < -(1 << 22)) {
    rule->fp = UNWIND_FP_LOST;
    return true;
  }
  rule->fp = how[fp->at.base] & 7;
  rule->fp_words = (int)words;
  return true;
}

static bool rule_pack(const struct row *row, bool is_signal, union unwind_rule *rule) {
  *rule = (union unwind_rule){.stop = row->pc.how == SAVED_UNDEFINED, .fp = UNWIND_FP_LOST};
  if (rule->stop)
    return true;
  if ((row->cfa.base != BASE_SP && row->cfa.base != BASE_FP) || row->cfa.offset != (int32_t)row->cfa.offset || row->pc.how != SAVED_AT)
    return false;
  rule->based_on_fp = row->cfa.base == BASE_FP;
  rule->indirect = row->cfa.indirect;
  rule->cfa_offset = (int32_t)row->cfa.offset;
  const struct place *pc = &row->pc.at;
  if (is_signal) { /* the kernel's struct sigcontext: ..., sp, pc */
    rule->signal = 1;
    if (!row->cfa.indirect || pc->base != row->cfa.base || pc->indirect || pc->offset != row->cfa.offset + 8)
      return false;
  } else if (pc->base != BASE_CFA || pc->indirect || pc->offset != -8) {
    return false;
  }
  return rule_pack_fp(&row->fp, rule);
}

/* Open the FDE at `at` and its CIE; false if it is not about `pc`. */
static bool fde_open(const struct unwind_object *object, uintptr_t at, uintptr_t pc, struct cie *cie, struct cursor *ret_program,
                     uintptr_t *ret_begin) {
  struct cursor c;
  if (!entry_open(object, at, &c))
    return false;
  uintptr_t here = (uintptr_t)c.at;
  uint64_t back = cursor_fixed(&c, 4);
  if (c.bad || back == 0 || !cie_parse(object, here - back, cie))
    return false;
  uintptr_t begin = cursor_pointer(&c, cie->pointer_encoding);
  uintptr_t bytes = cursor_format(&c, cie->pointer_encoding);
  if (cie->has_augmentation)
    cursor_block(&c);
  *ret_begin = begin;
  *ret_program = c;
  return !c.bad && pc - begin < bytes;
}

bool unwind_cfi_rule(const struct unwind_object *object, uintptr_t pc, bool exact, union unwind_rule *ret_rule) {
  struct cie cie;
  struct cursor program;
  uintptr_t fde;
  uintptr_t begin;
  /* A return address may lie behind the end of a function that ends with a call which does not return. The trampoline is
   * not called at all: its address is exact, and its FDE begins one byte early for those who look up pc - 1. */
  uintptr_t target = exact ? pc : pc - 1;
  if (!table_find(object, target, &fde) || !fde_open(object, fde, target, &cie, &program, &begin))
    return false;
  struct machine m = {.cie = &cie, .pc = pc, .target = cie.is_signal ? pc : target, .location = begin};
  m.row.pc.how = SAVED_SAME; /* a table has to say where the return address is */
  if (!machine_run(&m, cie.program))
    return false;
  m.initial = m.row;
  m.location = begin;
  if (!machine_run(&m, program))
    return false;
  return rule_pack(&m.row, cie.is_signal, ret_rule);
}
#endif
