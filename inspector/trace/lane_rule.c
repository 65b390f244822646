/* lane_rule.c - what kinds of event there are, from events.def, and how the merge treats each. */
#include "trace/lane.h"

enum { S = 1, B = 2, W = 4 };
enum operand { UNKNOWN_OP, OBJECT, THREAD, VARIABLE, NONE };

static const struct {
  uint8_t operand, flags;
} ops[TRACE_OP_LIMIT] = {
#define EVENT(name, code, text, operand, flags) [code] = {operand, flags},
#include "track/events.def"
};

bool op_is_known(uint8_t op) {
  return op < TRACE_OP_LIMIT && ops[op].operand != UNKNOWN_OP;
}
bool op_is_numbered(uint8_t op) {
  return op < TRACE_OP_LIMIT && ops[op].flags & S;
}
bool op_has_object(uint8_t op) {
  return op < TRACE_OP_LIMIT && (ops[op].operand == OBJECT || ops[op].operand == VARIABLE);
}

uint8_t rule_of(uint8_t op, uint8_t mode, uint16_t kind) {
  if (!op_is_known(op))
    return RULE_LOST;
  if (!op_has_object(op))
    return RULE_THREAD;
  if (trace_family(kind) == TRACE_KIND_FILE_LOCK) /* nobody says when it is given back */
    return op_is_numbered(op) ? RULE_ORDERED : RULE_FREE;
  if (op == TRACE_ACQ)
    return mode & TRACE_MODE_READ ? RULE_ACQ_SHARED : RULE_ACQ;
  if (op == TRACE_REL)
    return mode & TRACE_MODE_READ ? RULE_REL_SHARED : RULE_REL;
  if (op == TRACE_REL_ODD)
    return trace_family(kind) == TRACE_KIND_LOCK ? RULE_REL_ANY : RULE_REL_ODD;
  if (op == TRACE_INIT || op == TRACE_DESTROY || op == TRACE_FREE)
    return RULE_RESET;
  if (op == TRACE_WAIT)
    return RULE_WAIT;
  if (op == TRACE_WAKE)
    return RULE_WAKE;
  return op_is_numbered(op) ? RULE_ORDERED : RULE_FREE;
}
