/* lanes.h - what the lanes of a recording tell while its process lives: who has each, where it ends, and what its thread waits for. */
#ifndef INSPECTOR_LANES_H
#define INSPECTOR_LANES_H

#include <stdbool.h>
#include <stdint.h>

#include "track/trace.h"

struct lane_look {
  uint32_t lane;
  uint32_t tid;                /* kernel's; 0: nobody has it */
  uint32_t number, used_bytes; /* where it ends */
  uint16_t kind;               /* enum trace_kind */
  uint8_t op, mode;            /* of the event before the wait; op 0: the thread does not wait, as far as told */
};

struct lanes_look {
  struct lane_look *items; /* by lane */
  uint32_t n;
};

/* `file` is a recording. False: it does not tell (written by an older libtrack), or it cannot be read. */
bool lanes_look(struct lanes_look *look, int file, const struct trace_header *header);
void lanes_look_done(struct lanes_look *look);

/* NULL: the thread has no lane. */
const struct lane_look *lanes_find(const struct lanes_look *look, uint32_t tid);

/* What trace_header.seen_stuck is to be for these. */
uint32_t lanes_hash(const struct lanes_look *look);

#endif
