/* text.c - UTF-8 as in RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
#include "util/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "util/alloc.h"

static bool is_continuation(unsigned char byte) {
  return (byte & 0xc0) == 0x80;
}

/* Decodes the character at `text` to *ret_code; returns its bytes, 0 if invalid. */
static size_t decode(const char *text, uint32_t *ret_code) {
  const unsigned char *p = (const unsigned char *)text;
  size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;
  if (n < 2) {
    *ret_code = p[0];
    return n;
  }
  uint32_t code = p[0] & (0xffu >> (n + 1));
  for (size_t i = 1; i < n; i++) {
    if (!is_continuation(p[i])) /* a terminating zero, too */
      return 0;
    code = code << 6 | (p[i] & 0x3f);
  }
  bool is_overlong = (n == 3 && code < 0x800) || (n == 4 && code < 0x10000);
  if (is_overlong || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
    return 0;
  *ret_code = code;
  return n;
}

size_t text_character(const char *text) {
  uint32_t code;
  return decode(text, &code);
}

/* What moves the cursor, or reorders what is around it. */
static bool is_harmful(uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x200e && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069);
}

char *text_clean(const char *text) {
  if (!text)
    return xstrdup("?");
  char *clean = xmalloc(4 * strlen(text) + 1), *out = clean;
  while (*text) {
    uint32_t code = 0;
    size_t n = decode(text, &code);
    bool is_fine = n && !is_harmful(code);
    for (size_t i = 0; i < (n ? n : 1); i++, text++)
      if (is_fine)
        *out++ = *text;
      else
        out += sprintf(out, "\\x%02x", (unsigned)(unsigned char)*text);
  }
  *out = '\0';
  return clean;
}

char *text_utf8(const char *text) {
  char *valid = xmalloc(3 * strlen(text) + 1), *out = valid;
  while (*text) {
    size_t n = text_character(text);
    memcpy(out, n ? text : "\xef\xbf\xbd", n ? n : 3);
    out += n ? n : 3;
    text += n ? n : 1;
  }
  *out = '\0';
  return valid;
}

char *text_elide(const char *text, size_t columns) {
  size_t bytes = 0, before_last = 0, n = 0;
  for (; text[bytes] && n < columns; n++) {
    size_t character = text_character(text + bytes);
    before_last = bytes;
    bytes += character ? character : 1;
  }
  if (!text[bytes])
    return xstrdup(text);
  return xasprintf("%.*s…", (int)before_last, text);
}
