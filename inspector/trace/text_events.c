/* text_events.c - what a parsed line stands for: one event mostly, two for a condition wait, none for dummy and names.
 *
 * Objects get their kind from `create`, else from what is done to them. `begin` and `end` are read in two ways, because STD
 * writers use them for atomic blocks: where some thread begins more than once they are such blocks and no events. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "model/event.h"
#include "trace/text_impl.h"
#include "util/alloc.h"

static bool is_rwlock_use(const struct text_line *line) {
  return line->is_write || (line->mode & TRACE_MODE_READ);
}

static uint16_t default_kind(const struct text_source *text, const struct text_line *line, uint8_t op) {
  uint16_t kind = text_default_kind(op, line->mode, text->mutex);
  if (line->is_write && TRACE_KIND_OF(kind) == TRACE_KIND_MUTEX)
    return TRACE_KIND_RWLOCK;
  return op == TRACE_INIT && !text->is_recorded ? TRACE_KIND_MUTEX : kind;
}

/* The kind that this line says or implies; the place remembers it, but not in a dump, whose lines each say it. */
static uint16_t kind_of(struct text_source *text, const struct text_line *line, uint32_t index, uint8_t op) {
  struct text_place *place = &text->places[index];
  uint16_t implied = default_kind(text, line, op);
  bool is_known = place->kind && !text->is_recorded && op != TRACE_INIT;
  if (line->kind >= 0 || line->types) {
    uint16_t base = line->kind >= 0 ? (uint16_t)line->kind : is_known ? place->kind : TRACE_KIND_OF(implied);
    place->kind = base | line->types | (base == TRACE_KIND_RLOCK && !text->is_recorded ? TRACE_TYPE_RECURSIVE : 0);
    place->is_explicit = true;
  } else if (op == TRACE_INIT || !is_known || (is_rwlock_use(line) && !place->is_explicit)) {
    place->kind = implied;
    place->is_explicit = op == TRACE_INIT;
  }
  return place->kind;
}

static struct event *new_event(struct text_source *text, const struct text_line *line, uint32_t thread) {
  struct event *event = &text->pending[text->n_pending++];
  *event = (struct event){.ordinal = text->line,
                          .sp = line->sp,
                          .value = line->value,
                          .thread = thread,
                          .place = NO_INDEX,
                          .place2 = NO_INDEX,
                          .site = text_site(text, line->loc),
                          .object = NO_INDEX,
                          .object2 = NO_INDEX,
                          .result = line->result,
                          .op = line->op,
                          .mode = line->mode,
                          .is_fresh = line->is_fresh && line->operand_type == OPERAND_OBJECT};
  return event;
}

static bool apply(struct text_source *text, struct event *event) {
  return text->is_recorded || text_apply(text, event);
}

static uint32_t object_of(struct text_source *text, struct span name) {
  return text_object(text, name, intern_hash(name.text, name.length));
}

/* A Java monitor is lock and condition under one name; here the condition gets a name of its own. */
static uint32_t condition_of(struct text_source *text, struct span name, uint32_t *ret_lock) {
  uint32_t known = text_object_known(text, name);
  uint32_t kind = known == NO_INDEX ? TRACE_KIND_UNKNOWN : trace_family(text->places[known].kind);
  *ret_lock = NO_INDEX;
  if (text->is_recorded ||
      (kind != TRACE_KIND_MUTEX && kind != TRACE_KIND_RWLOCK && kind != TRACE_KIND_ANNOTATED && kind != TRACE_KIND_LOCK))
    return object_of(text, name);
  *ret_lock = known;
  char *own = xasprintf("%.*s.condition", (int)name.length, name.text);
  uint32_t condition = object_of(text, (struct span){own, strlen(own)});
  free(own);
  return condition;
}

static bool release_for_wait(struct text_source *text, const struct text_line *line, uint32_t thread, uint32_t lock) {
  struct event *event = new_event(text, line, thread);
  *event = (struct event){.ordinal = event->ordinal,
                          .sp = event->sp,
                          .thread = thread,
                          .place = lock,
                          .place2 = NO_INDEX,
                          .site = event->site,
                          .object = NO_INDEX,
                          .object2 = NO_INDEX,
                          .op = TRACE_REL,
                          .mode = TRACE_MODE_CONDITION};
  event->kind = text->places[lock].kind;
  return apply(text, event);
}

static void imply_mutex(struct text_source *text, uint32_t place) {
  if (!text->places[place].kind)
    text->places[place].kind = text->mutex;
}

static bool deliver_condition(struct text_source *text, const struct text_line *line, uint32_t thread) {
  uint32_t monitor = NO_INDEX, lock = NO_INDEX, condition;
  if (line->operand2.text) {
    condition = object_of(text, line->operand);
    lock = object_of(text, line->operand2);
    imply_mutex(text, lock);
  } else {
    condition = condition_of(text, line->operand, &monitor);
    lock = line->op == TRACE_WAIT || line->op == TRACE_WAKE ? monitor : NO_INDEX;
  }
  if (line->op == TRACE_WAIT && lock != NO_INDEX && !text->is_recorded && !release_for_wait(text, line, thread, lock))
    return false;
  if (line->op == TRACE_WAIT)
    text->threads[thread].monitor = monitor;
  struct event *event = new_event(text, line, thread);
  event->place = condition;
  event->place2 = lock;
  event->kind = kind_of(text, line, condition, line->op);
  return true;
}

