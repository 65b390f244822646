/* resolve.c - indices into names and stacks, while the model and the symbols still exist; and whose finding it is.
 *
 * A finding none of whose stacks touches the user's code is about a library's inside: the user can do nothing about it,
 * so it is a note. A thread that a library made for itself, and keeps, is no finding at all. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "findings/fingerprint.h"
#include "findings/finding.h"
#include "findings/names.h"
#include "findings/own_code.h"
#include "findings/repeated.h"
#include "findings/symbolize.h"
#include "util/alloc.h"

/* Reads "%o12%", "%t3%" or "%s7%" at `at` and returns what follows it; NULL if it is something else. */
static const char *read_placeholder(const char *at, char *ret_what, uint32_t *ret_index) {
  if (at[0] != '%' || (at[1] != 'o' && at[1] != 't' && at[1] != 's') || !isdigit((unsigned char)at[2]))
    return NULL;
  char *end;
  unsigned long index = strtoul(at + 2, &end, 10);
  if (*end != '%' || index > UINT32_MAX)
    return NULL;
  *ret_what = at[1];
  *ret_index = (uint32_t)index;
  return end + 1;
}

/* Objects that a text has named: a cycle may have thousands. Open addressing, index + 1. */
struct named {
  uint32_t *slots;
  uint32_t n, n_slots;
};

static bool named_before(const struct named *named, uint32_t index, uint32_t *ret_slot) {
  uint32_t at = index * UINT32_C(0x9e3779b1) & (named->n_slots - 1);
  while (named->slots[at] && named->slots[at] != index + 1)
    at = (at + 1) & (named->n_slots - 1);
  *ret_slot = at;
  return named->slots[at];
}

static void named_grow(struct named *named) {
  struct named more = {.n = named->n, .n_slots = named->n_slots ? named->n_slots * 2 : 16};
  more.slots = xcalloc(more.n_slots, sizeof *more.slots);
  for (uint32_t i = 0, slot; i < named->n_slots; i++)
    if (named->slots[i] && !named_before(&more, named->slots[i] - 1, &slot))
      more.slots[slot] = named->slots[i];
  free(named->slots);
  *named = more;
}

/* An object is introduced, with where it was made, when the text names it first. */
static char *name_of(const struct names *names, struct named *named, char what, uint32_t index) {
  uint32_t slot;
  if (what == 't')
    return names_thread(names, index);
  if (what == 's')
    return names_place(names, index);
  if (named->n * 2 >= named->n_slots)
    named_grow(named);
  if (named_before(named, index, &slot))
    return names_object(names, index);
  named->slots[slot] = index + 1;
  named->n++;
  return names_object_introduced(names, index);
}

static char *replace_placeholders(const struct names *names, const char *text) {
  char *replaced = NULL;
  size_t n_bytes = 0;
  struct named named = {0};
  FILE *out = open_memstream(&replaced, &n_bytes);
  if (!out)
    return xstrdup(text);
  for (const char *at = text; *at;) {
    char what = 0;
    uint32_t index = 0;
    const char *behind = read_placeholder(at, &what, &index);
    if (!behind) {
      fputc(*at++, out);
      continue;
    }
    char *name = name_of(names, &named, what, index);
    fputs(name ? name : "unknown", out);
    free(name);
    at = behind;
  }
  fclose(out);
  free(named.slots);
  return replaced;
}

static void resolve_text(const struct names *names, char **text) {
  if (!*text)
    return;
  char *replaced = replace_placeholders(names, *text);
  free(*text);
  *text = replaced;
}

/* The line breaks of the message go into the story. */
static void tell_story(struct finding *finding) {
  if (!finding->message || !strchr(finding->message, '\n'))
    return;
  finding->story = xstrdup(finding->message);
  for (char *at = finding->message; (at = strchr(at, '\n'));)
    *at = ' ';
}

static void resolve_thread(const struct names *names, struct finding_thread *thread) {
  thread->name = names_thread(names, thread->thread);
  thread->wants_name = thread->wants != NO_INDEX ? names_object(names, thread->wants) : names_thread(names, thread->wants_thread);
  thread->stack = names_site(names, thread->site);
  thread->hold_names = xcalloc(thread->n_holds, sizeof *thread->hold_names);
  thread->held_stacks = xcalloc(thread->n_holds, sizeof *thread->held_stacks);
  for (uint32_t i = 0; i < thread->n_holds; i++) {
    thread->hold_names[i] = names_object(names, thread->holds[i]);
    thread->held_stacks[i] = names_site(names, thread->held_sites[i]);
  }
  for (uint32_t i = 0; i < thread->n_places; i++) {
    struct finding_place *place = &thread->places[i];
    place->object_name = names_object(names, place->object);
    place->thread_name = names_thread(names, place->thread);
    place->stack = names_site(names, place->site);
  }
}

/* Which library a stack never leaves: its innermost module. NULL: the stack is empty, unknown or touches own code. */
static const char *library_of(const struct stack *stack) {
  for (uint32_t i = 0; i < stack->n_frames; i++)
    if (stack->frames[i].is_own || !stack->frames[i].module)
      return NULL;
  return stack->n_frames ? stack->frames[0].module : NULL;
}

