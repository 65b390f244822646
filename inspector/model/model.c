/* model.c - one event after the other: what it is about, what is odd about it, what it changes.
 *
 * The two switches here are the only ones on event types. Judging looks at the state before the event and may open a new
 * generation for an object first seen or seen anew; applying makes the step. Both are on the path of every event of
 * every trace: acquisitions and releases of known objects take no loop but the search of the thread's held locks. */
#include "model/model_private.h"

#include <errno.h>
#include <stdlib.h>

#include "util/alloc.h"

enum operand { OPERAND_NONE, OPERAND_OBJECT, OPERAND_THREAD, OPERAND_VARIABLE };

static const uint8_t operands[TRACE_OP_LIMIT] = {
#define EVENT(name, code, text, operand, flags) [code] = OPERAND_##operand,
#include "track/events.def"
};

struct model *model_new(const struct source_info *info) {
  struct model *model = xcalloc(1, sizeof *model);
  model->info = info;
  model->exit_thread = NO_INDEX;
  model->locksets = lockset_table_new();
  model->private_ = xcalloc(1, sizeof *model->private_);
  return model;
}

void model_free(struct model *model) {
  if (!model)
    return;
  for (uint32_t i = 0; i < model->n_threads; i++) {
    free(model->threads[i].held);
    free(model->private_->threads[i].heap);
  }
  for (uint32_t i = 0; i < model->n_forks; i++)
    fork_snapshot_done(&model->forks[i]);
  lockset_table_free(model->locksets);
  free(model->private_->threads);
  free(model->private_->inherited);
  free(model->private_);
  free(model->threads);
  free(model->objects);
  free(model->current);
  free(model->forks);
  free(model);
}

static inline uint32_t object_at(struct model *model, const struct event *event, uint32_t place) {
  if (__builtin_expect(place >= model->n_current, 0))
    places_reserve(model, place + 1);
  uint32_t index = model->current[place];
  if (__builtin_expect(index == NO_INDEX, 0))
    return event->op == TRACE_FREE ? NO_INDEX : object_new(model, event, place, event->kind);
  const struct object *object = &model->objects[index];
  bool as_usual = object->kind == event->kind && !object->is_destroyed && !object->is_freed && !event->is_fresh;
  return __builtin_expect(as_usual, 1) ? index : object_check(model, event, index);
}

/* The mutex of a condition wait: its release has just been seen, or it was never seen at all. */
static uint32_t object_at_mutex(struct model *model, const struct event *event) {
  if (event->place2 == NO_INDEX)
    return NO_INDEX;
  places_reserve(model, event->place2 + 1);
  uint32_t index = model->current[event->place2];
  bool is_known = index != NO_INDEX && !model->objects[index].is_freed;
  return is_known ? index : object_new(model, event, event->place2, TRACE_KIND_MUTEX);
}

static void find_operands(struct model *model, struct event *event) {
  event->object = event->object2 = NO_INDEX;
  event->oddity = 0;
  if (__builtin_expect(event->thread >= model->n_threads, 0))
    threads_reserve(model, event->thread + 1);
  if (__builtin_expect(event->sp > model->private_->threads[event->thread].lowest_on_stack, 0))
    stack_leave_frames(model, event);
  uint8_t operand = operands[event->op % TRACE_OP_LIMIT];
  if (operand == OPERAND_THREAD) {
    if (event->target != NO_INDEX)
      threads_reserve(model, event->target + 1);
  } else if (event->op == TRACE_INIT) {
    places_reserve(model, event->place + 1);
    event->object2 = model->current[event->place];
    event->object = object_new(model, event, event->place, event->kind);
  } else if (operand == OPERAND_OBJECT) {
    event->object = object_at(model, event, event->place);
    if (event->op == TRACE_WAIT || event->op == TRACE_WAKE)
      event->object2 = object_at_mutex(model, event);
  }
}

static uint32_t use_judge(const struct model *model, const struct event *event) {
  const struct object *object = &model->objects[event->object];
  const struct blocked *blocked = &model->threads[event->thread].blocked;
  bool is_told = blocked->op && blocked->object == event->object; /* at the request */
  return object->is_destroyed && !is_told ? ODD_USE_DESTROYED : 0;
}

static uint32_t destroy_judge(const struct model *model, const struct event *event) {
  const struct object *object = &model->objects[event->object];
  if (object->is_destroyed)
    return ODD_USE_DESTROYED;
  if (event->result != EBUSY && (!object_is_live(object) || object->is_unsure))
    return 0;
  return trace_family(object->kind) == TRACE_KIND_BARRIER ? ODD_BARRIER : ODD_DESTROY_HELD;
}

static uint32_t free_judge(const struct model *model, const struct event *event) {
  if (event->object == NO_INDEX)
    return 0;
  const struct object *object = &model->objects[event->object];
  return object_is_live(object) && !object->is_destroyed && !object->is_freed && !object->is_unsure ? ODD_FREE_HELD : 0;
}

