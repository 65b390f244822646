/* wait_for_text.c - what is written in the wait-for graph. Nodes say what something is and why it stands still, edges where in the program
 * and since when. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "findings/own_code.h"
#include "util/alloc.h"
#include "viz/hang_text.h"
#include "viz/label.h"
#include "viz/wait_for.h"

enum { NAME_COLUMNS = 40, LINE_COLUMNS = 44, PLACE_COLUMNS = 50, TITLE_COLUMNS = 110 };

/* Lines of a label: plain text is cleaned, broken and escaped. Takes over `more`. */
static void add_lines(char **label, char *more, size_t columns, unsigned n_lines) {
  char *lines = label_wrapped(more, columns, n_lines);
  for (char *at = lines; (at = strchr(at, '\\')); at += 2)
    if (at[1] == 'l')
      at[1] = 'n';
  size_t n = strlen(lines);
  if (n >= 2 && !strcmp(lines + n - 2, "\\n"))
    lines[n - 2] = '\0';
  char *longer = *label ? xasprintf("%s\\n%s", *label, lines) : xstrdup(lines);
  free(*label);
  free(lines);
  free(more);
  *label = longer;
}

static char *place_text(const struct wait_for *graph, uint32_t site) {
  struct stack stack = names_site(graph->names, site);
  char *text = label_stack(&stack);
  stack_done(&stack);
  return text;
}

static void add_place(const struct wait_for *graph, char **label, const char *before, uint32_t site) {
  char *place = place_text(graph, site);
  if (*place)
    add_lines(label, xasprintf("%s%s", before, place), PLACE_COLUMNS, 2);
  free(place);
}

/* "1.2 ms", "line 12" */
static char *when_text(const struct wait_for *graph, uint64_t time_ns, uint64_t ordinal) {
  return graph->model->info->is_text ? xasprintf("line %" PRIu64, ordinal) : label_duration(time_ns, false);
}

static const char *plural(uint64_t n) {
  return n == 1 ? "" : "s";
}

/* Title. */

static char *calm_sentence(const struct wait_for *graph) {
  if (!graph->n_waiting)
    return xstrdup("Nobody waits when the recording ends");
  if (model_ended_in_order(graph->model))
    return xasprintf("%" PRIu32 " thread%s waited when the program ended", graph->n_waiting, plural(graph->n_waiting));
  char *others =
      graph->n_going_on ? xasprintf(", and %" PRIu32 " go%s on", graph->n_going_on, graph->n_going_on == 1 ? "es" : "") : xstrdup("");
  char *text = xasprintf("Nothing is stuck: %" PRIu32 " thread%s wait%s when the recording ends%s", graph->n_waiting,
                         plural(graph->n_waiting), graph->n_waiting == 1 ? "s" : "", others);
  free(others);
  return text;
}

char *wait_for_title(const struct wait_for *graph) {
  const struct source_info *info = graph->model->info;
  const char *path = info->program ? info->program : info->path, *note = graph->input->note;
  char *label = NULL, *sentence = hang_sentence(graph->hang, graph->names);
  add_lines(&label,
            xasprintf("Who waits for whom in %s%s%s, at the end of its recording", path ? base_name(path) : "?", note ? ", " : "",
                      note ? note : ""),
            TITLE_COLUMNS, 2);
  add_lines(&label, sentence ? sentence : calm_sentence(graph), TITLE_COLUMNS, 3);
  add_lines(&label, xstrdup("Solid arrows: waits for, and is held by"), TITLE_COLUMNS, 1);
  add_lines(&label, xstrdup(" "), TITLE_COLUMNS, 1);
  return label;
}

/* Threads. */

