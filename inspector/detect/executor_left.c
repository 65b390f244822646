/* executor_left.c - an executor was used and neither shut down nor destroyed when the process ended in order.
 *
 * The process waits at its end for what was submitted, so that nothing is lost; but its workers lived until then, and whoever counts on
 * the results does not know when they are there. What it cannot see: processes that were killed, where it would have come later. */
#include <inttypes.h>
#include <stdlib.h>

#include "detect/misuse.h"
#include "util/alloc.h"

struct use {
  uint32_t thread, site;
  uint64_t ordinal; /* 0: unused */
  uint64_t n;
};

/* The first PUT, by object. */
struct uses {
  struct use *items;
  uint32_t n, capacity;
};

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)model, (void)out;
  struct uses *uses = state;
  if (trace_family(event->kind) != TRACE_KIND_EXECUTOR)
    return;
  if (event->object >= uses->capacity)
    uses->items = grow(uses->items, event->object, &uses->capacity, sizeof *uses->items);
  if (event->object >= uses->n)
    uses->n = event->object + 1;
  struct use *use = &uses->items[event->object];
  if (!use->n++)
    *use = (struct use){event->thread, event->site, event->ordinal, 1};
}

static void tell(const struct model *model, uint32_t executor, const struct use *use, struct findings *out) {
  const struct object *object = &model->objects[executor];
  struct finding *finding = finding_new("executor-left", misuse_verdict(model, 0), SEVERITY_WARNING);
  misuse_reason(finding, model, 0);
  finding_message(finding, "%%o%" PRIu32 "%% ran %" PRIu64 " task%s and was never shut down", executor, use->n, use->n == 1 ? "" : "s");
  finding_add_thread(finding, object->first_thread, object->first_ordinal, object->first_site,
                     object->was_initialised ? "creates it here" : "first uses it here");
  finding_add_event(finding, object->first_ordinal);
  finding->threads[0].wants = executor;
  finding_add_place(&finding->threads[0], "first given a task here", executor, use->thread, use->site, use->ordinal);
  findings_add(out, finding);
}

static void finish(void *state, const struct model *model, struct findings *out) {
  const struct uses *uses = state;
  for (uint32_t i = 0; model_ended_in_order(model) && i < uses->n; i++) {
    const struct object *object = &model->objects[i];
    if (uses->items[i].ordinal && !object->is_set && !object->is_destroyed)
      tell(model, i, &uses->items[i], out);
  }
}

static void done(void *state) {
  free(((struct uses *)state)->items);
}

const struct detector detector_executor_left = {
    .id = "executor-left",
    .letter = 'M',
    .title = "An executor is never shut down",
    .ops = OP_BIT(TRACE_PUT),
    .state_size = sizeof(struct uses),
    .event = see,
    .finish = finish,
    .done = done,
};
