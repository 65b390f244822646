/* text_words.h - the words of the text form, for both directions; all of them come from events.def. */
#ifndef INSPECTOR_TEXT_WORDS_H
#define INSPECTOR_TEXT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
  const char *text;
  size_t length;
};

bool span_is(struct span span, const char *word);

enum text_operand { OPERAND_NONE, OPERAND_OBJECT, OPERAND_THREAD, OPERAND_VARIABLE };

/* Lines that are no events: behind the codes of enum trace_op. */
enum { TEXT_OP_DUMMY = 64, TEXT_OP_NAME };

struct text_word {
  const char *word;
  uint8_t length;
  uint16_t value;  /* op, mode bit, kind or type bit */
  uint8_t operand; /* of ops: enum text_operand */
};

/* NULL if there is no such word. The word "rel" is REL. */
const struct text_word *text_op_find(struct span word);
const struct text_word *text_mode_find(struct span word);
const struct text_word *text_kind_find(struct span word);
const struct text_word *text_type_find(struct span word);

/* In table order, ended by a NULL word. */
extern const struct text_word text_modes[], text_types[];
const struct text_word *text_op_of(uint8_t op); /* NULL: no such op */
const char *text_kind_word(uint16_t kind);      /* of the low byte; "object" for what has no word */

/* errno values by name or number. */
bool text_errno_parse(struct span text, int32_t *ret);

/* The kind an object has when only this op tells. Mutexes of text traces are re-entrant unless the trace says otherwise. */
uint16_t text_default_kind(uint8_t op, uint8_t mode, uint16_t mutex);

#endif
