/* sarif_parts.h - objects of SARIF 2.1.0 that a result is made of; sections in comments are those of the standard. */
#ifndef INSPECTOR_SARIF_PARTS_H
#define INSPECTOR_SARIF_PARTS_H

#include <jansson.h>

#include "report/location.h"
#include "report/reporter.h"
#include "report/story.h"

/* The base of relative addresses: the name that code scanning services know. */
#define SARIF_ROOT "%SRCROOT%"

/* A message without links (3.11), from text that is freed. */
json_t *sarif_message(char *made);

/* The finding's sentence: the first mention of each thread is a link to the location with its number + 1 as id, if `is_linked` says that
 * there is one. */
json_t *sarif_linked_message(const struct finding *finding, const bool *is_linked);

/* Where something is (3.28); NULL: nothing is known of it. */
json_t *sarif_location(const struct location *location);
/* The same of what one stack shows. */
json_t *sarif_location_of_stack(const struct summary *summary, const struct finding *finding, const struct stack *stack, uint64_t ordinal);

/* Is there more to show than the line of a text trace? */
bool sarif_has_stack(const struct finding *finding, const struct stack *stack);
/* All frames (3.44); takes over the message, which may be NULL. */
json_t *sarif_stack(const struct summary *summary, const struct stack *stack, json_t *message);

/* What leads to the finding, one flow a thread (3.36). */
json_t *sarif_code_flow(const struct summary *summary, const struct finding *finding, const struct story *story);

/* A rule (3.49) for what was found: the page that explains the kind. */
json_t *sarif_rule(const struct summary *summary, const struct finding *finding);

#endif
