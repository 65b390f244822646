/* served.c - see served.h. */
#include "detect/served.h"

#include <stdlib.h>

#include "util/alloc.h"

static bool is_in_vain(const struct model *model, const struct event *event) {
  const struct object *condition = &model->objects[event->object];
  bool is_signal = event->op == TRACE_SIGNAL || event->op == TRACE_BROADCAST;
  return is_signal && condition->n_waiters <= condition->value;
}

void served_see(struct served_table *table, const struct model *model, const struct event *event) {
  if (event->object == NO_INDEX)
    return;
  if (event->object >= table->capacity)
    table->items = grow(table->items, event->object, &table->capacity, sizeof *table->items);
  if (event->object >= table->n)
    table->n = event->object + 1;
  struct served *served = &table->items[event->object];
  struct deed deed = {event->thread, event->site, event->ordinal};
  if (event->op == TRACE_SEM_WAIT || event->op == TRACE_GET)
    served->taken = deed;
  else
    served->last = deed;
  if (is_in_vain(model, event))
    served->vain = deed;
}

void served_done(struct served_table *table) {
  free(table->items);
  *table = (struct served_table){0};
}

struct served served_of(const struct served_table *table, uint32_t object) {
  return table && object < table->n ? table->items[object] : (struct served){0};
}
