/* label.c - see label.h. In a Graphviz label, a backslash begins an escape and an ampersand an entity. */
#include "viz/label.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>

#include "findings/names.h"
#include "findings/own_code.h"
#include "util/alloc.h"
#include "util/text.h"

enum { AMPERSAND_BYTES = 5, WIDE_BYTES = 3 };

/* Characters of three bytes and more are taken as wide: most are, and a label that is too short does no harm. */
static double columns_of(const char *at, size_t bytes) {
  (void)at;
  return bytes >= WIDE_BYTES ? 2 : 1;
}

/* Widths of the characters from blank to tilde in DejaVu Sans, in thousandths of the font's size. */
static const uint16_t widths[] = {317, 400, 459, 837, 636, 950, 779, 274, 390, 390, 500, 837, 317, 360,  317, 336, 636, 636, 636,
                                  636, 636, 636, 636, 636, 636, 636, 336, 336, 837, 837, 837, 530, 1000, 684, 686, 698, 770, 631,
                                  575, 774, 751, 294, 294, 655, 557, 862, 748, 787, 603, 787, 694, 634,  610, 731, 684, 988, 685,
                                  610, 685, 390, 336, 390, 837, 500, 500, 612, 634, 549, 634, 615, 352,  634, 633, 277, 277, 579,
                                  277, 974, 633, 611, 634, 634, 411, 520, 392, 633, 591, 817, 591, 591,  524, 636, 336, 636, 837};

/* Width of a character against the font's size. */
static double width_of(const char *at, size_t bytes) {
  if (bytes > 1)
    return bytes >= WIDE_BYTES ? 1.5 : 1;
  unsigned index = (unsigned char)*at - ' ';
  return index < sizeof widths / sizeof *widths ? widths[index] / 1000.0 : 1;
}

typedef double measure(const char *at, size_t bytes);

/* Bytes of the beginning that measures no more than `room`. */
static size_t fitting_bytes(const char *clean, measure *width, double room) {
  double used = 0;
  size_t total = 0;
  while (clean[total]) {
    size_t bytes = text_character(clean + total);
    bytes = bytes ? bytes : 1;
    used += width(clean + total, bytes);
    if (used > room)
      break;
    total += bytes;
  }
  return total;
}

static char *escape(const char *text, size_t n) {
  char *label = xmalloc(AMPERSAND_BYTES * n + 1), *out = label;
  for (size_t i = 0; i < n; i++) {
    if (text[i] == '&')
      out = stpcpy(out, "&amp;");
    else if (text[i] == '\\')
      out = stpcpy(out, "\\\\");
    else
      *out++ = text[i];
  }
  *out = '\0';
  return label;
}

static char *cut_clean(const char *clean, measure *width, double room) {
  size_t n = fitting_bytes(clean, width, room);
  if (!clean[n])
    return escape(clean, n);
  char *label = escape(clean, fitting_bytes(clean, width, room > 1 ? room - 1 : 0)), *cut = xasprintf("%s…", label);
  free(label);
  return cut;
}

char *label_of(const char *text, size_t columns) {
  char *clean = text_clean(text), *label = cut_clean(clean, columns_of, (double)columns);
  free(clean);
  return label;
}

double label_width(const char *text, double size) {
  double width = 0;
  char *clean = text_clean(text);
  for (size_t i = 0, bytes; clean[i]; i += bytes) {
    bytes = text_character(clean + i);
    bytes = bytes ? bytes : 1;
    width += width_of(clean + i, bytes);
  }
  free(clean);
  return width * size;
}

char *label_fitted(const char *text, double size, double points) {
  char *clean = text_clean(text), *label = cut_clean(clean, width_of, points / size);
  free(clean);
  return label;
}

static void append(char **text, const char *more, const char *end) {
  char *longer = xasprintf("%s%s%s", *text ? *text : "", more, end);
  free(*text);
  *text = longer;
}

/* Bytes of the first line: up to the last blank that fits; a word that is too long is broken. */
static size_t line_bytes(const char *clean, size_t columns) {
  size_t n = fitting_bytes(clean, columns_of, (double)columns), at = n;
  if (!clean[n])
    return n;
  while (at && clean[at] != ' ')
    at--;
  return at ? at : n;
}

char *label_wrapped(const char *text, size_t columns, unsigned n_lines) {
  char *clean = text_clean(text), *label = xstrdup(""), *at = clean;
  for (unsigned i = 1; i < n_lines && strlen(at) > columns; i++) {
    size_t n = line_bytes(at, columns);
    if (!n || !at[n])
      break;
    char *line = escape(at, n);
    append(&label, line, "\\l");
    free(line);
    at += n + (at[n] == ' ');
  }
  char *rest = cut_clean(at, columns_of, (double)columns);
  append(&label, rest, "\\l");
  free(rest);
  free(clean);
  return label;
}

unsigned label_lines(const char *label) {
  unsigned n = 0;
  for (const char *at = label; (at = strchr(at, '\\')); at += 2)
    n += at[1] == 'l' || at[1] == 'n' || at[1] == 'r';
  return n;
}

char *label_stack(const struct stack *stack) {
  const struct frame *frame = stack_own_frame(stack);
  if (!frame)
    return xstrdup("");
  const char *function = frame->function ? frame->function : "";
  const char *separator = frame->function ? " " : "";
  if (frame->file && frame->line)
    return xasprintf("%s%s%s:%d", function, separator, base_name(frame->file), frame->line);
  if (frame->file)
    return xasprintf("%s%s%s", function, separator, base_name(frame->file));
  if (frame->module)
    return xasprintf("%s%s%s+0x%" PRIx64, function, frame->function ? " in " : "", base_name(frame->module), frame->offset);
  if (frame->line)
    return xasprintf("location %d", frame->line);
  return xstrdup(function);
}

char *label_duration(uint64_t duration, bool is_in_events) {
  if (is_in_events)
    return xasprintf("%" PRIu64 " event%s", duration, duration == 1 ? "" : "s");
  double ns = (double)duration;
  if (duration < 1000)
    return xasprintf("%" PRIu64 " ns", duration);
  if (ns < 1e6)
    return xasprintf("%.3g µs", ns / 1e3);
  if (ns < 1e9)
    return xasprintf("%.3g ms", ns / 1e6);
  return xasprintf("%.4g s", ns / 1e9);
}

char *label_number(uint64_t n) {
  if (n < 1000)
    return xasprintf("%" PRIu64, n);
  char *front = label_number(n / 1000), *text = xasprintf("%s,%03" PRIu64, front, n % 1000);
  free(front);
  return text;
}