static uint32_t init_judge(const struct model *model, const struct event *event) {
  if (event->object2 == NO_INDEX || event->result || event->is_fresh)
    return 0;
  const struct object *old = &model->objects[event->object2];
  if (!object_is_live(old) || old->is_destroyed || old->is_freed || old->is_unsure)
    return 0;
  return trace_family(old->kind) == TRACE_KIND_BARRIER ? ODD_BARRIER : ODD_REINIT_LIVE;
}

bool held_is_forgotten(const struct model *model, const struct held *held) {
  const struct object *object = &model->objects[held->object];
  uint32_t family = trace_family(object->kind);
  bool is_handed_on = family == TRACE_KIND_LOCK && object->released_by_other;
  return family != TRACE_KIND_ONCE && !held->is_unasked && !is_handed_on;
}

static bool forgets_locks(const struct model *model, uint32_t thread) {
  const struct thread *t = &model->threads[thread];
  for (uint32_t i = 0; i < t->n_held; i++)
    if (held_is_forgotten(model, &t->held[i]))
      return true;
  return false;
}

void model_judge(struct model *model, struct event *event) {
  find_operands(model, event);
  if (__builtin_expect(event_is_of_file(event), 0))
    return;
  switch ((enum trace_op)event->op) {
  case TRACE_ACQ:
    event->oddity = lock_judge_acquire(model, event);
    break;
  case TRACE_REL:
  case TRACE_REL_ODD:
    event->oddity = lock_judge_release(model, event);
    break;
  case TRACE_REQ:
  case TRACE_TRYFAIL:
  case TRACE_ACQ_FAIL:
    event->oddity = lock_judge_request(model, event);
    break;
  case TRACE_REL_FAIL:
    event->oddity = lock_judge_release_failed(model, event);
    break;
  case TRACE_INIT:
    event->oddity = init_judge(model, event);
    break;
  case TRACE_DESTROY:
    event->oddity = destroy_judge(model, event);
    break;
  case TRACE_FREE:
    event->oddity = free_judge(model, event);
    break;
  case TRACE_WAIT:
    event->oddity = use_judge(model, event) | wait_judge(model, event);
    break;
  case TRACE_SIGNAL:
  case TRACE_BROADCAST:
    event->oddity = use_judge(model, event) | notify_judge(model, event);
    break;
  case TRACE_WAIT_FAIL:
    event->oddity = use_judge(model, event) | ODD_WAIT_UNLOCKED;
    break;
  case TRACE_NOTIFY_FAIL:
    event->oddity = use_judge(model, event) | ODD_NOTIFY_UNLOCKED;
    break;
  case TRACE_SEM_REQ:
  case TRACE_SEM_WAIT:
  case TRACE_SEM_FAIL:
  case TRACE_POST:
  case TRACE_START:
  case TRACE_START_FAIL:
  case TRACE_AWAIT:
  case TRACE_PASS:
  case TRACE_AWAIT_FAIL:
  case TRACE_SET:
  case TRACE_CLEAR:
  case TRACE_PUT_REQ:
  case TRACE_PUT:
  case TRACE_PUT_FAIL:
  case TRACE_GET_REQ:
  case TRACE_GET:
  case TRACE_GET_FAIL:
  case TRACE_TASK_DONE:
  case TRACE_TASK_DONE_FAIL:
  case TRACE_SHUTDOWN:
    event->oddity = use_judge(model, event);
    break;
  case TRACE_POST_FAIL:
    event->oddity = event->result == EOVERFLOW || !event->result ? ODD_SEM_OVERFLOW : 0;
    break;
  case TRACE_ARRIVE:
  case TRACE_ABORT:
  case TRACE_RESET:
    event->oddity = trace_family(event->kind) == TRACE_KIND_FUTURE ? use_judge(model, event) : barrier_judge(model, event);
    break;
  case TRACE_JOIN_REQ:
  case TRACE_JOIN:
  case TRACE_JOIN_FAIL:
    event->oddity = thread_judge_join(model, event);
    break;
  case TRACE_DETACH:
  case TRACE_DETACH_FAIL:
    event->oddity = thread_judge_detach(model, event);
    break;
  case TRACE_THREAD_END:
    event->oddity = forgets_locks(model, event->thread) ? ODD_END_HOLDING : 0;
    break;
  case TRACE_EXIT:
    event->oddity = forgets_locks(model, event->thread) ? ODD_EXIT_HOLDING : 0;
    break;
  case TRACE_THREAD_BEGIN:
  case TRACE_CREATE:
  case TRACE_CREATE_FAIL:
  case TRACE_FORK:
  case TRACE_CANCEL:
  case TRACE_WAKE:
  case TRACE_LEAVE:
  case TRACE_READ:
  case TRACE_WRITE:
  case TRACE_OP_LIMIT:
    break;
  }
}

