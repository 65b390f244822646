/* steps.c - every event of a trace as a step of the search: see steps.h. One function a kind of event, in a table. */
#include "detect/steps.h"

#include <errno.h>
#include <stdlib.h>

#include "detect/order.h"
#include "util/alloc.h"

static struct step_thread *thread_of(struct steps *steps, uint32_t thread) {
  while (steps->n_threads <= thread) {
    steps->threads = grow(steps->threads, steps->n_threads, &steps->thread_capacity, sizeof *steps->threads);
    steps->threads[steps->n_threads++] = (struct step_thread){0};
  }
  return &steps->threads[thread];
}

static struct step_place *place_of(struct steps *steps, uint32_t place) {
  while (steps->n_places <= place) {
    steps->places = grow(steps->places, steps->n_places, &steps->place_capacity, sizeof *steps->places);
    steps->places[steps->n_places++] = (struct step_place){0};
  }
  return &steps->places[place];
}

static uint32_t number_of(const struct steps *steps, const struct step *step) {
  return (uint32_t)(step - steps->items) + 1;
}

typedef void fill_step(struct steps *steps, const struct model *model, const struct event *event, struct step *step);

/* What is done to an object; its place's state, and the step's turn there. */
static struct step_place *operate(struct steps *steps, const struct event *event, struct step *step, enum step_op op) {
  struct step_place *place = place_of(steps, event->place);
  step->op = (uint8_t)op;
  step->place = event->place;
  step->flags |= STEP_OPERATION;
  step->before = place->last;
  place->last = number_of(steps, step);
  step->made_by = place->made_by;
  if (place->user != event->thread + 1)
    place->user = place->user ? NO_INDEX : event->thread + 1;
  return place;
}

static void fill_sequence(struct steps *steps, const struct model *model, const struct event *event, struct step *step) {
  (void)model;
  operate(steps, event, step, STEP_SEQUENCE)->is_sequence = true;
}

static uint8_t role_of(const struct steps *steps, const struct event *event) {
  return event->object < steps->n_roles ? steps->roles[event->object] : 0;
}

static bool is_total(const struct steps *steps, const struct event *event) {
  return role_of(steps, event) & ORDER_TOTAL;
}

/* Locks. */

static bool is_held(const struct model *model, const struct event *event) {
  return thread_held(&model->threads[event->thread], event->object) != NULL;
}

/* Callers come after whoever initialises; a control that is initialised again keeps its order. */
static void note_once(struct steps *steps, const struct event *event, struct step *step) {
  struct step_place *place = place_of(steps, event->place);
  if (TRACE_KIND_OF(event->kind) != TRACE_KIND_ONCE)
    return;
  step->needs = step->needs ? step->needs : place->begun_by;
  if (event->mode & TRACE_MODE_READ)
    return;
  place->is_sequence |= place->begun_by != 0;
  place->begun_by = number_of(steps, step);
}

static void fill_acquire(struct steps *steps, const struct model *model, const struct event *event, struct step *step) {
  if (is_total(steps, event)) {
    fill_sequence(steps, model, event, step);
    return;
  }
  bool is_inner = is_held(model, event);
  operate(steps, event, step, is_inner ? STEP_NOTHING : STEP_ACQUIRE);
  if (is_inner)
    return;
  step->flags |= event->mode & TRACE_MODE_READ ? STEP_SHARED : 0;
  note_once(steps, event, step);
  struct step_thread *thread = thread_of(steps, event->thread);
  thread->open = grow(thread->open, thread->n_open, &thread->open_capacity, sizeof *thread->open);
  thread->open[thread->n_open++] = (struct open_step){event->place, number_of(steps, step) - 1};
}

static void close_step(struct steps *steps, struct step_thread *thread, struct step *step) {
  for (uint32_t i = thread->n_open; i > 0; i--) {
    struct open_step *open = &thread->open[i - 1];
    if (open->place != step->place)
      continue;
    struct step *acquire = &steps->items[open->step];
    acquire->aux = number_of(steps, step);
    step->op = STEP_RELEASE;
    step->flags |= acquire->flags & STEP_SHARED;
    *open = thread->open[--thread->n_open];
    return;
  }
}

