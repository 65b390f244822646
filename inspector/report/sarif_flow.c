/* sarif_flow.c - how it comes to the finding: one flow a thread (3.37), the steps of all of them numbered in one order (executionOrder,
 * 3.38.11), each with its stack. */
#include <stdlib.h>

#include "report/json_values.h"
#include "report/sarif_parts.h"
#include "util/alloc.h"

static json_t *kinds_of(enum story_step_kind kind) {
  switch (kind) {
  case STORY_PLACE:
    return NULL;
  case STORY_HOLD:
    return json_pack("[s,s]", "acquire", "lock");
  case STORY_DEED:
    return json_pack("[s]", "danger");
  }
  return NULL;
}

static json_t *step_object(const struct summary *summary, const struct finding *finding, const struct story_step *step, uint32_t order) {
  json_t *object = json_object(), *location = sarif_location_of_stack(summary, finding, step->stack, step->ordinal);
  if (!location)
    location = json_object();
  json_object_set_new(location, "message", sarif_message(story_step_text(finding, step)));
  json_object_set_new(object, "location", location);
  if (sarif_has_stack(finding, step->stack))
    json_object_set_new(object, "stack", sarif_stack(summary, step->stack, NULL));
  json_t *kinds = kinds_of(step->kind);
  if (kinds)
    json_object_set_new(object, "kinds", kinds);
  json_object_set_new(object, "executionOrder", json_integer(order));
  json_object_set_new(object, "importance", json_string(step->kind == STORY_DEED ? "essential" : "important"));
  return object;
}

static json_t *flow_object(const struct summary *summary, const struct finding *finding, const struct story *story, uint32_t actor) {
  json_t *flow = json_object(), *locations = json_array();
  if (story->actors[actor])
    json_object_set_new(flow, "id", json_of_clean(story->actors[actor]));
  for (uint32_t i = 0; i < story->n_steps; i++)
    if (story->steps[i].actor == actor)
      json_array_append_new(locations, step_object(summary, finding, &story->steps[i], i + 1));
  json_object_set_new(flow, "locations", locations);
  if (json_array_size(locations))
    return flow;
  json_decref(flow); /* the schema wants a step at least */
  return NULL;
}

json_t *sarif_code_flow(const struct summary *summary, const struct finding *finding, const struct story *story) {
  json_t *code_flow = json_object(), *flows = json_array();
  for (uint32_t actor = 0; actor < story->n_actors; actor++) {
    json_t *flow = flow_object(summary, finding, story, actor);
    if (flow)
      json_array_append_new(flows, flow);
  }
  json_object_set_new(code_flow, "threadFlows", flows);
  if (json_array_size(flows))
    return code_flow;
  json_decref(code_flow);
  return NULL;
}
