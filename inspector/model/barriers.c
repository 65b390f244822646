/* barriers.c - barriers: who stands at one, and whether it is broken.
 *
 * A round ends when all have come, or when the barrier is broken or reset: nobody stands at it then. A wait that is over, and an action
 * that failed, are recorded after they have broken it, when others may have come and gone: each thread remembers the round that it
 * arrived in, and what it says when it leaves counts for that round only. Where the arrivals told otherwise (the number of an
 * arrival is taken before it has effect), the leaving thread is right. */
#include "model/model_private.h"

#include <errno.h>

static void end_round(struct object *barrier, bool was_filled) {
  barrier->n_waiters = 0;
  barrier->round++;
  barrier->was_filled = was_filled;
}

void barrier_arrive(struct model *model, const struct event *event) {
  struct object *barrier = &model->objects[event->object];
  model->private_->threads[event->thread].round = barrier->is_broken ? NO_INDEX : barrier->round;
  thread_block(model, event, NO_INDEX);
  if (barrier->is_broken)
    return;
  barrier->n_waiters++;
  if (barrier->value_known && barrier->n_waiters >= barrier->value)
    end_round(barrier, true);
}

bool barrier_stands(const struct model *model, uint32_t thread) {
  const struct blocked *blocked = &model->threads[thread].blocked;
  return blocked->op == TRACE_ARRIVE && model->private_->threads[thread].round == model->objects[blocked->object].round;
}

static bool came_when_broken(const struct model *model, uint32_t thread) {
  return model->private_->threads[thread].round == NO_INDEX;
}

static void leave_broken(struct model *model, const struct event *event) {
  struct object *barrier = &model->objects[event->object];
  bool ran_action = barrier->was_filled && model->private_->threads[event->thread].round + 1 == barrier->round;
  if (!barrier_stands(model, event->thread) && !ran_action)
    return;
  barrier->is_broken = true;
  end_round(barrier, false);
}

void barrier_leave(struct model *model, const struct event *event) {
  struct object *barrier = &model->objects[event->object];
  const struct blocked *blocked = &model->threads[event->thread].blocked;
  bool has_arrived = blocked->op == TRACE_ARRIVE && blocked->object == event->object;
  if (!barrier->value_known) {
    barrier->n_waiters -= barrier->n_waiters > 0;
    return;
  }
  if (!has_arrived)
    return;
  if (event->result && TRACE_KIND_OF(barrier->kind) != TRACE_KIND_BARRIER) {
    leave_broken(model, event);
    return;
  }
  if (came_when_broken(model, event->thread) || barrier_stands(model, event->thread)) {
    barrier->is_broken = false;
    end_round(barrier, true);
  }
}

/* Aborted or reset: whoever stands at it goes. */
void barrier_empty(struct model *model, const struct event *event) {
  struct object *barrier = &model->objects[event->object];
  barrier->is_broken = event->op == TRACE_ABORT;
  end_round(barrier, false);
}

uint32_t barrier_judge(const struct model *model, const struct event *event) {
  const struct object *barrier = &model->objects[event->object];
  if (barrier->is_destroyed)
    return ODD_BARRIER;
  bool may_be_anothers = model_is_typed(model) || model->info->parent_pid || barrier->kind & TRACE_TYPE_SHARED;
  bool is_checked = TRACE_KIND_OF(barrier->kind) != TRACE_KIND_BARRIER; /* made before the recording began, if no call is in it */
  return barrier->was_initialised || barrier->is_unsure || may_be_anothers || is_checked ? 0 : ODD_BARRIER;
}
