/* usage.c - argp bent to the rule that a mistake costs the user one line.
 *
 * argp follows an error with "Try ..." and its own exit. Both go to state->err_stream: with NULL there, only the line of
 * getopt (or our own usage_error()) is left and argp_parse() returns. A parent parser sets that for every command. */
#include "commands/usage.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "util/alloc.h"

static void complain_list(const char *format, va_list arguments) {
  fflush(stdout);
  fputs("inspector: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
}

void complain(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  complain_list(format, arguments);
  va_end(arguments);
}

error_t usage_error(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  complain_list(format, arguments);
  va_end(arguments);
  return EINVAL;
}

static error_t parse_quietly(int key, char *argument, struct argp_state *state) {
  (void)argument;
  if (key != ARGP_KEY_INIT)
    return ARGP_ERR_UNKNOWN;
  state->err_stream = NULL;
  state->child_inputs[0] = state->input;
  return 0;
}

int command_parse(const struct argp *argp, const char *name, unsigned flags, int argc, char **argv, void *input) {
  const struct argp_child children[] = {{argp, 0, NULL, 0}, {0}};
  const struct argp quiet = {.parser = parse_quietly, .children = children};
  char *full_name = xasprintf("inspector %s", name);
  argv[0] = full_name; /* getopt and --help print it */
  bool is_ours = !getenv("ARGP_HELP_FMT");
  if (is_ours)
    setenv("ARGP_HELP_FMT", "no-dup-args-note", 1);
  error_t error = argp_parse(&quiet, argc, argv, flags, NULL, input);
  if (is_ours)
    unsetenv("ARGP_HELP_FMT"); /* a recorded program's environment stays the user's */
  argv[0] = NULL;
  free(full_name);
  return error ? EXIT_TROUBLE : 0;
}

error_t parse_number(const char *option, const char *text, uint64_t low, uint64_t high, uint64_t *ret_number) {
  char *end = NULL;
  errno = 0;
  uint64_t number = strtoull(text, &end, 10);
  if (!strchr("0123456789", *text) || !*text || *end || errno || number < low || number > high)
    return usage_error("%s: %s is not a number from %llu to %llu", option, text, (unsigned long long)low, (unsigned long long)high);
  *ret_number = number;
  return 0;
}
