/* names.h - what threads and objects of one trace are called in reports. */
#ifndef INSPECTOR_NAMES_H
#define INSPECTOR_NAMES_H

#include <stdint.h>

#include "findings/symbolize.h"
#include "model/model.h"

struct names;

/* All three must outlive the names. */
struct names *names_new(const struct model *model, struct symbols *symbols);
void names_free(struct names *names);

/* Text traces: as spelled there. Else `main`, the given name (`worker #3` when several share it), or `T3 (function)`.
 * NULL for NO_INDEX. Caller frees, here and below. */
char *names_thread(const struct names *names, uint32_t thread);

/* The function that the thread began with, "std::thread" for those of C++; NULL unknown. */
char *names_start(const struct names *names, uint32_t thread);

/* The given name, the static symbol, or kind and address. NULL for NO_INDEX. */
char *names_object(const struct names *names, uint32_t object);

/* The same, and of an object without a name where it was made: "mutex 0x5581 (created in queue_new, queue.c:31)". */
char *names_object_introduced(const struct names *names, uint32_t object);

/* The given name or the static symbol; NULL: it has neither. */
char *names_object_own(const struct names *names, uint32_t object);

/* "mutex"; static. */
const char *names_kind(const struct object *object);

/* The user's line of a site in short: "queue.c:31", the function where no line is known. */
char *names_place(const struct names *names, uint32_t site);

struct stack names_site(const struct names *names, uint32_t site);

/* The user's innermost frame, else the innermost of all; NULL for an empty stack. */
const struct frame *stack_own_frame(const struct stack *stack);

#endif
