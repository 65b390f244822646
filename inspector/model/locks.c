/* locks.c - who holds which lock, in which mode and how deep.
 *
 * An exclusive hold is named by object.owner, shared ones are counted in n_readers; each thread keeps its outermost
 * acquisitions in held[], so that the thread is only searched when the object says that it may be there. What cannot be
 * (an acquisition of a lock that another thread holds) is counted and believed: the older state was wrong. */
#include "model/model_private.h"

#include <errno.h>
#include <string.h>

#include "util/alloc.h"

struct held *held_find(const struct thread *thread, uint32_t object) {
  for (uint32_t i = thread->n_held; i-- > 0;)
    if (thread->held[i].object == object)
      return &thread->held[i];
  return NULL;
}

const struct held *thread_held(const struct thread *thread, uint32_t object) {
  return held_find(thread, object);
}

/* As thread_held(), without a search when the object knows better. */
static inline struct held *own_hold(const struct model *model, const struct object *object, const struct event *event) {
  if (object->owner != event->thread && !object->n_readers)
    return NULL;
  return held_find(&model->threads[event->thread], event->object);
}

static struct held *push(struct model *model, uint32_t thread, uint32_t object, uint8_t mode) {
  struct thread *t = &model->threads[thread];
  if (t->n_held == t->held_capacity)
    t->held = grow(t->held, t->n_held, &t->held_capacity, sizeof *t->held);
  struct held *held = &t->held[t->n_held++];
  held->object = object;
  held->depth = 1;
  held->mode = mode;
  t->lockset = lockset_add(model->locksets, t->lockset, (struct lockset_member){object, !!(mode & TRACE_MODE_READ)});
  return held;
}

static void pop(struct model *model, struct thread *thread, struct held *held) {
  uint32_t object = held->object, after = (uint32_t)(thread->held + thread->n_held - held - 1);
  if (after)
    memmove(held, held + 1, after * sizeof *held);
  thread->n_held--;
  thread->lockset = thread->n_held ? lockset_remove(model->locksets, thread->lockset, object) : LOCKSET_EMPTY;
}

/* One level less; the last one frees the lock. */
static void let_go(struct model *model, struct thread *thread, struct object *object, struct held *held) {
  bool is_shared = held->mode & TRACE_MODE_READ;
  if (is_shared && object->n_readers)
    object->n_readers--;
  if (--held->depth)
    return;
  if (!is_shared)
    object->owner = NO_INDEX;
  pop(model, thread, held);
}

static void take_from(struct model *model, uint32_t thread, uint32_t object) {
  struct thread *t = &model->threads[thread];
  struct held *held = held_find(t, object);
  if (held)
    pop(model, t, held);
}

void lock_forget(struct model *model, uint32_t index) {
  struct object *object = &model->objects[index];
  if (object->owner != NO_INDEX)
    take_from(model, object->owner, index);
  for (uint32_t i = 0; object->n_readers && i < model->n_threads; i++)
    take_from(model, i, index);
  object->owner = NO_INDEX;
  object->n_readers = 0;
}

/* A lock that its holder cannot get again. */
static bool is_plain_lock(uint16_t kind) {
  uint32_t k = trace_family(kind);
  return !(kind & TRACE_TYPE_RECURSIVE) &&
         (k == TRACE_KIND_MUTEX || k == TRACE_KIND_SPIN || k == TRACE_KIND_RWLOCK || k == TRACE_KIND_LOCK);
}

/* The holder takes it again. Only a plain lock cannot be: a release has not been recorded. */
static void take_again(struct model *model, const struct event *event, struct object *object, struct held *held) {
  bool cannot_be = !(held->mode & event->mode & TRACE_MODE_READ) && !model_is_typed(model) && is_plain_lock(object->kind);
  if (!cannot_be) {
    held->depth++;
    object->n_readers += held->mode & TRACE_MODE_READ;
    return;
  }
  model->contradictions++;
  lock_forget(model, event->object);
  lock_take(model, event);
}

static void take_over(struct model *model, const struct event *event, struct object *object) {
  if (!(event->mode & TRACE_MODE_OWNER_DEAD) && !object->is_unsure)
    model->contradictions++;
  lock_forget(model, event->object);
}