static void unblock(struct model *model, const struct event *event) {
  struct blocked *blocked = &model->threads[event->thread].blocked;
  if (blocked->op && blocked->object == event->object)
    blocked->op = 0;
}

static void semaphore_take(struct model *model, const struct event *event) {
  struct object *semaphore = &model->objects[event->object];
  semaphore_end_wait(model, event);
  if (semaphore->value)
    semaphore->value--;
}

/* Of a barrier, or of a future that is cancelled. */
static void apply_abort(struct model *model, const struct event *event) {
  if (trace_family(event->kind) == TRACE_KIND_FUTURE)
    event_set(model, event);
  else
    barrier_empty(model, event);
}

void model_apply(struct model *model, const struct event *event) {
  struct thread *thread = &model->threads[event->thread];
  model->last_ordinal = event->ordinal;
  thread->n_events++;
  if (thread->state < THREAD_RUNNING)
    thread->state = THREAD_RUNNING;
  if (__builtin_expect(event_is_of_file(event), 0)) {
    file_lock_apply(model, event);
    return;
  }
  switch ((enum trace_op)event->op) {
  case TRACE_ACQ:
    lock_take(model, event);
    break;
  case TRACE_REL:
  case TRACE_REL_ODD:
    lock_release(model, event);
    break;
  case TRACE_REQ:
    thread_block(model, event, NO_INDEX);
    break;
  case TRACE_TRYFAIL:
  case TRACE_ACQ_FAIL:
    unblock(model, event);
    break;
  case TRACE_THREAD_BEGIN:
    thread->is_foreign |= !!(event->mode & TRACE_MODE_FOREIGN);
    break;
  case TRACE_THREAD_END:
    thread_end(model, event);
    break;
  case TRACE_CREATE:
    thread_create(model, event);
    break;
  case TRACE_CREATE_FAIL:
    thread_create_failed(model, event);
    break;
  case TRACE_JOIN_REQ:
    thread_block(model, event, event->target);
    break;
  case TRACE_JOIN:
    thread_join(model, event);
    break;
  case TRACE_JOIN_FAIL:
    thread->blocked.op = 0;
    break;
  case TRACE_DETACH:
    thread_detach(model, event);
    break;
  case TRACE_EXIT:
    model->exit_thread = event->thread;
    break;
  case TRACE_FORK:
    fork_remember(model, event);
    break;
  case TRACE_INIT:
    object_begin(model, event);
    break;
  case TRACE_DESTROY:
    object_end(model, event);
    break;
  case TRACE_FREE:
    if (event->object != NO_INDEX)
      object_free(model, event->object);
    break;
  case TRACE_WAIT:
    wait_begin(model, event);
    break;
  case TRACE_WAKE:
    wait_end(model, event);
    break;
  case TRACE_SIGNAL:
  case TRACE_BROADCAST:
    wait_notify(model, event);
    break;
  case TRACE_SEM_REQ:
    model->objects[event->object].n_waiters++;
    thread_block(model, event, NO_INDEX);
    break;
  case TRACE_SEM_WAIT:
    semaphore_take(model, event);
    break;
  case TRACE_SEM_FAIL:
    semaphore_end_wait(model, event);
    break;
  case TRACE_POST:
  case TRACE_POST_FAIL:
    semaphore_post(model, event, event->op == TRACE_POST_FAIL);
    break;
  case TRACE_ARRIVE:
    barrier_arrive(model, event);
    break;
  case TRACE_LEAVE:
    barrier_leave(model, event);
    unblock(model, event);
    break;
  case TRACE_ABORT:
    apply_abort(model, event);
    break;
  case TRACE_RESET:
    barrier_empty(model, event);
    break;
  case TRACE_AWAIT:
  case TRACE_PUT_REQ:
  case TRACE_GET_REQ:
    event_block(model, event);
    break;
  case TRACE_PASS:
  case TRACE_AWAIT_FAIL:
  case TRACE_PUT_FAIL:
  case TRACE_GET_FAIL:
    event_unblock(model, event);
    break;
  case TRACE_SET:
    event_set(model, event);
    break;
  case TRACE_CLEAR:
    event_clear(model, event);
    break;
  case TRACE_PUT:
    queue_put(model, event);
    break;
  case TRACE_GET:
    queue_get(model, event);
    break;
  case TRACE_TASK_DONE:
    queue_task_done(model, event);
    break;
  case TRACE_SHUTDOWN:
    queue_shutdown(model, event);
    break;
  case TRACE_START:
  case TRACE_START_FAIL:
  case TRACE_WAIT_FAIL:
  case TRACE_NOTIFY_FAIL:
  case TRACE_TASK_DONE_FAIL:
  case TRACE_DETACH_FAIL:
  case TRACE_CANCEL:
  case TRACE_REL_FAIL:
  case TRACE_READ:
  case TRACE_WRITE:
  case TRACE_OP_LIMIT:
    break;
  }
}
