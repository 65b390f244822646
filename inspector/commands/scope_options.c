/* scope_options.c - argp child parser of the options that choose a part of a trace. */
#include "commands/scope_options.h"

#include <math.h>
#include <stdlib.h>

#include "commands/usage.h"

enum { KEY_FROM = 0x200, KEY_TO, KEY_LOCK, KEY_THREAD, KEY_AROUND };

static const struct argp_option options_table[] = {
    {"from", KEY_FROM, "SECONDS", 0, "Begin there; in a text trace, which has no times, at that line", 0},
    {"to", KEY_TO, "SECONDS", 0, "End there", 0},
    {"lock", KEY_LOCK, "NAME", 0, "Only what happens with this lock, condition ...; a part of the name is enough", 0},
    {"thread", KEY_THREAD, "NAME", 0, "Only this thread; a part of the name is enough", 0},
    {"around", KEY_AROUND, "FINDING", 0, "Only the time of this finding, such as D1", 0},
    {0}};

static error_t parse_seconds(const char *option, const char *text, double *ret_seconds) {
  char *end = NULL;
  double seconds = strtod(text, &end);
  if (end == text || *end || !isfinite(seconds) || seconds < 0)
    return usage_error("%s: %s is not a number of seconds", option, text);
  *ret_seconds = seconds;
  return 0;
}

static error_t parse_scope_option(int key, char *argument, struct argp_state *state) {
  struct scope_options *options = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    *options = (struct scope_options){.wish = {.to_s = -1}};
    return 0;
  case KEY_FROM:
    return parse_seconds("--from", argument, &options->wish.from_s);
  case KEY_TO:
    return parse_seconds("--to", argument, &options->wish.to_s);
  case KEY_LOCK:
    options->wish.lock = argument;
    return 0;
  case KEY_THREAD:
    options->wish.thread = argument;
    return 0;
  case KEY_AROUND:
    options->around = argument;
    options->wish.is_around = true;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

const struct argp scope_argp = {.options = options_table, .parser = parse_scope_option};
