/* unwind_cfi.c - turns the call frame instructions of a function into the rule for one address.
 *
 * The CIE's instructions, then the function's own up to the address. Only what leads to the next frame is followed: the CFA, the
 * frame pointer and the return address. Of expressions, those count that amount to "register plus constant", read or not:
 * signal trampolines, functions that realign the stack, and the PLT, whose expression depends on the address alone. What cannot be
 * expressed ends the walk. Sources: DWARF 5 sections 2.5 and 6.4.2, System V x86-64 psABI 3.7. */
#include "record/unwind_table.h"

#if !defined(__x86_64__)
/* Elsewhere frame records are part of the ABI, and the frame pointer walk is enough. */
bool unwind_cfi_rule(const struct unwind_object *object, uintptr_t pc, bool exact, unwind_rule *ret_rule) {
  (void)object, (void)pc, (void)exact, (void)ret_rule;
  return false;
}
#else

enum { REG_FP = 6, REG_SP = 7, REG_PC = 16 };
enum { REMEMBER_MAX = 8, EXPRESSION_MAX = 8 };

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

/* A frame pointer that cannot be told is lost, which matters only to callers that need it. */
static enum unwind_fp fp_of_row(const struct saved *fp, int *ret_words) {
  int64_t words = fp->at.offset / 8;
  *ret_words = 0;
  if (fp->how != SAVED_AT)
    return fp->how == SAVED_SAME ? UNWIND_FP_SAME : UNWIND_FP_LOST;
  if (fp->at.indirect || fp->at.offset % 8 || words >= UNWIND_FP_WORDS_LIMIT || words < -UNWIND_FP_WORDS_LIMIT)
    return UNWIND_FP_LOST;
  *ret_words = (int)words;
  switch (fp->at.base) {
  case BASE_CFA:
    return UNWIND_FP_AT_CFA;
  case BASE_SP:
    return UNWIND_FP_AT_SP;
  case BASE_FP:
    return UNWIND_FP_AT_FP;
  case BASE_NONE:
  case BASE_CONSTANT:
    break;
  }
  return UNWIND_FP_LOST;
}

static bool pc_is_where_expected(const struct row *row, bool is_signal) {
  const struct place *pc = &row->pc.at;
  if (row->pc.how != SAVED_AT || pc->indirect)
    return false;
  if (is_signal) /* the kernel's struct sigcontext: ..., sp, pc */
    return row->cfa.indirect && pc->base == row->cfa.base && pc->offset == row->cfa.offset + 8;
  return pc->base == BASE_CFA && pc->offset == -8;
}

static bool rule_of_row(const struct row *row, bool is_signal, unwind_rule *ret_rule) {
  if (row->pc.how == SAVED_UNDEFINED) {
    *ret_rule = rule_pack(UNWIND_STOP, UNWIND_FP_LOST, 0, 0);
    return true;
  }
  int32_t offset = (int32_t)row->cfa.offset;
  if ((row->cfa.base != BASE_SP && row->cfa.base != BASE_FP) || row->cfa.offset != offset || !pc_is_where_expected(row, is_signal))
    return false;
  unsigned flags =
      (row->cfa.base == BASE_FP ? UNWIND_BASED_ON_FP : 0u) | (row->cfa.indirect ? UNWIND_INDIRECT : 0u) | (is_signal ? UNWIND_SIGNAL : 0u);
  int fp_words;
  enum unwind_fp fp = fp_of_row(&row->fp, &fp_words);
  *ret_rule = rule_pack(flags, fp, fp_words, offset);
  return true;
}

static bool machine_rule(struct machine *m, const struct fde *fde, unwind_rule *ret_rule) {
  m->row.pc.how = SAVED_SAME; /* a table has to say where the return address is */
  m->location = fde->begin;
  if (!machine_run(m, fde->cie.program))
    return false;
  m->initial = m->row;
  m->location = fde->begin;
  return machine_run(m, fde->program) && rule_of_row(&m->row, fde->cie.is_signal, ret_rule);
}

bool unwind_cfi_rule(const struct unwind_object *object, uintptr_t pc, bool exact, unwind_rule *ret_rule) {
  struct fde fde;
  /* A return address may lie behind the end of a function that ends with a call which does not return. A signal trampoline
   * is not called: its address is exact, and its FDE begins one byte early for those who look up pc - 1. */
  uintptr_t target = exact ? pc : pc - 1;
  if (!unwind_table_find(object, target, &fde))
    return false;
  struct machine m = {.cie = &fde.cie, .pc = pc, .target = fde.cie.is_signal ? pc : target};
  if (!machine_rule(&m, &fde, ret_rule)) /* such as a CFA in another register: a short stack is better than a wrong one */
    *ret_rule = rule_pack(UNWIND_STOP, UNWIND_FP_LOST, 0, 0);
  return true;
}
#endif
