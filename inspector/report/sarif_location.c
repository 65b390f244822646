/* sarif_location.c - where something is: physical locations (3.29), logical ones (3.33), stacks (3.44).
 *
 * Addresses are those of RFC 3986. What lies in the root of the sources is relative to %SRCROOT%; only what lies outside is a file:
 * address. An object file stands for sources that are not known, with the offset in it. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "findings/own_code.h"
#include "report/json_values.h"
#include "report/sarif_parts.h"
#include "report/source_paths.h"
#include "util/alloc.h"

static json_t *artifact_location(const struct location *location) {
  json_t *object = json_object();
  char *path = source_uri_path(location->path);
  char *uri = location->is_inside ? xstrdup(path) : xasprintf("file://%s%s", *path == '/' ? "" : "/", path);
  json_object_set_new(object, "uri", json_of_text(uri));
  if (location->is_inside)
    json_object_set_new(object, "uriBaseId", json_string(SARIF_ROOT));
  free(uri);
  free(path);
  return object;
}

static json_t *address_of(const struct frame *frame) {
  json_t *address = json_object();
  json_object_set_new(address, "relativeAddress", json_of_number(frame->offset));
  json_object_set_new(address, "fullyQualifiedName", json_of_made(xasprintf("%s+0x%" PRIx64, base_name(frame->module), frame->offset)));
  return address;
}

static json_t *physical_location(const struct location *location) {
  json_t *physical = json_object();
  if (location->path && *location->path)
    json_object_set_new(physical, "artifactLocation", artifact_location(location));
  if (location->path && location->line) {
    json_t *region = json_object();
    json_object_set_new(region, "startLine", json_of_number(location->line));
    json_object_set_new(physical, "region", region);
  }
  if ((!location->path || location->is_stand_in) && location->frame && location->frame->module)
    json_object_set_new(physical, "address", address_of(location->frame));
  if (json_object_size(physical))
    return physical;
  json_decref(physical);
  return NULL;
}

static void set_function(json_t *object, const struct frame *frame) {
  if (!frame || !frame->function)
    return;
  json_t *logical = json_object(), *array = json_array();
  json_object_set_new(logical, "fullyQualifiedName", json_of_clean(frame->function));
  json_object_set_new(logical, "kind", json_string("function"));
  json_array_append_new(array, logical);
  json_object_set_new(object, "logicalLocations", array);
}

json_t *sarif_location(const struct location *location) {
  json_t *object = json_object(), *physical = physical_location(location);
  if (physical)
    json_object_set_new(object, "physicalLocation", physical);
  set_function(object, location->frame);
  if (json_object_size(object))
    return object;
  json_decref(object);
  return NULL;
}

json_t *sarif_location_of_stack(const struct summary *summary, const struct finding *finding, const struct stack *stack, uint64_t ordinal) {
  struct location location = location_of_stack(summary, finding, stack, ordinal);
  json_t *object = sarif_location(&location);
  location_done(&location);
  return object;
}

static json_t *frame_object(const struct summary *summary, const struct frame *frame) {
  struct location location = {.frame = frame};
  if (frame->file) {
    location.path = source_path(summary->paths, frame->file, &location.is_inside);
    location.line = frame->line > 0 ? (uint64_t)frame->line : 0;
  }
  json_t *object = json_object(), *where = sarif_location(&location);
  if (where)
    json_object_set_new(object, "location", where);
  if (frame->module)
    json_object_set_new(object, "module", json_of_clean(base_name(frame->module)));
  location_done(&location);
  return object;
}

bool sarif_has_stack(const struct finding *finding, const struct stack *stack) {
  return stack->n_frames && !finding->by_name;
}

json_t *sarif_stack(const struct summary *summary, const struct stack *stack, json_t *message) {
  json_t *object = json_object(), *frames = json_array();
  if (message)
    json_object_set_new(object, "message", message);
  for (uint32_t i = 0; i < stack->n_frames; i++)
    json_array_append_new(frames, frame_object(summary, &stack->frames[i]));
  json_object_set_new(object, "frames", frames);
  return object;
}