/* After wait(l) on a monitor some writers log neither the wake nor the acquisition: both come before the thread's next event. */
static bool return_from_monitor(struct text_source *text, const struct text_line *line, uint32_t thread) {
  uint32_t lock = text->threads[thread].monitor;
  text->threads[thread].monitor = NO_INDEX;
  bool is_told = line->op == TRACE_WAKE || line->op == TRACE_THREAD_END ||
                 ((line->op == TRACE_ACQ || line->op == TRACE_REQ) && text_object_known(text, line->operand) == lock);
  if (is_told)
    return true;
  struct span name = {text->source.info.places[lock].name, strlen(text->source.info.places[lock].name)};
  uint32_t unused, condition = condition_of(text, name, &unused);
  struct text_line nothing = {.op = TRACE_WAKE, .kind = -1, .loc = line->loc};
  struct event *wake = new_event(text, &nothing, thread);
  wake->place = condition;
  wake->place2 = lock;
  wake->kind = text->places[condition].kind;
  nothing.op = TRACE_ACQ;
  nothing.mode = TRACE_MODE_CONDITION;
  struct event *acquisition = new_event(text, &nothing, thread);
  acquisition->place = lock;
  acquisition->kind = text->places[lock].kind;
  return apply(text, acquisition);
}

static bool deliver_object(struct text_source *text, const struct text_line *line, uint32_t thread) {
  uint32_t place = object_of(text, line->operand);
  if (line->name.text)
    text_name_object(text, line->operand, line->name);
  struct event *event = new_event(text, line, thread);
  event->place = place;
  event->kind = kind_of(text, line, place, line->op);
  if (line->op == TRACE_REL && line->is_odd)
    event->op = TRACE_REL_ODD;
  return apply(text, event);
}

static bool deliver_thread(struct text_source *text, const struct text_line *line, uint32_t thread) {
  uint32_t target = span_is(line->operand, "?") ? NO_INDEX : text_thread(text, line->operand);
  if (line->name.text && target != NO_INDEX)
    text_name_thread(text, line->operand, line->name);
  struct event *event = new_event(text, line, thread);
  event->target = target;
  event->kind = line->types | (line->kind >= 0 ? (uint16_t)line->kind : 0);
  return apply(text, event);
}

static bool deliver_none(struct text_source *text, const struct text_line *line, uint32_t thread) {
  if (line->name.text)
    text_name_thread(text, line->thread, line->name);
  if (line->stack_top)
    text->source.info.threads[thread].stack_top = line->stack_top;
  return apply(text, new_event(text, line, thread));
}

static bool deliver_operand(struct text_source *text, const struct text_line *line, uint32_t thread) {
  if (text->threads[thread].monitor != NO_INDEX && !return_from_monitor(text, line, thread))
    return false;
  switch (line->operand_type) {
  case OPERAND_NONE:
    return deliver_none(text, line, thread);
  case OPERAND_THREAD:
    return deliver_thread(text, line, thread);
  case OPERAND_VARIABLE:
    new_event(text, line, thread)->place = text_variable(text, line->operand, intern_hash(line->operand.text, line->operand.length));
    return true;
  default:
    if (text_default_kind(line->op, 0, 0) == TRACE_KIND_CONDITION)
      return deliver_condition(text, line, thread);
    return deliver_object(text, line, thread);
  }
}

/* name("given") names the acting thread, name(X,"given") the thread X if X acts or is started somewhere above, else the object X. */
static void deliver_name(struct text_source *text, const struct text_line *line) {
  if (!line->operand2.text)
    text_name_thread(text, line->thread, line->operand);
  else if (text_thread_known(text, line->operand) != NO_INDEX && text_object_known(text, line->operand) == NO_INDEX)
    text_name_thread(text, line->operand, line->operand2);
  else
    text_name_object(text, line->operand, line->operand2);
}

/* Does some thread begin more than once? Looked for in the whole text, once, when the first begin or end comes. */
static bool find_transactions(const struct text_source *text) {
  struct intern seen = {0};
  struct arena arena = {0};
  bool found = false;
  for (const char *at = text->begin; !found && (at = memmem(at, (size_t)(text->end - at), "|begin", 6)); at += 6) {
    const char *start = at;
    while (start > text->begin && start[-1] != '\n' && start[-1] != '|')
      start--;
    uint32_t hash = intern_hash(start, (size_t)(at - start));
    found = *start != '#' && intern_find(&seen, start, (size_t)(at - start), hash) != NO_INDEX;
    if (!found)
      intern_add(&seen, &arena, start, (size_t)(at - start), hash);
  }
  intern_done(&seen);
  arena_done(&arena);
  return found;
}

static bool is_block_mark(struct text_source *text, const struct text_line *line) {
  if (text->is_recorded || (line->op != TRACE_THREAD_BEGIN && line->op != TRACE_THREAD_END))
    return false;
  if (!text->transactions_known)
    text->has_transactions = find_transactions(text);
  text->transactions_known = true;
  uint32_t thread = text_thread(text, line->thread);
  return text->has_transactions || (line->op == TRACE_THREAD_BEGIN && text->threads[thread].first_line);
}

bool text_deliver(struct text_source *text, const struct text_line *line) {
  if (line->op == TEXT_OP_DUMMY || is_block_mark(text, line))
    return true;
  if (line->op == TEXT_OP_NAME) {
    deliver_name(text, line);
    return true;
  }
  uint32_t thread = text_thread(text, line->thread);
  return text_thread_acts(text, thread) && deliver_operand(text, line, thread);
}
