/* text_words.c - the word tables, expanded from events.def. Looked up one after the other: plain acquisitions, releases and
 * accesses, which are nearly all lines of a long trace, never come here. */
#include "trace/text_words.h"

#include <errno.h>
#include <string.h>

#include "model/event.h"

bool span_is(struct span span, const char *word) {
  size_t length = strlen(word);
  return span.length == length && memcmp(span.text, word, length) == 0;
}

static const struct text_word ops[] = {
#define EVENT(name, code, text, operand, flags) {text, sizeof text - 1, code, OPERAND_##operand},
#include "track/events.def"
    {"notify", sizeof "notify" - 1, TRACE_SIGNAL, OPERAND_OBJECT},
    {"notifyAll", sizeof "notifyAll" - 1, TRACE_BROADCAST, OPERAND_OBJECT},
    {"dummy", sizeof "dummy" - 1, TEXT_OP_DUMMY, OPERAND_VARIABLE},
    {"name", sizeof "name" - 1, TEXT_OP_NAME, OPERAND_OBJECT},
    {NULL, 0, 0, 0},
};

const struct text_word text_modes[] = {
#define MODE(name, bit, text) {text, sizeof text - 1, 1 << bit, 0},
#include "track/events.def"
    {NULL, 0, 0, 0},
};

static const struct text_word kinds[] = {
#define KIND(name, code, text, family) {text, sizeof text - 1, code, 0},
#include "track/events.def"
    {NULL, 0, 0, 0},
};

const struct text_word text_types[] = {
    {"recursive", sizeof "recursive" - 1, TRACE_TYPE_RECURSIVE, 0},
    {"errorcheck", sizeof "errorcheck" - 1, TRACE_TYPE_ERRORCHECK, 0},
    {"robust", sizeof "robust" - 1, TRACE_TYPE_ROBUST, 0},
    {"pi", sizeof "pi" - 1, TRACE_TYPE_PI, 0},
    {"shared", sizeof "shared" - 1, TRACE_TYPE_SHARED, 0},
    {"prefer-writer", sizeof "prefer-writer" - 1, TRACE_TYPE_PREFER_WRITER, 0},
    {"named", sizeof "named" - 1, TRACE_TYPE_NAMED, 0},
    {"c11", sizeof "c11" - 1, TRACE_TYPE_C11, 0},
    {NULL, 0, 0, 0},
};

static const struct text_word *find(const struct text_word *words, struct span span) {
  for (; words->word; words++)
    if (words->length == span.length && memcmp(words->word, span.text, span.length) == 0)
      return words;
  return NULL;
}

const struct text_word *text_op_find(struct span word) {
  return find(ops, word);
}
const struct text_word *text_mode_find(struct span word) {
  return find(text_modes, word);
}
const struct text_word *text_kind_find(struct span word) {
  return find(kinds, word);
}
const struct text_word *text_type_find(struct span word) {
  return find(text_types, word);
}

const struct text_word *text_op_of(uint8_t op) {
  for (const struct text_word *word = ops; word->word; word++)
    if (word->value == op)
      return word;
  return NULL;
}

const char *text_kind_word(uint16_t kind) {
  for (const struct text_word *word = kinds; word->word; word++)
    if (word->value == TRACE_KIND_OF(kind))
      return word->word;
  return kinds[0].word;
}

static bool parse_number(struct span text, int32_t *ret) {
  bool is_negative = text.length > 1 && text.text[0] == '-';
  int64_t number = 0;
  for (size_t i = is_negative; i < text.length; i++) {
    if (text.text[i] < '0' || text.text[i] > '9' || number > INT32_MAX)
      return false;
    number = number * 10 + (text.text[i] - '0');
  }
  number = is_negative ? -number : number;
  if (number > INT32_MAX || number < INT32_MIN)
    return false;
  *ret = (int32_t)number;
  return text.length > 0;
}

bool text_errno_parse(struct span text, int32_t *ret) {
  enum { ERRNO_LIMIT = 200 };
  for (int error = 1; error < ERRNO_LIMIT; error++) {
    const char *name = strerrorname_np(error);
    if (name && span_is(text, name)) {
      *ret = error;
      return true;
    }
  }
  return parse_number(text, ret);
}

uint16_t text_default_kind(uint8_t op, uint8_t mode, uint16_t mutex) {
  switch (op) {
  case TRACE_REQ:
  case TRACE_ACQ:
  case TRACE_REL:
  case TRACE_REL_ODD:
  case TRACE_TRYFAIL:
  case TRACE_ACQ_FAIL:
  case TRACE_REL_FAIL:
    return mode & TRACE_MODE_READ ? TRACE_KIND_RWLOCK : mutex;
  case TRACE_WAIT:
  case TRACE_WAKE:
  case TRACE_SIGNAL:
  case TRACE_BROADCAST:
  case TRACE_WAIT_FAIL:
  case TRACE_NOTIFY_FAIL:
    return TRACE_KIND_CONDITION;
  case TRACE_SEM_REQ:
  case TRACE_SEM_WAIT:
  case TRACE_SEM_FAIL:
  case TRACE_POST:
  case TRACE_POST_FAIL:
    return TRACE_KIND_SEMAPHORE;
  case TRACE_ARRIVE:
  case TRACE_LEAVE:
    return TRACE_KIND_BARRIER;
  case TRACE_ABORT:
  case TRACE_RESET:
    return TRACE_KIND_TRACK_BARRIER;
  case TRACE_SET:
  case TRACE_CLEAR:
  case TRACE_AWAIT:
  case TRACE_PASS:
  case TRACE_AWAIT_FAIL:
    return TRACE_KIND_TRACK_EVENT;
  case TRACE_PUT_REQ:
  case TRACE_PUT:
  case TRACE_PUT_FAIL:
  case TRACE_GET_REQ:
  case TRACE_GET:
  case TRACE_GET_FAIL:
  case TRACE_TASK_DONE:
  case TRACE_TASK_DONE_FAIL:
  case TRACE_SHUTDOWN:
    return TRACE_KIND_QUEUE;
  case TRACE_START:
  case TRACE_START_FAIL:
    return TRACE_KIND_TIMER;
  default: /* the op may come from a file */
    return TRACE_KIND_UNKNOWN;
  }
}
