/* text_write.c - any source as a text trace that reads back to the same events, one line each.
 *
 * Every line says all that the event says and does not depend on the lines before it, which the header announces
 * (`#! events: recorded`): the reader then neither judges nor completes. Threads of recordings are T and their number, objects
 * their address; names that the program gave to objects follow the event behind which they hold, as an address has one object after the
 * other, and those of threads come at the end, when all are known. Objects of text traces keep their names. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "model/event.h"
#include "trace/text.h"
#include "trace/text_words.h"

/* Does the text name things, rather than numbers and addresses? */
static bool is_named(const struct source_info *info) {
  return info->is_text && !info->is_dump;
}

static uint16_t plain_mutex(const struct source_info *info) {
  return is_named(info) ? TRACE_KIND_MUTEX | TRACE_TYPE_RECURSIVE : TRACE_KIND_MUTEX;
}

static void write_quoted(FILE *out, const char *text) {
  putc('"', out);
  for (; *text; text++) {
    unsigned char c = (unsigned char)*text;
    if (c < ' ' || c == '|' || c == 0x7f)
      fprintf(out, "\\x%02x", c);
    else
      fprintf(out, c == '"' || c == '\\' ? "\\%c" : "%c", c);
  }
  putc('"', out);
}

/* A name goes without quotes where no reader of STD could stumble. */
static void write_name(FILE *out, const char *name) {
  bool is_plain = *name && *name != '#' && strcmp(name, "?") != 0;
  for (const char *p = name; is_plain && *p; p++)
    is_plain = (unsigned char)*p > ' ' && *p != 0x7f && !strchr("\"|,()\\", *p);
  if (is_plain)
    fputs(name, out);
  else
    write_quoted(out, name);
}

void text_write_thread(FILE *out, const struct source_info *info, uint32_t thread) {
  if (thread >= info->n_threads) {
    putc('?', out);
    return;
  }
  const struct source_thread *t = &info->threads[thread];
  if (is_named(info) && t->name)
    write_name(out, t->name);
  else if (t->number)
    fprintf(out, "T%" PRIu32, t->number);
  else
    fprintf(out, "U%" PRIu32, thread);
}

static bool is_access(const struct event *event) {
  return event->op == TRACE_READ || event->op == TRACE_WRITE;
}

static void write_place(FILE *out, const struct source_info *info, uint32_t place, bool is_variable) {
  const struct source_place *p = place < info->n_places ? &info->places[place] : NULL;
  if (p && is_named(info) && p->name && is_variable)
    fputs(p->name, out); /* accesses have nothing to quote */
  else if (p && is_named(info) && p->name)
    write_name(out, p->name);
  else if (p && p->address)
    fprintf(out, "%c_%" PRIx64, is_variable ? 'v' : 'm', p->address);
  else
    fprintf(out, "%c%" PRIu32, is_variable ? 'v' : 'o', place);
}

void text_write_place(FILE *out, const struct source_info *info, const struct event *event, uint32_t place) {
  write_place(out, info, place, is_access(event));
}

static void write_words(FILE *out, const struct text_word *words, uint32_t bits, const char **separator) {
  for (; words->word; words++)
    if (bits & words->value) {
      fprintf(out, "%s%s", *separator, words->word);
      *separator = ",";
    }
}

static void write_kind(FILE *out, const struct source_info *info, const struct event *event, const char **separator) {
  if (event->kind == text_default_kind(event->op, event->mode, plain_mutex(info)))
    return;
  fprintf(out, "%s%s", *separator, text_kind_word(event->kind));
  *separator = ",";
  write_words(out, text_types, event->kind, separator);
}

static void write_error(FILE *out, int32_t result, const char *separator) {
  const char *name = result > 0 ? strerrorname_np(result) : NULL;
  if (name)
    fprintf(out, "%sresult=%s", separator, name);
  else
    fprintf(out, "%sresult=%" PRId32, separator, result);
}

