/* text_parse.c - the grammar of docs/text-trace.md: thread|op(operand,attribute,...)|loc.
 *
 * STD lets a name hold commas, brackets and parentheses: the operand goes to the last ')', and attributes are taken off its
 * right end only while they are exactly one of the known words. What is quoted may hold anything, with bars and control
 * characters escaped, so that a line always has exactly two bars. */
#include "trace/text_parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "model/event.h"

static bool refuse(struct text_line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool refuse(struct text_line *line, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line->why, sizeof line->why, format, arguments);
  va_end(arguments);
  return false;
}

const char *text_excerpt(struct span text, char buffer[48]) {
  size_t n = text.length < 40 ? text.length : 40;
  for (size_t i = 0; i < n; i++)
    buffer[i] = text.text[i] >= ' ' && text.text[i] < 0x7f ? text.text[i] : '?';
  strcpy(buffer + n, n < text.length ? "..." : "");
  return buffer;
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

static struct span trim(const char *begin, const char *end) {
  while (begin < end && is_blank(*begin))
    begin++;
  while (begin < end && is_blank(end[-1]))
    end--;
  return (struct span){begin, (size_t)(end - begin)};
}

static bool has_space_or_control(struct span text) {
  for (size_t i = 0; i < text.length; i++)
    if ((unsigned char)text.text[i] <= ' ' || text.text[i] == 0x7f)
      return true;
  return false;
}

static unsigned digit_value(char c) {
  if (c >= '0' && c <= '9')
    return (unsigned)(c - '0');
  return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

bool text_parse_number(struct span text, unsigned base, uint64_t *ret) {
  uint64_t number = 0;
  for (size_t i = 0; i < text.length; i++) {
    unsigned digit = digit_value(text.text[i]);
    if (digit >= base || __builtin_mul_overflow(number, base, &number) || __builtin_add_overflow(number, digit, &number))
      return false;
  }
  *ret = number;
  return text.length > 0;
}

static bool is_quoted(struct span text) {
  return text.length >= 2 && text.text[0] == '"' && text.text[text.length - 1] == '"';
}

static bool unescape_one(const char **at, const char *end, char *ret) {
  const char *p = *at;
  if (p < end && (*p == '"' || *p == '\\')) {
    *ret = *p;
    *at = p + 1;
    return true;
  }
  uint64_t code = 0;
  if (end - p < 3 || *p != 'x' || !text_parse_number((struct span){p + 1, 2}, 16, &code) || code == 0)
    return false;
  *ret = (char)code;
  *at = p + 3;
  return true;
}

/* "..." without its quotes; false when an escape is unknown or a quote stands alone inside. */
static bool unquote(struct span *text, char **scratch) {
  char *out = *scratch;
  const char *end = text->text + text->length - 1;
  for (const char *p = text->text + 1; p < end;) {
    char c = *p++;
    if (c == '"' || (unsigned char)c < ' ' || (c == '\\' && !unescape_one(&p, end, &c)))
      return false;
    *out++ = c;
  }
  *text = (struct span){*scratch, (size_t)(out - *scratch)};
  *scratch = out;
  return true;
}

/* Where the last segment of a comma-separated list starts; a quoted string at its end counts as one. */
static size_t last_segment(struct span list) {
  size_t i = list.length;
  if (i > 1 && list.text[i - 1] == '"') {
    size_t open = i - 1;
    while (open > 0 && (list.text[open - 1] != '"' || (open > 1 && list.text[open - 2] == '\\')))
      open--;
    i = open ? open - 1 : i;
  }
  while (i > 0 && list.text[i - 1] != ',')
    i--;
  return i;
}

static bool starts_with(struct span text, const char *prefix, struct span *ret_rest) {
  size_t length = strlen(prefix);
  if (text.length < length || memcmp(text.text, prefix, length) != 0)
    return false;
  *ret_rest = (struct span){text.text + length, text.length - length};
  return true;
}

static bool take_valued(struct text_line *line, struct span text, char **scratch) {
  struct span rest;
  if (starts_with(text, "sp=", &rest))
    return text_parse_number(rest, 16, &line->sp);
  if (starts_with(text, "value=", &rest))
    return text_parse_number(rest, 10, &line->value);
  if (starts_with(text, "result=", &rest))
    return text_errno_parse(rest, &line->result);
  if (starts_with(text, "stack=", &rest))
    return text_parse_number(rest, 16, &line->stack_top);
  if (!starts_with(text, "name=", &rest) || !is_quoted(rest) || !unquote(&rest, scratch))
    return false;
  line->name = rest;
  return true;
}

static bool take_attribute(struct text_line *line, struct span text, char **scratch) {
  const struct text_word *word;
  if (memchr(text.text, '=', text.length))
    return take_valued(line, text, scratch);
  if ((word = text_mode_find(text)))
    line->mode |= (uint8_t)word->value;
  else if ((word = text_type_find(text)))
    line->types |= word->value;
  else if ((word = text_kind_find(text)))
    line->kind = (int16_t)word->value;
  else if (span_is(text, "wr"))
    line->is_write = true;
  else if (span_is(text, "odd"))
    line->is_odd = true;
  else if (span_is(text, "fresh"))
    line->is_fresh = true;
  else
    return false;
  return true;
}

/* Take attributes off the end of the list; what is left is the operand, `all` when there is none before them. */
static struct span take_attributes(struct text_line *line, struct span list, bool all, char **scratch) {
  while (list.length) {
    size_t start = last_segment(list);
    if (!start && !all)
      break;
    if (!take_attribute(line, (struct span){list.text + start, list.length - start}, scratch))
      break;
    list.length = start ? start - 1 : 0;
  }
  return list;
}

static bool take_name(struct text_line *line, struct span *text, char **scratch) {
  char excerpt[48];
  if (is_quoted(*text))
    return unquote(text, scratch) || refuse(line, "the quoted name %s is malformed", text_excerpt(*text, excerpt));
  if (!text->length)
    return refuse(line, "the operand is missing");
  if (has_space_or_control(*text))
    return refuse(line, "the operand '%s' holds a space or a control character", text_excerpt(*text, excerpt));
  return true;
}

static bool takes_pair(uint8_t op) {
  return op == TRACE_WAIT || op == TRACE_WAKE || op == TEXT_OP_NAME;
}

static bool parse_operand(struct text_line *line, struct span list, char **scratch) {
  if (line->operand_type != OPERAND_VARIABLE)
    list = take_attributes(line, list, false, scratch);
  size_t start = takes_pair(line->op) ? last_segment(list) : 0;
  if (start) {
    line->operand2 = (struct span){list.text + start, list.length - start};
    list.length = start - 1;
    if (!take_name(line, &line->operand2, scratch))
      return false;
  }
  line->operand = list;
  if (line->operand_type == OPERAND_VARIABLE && is_quoted(list)) /* a name like any other: accesses have nothing to quote */
    return !has_space_or_control(list) || refuse(line, "the operand holds a space");
  return take_name(line, &line->operand, scratch);
}

/* begin and end may hold anything in STD; the words they know still count. */
static bool parse_none(struct text_line *line, struct span list, char **scratch) {
  char excerpt[48];
  struct span rest = take_attributes(line, list, true, scratch);
  if (!rest.length || line->op == TRACE_THREAD_BEGIN || line->op == TRACE_THREAD_END || text_parse_number(rest, 10, &line->value))
    return true;
  return refuse(line, "this operation has no operand '%s'", text_excerpt(rest, excerpt));
}

static bool parse_begin_end(struct text_line *line, struct span text, char **scratch) {
  struct span rest;
  if (starts_with(text, "begin", &rest))
    line->op = TRACE_THREAD_BEGIN;
  else if (starts_with(text, "end", &rest))
    line->op = TRACE_THREAD_END;
  else
    return false;
  if (rest.length >= 2 && rest.text[0] == '(' && rest.text[rest.length - 1] == ')')
    rest = (struct span){rest.text + 1, rest.length - 2};
  parse_none(line, rest, scratch);
  return true;
}

static bool parse_op(struct text_line *line, struct span text, char **scratch) {
  char excerpt[48];
  if (parse_begin_end(line, text, scratch))
    return true;
  const char *open = memchr(text.text, '(', text.length);
  if (!open || text.text[text.length - 1] != ')')
    return refuse(line, "'%s' is not of the form operation(operand)", text_excerpt(text, excerpt));
  struct span name = {text.text, (size_t)(open - text.text)};
  const struct text_word *word = text_op_find(name);
  if (!word)
    return refuse(line, "unknown operation '%s'", text_excerpt(name, excerpt));
  line->op = (uint8_t)word->value;
  line->operand_type = word->operand;
  struct span list = {open + 1, (size_t)(text.text + text.length - 1 - open - 1)};
  return word->operand == OPERAND_NONE ? parse_none(line, list, scratch) : parse_operand(line, list, scratch);
}

static bool parse_loc(struct text_line *line, struct span text) {
  char excerpt[48];
  bool is_negative = text.length && text.text[0] == '-';
  struct span digits = text;
  if (text.length && (is_negative || text.text[0] == '+'))
    digits = (struct span){text.text + 1, text.length - 1};
  uint64_t number;
  if (!text_parse_number(digits, 10, &number) || number > (uint64_t)INT32_MAX + is_negative)
    return refuse(line, "the location '%s' is not a number of 32 bits", text_excerpt(text, excerpt));
  line->loc = (int32_t)(is_negative ? -(int64_t)number : (int64_t)number);
  return true;
}

static bool parse_thread(struct text_line *line, struct span text, char **scratch) {
  if (!text.length)
    return refuse(line, "the thread is missing");
  line->thread = text;
  if (is_quoted(text))
    return unquote(&line->thread, scratch) || refuse(line, "the quoted thread name is malformed");
  for (size_t i = 0; i < text.length; i++)
    if ((unsigned char)text.text[i] < ' ')
      return refuse(line, "the thread's name holds a control character");
  return true;
}

bool text_parse(struct span text, char *scratch, struct text_line *line) {
  *line = (struct text_line){.kind = -1};
  const char *end = text.text + text.length, *first = memchr(text.text, '|', text.length);
  const char *second = first ? memchr(first + 1, '|', (size_t)(end - first - 1)) : NULL;
  if (!second || memchr(second + 1, '|', (size_t)(end - second - 1)))
    return refuse(line, "expected thread|operation(operand)|location");
  struct span op = trim(first + 1, second);
  if (!op.length)
    return refuse(line, "the operation is missing");
  return parse_thread(line, trim(text.text, first), &scratch) && parse_op(line, op, &scratch) && parse_loc(line, trim(second + 1, end));
}
