/* lock_class.c - see lock_class.h. Locks on the heap have no name: the function that makes them tells them apart, and where it makes
 * several, which one of its lines it is. A new line before it makes another class of the later ones. */
#include "findings/lock_class.h"

#include <stdlib.h>
#include <string.h>

#include "findings/code_name.h"
#include "findings/hash.h"
#include "findings/own_code.h"
#include "util/alloc.h"

enum { MAX_MAKERS = 10000 };

/* A line of a function that makes objects of one kind. */
struct maker {
  uint64_t code;
  int line;
};

void lock_classes_init(struct lock_classes *classes, const struct names *names, const struct model *model) {
  *classes = (struct lock_classes){.names = names, .model = model};
}

void lock_classes_done(struct lock_classes *classes) {
  free(classes->makers);
}

/* Which element of an array it is depends on the run: "forks[2].lock" becomes "forks[].lock", "forks+80" "forks". What has no symbol at
 * all, "server+0x4010" in a stripped program, keeps its place, which is all that tells it from others. */
static void drop_element(char *name) {
  char *out = name;
  for (const char *at = name; *at;) {
    *out++ = *at++;
    size_t digits = out[-1] == '[' ? strspn(at, "0123456789") : 0;
    if (digits && at[digits] == ']')
      at += digits;
  }
  *out = '\0';
  char *plus = strrchr(name, '+');
  if (plus && plus[1] && plus[1 + strspn(plus + 1, "0123456789")] == '\0')
    *plus = '\0';
}

static uint64_t maker_code(const struct object *object, const struct frame *frame) {
  uint64_t hash = hash_text(HASH_SEED, names_kind(object));
  if (!frame)
    return hash;
  return hash_text(hash_text(hash, frame->function), frame->file ? base_name(frame->file) : NULL);
}

static int compare_makers(const void *a, const void *b) {
  const struct maker *x = a, *y = b;
  int order = (x->code > y->code) - (x->code < y->code);
  return order ? order : x->line - y->line;
}

/* Of a kind, where objects are made: each line once. */
static void find_makers(struct lock_classes *classes) {
  const struct source_info *info = classes->model->info;
  bool *is_seen = xcalloc(info->n_sites, sizeof *is_seen);
  uint32_t n = 0, kept = 0;
  classes->has_makers = true;
  for (uint32_t i = 0; i < classes->model->n_objects && n < MAX_MAKERS; i++) {
    const struct object *object = &classes->model->objects[i];
    if (!object->was_initialised || object->first_site >= info->n_sites || is_seen[object->first_site])
      continue;
    is_seen[object->first_site] = true;
    struct stack stack = names_site(classes->names, object->first_site);
    const struct frame *frame = stack_own_frame(&stack);
    classes->makers = grow(classes->makers, n, &classes->maker_capacity, sizeof *classes->makers);
    classes->makers[n++] = (struct maker){maker_code(object, frame), frame ? frame->line : 0};
    stack_done(&stack);
  }
  free(is_seen);
  if (n)
    qsort(classes->makers, n, sizeof *classes->makers, compare_makers);
  for (uint32_t i = 0; i < n; i++)
    if (!kept || compare_makers(&classes->makers[kept - 1], &classes->makers[i]))
      classes->makers[kept++] = classes->makers[i];
  classes->n_makers = kept;
}

/* Which one of the lines it is on which the function makes such objects, from 0: a queue's head lock is not its tail lock. */
static uint32_t maker_place(struct lock_classes *classes, const struct object *object, const struct frame *frame) {
  if (!classes->has_makers)
    find_makers(classes);
  uint64_t code = maker_code(object, frame);
  uint32_t place = 0;
  for (uint32_t i = 0; i < classes->n_makers; i++)
    place += classes->makers[i].code == code && frame && classes->makers[i].line < frame->line;
  return place;
}

static char *made_class(struct lock_classes *classes, const struct object *object) {
  struct stack stack = names_site(classes->names, object->first_site);
  const struct frame *frame = stack_own_frame(&stack);
  char *maker = frame && frame->function ? code_name(frame->function) : xstrdup("?");
  uint32_t place = maker_place(classes, object, frame);
  char *class = place ? xasprintf("%s %u of %s", names_kind(object), place + 1, maker) : xasprintf("%s of %s", names_kind(object), maker);
  free(maker);
  stack_done(&stack);
  return class;
}

char *lock_class(struct lock_classes *classes, uint32_t index) {
  if (index >= classes->model->n_objects)
    return xstrdup("");
  const struct object *object = &classes->model->objects[index];
  char *name = names_object_own(classes->names, index);
  if (name)
    drop_element(name);
  else if (object->was_initialised)
    name = made_class(classes, object);
  else /* who happened to use it first depends on the run, too */
    name = xstrdup(names_kind(object));
  return name;
}
