/* sarif_message.c - plain text messages (3.11.3) and the links in them (3.11.6).
 *
 * In a link's text, brackets and backslashes are escaped. Elsewhere they may stand as they are; only what a viewer would take for a link
 * that we did not make, "](", is drawn apart. Braces are doubled everywhere (3.11.5). */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "report/sarif_parts.h"
#include "report/json_values.h"
#include "util/alloc.h"
#include "util/text.h"

static void write_character(FILE *out, const char *at) {
  fputc(*at, out);
  if (*at == '{' || *at == '}')
    fputc(*at, out);
  if (*at == ']' && at[1] == '(')
    fputc(' ', out);
}

static json_t *message_of(char *text) {
  json_t *message = json_object();
  json_object_set_new(message, "text", json_of_text(text));
  free(text);
  return message;
}

/* A text that grows; out of memory ends the program, as everywhere offline. */
static FILE *text_stream(char **text, size_t *n_bytes) {
  FILE *out = open_memstream(text, n_bytes);
  if (!out)
    abort();
  return out;
}

json_t *sarif_message(char *made) {
  char *clean = text_clean(made), *text = NULL;
  size_t n_bytes = 0;
  FILE *out = text_stream(&text, &n_bytes);
  for (const char *at = *clean ? clean : "?"; *at; at++)
    write_character(out, at);
  fclose(out);
  free(clean);
  free(made);
  return message_of(text);
}

/* A thread whose name may be met. */
struct mention {
  char *name; /* clean; NULL: has been met, or cannot be */
  uint32_t id;
};

static void write_link(FILE *out, const struct mention *mention) {
  fputc('[', out);
  for (const char *at = mention->name; *at; at++) {
    if (strchr("[]\\", *at))
      fputc('\\', out);
    fputc(*at, out);
    if (*at == '{' || *at == '}')
      fputc(*at, out);
  }
  fprintf(out, "](%u)", mention->id);
}

static bool is_word(char c) {
  return isalnum((unsigned char)c) || c == '_' || (c & 0x80);
}

/* The longest of the names that stands here as a whole. */
static struct mention *mention_at(struct mention *mentions, uint32_t n, const char *text, const char *at) {
  struct mention *longest = NULL;
  for (uint32_t i = 0; i < n; i++) {
    const char *name = mentions[i].name;
    size_t length = name ? strlen(name) : 0;
    if (!length || strncmp(at, name, length) != 0 || (longest && strlen(longest->name) >= length))
      continue;
    bool begins = at == text || !is_word(at[-1]) || !is_word(*at), ends = !is_word(at[length]) || !is_word(at[length - 1]);
    if (begins && ends)
      longest = &mentions[i];
  }
  return longest;
}

static char *linked(const char *text, struct mention *mentions, uint32_t n) {
  char *made = NULL;
  size_t n_bytes = 0;
  FILE *out = text_stream(&made, &n_bytes);
  for (const char *at = text; *at;) {
    struct mention *mention = mention_at(mentions, n, text, at);
    if (!mention) {
      write_character(out, at++);
      continue;
    }
    write_link(out, mention);
    at += strlen(mention->name);
    free(mention->name);
    mention->name = NULL;
  }
  fclose(out);
  return made;
}

json_t *sarif_linked_message(const struct finding *finding, const bool *is_linked) {
  struct mention *mentions = xcalloc(finding->n_threads, sizeof *mentions);
  for (uint32_t i = 0; i < finding->n_threads; i++)
    mentions[i] = (struct mention){is_linked[i] && finding->threads[i].name ? text_clean(finding->threads[i].name) : NULL, i + 1};
  char *clean = text_clean(finding->message && *finding->message ? finding->message : finding->kind);
  char *text = linked(clean, mentions, finding->n_threads);
  for (uint32_t i = 0; i < finding->n_threads; i++)
    free(mentions[i].name);
  free(mentions);
  free(clean);
  return message_of(text);
}