static void fill_release(struct steps *steps, const struct model *model, const struct event *event, struct step *step) {
  if (is_total(steps, event)) {
    fill_sequence(steps, model, event, step);
    return;
  }
  operate(steps, event, step, STEP_NOTHING);
  const struct held *held = thread_held(&model->threads[event->thread], event->object);
  if (held && held_ends(held, event))
    close_step(steps, thread_of(steps, event->thread), step);
}

static uint32_t acquired_by(struct steps *steps, uint32_t holder, uint32_t place) {
  const struct step_thread *thread = thread_of(steps, holder);
  for (uint32_t i = thread->n_open; i > 0; i--)
    if (thread->open[i - 1].place == place)
      return thread->open[i - 1].step + 1;
  return 0;
}

/* Nobody else need hold what the thread itself holds; and what no holder explains needs nothing. */
static void fill_tryfail(struct steps *steps, const struct model *model, const struct event *event, struct step *step) {
  if (is_total(steps, event)) {
    fill_sequence(steps, model, event, step);
    return;
  }
  const struct object *object = &model->objects[event->object];
  bool is_written = object->owner != NO_INDEX;
  if (is_held(model, event) || !(is_written || (object->n_readers && !(event->mode & TRACE_MODE_READ))))
    return;
  step->op = STEP_TRY_FAIL;
  step->place = event->place;
  step->aux = is_written ? acquired_by(steps, object->owner, event->place) : 0;
  step->flags |= event->mode & TRACE_MODE_READ ? STEP_SHARED : 0;
  place_of(steps, event->place)->has_tries = true;
}

/* Waiting. */

static void fill_wait(struct steps *steps, const struct model *model, const struct event *event, struct step *step) {
  (void)model;
  operate(steps, event, step, STEP_WAIT)->n_waiting++;
  struct step_thread *thread = thread_of(steps, event->thread);
  struct step *before = thread->n > 1 ? &steps->items[thread->steps[thread->n - 2]] : NULL;
  if (before && before->op == STEP_RELEASE)
    before->flags |= STEP_WITH_NEXT; /* giving the lock up and waiting are one */
}

static void fill_wake(struct steps *steps, const struct model *model, const struct event *event, struct step *step) {
  (void)model;
  struct step_place *place = operate(steps, event, step, event->result == ETIMEDOUT ? STEP_NOTHING : STEP_WAKE);
  if (step->op == STEP_NOTHING)
    place->n_waiting -= place->n_waiting > 0;
  else if (place->tokens)
    place->tokens--;
  else
    place->is_sequence = true;
}

static void fill_signal(struct steps *steps, const struct model *model, const struct event *event, struct step *step) {
  (void)model;
  bool is_one = event->op == TRACE_SIGNAL && event_count(event) == 1;
  struct step_place *place = operate(steps, event, step, is_one ? STEP_SIGNAL : STEP_BROADCAST);
  uint32_t n = is_one && place->n_waiting ? 1 : place->n_waiting;
  place->is_sequence |= event->op == TRACE_SIGNAL && !is_one;
  place->tokens += n;
  place->n_waiting -= n;
}

static void fill_semaphore(struct steps *steps, const struct model *model, const struct event *event, struct step *step) {
  (void)model;
  bool is_post = event->op == TRACE_POST;
  struct step_place *place = operate(steps, event, step, is_post ? STEP_POST : STEP_TAKE);
  place->is_sequence |= !is_post && event->op != TRACE_SEM_WAIT;
  step->aux = (uint32_t)event_count(event);
  if (is_post)
    place->tokens += step->aux;
  else if (place->tokens)
    place->tokens--;
  else
    place->first_tokens++;
}

