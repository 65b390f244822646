/* names.c - see names.h. */
#include "findings/names.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "findings/own_code.h"
#include "util/alloc.h"

struct names {
  const struct model *model;
  const struct source_info *info;
  struct symbols *symbols;
  const char **given; /* given thread names, sorted */
  uint32_t n_given;
};

static const char *const kind_texts[] = {
#define KIND(name, code, text, family) [code] = text,
#include "track/events.def"
};

static int compare_texts(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct names *names_new(const struct model *model, struct symbols *symbols) {
  struct names *names = xcalloc(1, sizeof *names);
  names->model = model;
  names->info = model->info;
  names->symbols = symbols;
  names->given = xcalloc(names->info->n_threads, sizeof *names->given);
  for (uint32_t i = 0; i < names->info->n_threads; i++)
    if (names->info->threads[i].name)
      names->given[names->n_given++] = names->info->threads[i].name;
  if (names->n_given)
    qsort(names->given, names->n_given, sizeof *names->given, compare_texts);
  return names;
}

void names_free(struct names *names) {
  if (!names)
    return;
  free(names->given);
  free(names);
}

static bool is_shared_name(const struct names *names, const char *name) {
  const char **found = bsearch(&name, names->given, names->n_given, sizeof *names->given, compare_texts);
  if (!found)
    return false;
  bool before = found > names->given && strcmp(found[-1], name) == 0;
  return before || (found + 1 < names->given + names->n_given && strcmp(found[1], name) == 0);
}

/* "run" of "run(void*)"; what has no parameter list stays as it is. Caller frees. */
static char *without_parameters(const char *function) {
  const char *open = strchr(function, '(');
  bool has_list = open && open != function && !strstr(function, "operator") && function[strlen(function) - 1] == ')';
  return has_list ? xasprintf("%.*s", (int)(open - function), function) : xstrdup(function);
}

/* libstdc++ starts every std::thread in a function of its own, which a stripped library does not name. */
static bool is_std_thread(const struct frame *frame) {
  return frame->function ? strcmp(frame->function, "execute_native_thread_routine") == 0
                         : frame->module && strncmp(base_name(frame->module), "libstdc++.so", 12) == 0;
}

char *names_start(const struct names *names, uint32_t index) {
  const struct source_thread *thread = index < names->info->n_threads ? &names->info->threads[index] : NULL;
  if (!thread || !thread->start_pc)
    return NULL;
  uint64_t behind = thread->start_pc + 1; /* it is no return address */
  struct stack stack = symbols_stack(names->symbols, &behind, 1);
  const struct frame *frame = stack.n_frames ? &stack.frames[stack.n_frames - 1] : NULL;
  char *function = NULL;
  if (frame && is_std_thread(frame))
    function = xstrdup("std::thread");
  else if (frame && frame->function)
    function = without_parameters(frame->function);
  stack_done(&stack);
  return function;
}

char *names_thread(const struct names *names, uint32_t index) {
  if (index >= names->info->n_threads)
    return index == NO_INDEX ? NULL : xasprintf("T%" PRIu32, index + 1);
  const struct source_thread *thread = &names->info->threads[index];
  if (names->info->is_text && thread->name)
    return xstrdup(thread->name);
  if (!names->info->is_text && (index < names->model->n_threads ? names->model->threads[index].is_main : thread->number == 1))
    return xstrdup("main");
  uint32_t number = thread->number ? thread->number : index + 1;
  if (thread->name && *thread->name)
    return is_shared_name(names, thread->name) ? xasprintf("%s #%" PRIu32, thread->name, number) : xstrdup(thread->name);
  char *function = names_start(names, index);
  char *name = function ? xasprintf("T%" PRIu32 " (%s)", number, function) : xasprintf("T%" PRIu32, number);
  free(function);
  return name;
}

struct stack names_site(const struct names *names, uint32_t site) {
  struct stack stack = {0};
  if (!site || site >= names->info->n_sites)
    return stack;
  const struct source_site *it = &names->info->sites[site];
  if (!names->info->is_text)
    return symbols_stack(names->symbols, it->pcs, it->n_pcs);
  if (it->loc < 0)
    return stack;
  stack.frames = xcalloc(1, sizeof *stack.frames); /* a text trace's location is a number and nothing else */
  stack.n_frames = 1;
  stack.frames[0].line = it->loc;
  stack.frames[0].is_own = true;
  return stack;
}

const struct frame *stack_own_frame(const struct stack *stack) {
  for (uint32_t i = 0; i < stack->n_frames; i++)
    if (stack->frames[i].is_own)
      return &stack->frames[i];
  return stack->n_frames ? &stack->frames[0] : NULL;
}

char *names_place(const struct names *names, uint32_t site) {
  struct stack stack = names_site(names, site);
  const struct frame *frame = stack_own_frame(&stack);
  char *text;
  if (frame && frame->file && frame->line)
    text = xasprintf("%s:%d", base_name(frame->file), frame->line);
  else if (frame && frame->function)
    text = without_parameters(frame->function);
  else if (frame && frame->module)
    text = xasprintf("%s+0x%" PRIx64, base_name(frame->module), frame->offset);
  else
    text = frame ? xasprintf("%d", frame->line) : xstrdup("an unknown place");
  stack_done(&stack);
  return text;
}

const char *names_kind(const struct object *object) {
  uint32_t kind = TRACE_KIND_OF(object->kind);
  const char *text = kind < sizeof kind_texts / sizeof *kind_texts ? kind_texts[kind] : NULL;
  return text ? text : kind_texts[TRACE_KIND_UNKNOWN];
}

/* " (created in queue_new, queue.c:31)", or "". */
static char *origin_text(const struct names *names, const struct object *object) {
  struct stack stack = names_site(names, object->first_site);
  const struct frame *frame = stack_own_frame(&stack);
  const char *verb = object->was_initialised ? "created" : "first used";
  char *function = frame && frame->function ? without_parameters(frame->function) : NULL;
  char *text;
  if (function && frame->file && frame->line)
    text = xasprintf(" (%s in %s, %s:%d)", verb, function, base_name(frame->file), frame->line);
  else if (function)
    text = xasprintf(" (%s in %s)", verb, function);
  else if (frame && frame->module)
    text = xasprintf(" (%s at %s+0x%" PRIx64 ")", verb, base_name(frame->module), frame->offset);
  else
    text = xstrdup("");
  free(function);
  stack_done(&stack);
  return text;
}

/* The last name that was given at its place during its life; to the first object there also before it. NULL: none. */
static const char *given_name(const struct names *names, const struct object *object) {
  uint64_t begin = object->generation ? object->first_ordinal : 0, end = UINT64_MAX;
  if (object->successor < names->model->n_objects)
    end = names->model->objects[object->successor].first_ordinal;
  const struct source_name *best = NULL;
  for (uint32_t i = names->info->places[object->place].last_name; i; i = names->info->names[i - 1].previous) {
    const struct source_name *name = &names->info->names[i - 1];
    if (*name->text && name->ordinal >= begin && name->ordinal < end && (!best || name->ordinal > best->ordinal))
      best = name;
  }
  return best ? best->text : NULL;
}

/* A primitive's first member is at its address: "settings.private_name.private_given" is `settings`; and a condition's own lock is ".lock"
 * of it, as where the condition has a name. */
static void drop_private_member(char *variable) {
  static const char own[] = ".private_own", lock[] = ".lock";
  char *member = strstr(variable, ".private_");
  if (!member)
    return;
  if (strncmp(member, own, sizeof own - 1) == 0)
    strcpy(member, lock); /* the shorter one */
  else
    *member = 0;
}

/* A name that needs no search for who made the object, else NULL. */
static char *own_name(const struct names *names, const struct object *object) {
  if (object->place >= names->info->n_places)
    return NULL;
  const struct source_place *place = &names->info->places[object->place];
  const char *given = place->last_name ? given_name(names, object) : place->name;
  if (given && *given)
    return xstrdup(given);
  char *variable = place->address ? symbols_object(names->symbols, place->address) : NULL;
  if (variable)
    drop_private_member(variable);
  return variable;
}

static char *anonymous_name(const struct names *names, const struct object *object) {
  uint64_t address = object->place < names->info->n_places ? names->info->places[object->place].address : 0;
  return xasprintf("%s 0x%" PRIx64, names_kind(object), address);
}

char *names_object(const struct names *names, uint32_t index) {
  if (index >= names->model->n_objects)
    return index == NO_INDEX ? NULL : xasprintf("object %" PRIu32, index);
  const struct object *object = &names->model->objects[index];
  char *name = own_name(names, object);
  return name ? name : anonymous_name(names, object);
}

char *names_object_introduced(const struct names *names, uint32_t index) {
  char *name = index < names->model->n_objects ? own_name(names, &names->model->objects[index]) : names_object(names, index);
  if (name || index >= names->model->n_objects)
    return name;
  const struct object *object = &names->model->objects[index];
  char *anonymous = anonymous_name(names, object), *origin = origin_text(names, object);
  name = xasprintf("%s%s", anonymous, origin);
  free(anonymous);
  free(origin);
  return name;
}

char *names_object_own(const struct names *names, uint32_t index) {
  return index < names->model->n_objects ? own_name(names, &names->model->objects[index]) : NULL;
}
