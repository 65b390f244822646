/* roles.c - see roles.h. */
#include "viz/roles.h"

#include <stddef.h>

#include "track/trace.h"

static const struct {
  enum role role;
  const char *verb;
} roles[TRACE_OP_LIMIT] = {
    [TRACE_SIGNAL] = {ROLE_LETS_GO, "signalled"}, [TRACE_BROADCAST] = {ROLE_LETS_GO, "signalled to all"},
    [TRACE_POST] = {ROLE_LETS_GO, "posted"},      [TRACE_SET] = {ROLE_LETS_GO, "set"},
    [TRACE_ABORT] = {ROLE_LETS_GO, "aborted"},    [TRACE_PUT] = {ROLE_LETS_GO, "item put"},
    [TRACE_ARRIVE] = {ROLE_LETS_GO, "reached"},   [TRACE_SHUTDOWN] = {ROLE_LETS_GO, "shut down"},
    [TRACE_GET] = {ROLE_MAKES_ROOM, "item got"},  [TRACE_TASK_DONE] = {ROLE_MAKES_ROOM, "item done"},
};

enum role role_of(uint8_t op) {
  return op < TRACE_OP_LIMIT ? roles[op].role : ROLE_NONE;
}

const char *role_verb(uint8_t op) {
  return op < TRACE_OP_LIMIT ? roles[op].verb : NULL;
}
