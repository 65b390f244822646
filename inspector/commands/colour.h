/* colour.h - --color auto, always or never, as every command means it. */
#ifndef INSPECTOR_COLOUR_H
#define INSPECTOR_COLOUR_H

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>

enum colour { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

/* Returns 0, or EINVAL after a line. */
error_t colour_parse(const char *when, enum colour *ret_colour);

/* Auto: on a terminal that can, unless NO_COLOR (no-color.org) is set to anything. */
bool colour_is_wanted(enum colour colour, FILE *out);

#endif