static const char *thread_state_text(const struct wait_for *graph, uint32_t thread) {
  static const char *const texts[N_HANG_STATES] = {
      [HANG_WAITS] = "waits", [HANG_BEHIND] = "is stuck", [HANG_ROOT] = "is stuck", [HANG_CIRCLE] = "is stuck in a circle"};
  if (graph->hang->states[thread] != HANG_NOT)
    return texts[graph->hang->states[thread]];
  switch (graph->model->threads[thread].state) {
  case THREAD_UNKNOWN:
    return "never seen";
  case THREAD_CREATED:
    return "has not begun";
  case THREAD_RUNNING:
    return "goes on";
  case THREAD_ENDED:
    return "has ended";
  }
  return "";
}

char *wait_for_thread_label(const struct wait_for *graph, uint32_t thread) {
  char *label = NULL;
  add_lines(&label, names_thread(graph->names, thread), NAME_COLUMNS, 1);
  add_lines(&label, xstrdup(thread_state_text(graph, thread)), NAME_COLUMNS, 1);
  return label;
}

char *wait_for_rest_label(const struct wait_for *graph, const struct wait_group *group) {
  (void)graph;
  char *n = label_number(group->n), *label = NULL;
  add_lines(&label, xasprintf("%s more thread%s wait%s here", n, plural(group->n), group->n == 1 ? "s" : ""), NAME_COLUMNS, 1);
  free(n);
  return label;
}

/* Objects. */

static const char *kind_text(uint16_t kind) {
  switch (TRACE_KIND_OF(kind)) {
#define KIND(name, code, text, family)                                                                                                     \
  case code:                                                                                                                               \
    return text;
#include "track/events.def"
  default: /* as it is on disk */
    return "object";
  }
}

/* "condition, with desk", "barrier, 3 of 4 have come" */
static char *state_text(const struct wait_for *graph, const struct object *object, uint8_t op) {
  const char *kind = kind_text(object->kind);
  char *mutex = NULL, *text;
  switch (op) {
  case TRACE_WAIT:
    mutex = names_object(graph->names, object->mutex);
    text = mutex ? xasprintf("%s, with %s", kind, mutex) : xstrdup(kind);
    free(mutex);
    return text;
  case TRACE_SEM_REQ:
    return object->value_known ? xasprintf("%s at %" PRIu64, kind, object->value) : xstrdup(kind);
  case TRACE_ARRIVE:
    return object->value_known ? xasprintf("%s, %" PRIu32 " of %" PRIu64 " have come", kind, object->n_waiters, object->value)
                               : xstrdup(kind);
  case TRACE_GET_REQ:
    return object->n_items ? xasprintf("%s with %" PRIu32 " item%s", kind, object->n_items, plural(object->n_items))
                           : xasprintf("%s, empty", kind);
  case TRACE_PUT_REQ:
    return object->value_known ? xasprintf("%s, full: %" PRIu32 " of %" PRIu64, kind, object->n_items, object->value) : xstrdup(kind);
  case TRACE_AWAIT:
    return object->n_unfinished ? xasprintf("%s, %" PRIu32 " not done", kind, object->n_unfinished) : xasprintf("%s, not set", kind);
  default: /* as above */
    return xstrdup(kind);
  }
}

/* What has no name is called by its kind, which need not be told twice. */
static void add_state(const struct wait_for *graph, char **label, const struct object *object, uint8_t op) {
  char *state = state_text(graph, object, op);
  size_t n = strlen(state);
  if (!strncmp(*label, state, n) && (*label)[n] == ' ')
    free(state);
  else
    add_lines(label, state, LINE_COLUMNS, 2);
}

static const char *deed_verb(uint8_t op) {
  static const char *const verbs[TRACE_OP_LIMIT] = {
      [TRACE_SIGNAL] = "signalled",   [TRACE_BROADCAST] = "signalled to all", [TRACE_POST] = "posted",  [TRACE_SET] = "set",
      [TRACE_ABORT] = "aborted",      [TRACE_SHUTDOWN] = "shut down",         [TRACE_PUT] = "item put", [TRACE_GET] = "item got",
      [TRACE_TASK_DONE] = "item done"};
  return op < TRACE_OP_LIMIT && verbs[op] ? verbs[op] : "let go";
}

