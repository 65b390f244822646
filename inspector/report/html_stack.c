/* html_stack.c - see html_stack.h. The user's innermost frame has an excerpt of its source, the others a line. */
#include "report/html_stack.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "findings/own_code.h"
#include "report/html_write.h"
#include "report/wording.h"

enum { LINES_AROUND = 3 };

/* "worker", "server+0x1234", "location 31" */
static void write_function(FILE *out, const struct frame *frame) {
  if (frame->function)
    html_filled(out, "<span class=fn>%s</span>", frame->function);
  if (frame->file) {
    html_filled(out, " <span class=at title=\"%s\">", frame->file);
    html_text(out, base_name(frame->file));
    if (frame->line)
      fprintf(out, ":%d", frame->line);
    fputs("</span>", out);
  } else if (frame->module) {
    html_filled(out, " <span class=at title=\"%s\">", frame->module);
    html_text(out, base_name(frame->module));
    fprintf(out, "+0x%" PRIx64 "</span>", frame->offset);
  } else if (frame->line) {
    fprintf(out, " <span class=at>location %d</span>", frame->line);
  } else if (!frame->function) {
    fprintf(out, " <span class=at>0x%" PRIx64 "</span>", frame->offset);
  }
  if (frame->is_inlined)
    fputs(" <small>inlined</small>", out);
}

static void write_excerpt(FILE *out, const struct frame *frame, struct source_lines *source, int around) {
  if (!frame->file || frame->line < 1)
    return;
  source_lines_open(source, frame->file);
  if ((uint32_t)frame->line > source->n_lines)
    return;
  int first = frame->line > around ? frame->line - around : 1;
  fputs("<pre class=src>", out);
  for (int i = first; i <= frame->line + around && (uint32_t)i <= source->n_lines; i++) {
    fprintf(out, i == frame->line ? "<mark><i>%d</i>" : "<i>%d</i>", i);
    html_source(out, source->lines[i - 1]);
    fputs(i == frame->line ? "</mark>\n" : "\n", out);
  }
  fputs("</pre>", out);
}

static uint32_t library_run(const struct stack *stack, uint32_t from) {
  uint32_t n = 0;
  while (from + n < stack->n_frames && !stack->frames[from + n].is_own)
    n++;
  return n;
}

static void write_run(FILE *out, const struct frame *frames, uint32_t n) {
  fputs("<li class=fold><details><summary>", out);
  html_made(out, wording_fold(frames, n));
  fputs("</summary><ol>", out);
  for (uint32_t i = 0; i < n; i++) {
    fputs("<li>", out);
    write_function(out, &frames[i]);
    fputs("</li>", out);
  }
  fputs("</ol></details></li>\n", out);
}

void html_stack(FILE *out, const struct stack *stack, struct source_lines *source) {
  if (!stack->n_frames) {
    fputs("<p class=faint>(call stack unknown)</p>\n", out);
    return;
  }
  bool is_folded = library_run(stack, 0) < stack->n_frames, is_marked = false;
  fputs("<ol class=stack>\n", out);
  for (uint32_t i = 0; i < stack->n_frames; i++) {
    uint32_t run = is_folded ? library_run(stack, i) : 0;
    if (run) {
      write_run(out, &stack->frames[i], run);
      i += run - 1;
      continue;
    }
    const struct frame *frame = &stack->frames[i];
    bool is_mark = frame->is_own && !is_marked;
    is_marked |= is_mark;
    fputs(is_mark ? "<li class=here>" : "<li>", out);
    write_function(out, frame);
    write_excerpt(out, frame, source, is_mark ? LINES_AROUND : 0);
    fputs("</li>\n", out);
  }
  fputs("</ol>\n", out);
}
