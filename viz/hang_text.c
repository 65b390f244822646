/* hang_text.c - see hang_text.h. Names first: of the threads of one circle, else of whoever waits for what nobody is left to do. */
#include "viz/hang_text.h"

#include <stdlib.h>

#include "util/alloc.h"
#include "viz/label.h"

enum { MAX_NAMES = 8 };

static const char *missing_end(uint16_t kind) {
  switch (trace_family(kind)) {
  case TRACE_KIND_QUEUE:
    return "finish its items";
  case TRACE_KIND_EXECUTOR:
    return "end its tasks";
  case TRACE_KIND_FUTURE:
    return "finish it";
  default: /* a kind as it is on disk */
    return "set it";
  }
}

const char *hang_missing_deed(uint8_t op, uint16_t kind) {
  switch (op) {
  case TRACE_WAIT:
    return "signal it";
  case TRACE_SEM_REQ:
    return "post it";
  case TRACE_ARRIVE:
    return "come to it";
  case TRACE_GET_REQ:
    return "put something into it";
  case TRACE_PUT_REQ:
    return "take something out of it";
  case TRACE_AWAIT:
    return missing_end(kind);
  default: /* an operation as it is on disk */
    return "release it";
  }
}

static void append(char **text, const char *separator, char *more) {
  char *longer = *text ? xasprintf("%s%s%s", *text, separator, more) : xstrdup(more);
  free(*text);
  free(more);
  *text = longer;
}

/* "2,000 more wait for it": separator, number, words. */
static void append_count(char **text, const char *separator, uint64_t n, const char *words) {
  char *number = label_number(n);
  append(text, separator, xasprintf("%s %s", number, words));
  free(number);
}

/* The first circle, in the order in which its threads wait. */
static char *circle_names(const struct hang *hang, const struct names *names, uint32_t start, uint32_t *ret_n) {
  char *text = NULL;
  uint32_t n = 0, at = start;
  do {
    if (n++ < MAX_NAMES)
      append(&text, ", ", names_thread(names, at));
    at = hang_waits_for(hang, at);
  } while (at != NO_INDEX && at != start && n < hang->n[HANG_CIRCLE]);
  *ret_n = n;
  return text;
}

static uint32_t first_in_state(const struct hang *hang, enum hang_state state) {
  uint32_t i = 0;
  while (hang->states[i] != state)
    i++;
  return i;
}

static char *circle_text(const struct hang *hang, const struct names *names) {
  uint32_t n = 0;
  char *members = circle_names(hang, names, first_in_state(hang, HANG_CIRCLE), &n), *text;
  if (n == 1)
    text = xasprintf("The program hangs: %s waits for itself", members);
  else
    text = xasprintf("The program hangs: %s%s wait for each other", members, n > MAX_NAMES ? " and others" : "");
  if (n < hang->n[HANG_CIRCLE])
    append_count(&text, ", and ", hang->n[HANG_CIRCLE] - n, "more in other circles");
  free(members);
  return text;
}

/* Threads that wait for the same as `thread`, in the same way. */
static uint32_t count_companions(const struct hang *hang, uint32_t thread) {
  const struct blocked *blocked = &hang->model->threads[thread].blocked;
  uint32_t n = 0;
  for (uint32_t i = 0; i < hang->model->n_threads; i++) {
    const struct blocked *other = &hang->model->threads[i].blocked;
    n += hang->states[i] == HANG_ROOT && other->op == blocked->op && other->object == blocked->object;
  }
  return n;
}

/* "reader waits", "9,999 threads wait" */
static char *who_waits(const struct hang *hang, const struct names *names, uint32_t thread) {
  uint32_t n = count_companions(hang, thread);
  char *who = n == 1 ? names_thread(names, thread) : label_number(n), *text = xasprintf("%s %s", who, n == 1 ? "waits" : "threads wait");
  free(who);
  return text;
}

static uint16_t object_kind(const struct model *model, uint32_t object) {
  return object < model->n_objects ? model->objects[object].kind : TRACE_KIND_UNKNOWN;
}

/* "reader waits for news, and nobody is left to signal it" */
static char *root_text(const struct hang *hang, const struct names *names) {
  uint32_t thread = first_in_state(hang, HANG_ROOT), n = count_companions(hang, thread);
  const struct blocked *blocked = &hang->model->threads[thread].blocked;
  char *object = names_object(names, blocked->object), *holder = names_thread(names, hang_waits_for(hang, thread));
  char *who = who_waits(hang, names, thread), *what = xasprintf("The program hangs: %s for %s", who, object ? object : "something");
  char *text =
      holder ? xasprintf("%s, which %s held when it ended", what, holder)
             : xasprintf("%s, and nobody is left to %s", what, hang_missing_deed(blocked->op, object_kind(hang->model, blocked->object)));
  if (hang->n[HANG_ROOT] > n)
    append_count(&text, "; ", hang->n[HANG_ROOT] - n, hang->n[HANG_ROOT] == n + 1 ? "more waits in vain, too" : "more wait in vain, too");
  free(object);
  free(holder);
  free(who);
  free(what);
  return text;
}

static void append_behind(char **text, const struct hang *hang, const struct names *names) {
  uint32_t n = hang->n[HANG_BEHIND];
  if (n == 1)
    append(text, "; ", names_thread(names, first_in_state(hang, HANG_BEHIND)));
  if (n == 1)
    append(text, " ", xstrdup("is stuck behind that"));
  else if (n)
    append_count(text, "; ", n, "more are stuck behind that");
}

char *hang_sentence(const struct hang *hang, const struct names *names) {
  if (!hang->n[HANG_CIRCLE] && !hang->n[HANG_ROOT])
    return NULL;
  char *text = hang->n[HANG_CIRCLE] ? circle_text(hang, names) : root_text(hang, names);
  append_behind(&text, hang, names);
  if (hang->n[HANG_CIRCLE] && hang->n[HANG_ROOT])
    append_count(&text, "; ", hang->n[HANG_ROOT],
                 hang->n[HANG_ROOT] == 1 ? "more waits for what nobody is left to do" : "more wait for what nobody is left to do");
  return text;
}
