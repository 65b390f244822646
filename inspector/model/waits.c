/* waits.c - conditions and semaphores: who is inside a wait, and who of them has been let go already.
 *
 * A waiter that was notified but has not come back yet does not use the condition any more (POSIX lets the notifier destroy it
 * then), so notified ones are counted apart, in object.value. */
#include "model/model_private.h"

void wait_begin(struct model *model, const struct event *event) {
  struct object *condition = &model->objects[event->object];
  condition->n_waiters++;
  if (event->object2 != NO_INDEX)
    condition->mutex = event->object2;
  struct thread_private *private_ = &model->private_->threads[event->thread];
  private_->waits_unlocked = event->oddity & ODD_WAIT_UNLOCKED;
  private_->wait_release = NO_INDEX;
  thread_block(model, event, NO_INDEX);
}

void wait_end(struct model *model, const struct event *event) {
  struct object *condition = &model->objects[event->object];
  model->threads[event->thread].blocked.op = 0;
  if (condition->n_waiters)
    condition->n_waiters--;
  if (!event->result && condition->value)
    condition->value--;
  if (condition->value > condition->n_waiters)
    condition->value = condition->n_waiters;
}

void wait_notify(struct model *model, const struct event *event) {
  struct object *condition = &model->objects[event->object];
  uint64_t n_stuck = condition->n_waiters - condition->value;
  if (condition->value < condition->n_waiters)
    condition->value += event->op == TRACE_BROADCAST || event_count(event) > n_stuck ? n_stuck : event_count(event);
}

void semaphore_end_wait(struct model *model, const struct event *event) {
  struct blocked *blocked = &model->threads[event->thread].blocked;
  if (blocked->op != TRACE_SEM_REQ || blocked->object != event->object)
    return;
  blocked->op = 0;
  struct object *semaphore = &model->objects[event->object];
  if (semaphore->n_waiters)
    semaphore->n_waiters--;
}

void semaphore_post(struct model *model, const struct event *event, bool is_taken_back) {
  uint64_t *value = &model->objects[event->object].value, n = event_count(event), room = is_taken_back ? *value : UINT64_MAX - *value;
  n = n < room ? n : room;
  *value = is_taken_back ? *value - n : *value + n;
}

/* The mutex that the condition is bound to is still the one it was. */
static bool is_bound(const struct model *model, uint32_t mutex) {
  if (mutex == NO_INDEX)
    return false;
  const struct object *object = &model->objects[mutex];
  return !object->is_destroyed && !object->is_freed && model->current[object->place] == mutex;
}

uint32_t wait_judge(const struct model *model, const struct event *event) {
  if (event->object2 == NO_INDEX)
    return 0;
  const struct object *condition = &model->objects[event->object], *mutex = &model->objects[event->object2];
  const struct thread *thread = &model->threads[event->thread];
  const struct thread_private *private_ = &model->private_->threads[event->thread];
  bool gave_it_up_just_now = private_->released[0] == event->object2 && private_->release_event == thread->n_events;
  bool gave_it_up = private_->wait_release == event->object2 || gave_it_up_just_now;
  uint32_t oddity = 0;
  if (!gave_it_up && !mutex->is_unsure && !thread_held(thread, event->object2))
    oddity = ODD_WAIT_UNLOCKED;
  bool has_other = is_bound(model, condition->mutex) && condition->mutex != event->object2;
  if (has_other)
    oddity |= ODD_WAIT_TWO | (object_n_stuck(condition) ? ODD_WAIT_TWO_NOW : 0);
  return oddity;
}

/* Notifying just after the unlock is usual and right; a hint is due where the mutex plays no part at all. */
uint32_t notify_judge(const struct model *model, const struct event *event) {
  uint32_t mutex = model->objects[event->object].mutex;
  bool is_checked = TRACE_KIND_OF(event->kind) == TRACE_KIND_TRACK_CONDITION; /* it refuses what is wrong */
  if (is_checked || !is_bound(model, mutex) || thread_held(&model->threads[event->thread], mutex))
    return 0;
  const struct thread_private *private_ = &model->private_->threads[event->thread];
  for (int i = 0; i < RECENT_RELEASES; i++)
    if (private_->released[i] == mutex)
      return 0;
  return model->objects[mutex].last_thread == event->thread ? 0 : ODD_NOTIFY_UNLOCKED;
}
