/* text_parse.h - one line of a text trace into its parts; syntax only, nothing is looked up. */
#ifndef INSPECTOR_TEXT_PARSE_H
#define INSPECTOR_TEXT_PARSE_H

#include "trace/text_words.h"

/* Spans point into the line, or into `scratch` when they were quoted. */
struct text_line {
  struct span thread, operand, operand2, name; /* operand2, name: text NULL when absent */
  uint8_t op, operand_type;
  uint8_t mode;
  uint16_t types;
  int16_t kind;  /* -1: not given */
  bool is_write; /* "wr" */
  bool is_odd;   /* "odd" */
  bool is_fresh; /* "fresh" */
  int32_t loc, result;
  uint64_t value, sp, stack_top;
  char why[160]; /* when the line is refused */
};

/* `scratch` has room for the line's length. False: line->why says why. */
bool text_parse(struct span text, char *scratch, struct text_line *line);

/* Digits only, up to 64 bits; base 10 or 16. */
bool text_parse_number(struct span text, unsigned base, uint64_t *ret);

/* Copies at most 40 bytes of foreign text for a message, what cannot be printed as '?'. */
const char *text_excerpt(struct span text, char buffer[48]);

#endif
