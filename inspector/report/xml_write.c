/* xml_write.c - see xml_write.h. Characters: XML 1.0 (fifth edition), 2.2 and 2.4; line breaks and tabs in attributes would become blanks
 * (3.3.3), so they are written as references. */
#include "report/xml_write.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

static const char *reference_of(char c) {
  switch (c) {
  case '&':
    return "&amp;";
  case '<':
    return "&lt;";
  case '>':
    return "&gt;";
  case '"':
    return "&quot;";
  case '\'':
    return "&apos;";
  default:
    return NULL;
  }
}

/* U+FFFE and U+FFFF are UTF-8, but no characters of XML. */
static bool is_no_character(const char *at) {
  return !strncmp(at, "\xef\xbf\xbe", 3) || !strncmp(at, "\xef\xbf\xbf", 3);
}

static void write_clean(FILE *out, const char *clean) {
  while (*clean) {
    const char *reference = reference_of(*clean);
    if (reference)
      fputs(reference, out);
    else if (is_no_character(clean))
      fputs("\xef\xbf\xbd", out);
    else
      fputc(*clean, out);
    clean += is_no_character(clean) ? 3 : 1;
  }
}

static void write_parts(FILE *out, const char *text, bool is_attribute) {
  for (size_t n; *text; text += n) {
    n = strcspn(text, "\n\t");
    char *part = strndup(text, n), *clean = part ? text_clean(part) : NULL;
    if (clean)
      write_clean(out, clean);
    free(clean);
    free(part);
    if (!text[n])
      return;
    if (is_attribute)
      fprintf(out, "&#%d;", text[n]);
    else
      fputc(text[n], out);
    n++;
  }
}

void xml_text(FILE *out, const char *text) {
  write_parts(out, text ? text : "?", false);
}

void xml_made(FILE *out, char *text) {
  xml_text(out, text);
  free(text);
}

void xml_attribute(FILE *out, const char *name, const char *text) {
  fprintf(out, " %s=\"", name);
  write_parts(out, text ? text : "?", true);
  fputc('"', out);
}
