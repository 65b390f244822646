/* sarif_rule.c - a kind of finding as a rule (3.49): the page docs/detectors/KIND.md as its help, whose first line and first paragraph are
 * the short and the full description. Pages are ours: their braces stay single, since services show help as it is. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "report/json_values.h"
#include "report/sarif_parts.h"
#include "util/alloc.h"

static json_t *text_object(json_t *text, const char *markdown) {
  json_t *object = json_object();
  json_object_set_new(object, "text", text);
  if (markdown)
    json_object_set_new(object, "markdown", json_of_text(markdown));
  return object;
}

/* "unlock-not-held" as "UnlockNotHeld" (3.49.7). */
static json_t *rule_name(const char *kind) {
  char *name = xmalloc(strlen(kind) + 1), *out = name;
  for (const char *at = kind; *at; at++)
    if (*at != '-')
      *out++ = at == kind || at[-1] == '-' ? (char)toupper((unsigned char)*at) : *at;
  *out = '\0';
  json_t *value = json_of_text(name);
  free(name);
  return value;
}

/* "# kind: threads can ..." without what is before the sentence; caller frees. */
static char *page_title(const char *page) {
  const char *colon = strstr(page, ": ");
  size_t n = strcspn(page, "\n");
  if (!colon || (size_t)(colon - page) > n)
    return NULL;
  char *title = strndup(colon + 2, n - (size_t)(colon + 2 - page));
  if (title)
    *title = (char)toupper((unsigned char)*title);
  return title;
}

/* The paragraph below the first heading of the second level, in one line; caller frees. */
static char *page_paragraph(const char *page) {
  const char *heading = strstr(page, "\n## "), *begin = heading ? strchr(heading + 1, '\n') : NULL;
  const char *end = begin ? strstr(begin + 1, "\n\n") : NULL;
  char *paragraph = end ? strndup(begin + 1, (size_t)(end - begin - 1)) : NULL;
  for (char *at = paragraph; at && (at = strchr(at, '\n'));)
    *at = ' ';
  return paragraph;
}

/* The page without the fences around its code. */
static char *page_text(const char *page) {
  char *text = xmalloc(strlen(page) + 1), *out = text;
  for (size_t n; *page; page += n) {
    n = strcspn(page, "\n");
    n += page[n] == '\n';
    if (strncmp(page, "```", 3) != 0) {
      memcpy(out, page, n);
      out += n;
    }
  }
  *out = '\0';
  return text;
}

/* The text, or instead of one that there is not, another. Frees the first. */
static json_t *text_or(char *text, const char *other) {
  json_t *value = json_of_text(text ? text : other);
  free(text);
  return value;
}

json_t *sarif_rule(const struct summary *summary, const struct finding *finding) {
  const char *page = summary->explain ? summary->explain(finding->kind) : NULL;
  const char *title = finding->title ? finding->title : finding->kind;
  json_t *rule = json_object();
  json_object_set_new(rule, "id", json_of_text(finding->kind));
  if (strchr(finding->kind, '-')) /* else it would say the id again */
    json_object_set_new(rule, "name", rule_name(finding->kind));
  json_object_set_new(rule, "shortDescription", text_object(text_or(page ? page_title(page) : NULL, title), NULL));
  json_object_set_new(rule, "fullDescription", text_object(text_or(page ? page_paragraph(page) : NULL, title), NULL));
  json_object_set_new(rule, "help", text_object(text_or(page ? page_text(page) : NULL, title), page));
  json_object_set_new(rule, "properties", json_pack("{s:[s]}", "tags", "concurrency"));
  return rule;
}