static uint32_t depth_given_up(struct thread_private *private_, uint32_t object) {
  uint32_t depth = private_->wait_lock == object && private_->wait_depth ? private_->wait_depth : 1;
  private_->wait_depth = 0;
  return depth;
}

static void give_up_all(struct thread_private *private_, struct held *held) {
  private_->wait_lock = held->object;
  private_->wait_depth = held->depth;
  held->depth = 1;
}

void lock_take(struct model *model, const struct event *event) {
  struct object *object = &model->objects[event->object];
  bool is_shared = event->mode & TRACE_MODE_READ;
  struct held *held = own_hold(model, object, event);
  model->threads[event->thread].blocked.op = 0;
  if (__builtin_expect(held != NULL, 0)) {
    take_again(model, event, object, held);
    return;
  }
  if (__builtin_expect(object->owner != NO_INDEX || (object->n_readers && !is_shared), 0))
    take_over(model, event, object);
  object->is_unsure = false;
  held = push(model, event->thread, event->object, event->mode);
  held->site = event->site;
  held->ordinal = event->ordinal;
  held->time_ns = event->time_ns;
  if (__builtin_expect(event_gives_up_all(event), 0))
    held->depth = depth_given_up(&model->private_->threads[event->thread], event->object);
  held->is_unasked = event->mode & TRACE_MODE_CONDITION && model->private_->threads[event->thread].waits_unlocked;
  if (is_shared)
    object->n_readers++;
  else
    object->owner = event->thread;
}

static uint32_t any_reader(const struct model *model, uint32_t object) {
  for (uint32_t i = 0; i < model->n_threads; i++)
    if (held_find(&model->threads[i], object))
      return i;
  return NO_INDEX;
}

/* A release that the C library answers with EPERM and that changes nothing; the REL_FAIL that follows tells. */
static bool is_refused(const struct model *model, const struct event *event, const struct object *object) {
  return event->op == TRACE_REL_ODD && !model_is_typed(model) && is_checked_mutex(object->kind);
}

/* The recorder has read the owner in the lock itself: this thread's acquisition is not in the recording. */
static bool is_vouched(const struct model *model, const struct event *event, const struct object *object) {
  uint32_t family = trace_family(object->kind);
  return event->op == TRACE_REL && !model_is_typed(model) && (family == TRACE_KIND_MUTEX || family == TRACE_KIND_LOCK);
}

static void release_others(struct model *model, const struct event *event, struct object *object) {
  if (is_vouched(model, event, object)) {
    model->contradictions += object->owner != NO_INDEX;
    lock_forget(model, event->object);
    return;
  }
  uint32_t thread = object->owner != NO_INDEX ? object->owner : object->n_readers ? any_reader(model, event->object) : NO_INDEX;
  struct held *held = thread == NO_INDEX ? NULL : held_find(&model->threads[thread], event->object);
  object->released_by_other |= held != NULL;
  if (held)
    let_go(model, &model->threads[thread], object, held);
}

void lock_release(struct model *model, const struct event *event) {
  struct thread *thread = &model->threads[event->thread];
  struct thread_private *private_ = &model->private_->threads[event->thread];
  struct object *object = &model->objects[event->object];
  struct held *held = own_hold(model, object, event);
  if (event->mode & TRACE_MODE_CONDITION && (held || object->is_unsure || is_vouched(model, event, object)))
    private_->wait_release = event->object;
  if (__builtin_expect(!held && is_refused(model, event, object), 0))
    return;
  if (held && event_gives_up_all(event))
    give_up_all(private_, held);
  if (held)
    let_go(model, thread, object, held);
  else
    release_others(model, event, object);
  object->is_unsure = false;
  object->last_thread = event->thread;
  object->last_site = event->site;
  private_->release_event = held ? thread->n_events : 0;
  if (private_->released[0] != event->object) {
    private_->released[1] = private_->released[0];
    private_->released[0] = event->object;
  }
}

void lock_inherit(struct model *model, uint32_t thread, uint32_t index, const struct fork_held *inherited) {
  struct object *object = &model->objects[index];
  struct held *held = push(model, thread, index, inherited->mode);
  held->site = 0;
  held->ordinal = held->time_ns = 0;
  held->is_unasked = false;
  held->depth = inherited->depth;
  if (inherited->mode & TRACE_MODE_READ)
    object->n_readers += inherited->depth;
  else
    object->owner = thread;
}

