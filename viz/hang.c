/* hang.c - see hang.h. Each thread waits for one at most, so that following them either ends or goes round. */
#include "viz/hang.h"

#include "util/alloc.h"

uint32_t hang_waits_for(const struct model *model, uint32_t thread) {
  const struct blocked *blocked = &model->threads[thread].blocked;
  uint32_t other = NO_INDEX;
  if (blocked->op == TRACE_JOIN_REQ && !(blocked->mode & (TRACE_MODE_TRY | TRACE_MODE_TIMED)))
    other = blocked->target;
  else if (blocked->op == TRACE_REQ && !(blocked->mode & (TRACE_MODE_TRY | TRACE_MODE_TIMED)) && blocked->object < model->n_objects)
    other = model->objects[blocked->object].owner;
  return other < model->n_threads ? other : NO_INDEX;
}

bool *hang_find(const struct model *model) {
  bool *is_hung = xcalloc(model->n_threads + 1, sizeof *is_hung);
  for (uint32_t start = 0; start < model->n_threads; start++) {
    uint32_t at = start, steps = 0;
    do
      at = hang_waits_for(model, at);
    while (at != NO_INDEX && at != start && ++steps <= MAX_HANG);
    is_hung[start] = at == start;
  }
  return is_hung;
}

/* Behind a circle, behind the lock of a thread that has ended, or where all wait. */
bool hang_is_stuck(const struct model *model, uint32_t thread, uint32_t n_going_on) {
  if (!n_going_on && !model_ended_in_order(model))
    return true;
  for (uint32_t at = thread, steps = 0; model->threads[at].blocked.op; steps++) {
    uint32_t next = hang_waits_for(model, at);
    if (next == NO_INDEX)
      return false;
    if (next == at || steps > MAX_HANG)
      return true;
    if (model->threads[next].state == THREAD_ENDED)
      return model->threads[at].blocked.op == TRACE_REQ;
    at = next;
  }
  return false;
}
