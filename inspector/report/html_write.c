/* html_write.c - see html_write.h. What is escaped is the five characters of the HTML standard (13.3, 13.1.2.3), so that the same
 * text may stand in content and in quoted attributes. */
#include "report/html_write.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

static void write_escaped(FILE *out, const char *text, size_t n) {
  for (size_t i = 0; i < n; i++)
    switch (text[i]) {
    case '&':
      fputs("&amp;", out);
      break;
    case '<':
      fputs("&lt;", out);
      break;
    case '>':
      fputs("&gt;", out);
      break;
    case '"':
      fputs("&quot;", out);
      break;
    case '\'':
      fputs("&#39;", out);
      break;
    default:
      fputc(text[i], out);
    }
}

void html_text(FILE *out, const char *text) {
  char *clean = text_clean(text);
  write_escaped(out, clean, strlen(clean));
  free(clean);
}

void html_made(FILE *out, char *text) {
  html_text(out, text);
  free(text);
}

void html_source(FILE *out, const char *line) {
  for (size_t n; *line; line += n) {
    n = strcspn(line, "\t");
    bool is_last = !line[n], ends_in_return = is_last && n && line[n - 1] == '\r';
    char *part = strndup(line, n - ends_in_return);
    if (part)
      html_made(out, part);
    if (!is_last) {
      fputs("  ", out);
      n++;
    }
  }
}

void html_filled(FILE *out, const char *format, const char *text) {
  const char *place = strstr(format, "%s");
  fwrite(format, 1, (size_t)(place - format), out);
  html_text(out, text);
  fputs(place + 2, out);
}

/* '<' stands only within strings of JSON. */
void html_json(FILE *out, const char *json) {
  for (size_t n; *json; json += n + (json[n] == '<')) {
    n = strcspn(json, "<");
    fwrite(json, 1, n, out);
    if (json[n])
      fputs("\\u003c", out);
  }
}

/* Markdown. */

/* Up to the end of the link's text; the address is left out. */
static const char *write_link(FILE *out, const char *at, const char *end) {
  const char *close = memchr(at, ']', (size_t)(end - at));
  const char *paren = close && close + 1 < end && close[1] == '(' ? memchr(close, ')', (size_t)(end - close)) : NULL;
  if (!paren)
    return NULL;
  write_escaped(out, at + 1, (size_t)(close - at - 1));
  return paren + 1;
}

static void write_inline(FILE *out, const char *line, size_t n) {
  const char *end = line + n;
  while (line < end) {
    const char *close = *line == '`' ? memchr(line + 1, '`', (size_t)(end - line - 1)) : NULL, *after = NULL;
    if (close) {
      fputs("<code>", out);
      write_escaped(out, line + 1, (size_t)(close - line - 1));
      fputs("</code>", out);
      line = close + 1;
    } else if (*line == '[' && (after = write_link(out, line, end))) {
      line = after;
    } else {
      write_escaped(out, line++, 1);
    }
  }
}

enum block { BLOCK_NONE, BLOCK_PARAGRAPH, BLOCK_LIST, BLOCK_CODE };

static enum block block_enter(FILE *out, enum block now, enum block next) {
  static const char *const begins[] = {"", "<p>", "<ul>", "<pre>"}, *const ends[] = {"", "</p>\n", "</li></ul>\n", "</pre>\n"};
  if (now == next)
    return next;
  fputs(ends[now], out);
  fputs(begins[next], out);
  return next;
}

static enum block block_of(const char *line, size_t n, enum block now) {
  if (!n || *line == '#')
    return BLOCK_NONE;
  if (!strncmp(line, "- ", 2))
    return BLOCK_LIST;
  return now == BLOCK_LIST || now == BLOCK_PARAGRAPH ? now : BLOCK_PARAGRAPH; /* a line goes on */
}

static enum block write_line(FILE *out, const char *line, size_t n, enum block now) {
  enum block next = block_of(line, n, now);
  block_enter(out, now, next);
  if (*line == '#' && line[1] == '#') {
    fputs("<h4>", out);
    write_inline(out, line + 3, n - 3);
    fputs("</h4>\n", out);
  } else if (next == BLOCK_LIST && !strncmp(line, "- ", 2)) {
    fputs(now == BLOCK_LIST ? "</li>\n<li>" : "<li>", out);
    write_inline(out, line + 2, n - 2);
  } else if (next != BLOCK_NONE) {
    write_inline(out, line, n);
  }
  fputc('\n', out);
  return next;
}

void html_markdown(FILE *out, const char *page) {
  enum block now = BLOCK_NONE;
  for (size_t n; *page; page += n + (page[n] == '\n')) {
    n = strcspn(page, "\n");
    if (!strncmp(page, "```", 3)) {
      now = block_enter(out, now, now == BLOCK_CODE ? BLOCK_NONE : BLOCK_CODE);
    } else if (now == BLOCK_CODE) {
      write_escaped(out, page, n);
      fputc('\n', out);
    } else {
      now = write_line(out, page, n, now);
    }
  }
  block_enter(out, now, BLOCK_NONE);
}