static void write_attributes(FILE *out, const struct source_info *info, const struct event *event, const char *separator) {
  const struct text_word *word = text_op_of(event->op);
  if (word->operand == OPERAND_OBJECT || word->operand == OPERAND_THREAD)
    write_kind(out, info, event, &separator);
  write_words(out, text_modes, event->mode, &separator);
  if (event->op == TRACE_REL_ODD) {
    fprintf(out, "%sodd", separator);
    separator = ",";
  }
  if (event->is_fresh) {
    fprintf(out, "%sfresh", separator);
    separator = ",";
  }
  if (event->value) {
    fprintf(out, "%svalue=%" PRIu64, separator, event->value);
    separator = ",";
  }
  if (event->result) {
    write_error(out, event->result, separator);
    separator = ",";
  }
  if (event->sp) {
    fprintf(out, "%ssp=%" PRIx64, separator, event->sp);
    separator = ",";
  }
  if (event->op == TRACE_THREAD_BEGIN && event->thread < info->n_threads && info->threads[event->thread].stack_top)
    fprintf(out, "%sstack=%" PRIx64, separator, info->threads[event->thread].stack_top);
}

static void write_operand(FILE *out, const struct source_info *info, const struct event *event, uint8_t operand) {
  if (operand == OPERAND_THREAD)
    text_write_thread(out, info, event->target);
  else if (operand != OPERAND_NONE)
    text_write_place(out, info, event, event->place);
  if (event->place2 != NO_INDEX && (event->op == TRACE_WAIT || event->op == TRACE_WAKE)) {
    putc(',', out);
    text_write_place(out, info, event, event->place2);
  }
}

static int32_t location(const struct source_info *info, uint32_t site) {
  if (!info->is_text || site >= info->n_sites)
    return (int32_t)(site & INT32_MAX);
  return site ? info->sites[site].loc : 0;
}

void text_write_event(FILE *out, const struct source_info *info, const struct event *event) {
  const struct text_word *word = text_op_of(event->op);
  if (!word)
    return;
  text_write_thread(out, info, event->thread);
  fprintf(out, "|%s(", word->word);
  write_operand(out, info, event, word->operand);
  if (!is_access(event))
    write_attributes(out, info, event, word->operand == OPERAND_NONE ? "" : ",");
  fprintf(out, ")|%" PRId32 "\n", location(info, event->site));
}

/* Foreign text in a comment must not end it. */
static void write_comment_text(FILE *out, const char *text) {
  for (; *text; text++)
    putc((unsigned char)*text < ' ' ? '?' : *text, out);
}

static const char *accesses_text(enum accesses accesses) {
  static const char *const words[] = {[ACCESSES_NONE] = "none", [ACCESSES_PARTIAL] = "partial", [ACCESSES_COMPLETE] = "complete"};
  return words[accesses];
}

void text_write_header(FILE *out, const struct source_info *info) {
  if (info->program) {
    fputs("# ", out);
    write_comment_text(out, info->arguments && *info->arguments ? info->arguments : info->program);
    fprintf(out, ", process %" PRIu32 "\n", info->pid);
  }
  fprintf(out, "#! events: recorded\n#! accesses: %s\n", accesses_text(info->accesses));
  if (!is_named(info))
    fputs("#! origin: recording\n", out);
  if (info->parent_pid)
    fputs("#! forked: yes\n", out);
}

static void write_given_name(FILE *out, const char *name) {
  putc(',', out);
  write_quoted(out, name);
  fputs(")|0\n", out);
}

static void write_names_of_threads(FILE *out, const struct source_info *info) {
  for (uint32_t i = 0; i < info->n_threads; i++) {
    if (!info->threads[i].name)
      continue;
    fputs("-|name(", out);
    text_write_thread(out, info, i);
    write_given_name(out, info->threads[i].name);
  }
}

void text_write_names(FILE *out, const struct source_info *info, uint64_t ordinal, uint32_t *ref_n_written) {
  for (; *ref_n_written < info->n_names && info->names[*ref_n_written].ordinal <= ordinal; ++*ref_n_written) {
    const struct source_name *name = &info->names[*ref_n_written];
    if (!*name->text)
      continue;
    fputs("-|name(", out);
    write_place(out, info, name->place, false);
    write_given_name(out, name->text);
  }
}

void text_write_end(FILE *out, const struct source_info *info) {
  if (!is_named(info))
    write_names_of_threads(out, info);
  fprintf(out, "#! ended: %s\n", info->ended_in_order ? "yes" : "no");
  fprintf(out, "#! accesses: %s\n", accesses_text(info->accesses));
  if (info->has_wakers)
    fputs("#! others: act\n", out);
  if (info->was_seen_stuck)
    fputs("#! stuck: seen\n", out);
}
