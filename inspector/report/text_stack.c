/* text_stack.c - call stacks as a person reads them: what is mine, where, and what stands there.
 *
 * Library frames matter little and fill the screen, so a run of them is one line; a stack of nothing else is shown as it
 * is, and -v shows all of all. The source line is read when the report is made, from a regular file only. */
#include "report/text_stack.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/source_paths.h"
#include "report/wording.h"
#include "util/alloc.h"
#include "util/text.h"

#define WIDTH 100 /* columns of running text */
#define FUNCTION_COLUMNS 90
#define SOURCE_COLUMNS 100
#define OWN_FRAMES 16 /* of a deep recursion; the others are counted */

void text_style(const struct text_report *report, enum style style) {
  static const char *const codes[] = {"0", "1", "2", "1;31", "1;33", "1;36"};
  if (report->summary->colour)
    fprintf(report->out, "\033[%sm", codes[style]);
}

static size_t columns_of(const char *text, size_t bytes) {
  size_t n = 0;
  for (size_t i = 0; i < bytes; i++)
    n += (text[i] & 0xc0) != 0x80;
  return n;
}

void text_wrapped(const struct text_report *report, int indent, const char *text) {
  char *clean = text_clean(text);
  size_t column = 0;
  for (const char *word = clean; *word;) {
    size_t bytes = strcspn(word, " "), columns = columns_of(word, bytes);
    if (column && column + 1 + columns > WIDTH) {
      fputc('\n', report->out);
      column = 0;
    }
    fprintf(report->out, "%*s%.*s", column ? 1 : indent, "", (int)bytes, word);
    column += columns + (column ? 1 : (size_t)indent);
    word += bytes;
    word += strspn(word, " ");
  }
  fputc('\n', report->out);
  free(clean);
}

static const char *base_of(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static void print_elided(const struct text_report *report, const char *text) {
  char *clean = text_clean(text), *shown = text_elide(clean, FUNCTION_COLUMNS);
  fputs(shown, report->out);
  free(shown);
  free(clean);
}

static void print_clean(const struct text_report *report, const char *text) {
  char *clean = text_clean(text);
  fputs(clean, report->out);
  free(clean);
}

static void print_file(const struct text_report *report, const char *file) {
  bool is_inside;
  char *path = report->summary->relative_paths ? source_path(report->summary->paths, file, &is_inside) : NULL;
  print_clean(report, path ? path : file);
  free(path);
}

/* "worker  /src/queue.c:31", "worker in server+0x1234", "server+0x1234", "location 31": as much as is known. */
static void print_frame(const struct text_report *report, const struct frame *frame) {
  FILE *out = report->out;
  if (frame->function)
    print_elided(report, frame->function);
  if (frame->file) {
    fputs(frame->function ? "  " : "", out);
    print_file(report, frame->file);
    if (frame->line)
      fprintf(out, ":%d", frame->line);
  } else if (frame->module) {
    fputs(frame->function ? " in " : "", out);
    print_clean(report, base_of(frame->module));
    fprintf(out, "+0x%" PRIx64, frame->offset);
  } else if (frame->line) {
    fprintf(out, "location %d", frame->line);
  } else if (!frame->function) {
    fprintf(out, "0x%" PRIx64, frame->offset);
  }
}

static void print_source(struct text_report *report, int indent, const struct frame *frame) {
  char *line = frame->file ? source_line(&report->source, frame->file, frame->line) : NULL;
  if (!line)
    return;
  for (char *tab = line; (tab = strchr(tab, '\t'));)
    *tab = ' ';
  char *clean = text_clean(line), *shown = text_elide(clean, SOURCE_COLUMNS);
  text_style(report, STYLE_FAINT);
  fprintf(report->out, "%*s| %s", indent + 4, "", shown);
  text_style(report, STYLE_PLAIN);
  fputc('\n', report->out);
  free(shown);
  free(clean);
  free(line);
}

static void print_fold(const struct text_report *report, int indent, const struct frame *frames, uint32_t n) {
  char *what = wording_fold(frames, n);
  text_style(report, STYLE_FAINT);
  fprintf(report->out, "%*s  … ", indent, "");
  print_clean(report, what);
  text_style(report, STYLE_PLAIN);
  fputc('\n', report->out);
  free(what);
}

static uint32_t library_run(const struct stack *stack, uint32_t from) {
  uint32_t n = 0;
  while (from + n < stack->n_frames && !stack->frames[from + n].is_own)
    n++;
  return n;
}

void text_stack(struct text_report *report, int indent, const struct stack *stack) {
  bool fold = !report->summary->verbose && library_run(stack, 0) < stack->n_frames;
  uint32_t shown = 0;
  bool marked = false;
  if (!stack->n_frames)
    fprintf(report->out, "%*s  (call stack unknown)\n", indent, "");
  for (uint32_t i = 0; i < stack->n_frames; i++) {
    uint32_t run = fold ? library_run(stack, i) : 0;
    if (run) {
      print_fold(report, indent, &stack->frames[i], run);
      i += run - 1;
      continue;
    }
    if (++shown > OWN_FRAMES && !report->summary->verbose) {
      fprintf(report->out, "%*s  … %" PRIu32 " more frames; -v shows them\n", indent, "", stack->n_frames - i);
      return;
    }
    const struct frame *frame = &stack->frames[i];
    bool is_mark = !marked && frame->is_own;
    marked |= is_mark;
    if (is_mark)
      text_style(report, STYLE_STRONG);
    fprintf(report->out, "%*s%s ", indent, "", is_mark ? "→" : " ");
    print_frame(report, frame);
    if (is_mark)
      text_style(report, STYLE_PLAIN);
    fputc('\n', report->out);
    if (is_mark)
      print_source(report, indent, frame);
  }
}