bool object_never_granted(const struct model *model, const struct object *object, const struct held *held, uint8_t mode) {
  (void)model;
  if (object->kind & TRACE_TYPE_RECURSIVE || trace_family(object->kind) == TRACE_KIND_LOCK)
    return false;
  return !(held->mode & mode & TRACE_MODE_READ);
}

uint32_t lock_judge_acquire(const struct model *model, const struct event *event) {
  const struct object *object = &model->objects[event->object];
  uint32_t oddity = 0;
  if (object->is_destroyed && model->threads[event->thread].blocked.op != TRACE_REQ)
    oddity = ODD_USE_DESTROYED;
  const struct held *held = own_hold(model, object, event);
  if (!held)
    return oddity;
  if (object->kind & TRACE_TYPE_PREFER_WRITER && held->mode & event->mode & TRACE_MODE_READ)
    oddity |= ODD_REREAD;
  /* A native recording holds no second acquisition of a plain lock; a text trace that does means the call that hangs. */
  if (model_is_typed(model) && is_plain_lock(object->kind) && object_never_granted(model, object, held, event->mode) &&
      !(event->mode & TRACE_MODE_TRY))
    oddity |= ODD_RELOCK;
  return oddity;
}

/* A destroyed mutex of the C library refuses with EINVAL; before that it may have been assigned a static initialiser. */
static bool uses_destroyed(const struct model *model, const struct event *event, const struct object *object) {
  if (!object->is_destroyed)
    return false;
  if (!model_is_typed(model) && TRACE_KIND_OF(object->kind) == TRACE_KIND_MUTEX)
    return event->op == TRACE_ACQ_FAIL && event->result == EINVAL;
  const struct blocked *blocked = &model->threads[event->thread].blocked;
  return !(blocked->op == TRACE_REQ && blocked->object == event->object);
}

uint32_t lock_judge_request(const struct model *model, const struct event *event) {
  const struct object *object = &model->objects[event->object];
  uint32_t oddity = uses_destroyed(model, event, object) ? ODD_USE_DESTROYED : 0;
  const struct held *held = own_hold(model, object, event);
  if (held && !(event->mode & TRACE_MODE_TRY) && object_never_granted(model, object, held, event->mode))
    oddity |= ODD_RELOCK;
  return oddity;
}

/* Readers have no names: unlocking a rwlock that others read is unlocking it once too often. */
static uint32_t unlock_oddity(const struct model *model, const struct event *event, const struct object *object) {
  bool is_refused_if_free = event->op == TRACE_REL_ODD && !model_is_typed(model); /* then libtrack says so */
  if (trace_family(object->kind) == TRACE_KIND_LOCK && (object->owner != NO_INDEX || is_refused_if_free))
    return ODD_HANDED_OVER;
  return object->owner != NO_INDEX ? ODD_UNLOCK_OTHER : ODD_UNLOCK_FREE;
}

uint32_t lock_judge_release(const struct model *model, const struct event *event) {
  const struct object *object = &model->objects[event->object];
  if (__builtin_expect(object->is_destroyed, 0))
    return ODD_USE_DESTROYED;
  if (own_hold(model, object, event))
    return 0;
  bool is_told_later = event->mode & TRACE_MODE_CONDITION || is_refused(model, event, object);
  if (is_told_later || object->is_unsure || is_vouched(model, event, object))
    return 0;
  return unlock_oddity(model, event, object);
}

uint32_t lock_judge_release_failed(const struct model *model, const struct event *event) {
  const struct object *object = &model->objects[event->object];
  if (object->is_destroyed)
    return model_is_typed(model) ? ODD_USE_DESTROYED : 0;
  bool is_refusal = event->result == EPERM || !event->result;
  if (is_refusal && trace_family(object->kind) == TRACE_KIND_LOCK) /* it would have been right whoever held it */
    return ODD_UNLOCK_FREE;
  if (!is_refusal || object->is_unsure || own_hold(model, object, event))
    return 0;
  return unlock_oddity(model, event, object);
}
