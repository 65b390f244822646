/* excerpt.c - see excerpt.h. */
#include "report/excerpt.h"

#include <stdlib.h>
#include <string.h>

#include "findings/names.h"
#include "util/alloc.h"
#include "util/text.h"

enum { FUNCTION_COLUMNS = 60, MAX_FUNCTIONS = 4 };

static FILE *text_stream(char **text, size_t *n_bytes) {
  FILE *out = open_memstream(text, n_bytes);
  if (!out)
    abort(); /* out of memory, as everywhere offline */
  return out;
}

char *excerpt_of(const struct summary *summary, const struct finding *finding) {
  struct summary plain = *summary;
  plain.colour = false;
  plain.quiet = true; /* no totals */
  plain.relative_paths = true;
  char *text = NULL;
  size_t n_bytes = 0;
  FILE *out = text_stream(&text, &n_bytes);
  void *state = reporter_text.begin(out, &plain);
  reporter_text.finding(state, finding);
  reporter_text.end(state);
  fclose(out);
  while (n_bytes > 1 && text[n_bytes - 2] == '\n')
    text[--n_bytes] = '\0';
  return text;
}

static const char *function_of(const struct finding *finding, uint32_t thread) {
  const struct stack *stack = &finding->threads[thread].stack;
  const struct frame *frame = stack->n_frames ? stack_own_frame(stack) : NULL;
  return frame ? frame->function : NULL;
}

static bool is_first(const struct finding *finding, uint32_t thread) {
  const char *function = function_of(finding, thread);
  for (uint32_t i = 0; i < thread; i++)
    if (function_of(finding, i) && !strcmp(function_of(finding, i), function))
      return false;
  return true;
}

char *excerpt_title(const struct finding *finding) {
  char *text = NULL;
  size_t n_bytes = 0;
  FILE *out = text_stream(&text, &n_bytes);
  fputs(finding->title ? finding->title : finding->kind, out);
  uint32_t n = 0;
  for (uint32_t i = 0; i < finding->n_threads; i++) {
    if (!function_of(finding, i) || !is_first(finding, i))
      continue;
    char *shown = text_elide(function_of(finding, i), FUNCTION_COLUMNS);
    fprintf(out, "%s%s", !n ? ": " : ", ", n < MAX_FUNCTIONS ? shown : "…");
    free(shown);
    if (n++ == MAX_FUNCTIONS)
      break;
  }
  fclose(out);
  return text;
}
