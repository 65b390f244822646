/* html_stack.h - a call stack in the page: the user's frames with what stands there, runs of library frames folded. */
#ifndef INSPECTOR_HTML_STACK_H
#define INSPECTOR_HTML_STACK_H

#include <stdio.h>

#include "findings/finding.h"
#include "report/source_lines.h"

void html_stack(FILE *out, const struct stack *stack, struct source_lines *source);

#endif
