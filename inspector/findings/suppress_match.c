/* suppress_match.c - is a finding as an entry says? Every test must hold, for anything in the finding; a block must be the top of some
 * stack. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "findings/code_name.h"
#include "findings/own_code.h"
#include "findings/pattern.h"
#include "findings/suppress.h"
#include "util/alloc.h"

bool suppress_has_word(const char *words, const char *word) {
  size_t length = strlen(word);
  if (strcmp(words, "*") == 0)
    return true;
  for (const char *at = words; (at = strstr(at, word)); at++)
    if ((at == words || at[-1] == ' ') && (!at[length] || at[length] == ' '))
      return true;
  return false;
}

/* Is there a stack in the finding of which `is_like` holds? */
static bool any_stack(const struct finding *finding, bool (*is_like)(const struct stack *stack, const void *what), const void *what) {
  for (uint32_t i = 0; i < finding->n_threads; i++) {
    const struct finding_thread *thread = &finding->threads[i];
    if (is_like(&thread->stack, what))
      return true;
    for (uint32_t k = 0; k < thread->n_holds && thread->held_stacks; k++)
      if (is_like(&thread->held_stacks[k], what))
        return true;
    for (uint32_t k = 0; k < thread->n_places; k++)
      if (is_like(&thread->places[k].stack, what))
        return true;
  }
  return false;
}

/* ThreadSanitizer compares with each of the three. */
static bool is_frame_like(const struct frame *frame, const char *pattern) {
  return pattern_is_part(pattern, frame->function) || pattern_is_part(pattern, frame->file) || pattern_is_part(pattern, frame->module);
}

static bool is_test_frame(const struct frame *frame, const struct suppress_test *test) {
  switch (test->target) {
  case SUPPRESS_FRAME:
  case SUPPRESS_TOP:
    return is_frame_like(frame, test->pattern);
  case SUPPRESS_CALLER:
    return pattern_is_part(test->pattern, frame->module);
  case SUPPRESS_FUNCTION:
    return pattern_is_function(test->pattern, frame->function);
  case SUPPRESS_FILE:
    return pattern_is_path(test->pattern, frame->file);
  case SUPPRESS_MODULE:
    return pattern_is_path(test->pattern, frame->module);
  case SUPPRESS_LOCK:
  case SUPPRESS_THREAD:
  case SUPPRESS_FINGERPRINT:
    break;
  }
  return false;
}

static bool is_any_frame(const struct stack *stack, const void *what) {
  for (uint32_t i = 0; i < stack->n_frames; i++)
    if (is_test_frame(&stack->frames[i], what))
      return true;
  return false;
}

static bool is_first_frame(const struct stack *stack, const void *what) {
  return stack->n_frames && is_test_frame(&stack->frames[0], what);
}

static bool is_top_of_a_thread(const struct finding *finding, const struct suppress_test *test) {
  for (uint32_t i = 0; i < finding->n_threads; i++)
    if (is_first_frame(&finding->threads[i].stack, test))
      return true;
  return false;
}

static bool is_lock(const struct finding *finding, const char *pattern) {
  for (uint32_t i = 0; i < finding->n_threads; i++) {
    const struct finding_thread *thread = &finding->threads[i];
    if (thread->wants != UINT32_MAX && pattern_is_whole(pattern, thread->wants_name))
      return true;
    for (uint32_t k = 0; k < thread->n_holds && thread->hold_names; k++)
      if (pattern_is_whole(pattern, thread->hold_names[k]))
        return true;
    for (uint32_t k = 0; k < thread->n_places; k++)
      if (pattern_is_whole(pattern, thread->places[k].object_name))
        return true;
  }
  return false;
}

/* A report tells threads apart that have one name or none: "worker #3" is a worker, "T3 (run)" runs run. */
static bool is_thread_name(const char *name, const char *pattern) {
  if (!name || pattern_is_whole(pattern, name))
    return name != NULL;
  const char *number = strstr(name, " #"), *open = strchr(name, '(');
  char *given = NULL;
  if (number && number[2 + strspn(number + 2, "0123456789")] == '\0')
    given = xasprintf("%.*s", (int)(number - name), name);
  else if (*name == 'T' && open && name[strlen(name) - 1] == ')')
    given = xasprintf("%.*s", (int)strlen(open) - 2, open + 1);
  bool fits = given && pattern_is_whole(pattern, given);
  free(given);
  return fits;
}

