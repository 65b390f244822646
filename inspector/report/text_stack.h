/* text_stack.h - the parts of the text report: styled output, wrapped text, call stacks. */
#ifndef INSPECTOR_TEXT_STACK_H
#define INSPECTOR_TEXT_STACK_H

#include "report/reporter.h"
#include "report/source_lines.h"

enum style { STYLE_PLAIN, STYLE_STRONG, STYLE_FAINT, STYLE_ERROR, STYLE_WARNING, STYLE_NOTE };

struct text_report {
  FILE *out;
  const struct summary *summary;
  uint64_t n_by_severity[3];
  struct source_lines source;
};

void text_style(const struct text_report *report, enum style style);

/* Words of `text` (cleaned) at `indent`, in lines of about a hundred columns. */
void text_wrapped(const struct text_report *report, int indent, const char *text);

/* A stack at `indent`: the user's frames one a line, the innermost of them marked and with its source line, runs of
 * library frames folded. */
void text_stack(struct text_report *report, int indent, const struct stack *stack);

#endif
