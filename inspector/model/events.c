/* events.c - what threads wait for that somebody makes true: events, futures, timers; and queues, which executors are too.
 *
 * As with conditions, a waiter that was let go but has not come back does not use the object any more. Counts of a queue start at
 * what was seen of it, so they say something only where its creation was. */
#include "model/model_private.h"

void event_block(struct model *model, const struct event *event) {
  model->objects[event->object].n_waiters++;
  thread_block(model, event, NO_INDEX);
}

void event_unblock(struct model *model, const struct event *event) {
  struct blocked *blocked = &model->threads[event->thread].blocked;
  if (!blocked->op || blocked->object != event->object)
    return;
  blocked->op = 0;
  struct object *object = &model->objects[event->object];
  object->n_waiters -= object->n_waiters > 0;
  uint32_t family = trace_family(object->kind);
  if ((family == TRACE_KIND_TRACK_EVENT || family == TRACE_KIND_FUTURE) && event->op == TRACE_PASS && object->value)
    object->value--;
}

/* Who waits now goes, even if it is cleared before they run. */
void event_set(struct model *model, const struct event *event) {
  struct object *object = &model->objects[event->object];
  object->is_set = true;
  object->value = object->n_waiters;
}

void event_clear(struct model *model, const struct event *event) {
  model->objects[event->object].is_set = false;
}

void queue_put(struct model *model, const struct event *event) {
  struct object *queue = &model->objects[event->object];
  event_unblock(model, event);
  queue->n_items += queue->n_items < UINT32_MAX;
  queue->n_unfinished += queue->n_unfinished < UINT32_MAX;
}

void queue_get(struct model *model, const struct event *event) {
  struct object *queue = &model->objects[event->object];
  event_unblock(model, event);
  queue->n_items -= queue->n_items > 0;
}

void queue_task_done(struct model *model, const struct event *event) {
  struct object *queue = &model->objects[event->object];
  queue->n_unfinished -= queue->n_unfinished > 0;
}

void queue_shutdown(struct model *model, const struct event *event) {
  model->objects[event->object].is_set = true;
}
