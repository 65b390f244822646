/* usage.h - the command line as every subcommand reads it: argp, one line for a mistake, exit status 2. */
#ifndef INSPECTOR_USAGE_H
#define INSPECTOR_USAGE_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

/* Print "inspector: " and the line on stderr. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same for a wrong argument. Returns EINVAL, what a parser answers to stop argp. */
error_t usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Parse by `argp`, printing --help and --usage as "inspector NAME". Returns 0, or EXIT_TROUBLE after exactly one line on stderr. */
int command_parse(const struct argp *argp, const char *name, unsigned flags, int argc, char **argv, void *input);

/* A decimal number from `low` to `high`. Returns 0, or EINVAL after a line that names `option`. */
error_t parse_number(const char *option, const char *text, uint64_t low, uint64_t high, uint64_t *ret_number);

#endif