/* Notes the stack's library; false when it tells against a library's finding. */
static bool add_library(const struct stack *stack, const char **library) {
  if (!stack->n_frames)
    return true;
  const char *module = library_of(stack);
  if (!*library)
    *library = module;
  return module != NULL;
}

/* The library that all stacks of the finding lie in, else NULL. */
static const char *inside_library(const struct finding *finding) {
  const char *library = NULL;
  for (uint32_t i = 0; i < finding->n_threads; i++) {
    const struct finding_thread *thread = &finding->threads[i];
    if (!add_library(&thread->stack, &library))
      return NULL;
    for (uint32_t k = 0; k < thread->n_holds; k++)
      if (!add_library(&thread->held_stacks[k], &library))
        return NULL;
    for (uint32_t k = 0; k < thread->n_places; k++)
      if (!add_library(&thread->places[k].stack, &library))
        return NULL;
  }
  return library;
}

/* std::thread's own calls lie in the C++ library: a thread made there is its user's. */
static bool is_thin_wrapper(const char *module) {
  const char *name = base_name(module);
  return strncmp(name, "libstdc++", 9) == 0 || strncmp(name, "libc++", 6) == 0;
}

/* The library that made the thread and runs it: creating call and start routine both lie in system libraries. */
static char *maker_of(const struct names *names, const struct model *model, struct symbols *symbols, uint32_t index) {
  if (index >= model->n_threads || index >= model->info->n_threads || model->info->is_text)
    return NULL;
  uint64_t start = model->info->threads[index].start_pc;
  struct stack stack = names_site(names, model->threads[index].create_site);
  const struct frame *caller = stack.n_frames ? &stack.frames[0] : NULL;
  char *maker = NULL;
  if (start && caller && caller->module && !caller->is_own && !symbols_is_own(symbols, start) && is_system_module(caller->module) &&
      !is_thin_wrapper(caller->module))
    maker = xstrdup(base_name(caller->module));
  stack_done(&stack);
  return maker;
}

/* Takes over `reason`. */
static void set_reason(struct finding *finding, char *reason) {
  free(finding->reason);
  finding->reason = reason;
}

/* Unjoined threads that a library made for itself are its own business. */
static bool is_library_thread(struct finding *finding, const struct names *names, const struct model *model, struct symbols *symbols) {
  if (strcmp(finding->kind, "unjoined-thread") != 0)
    return false;
  for (uint32_t i = 0; i < finding->n_threads; i++) {
    char *maker = maker_of(names, model, symbols, finding->threads[i].thread);
    if (!maker)
      continue;
    set_reason(finding, xasprintf("made by %s for itself", maker));
    free(maker);
    return true;
  }
  const char *library = inside_library(finding);
  if (library)
    set_reason(finding, xasprintf("made by %s for itself", base_name(library)));
  return library != NULL;
}

static void judge_ownership(struct finding *finding, const struct names *names, const struct model *model, struct symbols *symbols) {
  if (finding->verdict == VERDICT_BENIGN)
    return;
  if (is_library_thread(finding, names, model, symbols)) {
    finding->verdict = VERDICT_BENIGN;
    finding->severity = SEVERITY_NOTE;
    free(finding->benign);
    finding->benign = xstrdup("library");
    return;
  }
  const char *library = finding->is_hang && finding->verdict == VERDICT_OBSERVED ? NULL : inside_library(finding);
  if (!library)
    return;
  finding->severity = SEVERITY_NOTE;
  const char *reason = finding->reason && *finding->reason ? finding->reason : NULL;
  set_reason(finding, xasprintf("%s%sall of it happens inside %s", reason ? reason : "", reason ? "; " : "", base_name(library)));
}

void findings_resolve(struct findings *findings, const struct model *model, struct symbols *symbols) {
  findings_merge_repeated(findings, model);
  struct names *names = names_new(model, symbols);
  struct lock_classes classes;
  lock_classes_init(&classes, names, model);
  for (size_t i = findings->resolved; i < findings->n_items; i++) {
    struct finding *finding = findings->items[i];
    resolve_text(names, &finding->message);
    tell_story(finding);
    resolve_text(names, &finding->reason);
    for (uint32_t k = 0; k < finding->n_threads; k++)
      resolve_thread(names, &finding->threads[k]);
    for (uint32_t k = 0; k < finding->witness.n_stops; k++)
      finding->witness.stops[k].name = names_thread(names, finding->witness.stops[k].thread);
    finding->trace = model->info->path ? xstrdup(model->info->path) : NULL;
    finding->fingerprint = finding_fingerprint(finding, &classes);
    judge_ownership(finding, names, model, symbols);
  }
  findings->resolved = findings->n_items;
  lock_classes_done(&classes);
  names_free(names);
}

char *findings_textf(const struct model *model, struct symbols *symbols, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *text = xvasprintf(format, arguments);
  va_end(arguments);
  char *resolved = findings_text(model, symbols, text);
  free(text);
  return resolved;
}

char *findings_text(const struct model *model, struct symbols *symbols, const char *text) {
  struct names *names = names_new(model, symbols);
  char *resolved = replace_placeholders(names, text);
  names_free(names);
  return resolved;
}
