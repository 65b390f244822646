/* json_text.c - see json_text.h; RFC 8259, section 7. U+2028, U+2029 and "</" are legal there: these are files, not parts of a web page. */
#include "viz/export/json_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/text.h"

enum { ESCAPE_BYTES = 6 };

static char *escape(char *valid) {
  char *escaped = xmalloc(ESCAPE_BYTES * strlen(valid) + 1), *out = escaped;
  for (const char *at = valid; *at; at++) {
    unsigned char c = (unsigned char)*at;
    if (c < ' ' || c == 0x7f)
      out += sprintf(out, "\\u%04x", c);
    else if (c == '"' || c == '\\')
      out += sprintf(out, "\\%c", c);
    else
      *out++ = *at;
  }
  *out = '\0';
  free(valid);
  return escaped;
}

char *json_text(const char *text) {
  return escape(text_utf8(text));
}

char *json_text_shown(const char *text) {
  return escape(text_clean(text));
}