static void fill_barrier(struct steps *steps, const struct model *model, const struct event *event, struct step *step) {
  if (trace_family(event->kind) != TRACE_KIND_BARRIER || is_total(steps, event)) {
    fill_sequence(steps, model, event, step);
    return;
  }
  const struct object *object = &model->objects[event->object];
  struct step_place *place = operate(steps, event, step, event->op == TRACE_ARRIVE ? STEP_ARRIVE : STEP_LEAVE);
  bool is_other = place->parties && place->parties != object->value;
  place->parties = (uint32_t)object->value;
  place->is_sequence |= !object->value_known || !object->value || is_other || event->result;
  step->flags |= role_of(steps, event) & ORDER_ARRIVALS ? STEP_ORDERED : 0;
}

static enum step_op event_op(uint8_t op) {
  return op == TRACE_SET ? STEP_SET : op == TRACE_CLEAR ? STEP_CLEAR : op == TRACE_PASS ? STEP_PASS : STEP_AWAIT_FAIL;
}

static void fill_event(struct steps *steps, const struct model *model, const struct event *event, struct step *step) {
  uint32_t family = trace_family(event->kind);
  if (family == TRACE_KIND_LOCAL)
    return;
  if (family != TRACE_KIND_TRACK_EVENT) {
    fill_sequence(steps, model, event, step);
    step->op = family == TRACE_KIND_THREAD && event->op == TRACE_PASS ? STEP_NEVER : step->op;
    return;
  }
  struct step_place *place = operate(steps, event, step, event_op(event->op));
  bool should_be_set = event->op == TRACE_PASS, is_look = should_be_set || event->op == TRACE_AWAIT_FAIL;
  place->is_sequence |= is_look && place->tokens != should_be_set;
  place->was_cleared |= event->op == TRACE_CLEAR || event->op == TRACE_AWAIT_FAIL;
  if (!is_look)
    place->tokens = event->op == TRACE_SET;
}

/* Queues, executors, timers: values pass, too. */
static void fill_value(struct steps *steps, const struct model *model, const struct event *event, struct step *step) {
  if (trace_family(event->kind) != TRACE_KIND_LOCAL)
    fill_sequence(steps, model, event, step);
}

static void fill_life(struct steps *steps, const struct model *model, const struct event *event, struct step *step) {
  (void)model;
  if (trace_family(event->kind) == TRACE_KIND_LOCAL || event->result || (event->op == TRACE_INIT && event->is_fresh))
    return;
  struct step_place *place = operate(steps, event, step, event->op == TRACE_INIT ? STEP_INIT : STEP_END);
  if (event->op != TRACE_DESTROY)
    place->made_by = event->op == TRACE_INIT ? number_of(steps, step) : 0;
  if (event->op != TRACE_INIT) {
    step->aux = event->op == TRACE_FREE;
    return;
  }
  step->aux = trace_family(event->kind) == TRACE_KIND_SEMAPHORE ? (uint32_t)event->value : 0;
  place->tokens = step->aux;
}

/* Threads and memory: `place` is the other thread, or the variable. */

static void fill_create(struct steps *steps, const struct model *model, const struct event *event, struct step *step) {
  (void)model;
  if (event->target != NO_INDEX)
    thread_of(steps, event->target)->created_by = event->op == TRACE_CREATE ? number_of(steps, step) : 0;
}

static void fill_join(struct steps *steps, const struct model *model, const struct event *event, struct step *step) {
  (void)model;
  if (event->target == NO_INDEX || event->target == event->thread)
    return;
  step->op = STEP_JOIN;
  step->place = event->target;
  thread_of(steps, event->target);
}

static void fill_join_fail(struct steps *steps, const struct model *model, const struct event *event, struct step *step) {
  if (event->target == NO_INDEX || (event->result && event->result != EBUSY && event->result != ETIMEDOUT) ||
      (event->target < model->n_threads && model->threads[event->target].state == THREAD_ENDED))
    return;
  step->op = STEP_JOIN_FAIL;
  step->place = event->target;
  thread_of(steps, event->target)->is_awaited = true;
}

static void fill_cancel(struct steps *steps, const struct model *model, const struct event *event, struct step *step) {
  (void)model;
  if (event->target == NO_INDEX || event->target == event->thread)
    return;
  step->op = STEP_CANCEL;
  step->place = event->target;
  struct step_thread *target = thread_of(steps, event->target);
  step->aux = target->n;
  target->cancelled_by = number_of(steps, step);
}

