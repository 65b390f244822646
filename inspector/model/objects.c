/* objects.c - generations of objects: which one an event is about, when one ends and the next begins.
 *
 * Static initialisers never announce themselves and C++ locks have no destroy call, so objects are discovered at their first
 * use, and an address is taken for a new object when the old one cannot be there any more: its memory was freed, the frame that
 * held it was left (stack.c), its thread ended, or it turned into another kind. */
#include "model/model_private.h"

#include <stdlib.h>

#include "util/alloc.h"

void places_reserve(struct model *model, uint32_t n) {
  if (n <= model->n_current)
    return;
  if (n < model->info->n_places)
    n = model->info->n_places;
  model->current = grow(model->current, n - 1, &model->private_->current_capacity, sizeof *model->current);
  while (model->n_current < n)
    model->current[model->n_current++] = NO_INDEX;
}

static uint64_t place_address(const struct model *model, uint32_t place) {
  return place < model->info->n_places ? model->info->places[place].address : 0;
}

/* Nothing is known of what a child got from its parent, where the parent's recording is not read with it. */
static bool is_inherited(const struct model *model, uint32_t place) {
  const struct source_info *info = model->info;
  return (info->parent_pid && !model->private_->inherited) || (place < info->n_places && info->places[place].is_lost);
}

/* Becomes the current object of its place at once, but for an INIT's, which replaces the old one when the event is applied. */
uint32_t object_new(struct model *model, const struct event *event, uint32_t place, uint16_t kind) {
  uint32_t index = model->n_objects++, before = model->current[place];
  uint64_t address = place_address(model, place);
  model->objects = grow(model->objects, index, &model->object_capacity, sizeof *model->objects);
  const struct object *old = before == NO_INDEX ? NULL : &model->objects[before];
  model->objects[index] = (struct object){
      .place = place,
      .generation = old ? old->generation + 1 : 0,
      .kind = kind,
      .is_unsure = old ? old->is_unsure : is_inherited(model, place),
      .stack_thread = stack_find(model, event, address),
      .first_thread = event->thread,
      .first_site = event->site,
      .first_ordinal = event->ordinal,
      .successor = NO_INDEX,
      .end_thread = NO_INDEX,
      .owner = NO_INDEX,
      .mutex = NO_INDEX,
      .last_thread = NO_INDEX,
  };
  uint32_t stack = model->objects[index].stack_thread;
  if (stack != NO_INDEX && !(old && old->stack_thread == stack && !old->is_freed))
    stack_note(model, stack, place, address);
  if (event->op == TRACE_INIT)
    return index;
  if (old)
    model->objects[before].successor = index;
  model->current[place] = index;
  if (!old && model->private_->n_inherited)
    fork_apply_inherited(model, index, event->thread);
  return index;
}

uint32_t object_n_stuck(const struct object *object) {
  uint32_t family = trace_family(object->kind);
  if (family == TRACE_KIND_BARRIER)
    return object->value_known ? object->n_waiters : 0;
  bool are_let_go_by_value = family == TRACE_KIND_CONDITION || family == TRACE_KIND_TRACK_EVENT || family == TRACE_KIND_FUTURE ||
                             (family == TRACE_KIND_SEMAPHORE && object->value_known);
  if (are_let_go_by_value)
    return object->n_waiters > object->value ? object->n_waiters - (uint32_t)object->value : 0;
  return 0;
}

bool object_is_live(const struct object *object) {
  return object->owner != NO_INDEX || object->n_readers || (object->n_waiters && object_n_stuck(object));
}

/* Who types a trace may write `acq(l)` for a writer: that it is a reader-writer lock shows when somebody reads. */
static bool turns_out_as_rwlock(const struct model *model, const struct object *object, uint16_t kind) {
  return model_is_typed(model) && !object->was_initialised && TRACE_KIND_OF(object->kind) == TRACE_KIND_MUTEX &&
         TRACE_KIND_OF(kind) == TRACE_KIND_RWLOCK;
}

