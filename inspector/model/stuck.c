/* stuck.c - who waits, at the end of a trace, for what only others could do: and whether anybody is left to do it.
 *
 * A wait counts only if it has no timeout and the state says that it goes on: the lock is held, the event not set, the thread not
 * ended. Where the state is not known (what other processes share, a semaphore whose first value nobody recorded), the wait may
 * end, and its thread counts as one that goes on. So a circle of waits that counts is one, whatever the unknown was. */
#include "model/model_private.h"

static bool may_be_anothers(const struct object *object) {
  return object->is_unsure || object->kind & (TRACE_TYPE_SHARED | TRACE_TYPE_NAMED);
}

/* AWAIT: is what it waits for still to come? */
static bool is_awaited(const struct object *object) {
  switch (trace_family(object->kind)) {
  case TRACE_KIND_TRACK_EVENT:
  case TRACE_KIND_FUTURE:
    return !object->is_set && !object->value;
  case TRACE_KIND_QUEUE:
    return !object->is_set && object->n_unfinished;
  case TRACE_KIND_EXECUTOR: /* a task has begun; those that have not may have been cancelled */
    return object->n_unfinished > object->n_items;
  default:
    return false;
  }
}

static bool is_full(const struct object *queue) {
  return !queue->is_set && queue->value_known && queue->value && queue->n_items >= queue->value;
}

/* A robust mutex, or a once control, whose holder has ended goes to the next. */
static bool is_held(const struct model *model, const struct object *lock) {
  bool outlives_holder = lock->kind & TRACE_TYPE_ROBUST || trace_family(lock->kind) == TRACE_KIND_ONCE;
  if (lock->owner == NO_INDEX)
    return lock->n_readers;
  return !outlives_holder || model->threads[lock->owner].state != THREAD_ENDED;
}

/* Signalled or not: the mutex has to be taken back. */
static bool lacks_mutex(const struct model *model, uint32_t thread, const struct object *condition) {
  const struct object *mutex = condition->mutex < model->n_objects ? &model->objects[condition->mutex] : NULL;
  return mutex && !mutex->is_freed && !may_be_anothers(mutex) && mutex->owner != thread && mutex->owner != NO_INDEX &&
         is_held(model, mutex);
}

static bool object_keeps_waiting(const struct model *model, uint32_t thread) {
  const struct blocked *blocked = &model->threads[thread].blocked;
  const struct object *object = &model->objects[blocked->object];
  if (trace_family(object->kind) == TRACE_KIND_FILE_LOCK) /* who holds it was asked of the kernel, or nobody knows */
    return model->info->was_seen_stuck;
  if (may_be_anothers(object))
    return false;
  switch (blocked->op) {
  case TRACE_REQ:
    return is_held(model, object);
  case TRACE_WAIT:
    return !object->value || lacks_mutex(model, thread, object);
  case TRACE_SEM_REQ:
    return object->value_known && !object->value;
  case TRACE_ARRIVE:
    return object->value_known && barrier_stands(model, thread);
  case TRACE_AWAIT:
    return is_awaited(object);
  case TRACE_PUT_REQ:
    return is_full(object);
  case TRACE_GET_REQ:
    return !object->is_set && object->was_initialised && !object->n_items;
  default:
    return false;
  }
}

bool thread_waits_on(const struct model *model, uint32_t thread) {
  const struct blocked *blocked = &model->threads[thread].blocked;
  if (!blocked->op || blocked->mode & (TRACE_MODE_TIMED | TRACE_MODE_TRY))
    return false;
  if (blocked->op == TRACE_JOIN_REQ)
    return blocked->target != NO_INDEX && blocked->target != thread && model->threads[blocked->target].state != THREAD_ENDED;
  return blocked->object != NO_INDEX && object_keeps_waiting(model, thread);
}

uint32_t model_n_going_on(const struct model *model) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < model->n_threads; i++) {
    enum thread_state state = model->threads[i].state;
    n += state != THREAD_UNKNOWN && state != THREAD_ENDED && !thread_waits_on(model, i);
  }
  return n;
}

bool model_ended_in_order(const struct model *model) {
  return model->exit_thread != NO_INDEX || (model->info->ended_in_order && !model_is_typed(model));
}

const char *model_doubt(const struct model *model) {
  const struct source_info *info = model->info;
  if (info->dropped)
    return "the recording lost events";
  if (info->lost_order)
    return "the order of the recorded events had to be guessed in part";
  if (model->contradictions || info->contradictions)
    return "the trace contradicts itself";
  return NULL;
}
