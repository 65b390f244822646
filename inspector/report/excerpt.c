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

static int compare_texts(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Each once, in an order that no run changes. Returns how many there are. */
static uint32_t functions_of(const struct finding *finding, const char **functions) {
  uint32_t n = 0, n_different = 0;
  for (uint32_t i = 0; i < finding->n_threads; i++)
    if (function_of(finding, i))
      functions[n++] = function_of(finding, i);
  qsort(functions, n, sizeof *functions, compare_texts);
  for (uint32_t i = 0; i < n; i++)
    if (!i || strcmp(functions[i], functions[n_different - 1]) != 0)
      functions[n_different++] = functions[i];
  return n_different;
}

char *excerpt_title(const struct finding *finding) {
  char *text = NULL;
  size_t n_bytes = 0;
  FILE *out = text_stream(&text, &n_bytes);
  const char **functions = xcalloc(finding->n_threads, sizeof *functions);
  uint32_t n = functions_of(finding, functions);
  fputs(finding->title ? finding->title : finding->kind, out);
  for (uint32_t i = 0; i < n && i <= MAX_FUNCTIONS; i++) {
    char *shown = text_elide(functions[i], FUNCTION_COLUMNS);
    fprintf(out, "%s%s", !i ? ": " : ", ", i < MAX_FUNCTIONS ? shown : "…");
    free(shown);
  }
  fclose(out);
  free(functions);
  return text;
}