/* True if the two kinds cannot be one object's; else the object learns what it did not know. */
static bool kind_differs(const struct model *model, struct object *object, uint16_t kind) {
  uint32_t known = TRACE_KIND_OF(object->kind), now = TRACE_KIND_OF(kind);
  if (now == TRACE_KIND_UNKNOWN)
    return false;
  if (turns_out_as_rwlock(model, object, kind)) {
    object->kind = kind;
    return false;
  }
  if (known != TRACE_KIND_UNKNOWN && known != now)
    return true;
  object->kind |= kind;
  return false;
}

static bool is_static(const struct source_info *info, uint64_t address) {
  for (uint32_t i = 0; i < info->n_modules; i++)
    if (address >= info->modules[i].begin && address < info->modules[i].end)
      return true;
  return false;
}

/* A destroyed object can be good again without a call: a static initialiser was assigned, or a C++ object was constructed in the
 * same memory (libstdc++ destroys conditions but has no call to make them). A mutex of glibc tells, as locking a destroyed one
 * fails. A condition or rwlock that no call has made is taken for a new one, unless it is a variable with one life only. Libtrack's own
 * tell, see is_replaced(). */
static bool was_renewed(const struct model *model, const struct event *event, const struct object *object) {
  if (!object->is_destroyed || model_is_typed(model))
    return false;
  if (TRACE_KIND_OF(object->kind) == TRACE_KIND_MUTEX)
    return event->op == TRACE_ACQ;
  uint32_t kind = TRACE_KIND_OF(object->kind);
  bool has_initialiser = (kind == TRACE_KIND_CONDITION || kind == TRACE_KIND_RWLOCK) && !(object->kind & TRACE_TYPE_C11);
  return has_initialiser && !object->was_initialised && !is_static(model->info, place_address(model, object->place));
}

/* A lock that is held, or an event that is waited for, may be the new one already: the order of first events is that of times. */
static bool is_replaced(const struct event *event, const struct object *object) {
  return event->is_fresh && (object->is_destroyed || !object_is_live(object));
}

/* The object at this place is not simply the one last seen there: is it still the same? Returns the one that it is now. */
uint32_t object_check(struct model *model, const struct event *event, uint32_t index) {
  struct object *object = &model->objects[index];
  bool is_gone = object->is_freed;
  if (!is_gone && event->op != TRACE_FREE && event->op != TRACE_WAKE)
    is_gone = is_replaced(event, object) || was_renewed(model, event, object);
  if (!is_gone && event->op != TRACE_FREE && kind_differs(model, object, event->kind)) {
    lock_forget(model, index);
    is_gone = true;
  }
  if (!is_gone)
    return index;
  return event->op == TRACE_FREE ? NO_INDEX : object_new(model, event, object->place, event->kind);
}

void object_begin(struct model *model, const struct event *event) {
  struct object *object = &model->objects[event->object];
  if (event->result)
    return;
  object->was_initialised = !event->is_fresh;
  object->value = event->value;
  object->value_known = true;
  object->is_unsure = false;
  if (event->object2 != NO_INDEX) {
    struct object *old = &model->objects[event->object2];
    object->is_unsure = old->owner != NO_INDEX || old->n_readers; /* who held it may release it yet */
    old->successor = event->object;
    lock_forget(model, event->object2);
    old->n_waiters = 0;
  }
  model->current[event->place] = event->object;
}

void object_end(struct model *model, const struct event *event) {
  struct object *object = &model->objects[event->object];
  if (event->result)
    return;
  object->is_destroyed = true;
  object->end_site = event->site;
  object->end_thread = event->thread;
}

void object_free(struct model *model, uint32_t index) {
  struct object *object = &model->objects[index];
  object->is_unsure = object->owner != NO_INDEX || object->n_readers;
  lock_forget(model, index);
  object->is_freed = true;
}
