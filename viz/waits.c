/* waits.c - see waits.h. Operations are numbers as they are on disk, and most of them have nothing to do with it: hence the defaults. */
#include "viz/waits.h"

enum wait_role wait_role_of(uint8_t op) {
  switch (op) {
  case TRACE_SIGNAL:
  case TRACE_BROADCAST:
  case TRACE_POST:
  case TRACE_SET:
  case TRACE_ABORT:
  case TRACE_PUT:
  case TRACE_ARRIVE:
  case TRACE_SHUTDOWN:
    return WAIT_ROLE_LETS_GO;
  case TRACE_GET:
  case TRACE_TASK_DONE:
    return WAIT_ROLE_MAKES_ROOM;
  default:
    return WAIT_ROLE_NONE;
  }
}

/* A queue is joined, and an executor shut down, until all that was put is done. */
enum wait_role wait_role_awaited(uint8_t op, uint16_t kind) {
  uint32_t family = trace_family(kind);
  bool is_joined = op == TRACE_AWAIT && (family == TRACE_KIND_QUEUE || family == TRACE_KIND_EXECUTOR);
  return op == TRACE_PUT_REQ || is_joined ? WAIT_ROLE_MAKES_ROOM : WAIT_ROLE_LETS_GO;
}

bool wait_succeeds(const struct event *event) {
  switch (event->op) {
  case TRACE_ACQ:
  case TRACE_PASS:
  case TRACE_SEM_WAIT:
  case TRACE_GET:
  case TRACE_PUT:
  case TRACE_JOIN:
    return true;
  case TRACE_WAKE:
  case TRACE_LEAVE:
    return !event->result;
  default:
    return false;
  }
}

const char *wait_verb(uint8_t op, bool is_stuck) {
  switch (op) {
  case TRACE_REQ:
    return is_stuck ? "never gets" : "waits for";
  case TRACE_JOIN_REQ:
    return is_stuck ? "never sees the end of" : "waits for the end of";
  case TRACE_ARRIVE:
    return is_stuck ? "waits for ever at" : "waits at";
  case TRACE_PUT_REQ:
    return is_stuck ? "never gets room in" : "waits for room in";
  default:
    return is_stuck ? "waits for ever for" : "waits for";
  }
}
