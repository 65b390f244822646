/* explain.c - inspector explain: what a kind of finding means, from the same page that the documentation shows. */
#include "commands/explain.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/command.h"
#include "commands/usage.h"
#include "detect/detector.h"

struct explain {
  const char *kind;
};

static error_t parse_explain_option(int key, char *argument, struct argp_state *state) {
  struct explain *explain = state->input;
  if (key != ARGP_KEY_ARG)
    return ARGP_ERR_UNKNOWN;
  if (explain->kind)
    return usage_error("explain: %s: one kind at a time", argument);
  explain->kind = argument;
  return 0;
}

static const struct argp explain_argp = {
    .parser = parse_explain_option,
    .args_doc = "[KIND]",
    .doc = "Tell what a kind of finding means, what usually causes it and how to repair it.\vWithout KIND: list the kinds.",
};

const char *explain_page_of(const char *kind) {
  for (const struct explain_page *page = explain_pages; page->kind; page++)
    if (!strcmp(page->kind, kind))
      return (const char *)page->text;
  return NULL;
}

static void print_kinds(void) {
  int width = 0;
  for (size_t i = 0; detectors[i]; i++)
    width = (int)strlen(detectors[i]->id) > width ? (int)strlen(detectors[i]->id) : width;
  for (size_t i = 0; detectors[i]; i++)
    printf("%-*s  %s\n", width, detectors[i]->id, detectors[i]->title);
}

enum line_kind { LINE_PLAIN, LINE_HEADING, LINE_CODE };

/* On a terminal headings are bold without their marks; code is indented instead of fenced. */
static void print_line(const char *line, int length, enum line_kind kind) {
  int marks = kind == LINE_HEADING ? (int)strspn(line, "# ") : 0;
  if (kind == LINE_HEADING)
    printf("\033[1m%.*s\033[0m\n", length - marks, line + marks);
  else
    printf("%s%.*s\n", kind == LINE_CODE && length ? "    " : "", length, line);
}

static void print_page(const char *page, bool is_terminal) {
  bool in_code = false;
  for (const char *line = page; *line;) {
    int length = (int)strcspn(line, "\n");
    if (!strncmp(line, "```", 3))
      in_code = !in_code;
    else
      print_line(line, length, in_code ? LINE_CODE : is_terminal && *line == '#' ? LINE_HEADING : LINE_PLAIN);
    line += length;
    line += *line == '\n';
  }
}

int command_explain(int argc, char **argv) {
  struct explain explain = {NULL};
  int status = command_parse(&explain_argp, "explain", 0, argc, argv, &explain);
  if (status)
    return status;
  if (!explain.kind) {
    print_kinds();
    return EXIT_CLEAN;
  }
  const char *page = explain_page_of(explain.kind);
  const struct detector *detector = detector_find(explain.kind);
  if (page)
    print_page(page, isatty(STDOUT_FILENO));
  else if (detector)
    printf("%s: %s\n", detector->id, detector->title);
  else
    complain("%s: no such kind of finding; 'inspector explain' lists them", explain.kind);
  return page || detector ? EXIT_CLEAN : EXIT_TROUBLE;
}