static bool is_thread(const struct finding *finding, const char *pattern) {
  for (uint32_t i = 0; i < finding->n_threads; i++)
    if (is_thread_name(finding->threads[i].name, pattern))
      return true;
  return false;
}

static bool is_fingerprint(const struct finding *finding, const char *pattern) {
  char text[17];
  snprintf(text, sizeof text, "%016" PRIx64, finding->fingerprint);
  return strcmp(pattern, text) == 0;
}

static bool holds(const struct suppress_test *test, const struct finding *finding) {
  switch (test->target) {
  case SUPPRESS_TOP:
    return is_top_of_a_thread(finding, test);
  case SUPPRESS_CALLER:
    return any_stack(finding, is_first_frame, test);
  case SUPPRESS_FRAME:
  case SUPPRESS_FUNCTION:
  case SUPPRESS_FILE:
  case SUPPRESS_MODULE:
    return any_stack(finding, is_any_frame, test);
  case SUPPRESS_LOCK:
    return is_lock(finding, test->pattern);
  case SUPPRESS_THREAD:
    return is_thread(finding, test->pattern);
  case SUPPRESS_FINGERPRINT:
    return is_fingerprint(finding, test->pattern);
  }
  return false;
}

/* "queue.c" and "queue.c:31" */
static bool is_source(const char *pattern, const struct frame *frame) {
  if (!frame->file)
    return false;
  char *line = xasprintf("%s:%d", frame->file, frame->line);
  bool fits = pattern_is_path(pattern, frame->file) || pattern_is_path(pattern, line);
  free(line);
  return fits;
}

/* Valgrind names inlined calls as the debug information does: "lock" of std::mutex::lock(). */
static bool is_plain_name(const char *pattern, const struct frame *frame) {
  char *name = frame->is_inlined ? code_name(frame->function) : NULL;
  const char *colon = name ? strrchr(name, ':') : NULL;
  bool fits = pattern_is_whole(pattern, colon ? colon + 1 : name);
  free(name);
  return fits;
}

static bool is_function_step(const char *pattern, const struct frame *frame) {
  return pattern_is_function(pattern, frame->function) || pattern_is_whole(pattern, frame->linkage) || is_plain_name(pattern, frame);
}

/* One library has several names: /lib/libx.so.6 is the link to /usr/lib/libx.so.6.0.30. */
static bool is_object_step(const char *pattern, const char *module) {
  if (!module || pattern_is_whole(pattern, module))
    return module != NULL;
  const char *name = base_name(module), *wanted = base_name(pattern);
  size_t length = strlen(name);
  return strstr(name, ".so") && strncmp(wanted, name, length) == 0 && (!wanted[length] || wanted[length] == '.');
}

static bool is_step(const struct suppress_frame *step, const struct frame *frame) {
  switch (step->step) {
  case STEP_FUNCTION:
    return is_function_step(step->pattern, frame);
  case STEP_OBJECT:
    return is_object_step(step->pattern, frame->module);
  case STEP_SOURCE:
    return is_source(step->pattern, frame);
  case STEP_ANY_NUMBER:
    return true;
  }
  return false;
}

/* As a text and a pattern with stars: going back to the last "..." is enough. */
static bool is_top(const struct stack *stack, const void *what) {
  const struct suppression *entry = what;
  uint32_t at = 0, frame = 0, dots = UINT32_MAX, retry = 0;
  while (at < entry->n_frames) {
    if (entry->frames[at].step == STEP_ANY_NUMBER) {
      dots = ++at;
      retry = frame;
    } else if (frame < stack->n_frames && is_step(&entry->frames[at], &stack->frames[frame])) {
      at++;
      frame++;
    } else if (dots != UINT32_MAX && retry < stack->n_frames) {
      at = dots;
      frame = ++retry;
    } else {
      return false;
    }
  }
  return stack->n_frames > 0;
}

bool suppression_matches(const struct suppression *entry, const struct finding *finding) {
  if (!suppress_has_word(entry->kinds, finding->kind))
    return false;
  for (uint32_t i = 0; i < entry->n_tests; i++)
    if (!holds(&entry->tests[i], finding))
      return false;
  return !entry->n_frames || any_stack(finding, is_top, entry);
}
