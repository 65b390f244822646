/* fuzz_text.c - any bytes as a text trace; what is read is written, read again, and must be the same events.
 *
 * Also that every index of a delivered event is inside the tables, which everything behind the source relies on. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "trace/text.h"
#include "trace/text_words.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

enum { BATCH = 7 };

static void check(bool holds) {
  if (!holds)
    abort();
}

static void check_event(const struct source_info *info, const struct event *event) {
  const struct text_word *word = text_op_of(event->op);
  check(word && event->thread < info->n_threads && event->site < info->n_sites);
  if (word->operand == OPERAND_THREAD)
    check(event->target == NO_INDEX || event->target < info->n_threads);
  else if (word->operand != OPERAND_NONE)
    check(event->place < info->n_places);
  check(event->place2 == NO_INDEX || event->place2 < info->n_places);
}

/* Everything the source delivers, as a dump. */
static char *dump(struct source *source, size_t *ret_bytes, uint64_t *ret_events) {
  char *text = NULL;
  FILE *out = open_memstream(&text, ret_bytes);
  check(out != NULL);
  struct event events[BATCH];
  size_t n;
  text_write_header(out, source_info(source));
  while ((n = source_read(source, events, BATCH)) > 0)
    for (size_t i = 0; i < n; i++) {
      check_event(source_info(source), &events[i]);
      text_write_event(out, source_info(source), &events[i]);
    }
  text_write_end(out, source_info(source));
  fclose(out);
  *ret_events = source_info(source)->n_events;
  return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes) {
  char *copy = malloc(n_bytes + 1); /* exactly as long as told: reading on is seen */
  memcpy(copy, bytes, n_bytes);
  copy = realloc(copy, n_bytes ? n_bytes : 1);
  struct source *source = text_open_memory("fuzz", copy, n_bytes);
  size_t n_first, n_second;
  uint64_t first_events, second_events;
  char *first = dump(source, &n_first, &first_events);
  source_close(source);
  struct source *again = text_open_memory("dump", first, n_first);
  char *second = dump(again, &n_second, &second_events);
  check(!source_error(again) && first_events == second_events);
  source_close(again);
  free(copy);
  free(first);
  free(second);
  return 0;
}
