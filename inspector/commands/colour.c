/* colour.c - see colour.h. */
#include "commands/colour.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/usage.h"

error_t colour_parse(const char *when, enum colour *ret_colour) {
  static const char *const names[] = {"auto", "always", "never"};
  for (int i = 0; i < 3; i++)
    if (!strcmp(when, names[i])) {
      *ret_colour = (enum colour)i;
      return 0;
    }
  return usage_error("--color: %s: give auto, always or never", when);
}

bool colour_is_wanted(enum colour colour, FILE *out) {
  const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");
  if (colour != COLOUR_AUTO)
    return colour == COLOUR_ALWAYS;
  return !(no_colour && *no_colour) && isatty(fileno(out)) && !(terminal && !strcmp(terminal, "dumb"));
}