/* "once,", "1,000 times, last" */
static char *often_text(uint64_t count) {
  char *n = label_number(count), *text = count == 1 ? xstrdup("once,") : xasprintf("%s times, last", n);
  free(n);
  return text;
}

/* "signalled once, by editor at 560 µs, when nobody was waiting" */
static char *deed_text(const struct wait_for *graph, const struct deed *deed) {
  char *thread = names_thread(graph->names, deed->thread), *when = when_text(graph, deed->time, deed->time);
  char *often = often_text(deed->count);
  char *text = xasprintf("%s %s by %s at %s%s", deed_verb(deed->op), often, thread ? thread : "?", when,
                         deed_is_lost(deed) ? ", when nobody was waiting" : "");
  free(thread);
  free(when);
  free(often);
  return text;
}

char *wait_for_object_label(const struct wait_for *graph, uint32_t index, uint32_t waiter) {
  const struct object *object = &graph->model->objects[index];
  const struct blocked *blocked = &graph->model->threads[waiter].blocked;
  uint8_t op = blocked->object == index ? blocked->op : 0;
  char *label = NULL;
  add_lines(&label, names_object_introduced(graph->names, index), LINE_COLUMNS, 3);
  add_state(graph, &label, object, op);
  if (graph->hang->states[waiter] == HANG_ROOT && op != TRACE_REQ)
    add_lines(&label, xasprintf("nobody is left to %s", hang_missing_deed(op, object->kind)), LINE_COLUMNS, 2);
  const struct deed *deed = wait_for_deed(graph, index, waiter);
  if (deed)
    add_lines(&label, deed_text(graph, deed), LINE_COLUMNS, 4);
  else if (op == TRACE_WAIT)
    add_lines(&label, xstrdup("never signalled"), LINE_COLUMNS, 1);
  return label;
}

/* Edges. */

static const char *wait_verb(const struct blocked *blocked) {
  switch (blocked->op) {
  case TRACE_REQ:
    return blocked->mode & TRACE_MODE_CONDITION ? "takes it back" : blocked->mode & TRACE_MODE_READ ? "asks to read" : "asks for it";
  case TRACE_JOIN_REQ:
    return "joins";
  case TRACE_ARRIVE:
    return "stands at it";
  case TRACE_GET_REQ:
    return "wants an item";
  case TRACE_PUT_REQ:
    return "wants room";
  default: /* as above */
    return "waits";
  }
}

char *wait_for_wait_label(const struct wait_for *graph, uint32_t thread) {
  const struct blocked *blocked = &graph->model->threads[thread].blocked;
  char *label = NULL, *when = when_text(graph, blocked->time_ns, blocked->ordinal);
  add_lines(&label, xasprintf("%s, since %s%s", wait_verb(blocked), when, wait_is_limited(blocked) ? ", until a timeout" : ""),
            PLACE_COLUMNS, 1);
  add_place(graph, &label, "", blocked->site);
  free(when);
  return label;
}

char *wait_for_hold_label(const struct wait_for *graph, uint32_t object, uint32_t holder) {
  const struct held *held = thread_held(&graph->model->threads[holder], object);
  char *label = NULL;
  if (!held)
    return xstrdup("held by");
  char *when = when_text(graph, held->time_ns, held->ordinal);
  add_lines(&label, xasprintf("held%s since %s", held->mode & TRACE_MODE_READ ? " to read" : "", when), PLACE_COLUMNS, 1);
  add_place(graph, &label, "acquired in ", held->site);
  free(when);
  return label;
}

char *wait_for_deed_label(const struct wait_for *graph, const struct deed *deed) {
  char *label = NULL;
  add_lines(&label, xasprintf("%s last by", deed_verb(deed->op)), PLACE_COLUMNS, 1);
  add_place(graph, &label, "", deed->site);
  return label;
}