static void fill_read(struct steps *steps, const struct model *model, const struct event *event, struct step *step) {
  (void)model;
  step->op = STEP_READ;
  step->place = event->place;
  step->aux = place_of(steps, event->place)->writer;
}

static void fill_write(struct steps *steps, const struct model *model, const struct event *event, struct step *step) {
  (void)model;
  step->op = STEP_WRITE;
  step->place = event->place;
  struct step_place *place = place_of(steps, event->place);
  place->writer = number_of(steps, step);
  if (place->writes != event->thread + 1)
    place->writes = place->writes ? NO_INDEX : event->thread + 1;
}

static fill_step *const fillers[TRACE_OP_LIMIT] = {
    [TRACE_ACQ] = fill_acquire,
    [TRACE_REL] = fill_release,
    [TRACE_REL_ODD] = fill_release,
    [TRACE_TRYFAIL] = fill_tryfail,
    [TRACE_WAIT] = fill_wait,
    [TRACE_WAKE] = fill_wake,
    [TRACE_SIGNAL] = fill_signal,
    [TRACE_BROADCAST] = fill_signal,
    [TRACE_SEM_WAIT] = fill_semaphore,
    [TRACE_SEM_FAIL] = fill_semaphore,
    [TRACE_POST] = fill_semaphore,
    [TRACE_POST_FAIL] = fill_semaphore,
    [TRACE_ARRIVE] = fill_barrier,
    [TRACE_LEAVE] = fill_barrier,
    [TRACE_ABORT] = fill_barrier,
    [TRACE_RESET] = fill_barrier,
    [TRACE_SET] = fill_event,
    [TRACE_CLEAR] = fill_event,
    [TRACE_PASS] = fill_event,
    [TRACE_AWAIT_FAIL] = fill_event,
    [TRACE_START] = fill_value,
    [TRACE_START_FAIL] = fill_value,
    [TRACE_PUT] = fill_value,
    [TRACE_PUT_FAIL] = fill_value,
    [TRACE_GET] = fill_value,
    [TRACE_GET_FAIL] = fill_value,
    [TRACE_TASK_DONE] = fill_value,
    [TRACE_SHUTDOWN] = fill_value,
    [TRACE_TASK_DONE_FAIL] = fill_value,
    [TRACE_INIT] = fill_life,
    [TRACE_DESTROY] = fill_life,
    [TRACE_FREE] = fill_life,
    [TRACE_CREATE] = fill_create,
    [TRACE_CREATE_FAIL] = fill_create,
    [TRACE_JOIN] = fill_join,
    [TRACE_JOIN_FAIL] = fill_join_fail,
    [TRACE_CANCEL] = fill_cancel,
    [TRACE_READ] = fill_read,
    [TRACE_WRITE] = fill_write,
};

static bool is_thread_op(uint8_t op) {
  return op == TRACE_CREATE || op == TRACE_CREATE_FAIL || op == TRACE_JOIN || op == TRACE_JOIN_FAIL || op == TRACE_CANCEL;
}

void steps_add(struct steps *steps, const struct model *model, const struct event *event) {
  if (steps->n == STEPS_LIMIT)
    return;
  steps->items = grow(steps->items, steps->n, &steps->capacity, sizeof *steps->items);
  struct step_thread *thread = thread_of(steps, event->thread);
  struct step *step = &steps->items[steps->n];
  *step = (struct step){
      .ordinal = event->ordinal, .thread = event->thread, .index = thread->n, .place = NO_INDEX, .needs = thread->cancelled_by};
  thread->cancelled_by = 0;
  if (thread->n && steps->items[thread->steps[thread->n - 1]].ordinal == event->ordinal)
    steps->items[thread->steps[thread->n - 1]].flags |= STEP_WITH_NEXT; /* one line */
  thread->steps = grow(thread->steps, thread->n, &thread->capacity, sizeof *thread->steps);
  thread->steps[thread->n++] = steps->n++;
  fill_step *fill = event->op < TRACE_OP_LIMIT ? fillers[event->op] : NULL;
  if (event_is_of_file(event)) /* each keeps its order */
    fill = event->op == TRACE_ACQ || event->op == TRACE_REL || event->op == TRACE_REL_ODD ? fill_sequence : NULL;
  bool has_object = is_thread_op(event->op) || event->op == TRACE_READ || event->op == TRACE_WRITE || event->object != NO_INDEX;
  if (fill && has_object && event->place != NO_INDEX)
    fill(steps, model, event, step);
}

/* Safe: it never keeps another thread from a step that it could take before. Writes are judged when they come up. */
static bool is_safe(const struct steps *steps, const struct step *step) {
  const struct step_place *place = step->place < steps->n_places ? &steps->places[step->place] : NULL;
  switch ((enum step_op)step->op) {
  case STEP_NOTHING:
  case STEP_TRY_FAIL:
  case STEP_READ:
  case STEP_JOIN:
  case STEP_JOIN_FAIL:
  case STEP_CANCEL:
  case STEP_SEQUENCE:
  case STEP_POST:
  case STEP_WAIT:
  case STEP_WAKE:
  case STEP_LEAVE:
  case STEP_PASS:
  case STEP_AWAIT_FAIL:
  case STEP_NEVER:
    return true;
  case STEP_RELEASE:
    return !place->has_tries;
  case STEP_INIT:
    return step->before == 0;
  case STEP_ARRIVE:
    return !(step->flags & STEP_ORDERED);
  case STEP_SET:
    return !place->was_cleared;
  case STEP_ACQUIRE:
  case STEP_WRITE:
  case STEP_TAKE:
  case STEP_SIGNAL:
  case STEP_BROADCAST:
  case STEP_CLEAR:
  case STEP_END:
    return false;
  }
  return false;
}

static void finish_step(const struct steps *steps, struct step *step) {
  const struct step_place *place = step->flags & STEP_OPERATION ? &steps->places[step->place] : NULL;
  bool is_lock = step->op == STEP_ACQUIRE || step->op == STEP_RELEASE;
  if (place && place->is_sequence && step->op != STEP_NEVER && step->op != STEP_INIT && step->op != STEP_END)
    step->op = STEP_SEQUENCE;
  else if (place && is_lock && place->user != NO_INDEX && !place->has_tries)
    step->op = STEP_NOTHING;
  const struct step_thread *thread = &steps->threads[step->thread];
  bool ends_awaited = thread->is_awaited && step->index + 1 == thread->n;
  step->flags |= is_safe(steps, step) && !ends_awaited ? STEP_SAFE : 0;
}

/* Thread after thread, so that each place's acquisitions come in the order of the threads. */
static void list_acquires(struct steps *steps) {
  for (uint32_t i = 0; i < steps->n; i++)
    if (steps->items[i].op == STEP_ACQUIRE)
      steps->places[steps->items[i].place].n_acquires++;
  for (uint32_t i = 0; i < steps->n_places; i++) {
    struct step_place *place = &steps->places[i];
    place->acquires = place->n_acquires ? xcalloc(place->n_acquires, sizeof *place->acquires) : NULL;
    place->n_acquires = 0;
  }
  for (uint32_t thread = 0; thread < steps->n_threads; thread++)
    for (uint32_t i = 0; i < steps->threads[thread].n; i++) {
      uint32_t index = steps->threads[thread].steps[i];
      struct step_place *place = steps->items[index].op == STEP_ACQUIRE ? &steps->places[steps->items[index].place] : NULL;
      if (place)
        place->acquires[place->n_acquires++] = index;
    }
}

void steps_finish(struct steps *steps) {
  for (uint32_t i = 0; i < steps->n; i++)
    finish_step(steps, &steps->items[i]);
  list_acquires(steps);
}

void steps_done(struct steps *steps) {
  for (uint32_t i = 0; i < steps->n_threads; i++) {
    free(steps->threads[i].steps);
    free(steps->threads[i].open);
  }
  for (uint32_t i = 0; i < steps->n_places; i++)
    free(steps->places[i].acquires);
  free(steps->items);
  free(steps->threads);
  free(steps->places);
  *steps = (struct steps){0};
}
